//! People and devices on the review pages: who is there, invitations, rights given, changed and taken away.

use axum::http::{StatusCode, header};
use footbridge_model::{Command, Kind, Recipient, Role, Scope};
use footbridge_protocol::{Answer, ErrorCode, Invitation};
use footbridge_server::admin::{AdminRequest, execute};
use serde_json::json;

use super::pages::{Browser, Page};
use super::support::{Office, Phone, draft, draft_body};

const PATH: &str = "/review/people";

fn of(phone: &Phone, what: &str) -> String {
    format!("{PATH}/{}{what}", phone.person)
}

fn link(page: &Page) -> Invitation {
    let (_, link) = page.text.split_once("<pre><code>").expect("a link");
    Invitation::parse(&link.split_once("</code>").unwrap().0.replace("&amp;", "&")).unwrap()
}

/// A form that has nothing but the token of its page.
async fn post_bare(browser: &mut Browser, office: &Office, from: &str, path: &str) -> Page {
    let token = browser.get(office, from).await.form("/review/sign-out")[0].clone();
    browser.post(office, path, &[(&*token.0, &*token.1)]).await
}

async fn post(browser: &mut Browser, office: &Office, from: &str, path: &str, more: &[(&str, &str)]) -> Page {
    let form = browser.get(office, from).await.form(path);
    let pairs = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied());
    browser.post(office, path, &pairs.collect::<Vec<_>>()).await
}

#[tokio::test]
async fn a_coordinator_invites_somebody_and_the_link_is_shown_once() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    let invite = format!("{PATH}/invite");
    let form = page.form(&invite);
    let mut pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.extend([("name", " Amina <b> "), ("role", "volunteer"), ("district", "Dalhem"), ("district", "Närlunda")]);
    let made = browser.post(&office, &invite, &pairs).await;
    assert_eq!((made.status, made.header(header::CACHE_CONTROL)), (StatusCode::OK, "no-store"));
    assert!(made.says("Invitasjon til Amina &lt;b&gt;") && made.says("<svg class=\"square-code\""), "{}", made.text);
    let mut amina = Phone::new();
    let joined = amina.join(&office, &link(&made)).await.unwrap();
    assert_eq!(joined.programme, office.programme);
    let page = browser.get(&office, &of(&amina, "")).await;
    for words in ["Amina &lt;b&gt;", "Frivillig", "Dalhem", "Närlunda", "ingenting usendt", "Sist her"] {
        assert!(page.says(words), "{words}: {}", page.text);
    }
    // The same form once more, as by a double click, makes nobody and shows the link again.
    let again = browser.post(&office, &invite, &pairs).await;
    assert_eq!(link(&again), link(&made));
    assert_eq!(browser.get(&office, PATH).await.text.matches("Amina &lt;b&gt;").count(), 1);
    for wrong in [("name", ""), ("role", "queen"), ("district", "Nowhere")] {
        let page = browser.get(&office, PATH).await;
        let form = page.form(&invite);
        let mut pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend([("name", "Leila"), ("role", "volunteer")].into_iter().filter(|pair| pair.0 != wrong.0));
        pairs.push(wrong);
        let page = browser.post(&office, &invite, &pairs).await;
        assert!(!page.says("<pre><code>"), "{wrong:?}");
        assert!(!browser.get(&office, PATH).await.says("Leila"), "{wrong:?}");
    }
}

#[tokio::test]
async fn a_further_device_joins_by_a_link_of_its_own() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut browser = Browser::of(&office, &kari).await;
    let made = post(&mut browser, &office, &of(&amina, ""), &of(&amina, "/device"), &[]).await;
    let mut second = Phone::new();
    second.join(&office, &link(&made)).await.unwrap();
    assert_eq!(second.person, amina.person);
    let other = post(&mut browser, &office, &of(&amina, ""), &of(&amina, "/device"), &[]).await;
    assert_ne!(link(&other), link(&made), "another page makes another invitation");
    let page = browser.get(&office, &of(&amina, "")).await;
    assert_eq!(page.text.matches("Ble med").count(), 2);
    let devices = browser.get(&office, "/review/devices").await;
    assert_eq!((devices.text.matches("class=\"visit\"").count(), devices.text.matches("Amina").count()), (3, 2));
}

#[tokio::test]
async fn a_volunteer_becomes_a_coordinator_and_no_programme_is_left_without_one() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut browser = Browser::of(&office, &kari).await;
    let myself = of(&kari, "");
    let done = post(&mut browser, &office, &myself, &of(&kari, "/role"), &[("role", "volunteer")]).await;
    assert_eq!(done.header(header::LOCATION), format!("{myself}?done=last-coordinator"));
    let done = post_bare(&mut browser, &office, &myself, &of(&kari, "/revoke")).await;
    assert_eq!(done.header(header::LOCATION), format!("{myself}?done=last-coordinator"));
    let role = [("role", "coordinator"), ("district", "Dalhem")];
    let done = post(&mut browser, &office, &of(&amina, ""), &of(&amina, "/role"), &role).await;
    assert_eq!(done.header(header::LOCATION), format!("{}?done=saved", of(&amina, "")));
    let mut hers = Browser::of(&office, &amina).await;
    assert_eq!(hers.get(&office, PATH).await.status, StatusCode::OK);
    // As soon as she is one no more, her pages are gone.
    let role = [("role", "volunteer"), ("district", "Dalhem")];
    post(&mut browser, &office, &of(&amina, ""), &of(&amina, "/role"), &role).await;
    assert_eq!(hers.get(&office, PATH).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_leaves_is_out_with_all_her_devices_until_she_comes_back() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut browser = Browser::of(&office, &kari).await;
    let page = of(&amina, "");
    let done = post_bare(&mut browser, &office, &page, &of(&amina, "/revoke")).await;
    assert_eq!(done.header(header::LOCATION), format!("{page}?done=revoked"));
    assert_eq!(amina.session(&office).await.err(), Some(ErrorCode::Revoked));
    let shown = browser.get(&office, &page).await;
    assert!(shown.says("Sluttet") && shown.says("Låst") && !shown.says("/device\""), "{}", shown.text);
    let done = post(&mut browser, &office, &page, &of(&amina, "/reinstate"), &[]).await;
    assert_eq!(done.header(header::LOCATION), format!("{page}?done=reinstated"));
    assert!(amina.session(&office).await.is_ok());
}

#[tokio::test]
async fn a_lost_phone_is_locked_alone() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut second = Phone::new();
    let mut browser = Browser::of(&office, &kari).await;
    let made = post(&mut browser, &office, &of(&amina, ""), &of(&amina, "/device"), &[]).await;
    second.join(&office, &link(&made)).await.unwrap();
    let (page, device) = (of(&amina, ""), second.device.to_string());
    let token = browser.get(&office, &page).await.form(&of(&amina, "/role"))[0].clone();
    let pairs = [(token.0.as_str(), token.1.as_str()), ("device", device.as_str()), ("wipe", "yes")];
    let done = browser.post(&office, &of(&amina, "/revoke"), &pairs).await;
    assert_eq!(done.header(header::LOCATION), format!("{page}?done=revoked"));
    assert_eq!(second.session(&office).await.err(), Some(ErrorCode::Revoked));
    assert!(amina.session(&office).await.is_ok(), "her other phone goes on");
    assert!(browser.get(&office, "/review/devices").await.says("Låst, tømmer seg"));
    // A device that is not hers is unknown.
    let karis = kari.device.to_string();
    let pairs = [(token.0.as_str(), token.1.as_str()), ("device", karis.as_str())];
    assert_eq!(browser.post(&office, &of(&amina, "/revoke"), &pairs).await.status, StatusCode::NOT_FOUND);
    assert!(kari.session(&office).await.is_ok());
}

#[tokio::test]
async fn people_are_changed_only_by_a_form_of_this_page_and_within_the_programme() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let solveig = office.solveig(Role::Coordinator).await;
    let mut browser = Browser::of(&office, &kari).await;
    let token = browser.get(&office, PATH).await.form("/review/sign-out")[0].clone();
    let mut theirs = Browser::of(&office, &solveig).await;
    let hers = theirs.get(&office, PATH).await.form("/review/sign-out")[0].clone();
    for what in ["/role", "/revoke", "/device", "/reinstate"] {
        let (role, once) = (("role", "coordinator"), ("once", "x"));
        let page = browser.post(&office, &of(&amina, what), &[role, once]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what} without a token");
        let page = browser.post(&office, &of(&amina, what), &[(&*hers.0, &*hers.1), role, once]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what} with another's token");
        let page = theirs.post(&office, &of(&amina, what), &[(&*hers.0, &*hers.1), role, once]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{what} of another programme");
        let page = browser.post(&office, &format!("{PATH}/x{what}"), &[(&*token.0, &*token.1), role, once]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{what} of nobody");
    }
    assert_eq!(browser.post(&office, &format!("{PATH}/invite"), &[("name", "X")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(theirs.get(&office, &of(&amina, "")).await.status, StatusCode::NOT_FOUND);
    for path in [PATH, "/review/devices"] {
        assert!(!theirs.get(&office, path).await.says("Amina"), "{path}");
    }
    let page = browser.get(&office, &of(&amina, "")).await;
    assert!(page.says("Frivillig") && !page.says("Sluttet"), "nothing has changed");
}

/// The answer to an invitation with these pairs, and with those of the form.
async fn invite(browser: &mut Browser, office: &Office, more: &[(&str, &str)]) -> Page {
    post(browser, office, PATH, &format!("{PATH}/invite"), more).await
}

#[tokio::test]
async fn a_second_person_of_one_name_and_one_without_a_district_are_asked_about() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut browser = Browser::of(&office, &kari).await;
    // The same name in other letters: decomposed, and in capitals.
    let asked =
        invite(&mut browser, &office, &[("name", "AMINA"), ("role", "volunteer"), ("district", "Dalhem")]).await;
    assert!(asked.says("Noen med dette navnet er her allerede.") && asked.says("Dalhem"), "{}", asked.text);
    assert!(!asked.says("<pre><code>"));
    let again = asked.form(&format!("{PATH}/invite"));
    let pairs = again.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs: Vec<_> = pairs.chain([("name", "Amina"), ("role", "volunteer"), ("district", "Dalhem")]).collect();
    let made = browser.post(&office, &format!("{PATH}/invite"), &pairs).await;
    let mut other = Phone::new();
    other.join(&office, &link(&made)).await.unwrap();
    assert_ne!(other.person, amina.person);
    // Where one is chosen, they are told apart.
    let list = browser.get(&office, "/review").await;
    assert_eq!(list.text.matches("Amina (Dalhem, ").count(), 2, "{}", list.text);
    assert!(!list.says("Kari ("), "there is one Kari");
    let asked = invite(&mut browser, &office, &[("name", "Noor"), ("role", "volunteer")]).await;
    assert!(asked.says("Ingen bydel er valgt") && !asked.says("<pre><code>"), "{}", asked.text);
    let asked = invite(&mut browser, &office, &[("name", " "), ("role", "volunteer"), ("district", "Dalhem")]).await;
    assert!(asked.says("Skriv navnet hennes.") && !asked.says("<pre><code>"), "{}", asked.text);
    let made = invite(&mut browser, &office, &[("name", "Siri"), ("role", "coordinator")]).await;
    assert!(made.says("<pre><code>"), "a coordinator has no district");
}

#[tokio::test]
async fn a_name_that_was_written_wrong_is_mended_on_the_page() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    let mut browser = Browser::of(&office, &kari).await;
    let page = of(&amina, "");
    let done = post(&mut browser, &office, &page, &of(&amina, "/name"), &[("name", " Amina Bergström ")]).await;
    assert_eq!(done.header(header::LOCATION), format!("{page}?done=saved"));
    assert!(browser.get(&office, PATH).await.says(">Amina Bergström<"));
    let none = post(&mut browser, &office, &page, &of(&amina, "/name"), &[("name", " ")]).await;
    assert_eq!(none.header(header::LOCATION), format!("{page}?done=name-needed"));
    assert!(browser.get(&office, PATH).await.says(">Amina Bergström<"));
}

#[tokio::test]
async fn what_waits_with_somebody_who_leaves_is_shown_before_and_marked_after() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "Blå sjal" }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": contact.id, "what": "work", "due": "2026-12-01" }));
    let to = Recipient::Person(amina.person);
    let give = amina.command(follow_up.id, &Command::Give { to, seen: None });
    amina.push(&office, vec![contact.item(), follow_up.item(), give]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = of(&amina, "");
    let before = browser.get(&office, &page).await;
    assert!(before.says("1 åpen oppfølging er hos henne") && before.says("Blå sjal"), "{}", before.text);
    assert!(before.says("Sist her") && before.says("ingenting usendt"), "what is known of her phone is said");
    assert!(!browser.get(&office, "/review/follow-ups").await.says("hun har sluttet"));
    post_bare(&mut browser, &office, &page, &of(&amina, "/revoke")).await;
    assert!(browser.get(&office, &page).await.says("1 åpen oppfølging er hos henne"));
    assert!(browser.get(&office, "/review/follow-ups").await.says("hun har sluttet: gi den videre"));
}

#[tokio::test]
async fn a_device_is_called_what_its_person_calls_it() {
    let office = Office::open().await;
    let (amina, kari) = (office.amina().await, office.kari().await);
    amina.session_as(&office, Some("R\u{f8}d \u{202e}<b> Samsung\u{7}")).await.unwrap();
    let mut browser = Browser::of(&office, &kari).await;
    for path in [of(&amina, ""), "/review/devices".to_owned()] {
        assert!(browser.get(&office, &path).await.says("Rød &lt;b&gt; Samsung"), "{path}");
    }
    amina.session(&office).await.unwrap();
    assert!(browser.get(&office, "/review/devices").await.says("Rød &lt;b&gt; Samsung"), "it keeps its name");
}

#[tokio::test]
async fn the_name_of_somebody_who_left_is_erased_and_her_records_stay_as_a_former_volunteers() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let unfinished = footbridge_model::DocumentId::from_bytes([9; 16]);
    let body = draft_body(r#"{"place":"vaskekjelleren"}"#);
    amina.push(&office, vec![visit.item(), draft(unfinished, 1, None, Some(&body))]).await;
    amina.session_as(&office, Some("Aminas telefon")).await.unwrap();
    let mut browser = Browser::of(&office, &kari).await;
    let (page, erase) = (of(&amina, ""), of(&amina, "/erase"));
    // Only of somebody who has left: neither on the page nor by a command.
    let token = browser.get(&office, &page).await.form("/review/sign-out")[0].clone();
    let typed = [(&*token.0, &*token.1), ("name", "Amina")];
    let told = browser.post(&office, &erase, &typed).await;
    assert_eq!(told.header(header::LOCATION), format!("{page}?done=refused"));
    let command = kari.command(amina.person.document(), &Command::Erase);
    assert_eq!(kari.push(&office, vec![command]).await, [Answer::from(ErrorCode::Forbidden)]);
    post_bare(&mut browser, &office, &page, &of(&amina, "/revoke")).await;
    let wrong = post(&mut browser, &office, &page, &erase, &[("name", "Leila")]).await;
    assert_eq!(wrong.header(header::LOCATION), format!("{page}?done=name-not-typed"));
    let done = post(&mut browser, &office, &page, &erase, &[("name", "amina")]).await;
    assert_eq!(done.header(header::LOCATION), format!("{PATH}?done=erased"));
    // Her name is on no page any more, and her visit is there.
    assert_eq!(browser.get(&office, &page).await.status, StatusCode::NOT_FOUND);
    for path in [PATH, "/review/devices", "/review"] {
        assert!(!browser.get(&office, path).await.says("Amina"), "{path}");
    }
    let shown = browser.get(&office, &format!("/review/visits/{}", visit.id)).await;
    assert!(shown.says("en tidligere frivillig") && !shown.says("Amina"), "{}", shown.text);
    // Nobody is let back in under that entry, however it is asked.
    let (programme, person) = (office.programme, Some(amina.person));
    assert!(execute(&office.state, AdminRequest::Reinstate { programme, person }).await.is_err());
    let again = kari.command(amina.person.document(), &Command::Reinstate);
    assert_eq!(kari.push(&office, vec![again]).await, [Answer::from(ErrorCode::NotFound)]);
    let seen = kari.sees(&office, Scope::Programme).await;
    assert!(!seen.contains(&amina.person.document()));
    office.state.stop().await;
    let files = std::fs::read_dir(office.data()).unwrap().map(|entry| entry.unwrap().path());
    let bytes: Vec<u8> = files.filter(|path| path.is_file()).flat_map(|path| std::fs::read(path).unwrap()).collect();
    for word in ["Amina", "Aminas telefon", "vaskekjelleren"] {
        assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word}");
    }
}
