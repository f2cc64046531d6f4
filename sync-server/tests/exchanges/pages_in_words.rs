//! The review pages and the page behind an invitation: languages, directions, and words that are no markup.

use axum::http::{StatusCode, header};
use footbridge_model::{FieldChange, Kind, Scalar};
use footbridge_server::admin::AdminRequest;
use serde_json::json;

use super::pages::{Browser, Page, link};
use super::support::{Office, set};

const HOSTILE: &str = "<script>alert(1)</script> & \"quoted\" <img src=x onerror=alert(2)>";

/// Words that look like keys of the catalogues.
fn untranslated(page: &Page) -> Vec<String> {
    let heads = ["review-", "join-", "code-", "field-", "value-", "date-", "state-", "kind-", "list-", "role-"];
    // A command has that name.
    let text = page.text.replace("review-link PROGRAMME", "");
    let said = text.split('<').filter_map(|part| part.split_once('>')).flat_map(|(_, text)| text.split_whitespace());
    said.filter(|word| heads.iter().any(|head| word.starts_with(head))).map(str::to_owned).collect()
}

#[tokio::test]
async fn every_page_is_in_the_readers_language_with_no_key_left() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let contact = amina.record(Kind::Contact, json!({ "handle": "blå sjal", "languages": ["ti"], "needs": ["work"] }));
    let visit = amina.record(
        Kind::Visit,
        json!({
            "kind": "service", "place": "library", "arose": "by_chance", "languages": ["ti", "sv"], "reached": 2,
            "reached_estimated": true, "topics": ["work"], "help": ["form"], "with": ["school"], "minutes": 20,
            "contact": contact.id, "next_step": "work", "district": "Dalhem",
        }),
    );
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "ትግርኛ" }));
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "work", "due": "2026-12-01" }));
    let (hers, karis) = (amina.edit(&visit, &[set("minutes", 30)]), kari.edit(&visit, &[set("minutes", 40)]));
    let items = [&contact, &visit, &note, &follow_up, &hers].map(super::support::Recorded::item);
    amina.push(&office, items.into()).await;
    kari.push(&office, vec![karis.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let unused = link(&office, &kari).await;
    let paths = [
        "/review".to_owned(),
        "/review?district=Nowhere".to_owned(),
        "/review/disagreements".to_owned(),
        format!("/review/visits/{}", visit.id),
        format!("/review/records/{}", contact.id),
        format!("/review/records/{}", follow_up.id),
        format!("/review/records/{}", note.id),
        format!("/review/records/{}", amina.person),
        format!("/review/records/{}", office.programme),
        "/review/search".to_owned(),
        "/review/search?q=school".to_owned(),
        "/review/follow-ups".to_owned(),
        "/review/follow-ups?show=late".to_owned(),
        "/review/follow-ups?show=closed".to_owned(),
        "/review/people".to_owned(),
        format!("/review/people/{}", amina.person),
        "/review/devices".to_owned(),
        "/review/aside".to_owned(),
        format!("/review/records/{}/erase", visit.id),
        "/review/lists".to_owned(),
        "/review/lists/topics".to_owned(),
        "/review/nowhere".to_owned(),
        unused,
        "/review/sign-in".to_owned(),
        "/review/sign-out".to_owned(),
        "/join".to_owned(),
    ];
    for (language, dir, heading) in [
        ("nb", "ltr", "Hva som har kommet inn"),
        ("sv", "ltr", "Vad som har kommit in"),
        ("en", "ltr", "What came in"),
        ("ar", "rtl", "ما وصل"),
    ] {
        browser.language = language;
        assert!(browser.get(&office, "/review").await.says(heading));
        for path in &paths {
            let page = browser.get(&office, path).await;
            assert!(page.says(&format!("<html lang=\"{language}\" dir=\"{dir}\">")), "{path} in {language}");
            assert_eq!(untranslated(&page), Vec::<String>::new(), "{path} in {language}");
            let expected = if path == "/review/nowhere" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(page.status, expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_language_is_chosen_by_the_address_and_remembered() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review?district=Dalhem").await;
    for language in ["nb", "sv", "en"] {
        assert!(page.says(&format!("href=\"/review?district=Dalhem&amp;lang={language}\" lang=\"{language}\"")));
    }
    assert!(browser.get(&office, "/review?lang=en").await.says("What came in"));
    assert!(browser.get(&office, "/review").await.says("What came in"));
    assert!(browser.get(&office, "/join").await.says("You have been invited"));
}

#[tokio::test]
async fn words_of_a_record_are_text_in_their_own_direction() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let place = |text: &str| FieldChange::Set { field: "place".to_owned(), value: Scalar::Str(text.to_owned()) };
    let hers = amina.edit(&visit, &[place("<script>alert(3)</script>")]);
    let karis = kari.edit(&visit, &[place("\"><b>x")]);
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": format!("سألت عن دروس اللغة\n{HOSTILE}") }));
    amina.push(&office, vec![visit.item(), hers.item(), note.item()]).await;
    kari.push(&office, vec![karis.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    for path in ["/review".to_owned(), "/review/disagreements".to_owned(), format!("/review/visits/{}", visit.id)] {
        let page = browser.get(&office, &path).await;
        for markup in ["<script", "<img src=x", "<b>x"] {
            assert!(!page.says(markup), "{markup} on {path}");
        }
    }
    let page = browser.get(&office, &format!("/review/visits/{}", visit.id)).await;
    assert!(
        page.says(
            "<div class=\"prose\" lang=\"\"><p dir=\"auto\">سألت عن دروس اللغة</p><p dir=\"auto\">&lt;script&gt;"
        )
    );
    assert!(page.says("<span dir=\"auto\" lang=\"\">&lt;script&gt;alert(3)"));
}

#[tokio::test]
async fn a_hostile_filter_is_text_too() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review?district=%22%3E%3Cscript%3E&x=%22%3E%3Cimg").await;
    assert!(!page.says("<script") && !page.says("\"><script") && !page.says("><img>"), "{}", page.text);
}

#[tokio::test]
async fn a_visit_that_was_taken_back_says_so() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let withdrawn = FieldChange::Set { field: "state".to_owned(), value: Scalar::Str("withdrawn".to_owned()) };
    let back = amina.edit(&visit, &[withdrawn]);
    amina.push(&office, vec![visit.item(), back.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    assert!(browser.get(&office, "/review").await.says("Trukket tilbake"));
    let page = browser.get(&office, &format!("/review/visits/{}", visit.id)).await;
    assert!(page.says("Hun har trukket denne samtalen tilbake."));
}

#[tokio::test]
async fn the_page_behind_an_invitation_uses_nothing_up() {
    let office = Office::open().await;
    let request = AdminRequest::Invite {
        programme: office.programme,
        role: footbridge_model::Role::Volunteer,
        name: "Amina".to_owned(),
        districts: vec!["Dalhem".to_owned()],
        lasts_millis: Some(1000),
    };
    let invited = office.ask(request).await;
    let mut browser = Browser { language: "sv-SE", ..Browser::new() };
    let page = browser.get(&office, "/join").await;
    assert!(page.status == StatusCode::OK && page.says("Du är inbjuden") && page.says("footbridge --store"));
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self'"));
    let invitation = footbridge_protocol::Invitation::parse(invited["url"].as_str().unwrap()).unwrap();
    super::support::Phone::new().join(&office, &invitation).await.unwrap();
}

#[tokio::test]
async fn style_and_pictures_are_there_and_may_be_kept() {
    let office = Office::open().await;
    let mut browser = Browser::new();
    let page = browser.get(&office, "/join").await;
    let addresses = page.text.split('"').filter(|part| part.contains("/assets/"));
    let addresses: Vec<_> = addresses.map(str::to_owned).collect();
    assert_eq!(addresses.len(), 4, "{addresses:?}");
    for address in addresses {
        let asset = browser.get(&office, &address).await;
        assert_eq!(asset.status, StatusCode::OK, "{address}");
        assert!(asset.header(header::CACHE_CONTROL).contains("immutable"), "{address}");
    }
    assert_eq!(page.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(browser.get(&office, "/review/assets/secrets").await.status, StatusCode::NOT_FOUND);
}
