//! Opening and erasing records on the review pages.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use footbridge_model::{Kind, Role};
use serde_json::json;

use super::pages::Browser;
use super::support::{Office, set};

#[tokio::test]
async fn opening_a_record_marks_it_seen_until_it_is_edited() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hun vil lese." }));
    amina.push(&office, vec![visit.item(), note.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let count = |page: &super::pages::Page| page.text.matches("class=\"visit\"").count();
    assert_eq!(count(&browser.get(&office, "/review?state=new").await), 1);
    let path = format!("/review/visits/{}", visit.id);
    // What a browser fetches ahead of her is not seen by her.
    let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let ahead = Request::get(&path).header(header::COOKIE, cookies.join("; ")).header("sec-purpose", "prefetch");
    let page = office.send(ahead.body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(count(&browser.get(&office, "/review?state=new").await), 1);
    let page = browser.get(&office, &path).await;
    assert!(page.says("Åpnet av") && page.says("<li>Kari, 22. november 2026"), "{}", page.text);
    assert_eq!(count(&browser.get(&office, "/review?state=new").await), 0);
    let note_page = browser.get(&office, &format!("/review/records/{}", note.id)).await;
    assert!(note_page.says("<li>Kari, "), "what the page of the visit shows is seen with it");
    let edited = amina.edit(&visit, &[set("minutes", 20)]);
    amina.push(&office, vec![edited.item()]).await;
    assert_eq!(count(&browser.get(&office, "/review?state=new").await), 1, "an edit makes it unseen");
}

#[tokio::test]
async fn a_record_is_erased_after_asking_once_more() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Et hemmelighetsfullt ord." }));
    let other = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Et annet." }));
    amina.push(&office, vec![visit.item(), note.item(), other.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let of = |id: footbridge_model::DocumentId| format!("/review/records/{id}/erase");
    assert!(browser.get(&office, &format!("/review/visits/{}", visit.id)).await.says(&of(note.id)));
    let asked = browser.get(&office, &of(note.id)).await;
    assert!(asked.status == StatusCode::OK && asked.says("Det kan ikke angres.") && asked.says("Behold den"));
    assert!(
        browser.get(&office, "/review/search?q=hemmelighet").await.says("class=\"visit\""),
        "asking erases nothing"
    );
    let erased = browser.submit(&office, &asked, &of(note.id), &[]).await;
    assert_eq!(erased.header(header::LOCATION), format!("/review/visits/{}?done=erased", visit.id));
    assert!(!browser.get(&office, "/review/search?q=hemmelighet").await.says("class=\"visit\""));
    let asked = browser.get(&office, &of(visit.id)).await;
    let erased = browser.submit(&office, &asked, &of(visit.id), &[]).await;
    assert_eq!(erased.header(header::LOCATION), "/review?done=erased");
    let list = browser.get(&office, "/review?done=erased").await;
    assert!(list.says("Det er slettet.") && !list.says("class=\"visit\""));
    for id in [visit.id, note.id, other.id] {
        assert_eq!(browser.get(&office, &format!("/review/records/{id}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_record_is_erased_only_by_a_form_of_this_page_and_within_the_programme() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    amina.push(&office, vec![visit.item()]).await;
    let solveig = office.solveig(Role::Coordinator).await;
    let path = format!("/review/records/{}/erase", visit.id);
    let mut theirs = Browser::of(&office, &solveig).await;
    assert_eq!(theirs.get(&office, &path).await.status, StatusCode::NOT_FOUND);
    let hers = theirs.get(&office, "/review").await.form("/review/sign-out")[0].clone();
    assert_eq!(theirs.post(&office, &path, &[(&*hers.0, &*hers.1)]).await.status, StatusCode::NOT_FOUND);
    let mut browser = Browser::of(&office, &kari).await;
    for pairs in [vec![], vec![(&*hers.0, &*hers.1)]] {
        assert_eq!(browser.post(&office, &path, &pairs).await.status, StatusCode::FORBIDDEN);
    }
    // People and codes are not erased.
    let person = format!("/review/records/{}/erase", amina.person);
    assert_eq!(browser.get(&office, &person).await.status, StatusCode::NOT_FOUND);
    let token = browser.get(&office, &path).await.form(&path)[0].clone();
    assert_eq!(browser.post(&office, &person, &[(&*token.0, &*token.1)]).await.status, StatusCode::NOT_FOUND);
    assert!(browser.get(&office, "/review").await.says("class=\"visit\""), "nothing has gone");
}
