//! Follow-ups on the review pages: which wait, which are late, and what is done about them.

use axum::http::{StatusCode, header};
use footbridge_model::{Command, Kind, Recipient, Role, Scope};
use footbridge_protocol::{Answer, ErrorCode};
use serde_json::json;

use super::pages::{Browser, Page};
use super::support::{Office, Phone, Recorded};

const PATH: &str = "/review/follow-ups";

/// A contact of Amina's with follow-ups that are due on these days.
async fn promised(office: &Office, amina: &mut Phone, days: &[Option<&str>]) -> Vec<Recorded> {
    let contact = amina.record(Kind::Contact, json!({ "handle": "Blå sjal" }));
    let mut follow_ups = Vec::new();
    for day in days {
        follow_ups.push(amina.record(Kind::FollowUp, json!({ "about": contact.id, "what": "work", "due": day })));
    }
    let items = [&contact].into_iter().chain(&follow_ups).map(Recorded::item).collect();
    amina.push(office, items).await;
    follow_ups
}

fn places(page: &Page, follow_ups: &[Recorded]) -> Vec<Option<usize>> {
    follow_ups.iter().map(|one| page.text.find(&format!("id=\"{}\"", one.id))).collect()
}

fn of(one: &Recorded, step: &str) -> String {
    format!("{PATH}/{}/{step}", one.id)
}

#[tokio::test]
async fn what_is_late_stands_first_and_what_has_no_day_last() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let days = [None, Some("2026-12-01"), Some("2026-11-21"), Some("2026-11-22")];
    let all = promised(&office, &mut amina, &days).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    let found = places(&page, &all);
    assert!(found[2] < found[3] && found[3] < found[1] && found[1] < found[0] && found[2].is_some(), "{found:?}");
    assert!(page.says("Blå sjal") && page.says(">For sent<") && page.says("class=\"badge\">1<"));
    // Today is not late yet; it is tomorrow, by the programme's own clock.
    let late = browser.get(&office, &format!("{PATH}?show=late")).await;
    assert_eq!(places(&late, &all).iter().flatten().count(), 1);
    office.clock.pass((12 * 60 + 59) * 60 * 1000);
    let mut browser = Browser::of(&office, &kari).await;
    let late = browser.get(&office, &format!("{PATH}?show=late")).await;
    assert_eq!(places(&late, &all).iter().flatten().count(), 1, "23:59 in Stockholm is 22:59 elsewhere");
    office.clock.pass(60 * 60 * 1000);
    let late = browser.get(&office, &format!("{PATH}?show=late")).await;
    assert_eq!(places(&late, &all).iter().flatten().count(), 2);
}

#[tokio::test]
async fn a_follow_up_is_handed_on_closed_and_opened_again() {
    let office = Office::open().await;
    let (mut amina, leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let one = promised(&office, &mut amina, &[Some("2026-12-01")]).await.remove(0);
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    assert!(page.says("Gitt til ingen"));
    let mut pairs = page.form(&of(&one, "give"));
    pairs.push(("to".to_owned(), format!("person/{}", leila.person)));
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let given = browser.post(&office, &of(&one, "give"), &pairs).await;
    assert_eq!(given.header(header::LOCATION), format!("{PATH}?done=given"));
    assert!(leila.sees(&office, Scope::Person(leila.person)).await.contains(&one.id), "she has it now");
    let page = browser.get(&office, given.header(header::LOCATION)).await;
    assert!(page.says("Den er gitt videre.") && page.says("Gitt til: Leila"), "{}", page.text);
    for (with, count) in [(format!("person/{}", leila.person), 1), ("nobody".to_owned(), 0)] {
        let page = browser.get(&office, &format!("{PATH}?with={with}")).await;
        assert_eq!(page.text.matches("class=\"follow-up\"").count(), count, "{with}");
    }
    // Open to a district, from the page of the record, to which it leads back.
    let record = format!("/review/records/{}", one.id);
    let page = browser.get(&office, &record).await;
    let mut pairs = page.form(&of(&one, "give"));
    pairs.push(("to".to_owned(), "district/Dalhem".to_owned()));
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let given = browser.post(&office, &of(&one, "give"), &pairs).await;
    assert_eq!(given.header(header::LOCATION), format!("{record}?done=given"));
    assert!(amina.sees(&office, Scope::District("Dalhem".to_owned())).await.contains(&one.id));
    assert!(browser.get(&office, &format!("{PATH}?with=district/Dalhem")).await.says("Åpen for alle i: <bdi>Dalhem"));
    // Closed, with how it ended; a page from before is out of date.
    let before = browser.get(&office, PATH).await;
    let mut pairs = before.form(&of(&one, "close"));
    pairs.push(("outcome".to_owned(), "done".to_owned()));
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let closed = browser.post(&office, &of(&one, "close"), &pairs).await;
    assert_eq!(closed.header(header::LOCATION), format!("{PATH}?done=closed"));
    let again = browser.post(&office, &of(&one, "close"), &pairs).await;
    assert_eq!(again.header(header::LOCATION), format!("{PATH}?done=changed"));
    assert_eq!(places(&browser.get(&office, PATH).await, std::slice::from_ref(&one)), [None]);
    let closed = browser.get(&office, &format!("{PATH}?show=closed")).await;
    assert!(closed.says("<bdi>Kari</bdi>, <bdi>22. november 2026") && closed.says("Åpne igjen"), "{}", closed.text);
    let opened = browser.submit(&office, &closed, &of(&one, "reopen"), &[]).await;
    assert_eq!(opened.header(header::LOCATION), format!("{PATH}?show=closed&done=reopened"));
    assert!(places(&browser.get(&office, PATH).await, std::slice::from_ref(&one))[0].is_some());
}

#[tokio::test]
async fn of_two_who_hand_one_follow_up_on_from_old_pages_the_second_is_told() {
    let office = Office::open().await;
    let (mut amina, leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let siri = office.phone(Role::Coordinator, "Siri", &[]).await;
    let one = promised(&office, &mut amina, &[Some("2026-12-01")]).await.remove(0);
    let (mut karis, mut siris) = (Browser::of(&office, &kari).await, Browser::of(&office, &siri).await);
    let (page, hers) = (karis.get(&office, PATH).await, siris.get(&office, PATH).await);
    let to = |phone: &Phone| format!("person/{}", phone.person);
    for (browser, page, whom, done) in
        [(&mut karis, page, to(&leila), "given"), (&mut siris, hers, to(&amina), "changed")]
    {
        let mut pairs = page.form(&of(&one, "give"));
        pairs.push(("to".to_owned(), whom));
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let told = browser.post(&office, &of(&one, "give"), &pairs).await;
        assert_eq!(told.header(header::LOCATION), format!("{PATH}?done={done}"));
    }
    assert!(leila.sees(&office, Scope::Person(leila.person)).await.contains(&one.id), "she keeps it");
    // A device that saw it before is told as well; one that saw this hands it on.
    let hers = amina.person;
    let give = |seen| Command::Give { to: Recipient::Person(hers), seen };
    let late = amina.command(one.id, &give(Some(0)));
    assert_eq!(amina.push(&office, vec![late]).await, [Answer::from(ErrorCode::Changed)]);
    let fresh = amina.command(one.id, &give(Some(1)));
    assert_eq!(amina.push(&office, vec![fresh]).await, [Answer::Accepted]);
}

#[tokio::test]
async fn a_list_of_follow_ups_goes_on_page_by_page() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let days: Vec<_> = (0..35).map(|number| (number % 2 == 0).then_some("2026-12-01")).collect();
    let all = promised(&office, &mut amina, &days).await;
    let mut browser = Browser::of(&office, &kari).await;
    let first = browser.get(&office, PATH).await;
    let (before, _) = first.text.split_once("\">Flere</a>").expect("a way on");
    let onward = before[before.rfind("href=\"").unwrap() + 6..].replace("&amp;", "&");
    let second = browser.get(&office, &onward).await;
    let (first, second) = (places(&first, &all), places(&second, &all));
    assert_eq!((first.iter().flatten().count(), second.iter().flatten().count()), (30, 5));
    assert!(first.iter().zip(&second).all(|(first, second)| first.is_some() != second.is_some()), "each once");
}

#[tokio::test]
async fn a_follow_up_is_handed_on_only_by_a_form_of_this_page_and_within_the_programme() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let one = promised(&office, &mut amina, &[None]).await.remove(0);
    let solveig = office.solveig(Role::Coordinator).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    let token = page.form(&of(&one, "give"))[0].clone();
    let token = (token.0.as_str(), token.1.as_str());
    let seen = ("handed_on", "0");
    for (pairs, status) in [
        (vec![("to", "district/Dalhem")], StatusCode::FORBIDDEN),
        (vec![token, seen, ("to", "district/Nowhere")], StatusCode::NOT_FOUND),
        (vec![token, seen, ("to", "everybody")], StatusCode::BAD_REQUEST),
        (vec![token, ("to", "district/Dalhem")], StatusCode::BAD_REQUEST),
        (vec![token], StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(browser.post(&office, &of(&one, "give"), &pairs).await.status, status, "{pairs:?}");
    }
    let to = format!("person/{}", solveig.person);
    let page = browser.post(&office, &of(&one, "give"), &[token, seen, ("to", &to)]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "somebody of another programme is unknown");
    let made_up = browser.post(&office, &of(&one, "close"), &[token, ("outcome", "eaten")]).await;
    assert_eq!(made_up.header(header::LOCATION), format!("{PATH}?done=not-allowed"));
    for back in ["https://elsewhere.example/", "//elsewhere.example", "/reviewer", "/review/\r\nx: y"] {
        let page = browser.post(&office, &of(&one, "reopen"), &[token, ("back", back)]).await;
        assert_eq!(page.header(header::LOCATION), format!("{PATH}?done=changed"), "{back}");
    }
    let mut theirs = Browser::of(&office, &solveig).await;
    let hers = theirs.get(&office, "/review").await.form("/review/sign-out")[0].clone();
    let page = theirs.get(&office, PATH).await;
    assert!(!page.says("class=\"follow-up") && !page.says("Blå sjal"));
    for step in ["give", "close", "reopen"] {
        let pairs = [(hers.0.as_str(), hers.1.as_str()), ("to", "district/Stovner"), seen];
        assert_eq!(theirs.post(&office, &of(&one, step), &pairs).await.status, StatusCode::NOT_FOUND, "{step}");
    }
    assert!(browser.get(&office, PATH).await.says("Gitt til ingen"), "nothing has changed");
}
