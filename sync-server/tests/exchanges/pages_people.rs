//! People and devices on the review pages: who is there, invitations, rights given, changed and taken away.

use axum::http::{StatusCode, header};
use footbridge_model::Role;
use footbridge_protocol::{ErrorCode, Invitation};

use super::pages::{Browser, Page};
use super::support::{Office, Phone};

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
    // The same form once more makes nobody.
    let again = browser.post(&office, &invite, &pairs).await;
    assert_eq!(again.header(header::LOCATION), format!("{PATH}?done=changed"));
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
        let role = ("role", "coordinator");
        let page = browser.post(&office, &of(&amina, what), &[role]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what} without a token");
        let page = browser.post(&office, &of(&amina, what), &[(&*hers.0, &*hers.1), role]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{what} with another's token");
        let page = theirs.post(&office, &of(&amina, what), &[(&*hers.0, &*hers.1), role]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{what} of another programme");
        let page = browser.post(&office, &format!("{PATH}/x{what}"), &[(&*token.0, &*token.1), role]).await;
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
