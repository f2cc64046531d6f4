//! Code lists on the review pages: named, moved, taken out of use, added to.

use axum::http::{StatusCode, header};
use footbridge_model::{DocumentId, Kind, Role, Scope, Vocabulary, validation, vocabulary::code_id};
use serde_json::json;

use super::pages::{Browser, Page};
use super::support::Office;

const LIST: &str = "/review/lists/topics";

fn of(id: DocumentId, what: &str) -> String {
    format!("{LIST}/{id}{what}")
}

/// The form of a code with its labels, some of them changed.
async fn rename(browser: &mut Browser, office: &Office, page: &Page, id: DocumentId, more: &[(&str, &str)]) -> Page {
    let form = page.form(&of(id, ""));
    let pairs = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied());
    browser.post(office, &of(id, ""), &pairs.collect::<Vec<_>>()).await
}

#[tokio::test]
async fn a_code_is_named_and_taken_out_of_use() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let work = code_id(office.programme, "topics", "work");
    let mut browser = Browser::of(&office, &kari).await;
    assert!(browser.get(&office, "/review/lists").await.says("13 i bruk"));
    let page = browser.get(&office, LIST).await;
    assert!(page.says("name=\"label-nb\"") && page.says("name=\"label-ar\"") && page.says("value=\"Arbeid\""));
    let labels = [("label-nb", "Jobb & lønn"), ("label-sv", ""), ("label-ar", "عمل"), ("on", "yes")];
    let saved = rename(&mut browser, &office, &page, work, &labels).await;
    assert_eq!(saved.header(header::LOCATION), format!("{LIST}?done=saved#{work}"));
    let changed = browser.get(&office, &format!("{LIST}?done=saved")).await;
    assert!(changed.says("Jobb &amp; lønn") && changed.says("value=\"عمل\"") && changed.says("Det er lagret."));
    // In her name, and on every phone.
    assert!(browser.get(&office, &format!("/review/records/{work}")).await.says("Kari"));
    assert!(amina.sees(&office, Scope::Programme).await.contains(&work));
    // A page from before that says otherwise is out of date; what nobody changed meanwhile it may say.
    let late = rename(&mut browser, &office, &page, work, &[("label-nb", "Jobb"), ("on", "yes")]).await;
    assert_eq!(late.header(header::LOCATION), format!("{LIST}?done=changed#{work}"));
    let off = rename(&mut browser, &office, &page, work, &[]).await;
    assert_eq!(off.header(header::LOCATION), format!("{LIST}?done=saved#{work}"));
    let page = browser.get(&office, LIST).await;
    assert!(page.says("Ikke i bruk") && page.says("Jobb &amp; lønn"));
    // What was recorded with it is still taken, and still named so.
    let visit = amina.record(Kind::Visit, json!({ "kind": "street", "topics": ["work"] }));
    amina.push(&office, vec![visit.item()]).await;
    assert!(browser.get(&office, "/review").await.says("Jobb &amp; lønn"));
}

#[tokio::test]
async fn a_code_is_moved_up_and_down() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let [family, children] = ["family", "children"].map(|code| code_id(office.programme, "topics", code));
    let mut browser = Browser::of(&office, &kari).await;
    let is_first = |page: &Page, id: DocumentId| {
        let first = page.text.split_once("<li class=\"code\" id=\"").unwrap().1;
        first.starts_with(&id.to_string())
    };
    let page = browser.get(&office, LIST).await;
    assert!(is_first(&page, family));
    let moved = browser.submit(&office, &page, &of(children, "/place"), &[]).await;
    let page = browser.get(&office, moved.header(header::LOCATION).split('#').next().unwrap()).await;
    assert!(is_first(&page, children), "up");
    let form = page.form(&of(children, "/place"));
    assert_eq!(form.iter().find(|(name, _)| name == "up").unwrap().1, "false", "the first has no place above it");
    browser.submit(&office, &page, &of(children, "/place"), &[]).await;
    assert!(is_first(&browser.get(&office, LIST).await, family), "down again");
}

#[tokio::test]
async fn a_choice_is_added_once() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    for (label, outcome) in
        [("Språkkafé", "saved"), ("språkkafe!", "taken"), ("", "no-name"), ("قهوة", "no-name"), ("Arbeid", "saved")]
    {
        let page = browser.get(&office, LIST).await;
        let token = page.form(LIST)[0].clone();
        let page = browser.post(&office, LIST, &[(&*token.0, &*token.1), ("label-nb", label)]).await;
        assert_eq!(page.header(header::LOCATION), format!("{LIST}?done={outcome}"), "{label}");
    }
    let page = browser.get(&office, LIST).await;
    let added = code_id(office.programme, "topics", "sprakkafe");
    assert!(page.says(&added.to_string()) && page.says("Språkkafé"));
    let long = "x".repeat(81);
    let token = page.form(LIST)[0].clone();
    let page = browser.post(&office, LIST, &[(&*token.0, &*token.1), ("label-nb", &long)]).await;
    assert_eq!(page.header(header::LOCATION), format!("{LIST}?done=refused"));
    let starter = Vocabulary::starter();
    let visit = serde_json::from_value(json!({ "kind": "street", "topics": ["sprakkafe"] })).unwrap();
    assert!(validation::create(Kind::Visit, &visit, &starter, footbridge_model::Timestamp(0)).is_err());
}

#[tokio::test]
async fn lists_are_changed_only_by_a_form_of_this_page_and_within_the_programme() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let solveig = office.solveig(Role::Coordinator).await;
    let work = code_id(office.programme, "topics", "work");
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, LIST).await;
    let form = page.form(&of(work, ""));
    let without: Vec<_> = form[1..].iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for path in [LIST.to_owned(), of(work, ""), of(work, "/place")] {
        assert_eq!(browser.post(&office, &path, &without).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let mut theirs = Browser::of(&office, &solveig).await;
    let token = theirs.get(&office, LIST).await.form(LIST)[0].clone();
    let mut pairs = without.clone();
    pairs.extend([(&*token.0, &*token.1), ("label-nb", "Borte")]);
    for path in [of(work, ""), of(work, "/place"), "/review/lists/nothing".to_owned()] {
        assert_eq!(theirs.post(&office, &path, &pairs).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(theirs.get(&office, "/review/lists/nothing").await.status, StatusCode::NOT_FOUND);
    assert_eq!(theirs.get(&office, "/review/lists/kind").await.status, StatusCode::NOT_FOUND, "it is fixed");
    let page = browser.get(&office, LIST).await;
    assert!(page.says("value=\"Arbeid\"") && !page.says("Borte") && !page.says("Ikke i bruk"));
    // What is no code is not changed as one.
    let token = page.form(LIST)[0].clone();
    let pairs = [(&*token.0, &*token.1), ("seen", &*form[1].1), ("label-nb", "x")];
    let path = of(kari.person.document(), "");
    assert_eq!(browser.post(&office, &path, &pairs).await.status, StatusCode::NOT_FOUND);
}
