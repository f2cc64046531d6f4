//! Finding on the review pages: the list narrowed by what is in its address, and the search.

use axum::http::StatusCode;
use footbridge_model::document::{self, Base};
use footbridge_model::{FieldChange, Kind, Role, Scalar, Timestamp};
use footbridge_protocol::{Answer, PulledContent};
use serde_json::json;

use super::pages::{Browser, Page};
use super::support::{NOW, Office, Recorded, set};

fn rows(page: &Page) -> usize {
    page.text.matches("class=\"visit\"").count() + page.text.matches("class=\"visit withdrawn\"").count()
}

#[tokio::test]
async fn the_list_is_narrowed_by_all_that_a_visit_is_known_by() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = |day: &str, kind: &str, topics: &[&str], languages: &[&str]| {
        let fields = json!({ "happened_at": day, "kind": kind, "topics": topics, "languages": languages });
        amina.record(Kind::Visit, fields)
    };
    let visits = [
        visit("2026-10-31T23:30:00+01:00", "street", &["work", "health"], &["ti"]),
        visit("2026-11-01T00:30:00+01:00", "home", &["work"], &["ar", "ti"]),
        visit("2026-11-15", "street", &["school"], &["ar"]),
    ];
    let taken_back = FieldChange::Set { field: "state".to_owned(), value: Scalar::Str("withdrawn".to_owned()) };
    let withdrawn = amina.edit(&visits[2], &[taken_back]);
    let hers = amina.edit(&visits[0], &[set("minutes", 20)]);
    let karis = kari.edit(&visits[0], &[set("minutes", 30)]);
    let items = visits.iter().chain([&withdrawn, &hers]).map(Recorded::item).collect();
    amina.push(&office, items).await;
    kari.push(&office, vec![karis.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    for (query, expected) in [
        ("", 3),
        ("kind=street", 2),
        ("topic=work", 2),
        ("topic=work&language=ar", 1),
        ("language=ti", 2),
        ("language=ti&kind=home&topic=health", 0),
        ("state=withdrawn", 1),
        ("state=done", 2),
        ("state=differ", 1),
        ("state=new", 3),
        ("since=2026-11-01", 2),
        ("until=2026-10-31", 1),
        ("since=2026-11-01&until=2026-11-01", 1),
        ("since=2026-11-15&state=done", 0),
        ("topic=wor", 0),
        ("topic=work|", 3),
    ] {
        let page = browser.get(&office, &format!("/review?{query}")).await;
        assert_eq!((page.status, rows(&page)), (StatusCode::OK, expected), "{query}");
    }
    let page = browser.get(&office, "/review?topic=work&language=ar").await;
    assert!(page.says("value=\"work\" selected>Arbeid") && page.says("value=\"ar\" selected>arabisk"), "{}", page.text);
    assert!(page.says("<details open>") && page.says(">1 samtale<") && page.says("Vis alle"));
    // A language that nobody has spoken yet is not offered.
    assert!(!page.says("value=\"so\""));
}

#[tokio::test]
async fn the_search_finds_words_however_they_are_typed() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "Blå sjal, biblioteket" }));
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "place": "Søndre torg", "contact": contact.id }));
    let note =
        amina.record(Kind::Note, json!({ "on": visit.id, "text": "أرادَت أن تتعلَّم. Hun vil søke <b>plass</b>." }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": contact.id, "what": "work" }));
    let items = [&contact, &visit, &note, &follow_up].map(Recorded::item).into();
    amina.push(&office, items).await;
    let mut browser = Browser::of(&office, &kari).await;
    let empty = browser.get(&office, "/review/search").await;
    assert!(empty.status == StatusCode::OK && rows(&empty) == 0 && empty.says("Begynnelsen av et ord er nok."));
    for (asked, found) in [
        ("sondre", vec![&visit]),
        ("SOKE+plas", vec![&note]),
        ("%D8%AA%D8%AA%D8%B9%D9%84%D9%85", vec![&note]),
        ("bla+sja", vec![&follow_up, &contact]),
        ("sondre+soke", vec![]),
        ("%22+OR+%2A", vec![]),
    ] {
        let page = browser.get(&office, &format!("/review/search?q={asked}")).await;
        let places: Vec<_> = found
            .iter()
            .map(|one| page.text.find(&format!("/{}\"", one.id)).unwrap_or_else(|| panic!("{asked}: {}", page.text)))
            .collect();
        assert!(places.is_sorted() && rows(&page) == found.len(), "{asked}: {}", page.text);
    }
    let page = browser.get(&office, "/review/search?q=plass").await;
    assert!(page.says("&lt;b&gt;plass") && !page.says("<b>plass"));
    // What was replaced is found no more.
    let other = FieldChange::Set { field: "place".to_owned(), value: Scalar::Str("library".to_owned()) };
    let moved = amina.edit(&visit, &[other]);
    amina.push(&office, vec![moved.item()]).await;
    assert_eq!(rows(&browser.get(&office, "/review/search?q=sondre").await), 0);
}

#[tokio::test]
async fn the_search_goes_on_page_by_page() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits = (0..35).map(|_| amina.record(Kind::Visit, json!({ "kind": "street", "place": "Torget" })).item());
    let visits = visits.collect();
    amina.push(&office, visits).await;
    let mut browser = Browser::of(&office, &kari).await;
    let first = browser.get(&office, "/review/search?q=torget").await;
    assert_eq!(rows(&first), 30);
    let (before, _) = first.text.split_once("\">Eldre").expect("a way to older ones");
    let older = before[before.rfind("href=\"").unwrap() + 6..].replace("&amp;", "&");
    let second = browser.get(&office, &older).await;
    assert_eq!((rows(&second), second.says(">Eldre")), (5, false));
}

#[tokio::test]
async fn a_word_that_labels_a_code_finds_what_was_recorded_with_it_in_every_language() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let note_on = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": note_on.id, "text": "Om skolen. Ring 912 34 567." }));
    let fields = json!({ "kind": "home", "topics": ["school"], "languages": ["so"] });
    let visits: Vec<_> = (0..31).map(|_| amina.record(Kind::Visit, fields.clone()).item()).collect();
    amina.push(&office, vec![note_on.item(), note.item()]).await;
    amina.push(&office, visits).await;
    let mut browser = Browser::of(&office, &kari).await;
    let mut found = async |words: &str| browser.get(&office, &format!("/review/search?q={words}")).await;
    let first = found("skole").await;
    assert_eq!(rows(&first), 30);
    assert!(first.text.find("Om skolen").unwrap() < first.text.find("class=\"chips").unwrap_or(usize::MAX));
    assert!(first.says("Om skolen"), "what holds the word is first, though it came first");
    let (before, _) = first.text.split_once("\">Eldre").expect("a way to older ones");
    let older = before[before.rfind("q=").unwrap() + 2..].replace("&amp;", "&");
    assert_eq!(rows(&found(&older).await), 2);
    for words in ["skola", "school", "somaliska", "Somali+hjemme"] {
        assert_eq!(rows(&found(words).await), 30, "{words}");
    }
    assert_eq!(rows(&found("%2B4791234567").await), 1);
    assert_eq!(rows(&found("skole+kafé").await), 0);
}

#[tokio::test]
async fn nobody_finds_what_is_another_programmes() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "place": "Søndre torg", "languages": ["ti"] }));
    amina.push(&office, vec![visit.item()]).await;
    let solveig = office.solveig(Role::Coordinator).await;
    let mut browser = Browser::of(&office, &solveig).await;
    for path in ["/review", "/review?kind=street", "/review/search?q=torg"] {
        let page = browser.get(&office, path).await;
        assert_eq!((page.status, rows(&page), page.says("tigrinja")), (StatusCode::OK, 0, false), "{path}");
    }
    // Nobody at all sees the page without being signed in.
    let page = Browser::new().get(&office, "/review/search?q=torg").await;
    assert!(page.status == StatusCode::FORBIDDEN && !page.says("torg\""));
}

#[tokio::test]
async fn a_note_whose_days_are_over_is_found_no_more() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Et hemmelighetsfullt ord." }));
    amina.push(&office, vec![visit.item(), note.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    assert_eq!(rows(&browser.get(&office, "/review/search?q=hemmelighet").await), 1);
    office.clock.pass(200 * 24 * 60 * 60 * 1000);
    let confirmed = office.ask(footbridge_server::admin::AdminRequest::ConfirmClock).await;
    assert_eq!(confirmed["expired"], 1);
    let mut browser = Browser::of(&office, &kari).await;
    assert_eq!(rows(&browser.get(&office, "/review/search?q=hemmelighet").await), 0);
    let office = office.restart().await;
    for file in std::fs::read_dir(office.data()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|part| part == b"hemmelighet"));
    }
}

#[tokio::test]
async fn a_renamed_district_is_one_on_the_pages() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let fields = json!({ "kind": "street", "happened_at": "2026-11-21", "district": "Dalhem" });
    let visit = amina.record(Kind::Visit, fields.clone());
    let elsewhere =
        amina.record(Kind::Visit, json!({ "kind": "home", "happened_at": "2026-11-20", "district": "Närlunda" }));
    amina.push(&office, vec![visit.item(), elsewhere.item()]).await;
    let id = office.programme.document();
    let held = kari.documents(&office, &[id]).await.items.remove(0);
    let PulledContent::Document { document: stored, .. } = held.content else { panic!("a document") };
    let changes = [
        FieldChange::Set { field: "district_names/Dalhem".to_owned(), value: Scalar::Str("Dalhem Öst".to_owned()) },
        FieldChange::Remove { field: "districts".to_owned(), member: "Närlunda".to_owned() },
    ];
    let made = document::edit(&stored, kari.actor, Timestamp(NOW), &changes, &Base::Current).unwrap().unwrap();
    let renamed = Recorded { id, kind: Kind::Programme, made };
    assert_eq!(kari.push(&office, vec![renamed.item()]).await, [Answer::Accepted]);
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review").await;
    assert!(page.says("<option value=\"Dalhem\">Dalhem Öst</option>"), "{}", page.text);
    assert!(page.says("<option value=\"Närlunda\">Närlunda (nedlagt)</option>"), "{}", page.text);
    assert!(page.says("<bdi>Dalhem Öst</bdi>") && !page.says("<bdi>Dalhem</bdi>"));
    for district in ["Dalhem", "N%C3%A4rlunda"] {
        let page = browser.get(&office, &format!("/review?district={district}")).await;
        assert_eq!(page.text.matches("class=\"visit\"").count(), 1, "{district}");
    }
    let people = browser.get(&office, "/review/people").await;
    assert!(people.says("<bdi>Dalhem Öst</bdi>") && !people.says("value=\"Närlunda\""), "{}", people.text);
}
