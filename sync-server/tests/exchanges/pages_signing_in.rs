//! The review pages: links, signing in, signing out.

use axum::http::{StatusCode, header};
use footbridge_server::reviewing;

use super::pages::{Browser, link};
use super::support::Office;

#[tokio::test]
async fn without_signing_in_every_page_says_how() {
    let office = Office::open().await;
    let mut browser = Browser::new();
    let record = "/review/records/01a00000-0000-7000-8000-000000000000";
    for path in [
        "/review",
        "/review?volunteer=1",
        "/review/disagreements",
        "/review/follow-ups",
        "/review/people",
        "/review/devices",
        "/review/lists",
        "/review/aside",
        "/review/visits/x",
        record,
    ] {
        let page = browser.get(&office, path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(
            page.says("Be om en ny i Footbridge på din egen enhet") && page.says("footbridge --store FOLDER review"),
            "{path}"
        );
    }
    for path in [format!("{record}/answers"), "/review/sign-out".to_owned()] {
        assert_eq!(browser.post(&office, &path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    browser.cookies.insert("footbridge_review".to_owned(), "guessed".to_owned());
    assert!(browser.get(&office, "/review").await.says("Du har vært borte en stund."));
}

#[tokio::test]
async fn looking_at_a_link_uses_nothing_up_and_pressing_does_once() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let link = link(&office, &kari).await;
    let mut robot = Browser { elsewhere: true, ..Browser::new() };
    for _ in 0..3 {
        assert!(robot.get(&office, &link).await.says("Hei, Kari."));
    }
    let mut browser = Browser { elsewhere: true, ..Browser::new() };
    let page = browser.get(&office, &link).await;
    browser.elsewhere = false;
    let signed_in = browser.submit(&office, &page, "/review/sign-in", &[]).await;
    assert_eq!((signed_in.status, signed_in.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/review"));
    let cookie = signed_in.header(header::SET_COOKIE);
    assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
    assert_eq!(browser.get(&office, "/review").await.status, StatusCode::OK);
    // The same link, in another browser and in this one.
    let mut other = Browser::new();
    let again = other.get(&office, &link).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.says("Denne lenken er allerede brukt.") && again.says("href=\"/review\""));
    let again = browser.submit(&office, &page, "/review/sign-in", &[]).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert_eq!(browser.get(&office, "/review").await.status, StatusCode::OK, "she stays signed in");
}

#[tokio::test]
async fn a_link_signs_in_only_the_browser_that_was_shown_it() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let link = link(&office, &kari).await;
    let page = Browser::new().get(&office, &link).await;
    let mut other = Browser::new();
    assert_eq!(other.submit(&office, &page, "/review/sign-in", &[]).await.status, StatusCode::FORBIDDEN);
    other.get(&office, &link).await;
    assert_eq!(other.submit(&office, &page, "/review/sign-in", &[]).await.status, StatusCode::FORBIDDEN);
    let own = other.get(&office, &link).await;
    other.elsewhere = true;
    assert_eq!(other.submit(&office, &own, "/review/sign-in", &[]).await.status, StatusCode::FORBIDDEN);
    other.elsewhere = false;
    assert_eq!(other.submit(&office, &own, "/review/sign-in", &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_that_is_late_or_made_up_says_so() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let link = link(&office, &kari).await;
    office.clock.pass(reviewing::LINK_LASTS_MAX_MILLIS);
    let mut browser = Browser::new();
    let late = browser.get(&office, &link).await;
    assert!(late.status == StatusCode::GONE && late.says("Denne lenken er for gammel."));
    let unknown = browser.get(&office, "/review/sign-in?token=x%3Cscript%3E").await;
    assert!(unknown.status == StatusCode::NOT_FOUND && unknown.says("Denne lenken er ikke hel"));
    assert!(!unknown.says("<script"), "an address is text");
    assert!(browser.get(&office, "/review/sign-in").await.says("med din egen lenke"));
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review").await;
    let mut copy = Browser { cookies: browser.cookies.clone(), ..Browser::new() };
    let out = browser.submit(&office, &page, "/review/sign-out", &[]).await;
    assert_eq!(out.header(header::LOCATION), "/review/sign-out");
    browser.cookies.retain(|_, value| !value.is_empty());
    assert!(browser.get(&office, "/review/sign-out").await.says("Du er logget ut."));
    for browser in [&mut browser, &mut copy] {
        assert_eq!(browser.get(&office, "/review").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn one_who_comes_from_elsewhere_is_asked_to_come_from_here() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut signed_in = Browser::of(&office, &kari).await;
    // A browser keeps the cookie to itself where a link of another site leads here.
    let mut elsewhere = Browser { elsewhere: true, ..Browser::new() };
    let page = elsewhere.get(&office, "/review?district=Dalhem&lang=nb").await;
    assert!(page.says("content=\"0;url=/review?district=Dalhem\""), "{}", page.text);
    assert_eq!(signed_in.get(&office, "/review?district=Dalhem").await.status, StatusCode::OK);
}

#[tokio::test]
async fn where_the_server_is_reached_encrypted_the_cookie_is_too() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let remembered = office.state.storage().write(|writing| {
        let public = Some("https://bru.example/sub");
        footbridge_server::storage::server::remember_addresses(writing.connection(), "http://127.0.0.1:1", public, None)
    });
    remembered.await.unwrap();
    let mut browser = Browser::new();
    let page = browser.get(&office, &link(&office, &kari).await).await;
    let token = page.form("/sub/review/sign-in");
    let pairs: Vec<_> = token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let signed_in = browser.post(&office, "/review/sign-in", &pairs).await;
    assert_eq!(signed_in.header(header::LOCATION), "/sub/review");
    let cookie = signed_in.header(header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-footbridge_review=") && cookie.ends_with("; Secure"), "{cookie}");
    let list = browser.get(&office, "/review").await;
    assert!(list.says("href=\"/sub/review/disagreements\"") && list.says("\"/sub/review/assets/style.css?v="));
}
