//! What stands aside on the review pages: what a revoked device handed over, and what was refused to devices.

use axum::http::{StatusCode, header};
use footbridge_model::{Command, Kind, Role};
use footbridge_protocol::{Answer, ErrorCode};
use serde_json::json;

use super::pages::Browser;
use super::quarantine::{listed, revoke};
use super::support::{Office, Phone, Recorded};

const PATH: &str = "/review/aside";

/// A visit with a note that Amina's phone handed over when it was revoked.
async fn handed_over(office: &Office, amina: &mut Phone) -> (Recorded, Recorded) {
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Hun vil <b>lese</b>." }));
    revoke(office, amina).await;
    amina.push(office, vec![visit.item(), note.item()]).await;
    (visit, note)
}

#[tokio::test]
async fn what_a_revoked_device_handed_over_is_taken_over_or_thrown_away() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let (visit, note) = handed_over(&office, &mut amina).await;
    let entries = listed(&office, &kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    assert!(page.says("Ute på gata") && page.says("&lt;b&gt;lese") && page.says("Fra Amina"), "{}", page.text);
    assert!(page.says("class=\"badge\">2<"));
    assert!(!browser.get(&office, "/review").await.says("class=\"visit\""), "nothing is applied yet");
    let step = |entry: usize, step: &str| format!("{PATH}/{}/{step}", entries[entry].0);
    // The note alone cannot be taken: what it is on is not here.
    let page = browser.get(&office, PATH).await;
    let early = browser.submit(&office, &page, &step(1, "take"), &[]).await;
    assert_eq!(early.header(header::LOCATION), format!("{PATH}?done=taken-partly"));
    let page = browser.get(&office, PATH).await;
    assert!(page.says("&lt;b&gt;lese") && page.says("Dette finnes ikke på serveren"), "{}", page.text);
    let taken = browser.submit(&office, &page, &step(0, "take"), &[]).await;
    assert_eq!(taken.header(header::LOCATION), format!("{PATH}?done=taken-over"));
    let list = browser.get(&office, "/review").await;
    assert!(list.says(&visit.id.to_string()) && list.says("Amina"), "it is hers");
    let page = browser.get(&office, PATH).await;
    let thrown = browser.submit(&office, &page, &step(1, "discard"), &[]).await;
    assert_eq!(thrown.header(header::LOCATION), format!("{PATH}?done=discarded"));
    assert!(browser.get(&office, PATH).await.says("Ingenting venter."));
    assert_eq!(browser.get(&office, &format!("/review/records/{}", note.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.submit(&office, &page, &step(1, "discard"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_stands_aside_is_the_programmes_own_and_moves_by_its_own_forms() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    handed_over(&office, &mut amina).await;
    let entries = listed(&office, &kari).await;
    let solveig = office.solveig(Role::Coordinator).await;
    let mut theirs = Browser::of(&office, &solveig).await;
    let page = theirs.get(&office, PATH).await;
    assert!(page.says("Ingenting venter.") && !page.says("Amina"));
    let hers = page.form("/review/sign-out")[0].clone();
    let mut browser = Browser::of(&office, &kari).await;
    for step in ["take", "discard"] {
        let path = format!("{PATH}/{}/{step}", entries[0].0);
        let page = theirs.post(&office, &path, &[(&*hers.0, &*hers.1)]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{step}");
        for pairs in [vec![], vec![(&*hers.0, &*hers.1)]] {
            assert_eq!(browser.post(&office, &path, &pairs).await.status, StatusCode::FORBIDDEN, "{step}");
        }
    }
    assert_eq!(listed(&office, &kari).await.len(), 2, "nothing has moved");
}

#[tokio::test]
async fn what_was_refused_to_a_device_is_told_with_why_and_without_a_word_of_it() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "Blå sjal" }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": contact.id, "what": "work" }));
    let close = amina.command(follow_up.id, &Command::Close { outcome: Some("done".to_owned()) });
    let again = amina.command(follow_up.id, &Command::Close { outcome: Some("not_needed".to_owned()) });
    let answers = amina.push(&office, vec![contact.item(), follow_up.item(), close, again]).await;
    assert_eq!(answers.last(), Some(&Answer::Refused(ErrorCode::Changed)));
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, PATH).await;
    for words in ["Oppfølging", "Amina", &format!("/review/records/{}", follow_up.id), "Noen andre"] {
        assert!(page.says(words), "{words}: {}", page.text);
    }
    assert!(!page.says("Blå sjal"));
    // The sentences of the phones are in no Arabic yet, and say so.
    let page = browser.get(&office, &format!("{PATH}?lang=ar")).await;
    assert!(page.says("<html lang=\"ar\" dir=\"rtl\">") && page.says("<span lang=\"en\" dir=\"ltr\">Somebody else"));
    let solveig = office.solveig(Role::Coordinator).await;
    assert!(!Browser::of(&office, &solveig).await.get(&office, PATH).await.says("Amina"));
}
