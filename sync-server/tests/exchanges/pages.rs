//! The review pages: what is shown, what is chosen, and what is refused.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use footbridge_model::{FieldChange, Kind, Role, Scalar};
use footbridge_server::admin::AdminRequest;
use footbridge_server::reviewing;
use serde_json::json;

use super::support::{Answered, Office, Phone, Recorded, draft, draft_body, set};

const QUARTER: i64 = 15 * 60 * 1000;

/// A browser: its cookies, its language, and the page that it shows.
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    pub language: &'static str,
    pub elsewhere: bool,
}

/// A page.
pub struct Page {
    pub status: StatusCode,
    pub text: String,
    pub answered: Answered,
}

impl Browser {
    /// One that was never here.
    pub fn new() -> Self {
        Self { cookies: BTreeMap::new(), language: "nb", elsewhere: false }
    }

    /// One in which this coordinator is signed in.
    pub async fn of(office: &Office, person: &Phone) -> Self {
        let mut browser = Self::new();
        let page = browser.get(office, &link(office, person).await).await;
        let page = browser.submit(office, &page, "/review/sign-in", &[]).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        browser
    }

    /// Asks for a page.
    pub async fn get(&mut self, office: &Office, path: &str) -> Page {
        self.send(office, Request::get(path), Body::empty()).await
    }

    /// Sends a form with these pairs.
    pub async fn post(&mut self, office: &Office, path: &str, pairs: &[(&str, &str)]) -> Page {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(office, request, form.into()).await
    }

    /// Presses the button of the first form on the page that leads to `path`, with some fields changed.
    pub async fn submit(&mut self, office: &Office, page: &Page, path: &str, changed: &[(&str, &str)]) -> Page {
        let fields = page.form(path);
        let pairs: Vec<_> = fields
            .iter()
            .map(|(name, value)| {
                let other = changed.iter().find(|(changed, _)| changed == name).map(|(_, value)| *value);
                (name.as_str(), other.unwrap_or(value.as_str()))
            })
            .collect();
        self.post(office, path, &pairs).await
    }

    async fn send(&mut self, office: &Office, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let site = if self.elsewhere { "cross-site" } else { "same-origin" };
        let request = request
            .header(header::COOKIE, cookies.join("; "))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header("sec-fetch-site", site)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "document");
        let answered = office.send(request.body(body).unwrap()).await;
        for cookie in answered.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let text = String::from_utf8(answered.body.to_vec()).unwrap();
        let policy = answered.headers.get(header::CONTENT_SECURITY_POLICY).expect("every page has a policy");
        assert!(policy.to_str().unwrap().starts_with("default-src 'none';"));
        assert_eq!(answered.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(answered.headers[header::REFERRER_POLICY], "no-referrer");
        assert!(
            !text.contains("<style") && !text.contains(" style=\"") && !text.contains("<script>"),
            "nothing inline"
        );
        Page { status: answered.status, text, answered }
    }
}

impl Page {
    /// Whether it says this.
    pub fn says(&self, words: &str) -> bool {
        self.text.contains(words)
    }

    /// A header.
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.answered.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The hidden fields of the first form that leads to `path`.
    #[track_caller]
    pub fn form(&self, path: &str) -> Vec<(String, String)> {
        let form = self.text.split_once(&format!("action=\"{path}\"")).expect("a form that leads there").1;
        let form = form.split_once("</form>").unwrap().0;
        let fields = form.split("<input type=\"hidden\" name=\"").skip(1);
        fields
            .map(|field| {
                let (name, rest) = field.split_once("\" value=\"").unwrap();
                (name.to_owned(), rest.split_once("\">").unwrap().0.replace("&quot;", "\""))
            })
            .collect()
    }
}

/// The path of a new link for this person.
pub async fn link(office: &Office, person: &Phone) -> String {
    let lasts_millis = QUARTER;
    let request = AdminRequest::ReviewLink { programme: person.programme, person: person.person, lasts_millis };
    let url = office.ask(request).await["url"].as_str().unwrap().to_owned();
    url[url.find("/review").unwrap()..].to_owned()
}

/// A visit on which Amina and Kari disagree.
async fn disputed(office: &Office, amina: &mut Phone, kari: &mut Phone) -> Recorded {
    let visit = amina.visit();
    let (hers, karis) = (amina.edit(&visit, &[set("minutes", 20)]), kari.edit(&visit, &[set("minutes", 30)]));
    amina.push(office, vec![visit.item(), hers.item()]).await;
    kari.push(office, vec![karis.item()]).await;
    visit
}

fn of(visit: &Recorded) -> String {
    format!("/review/visits/{}", visit.id)
}

fn answers_of(visit: &Recorded) -> String {
    format!("/review/records/{}/answers", visit.id)
}

async fn minutes(office: &Office, browser: &mut Browser, visit: &Recorded) -> (bool, bool) {
    let page = browser.get(office, &of(visit)).await;
    (page.says("Velg dette"), page.says("<dd>20 minutter</dd>"))
}

#[tokio::test]
async fn what_came_in_is_shown_newest_first_by_day_without_drafts() {
    let office = Office::open().await;
    let (mut amina, mut leila, mut kari) = (office.amina().await, office.leila().await, office.kari().await);
    let visit = |phone: &Phone, day: &str, place: &str| {
        phone.record(Kind::Visit, json!({ "kind": "street", "happened_at": day, "place": place, "district": "Dalhem" }))
    };
    let (old, new) = (visit(&amina, "2026-11-03", "bus"), visit(&leila, "2026-11-21T14:05:00+01:00", "library"));
    let note = leila.record(Kind::Note, json!({ "on": new.id, "text": "Hun vil søke." }));
    amina.push(&office, vec![old.item()]).await;
    leila.push(&office, vec![new.item(), note.item()]).await;
    let unfinished = Recorded { id: footbridge_model::DocumentId::from_bytes([9; 16]), ..old.clone() };
    amina.push(&office, vec![draft(unfinished.id, 1, None, Some(&draft_body(r#"{"place":"laundry"}"#)))]).await;
    disputed(&office, &mut amina, &mut kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review").await;
    assert_eq!(page.status, StatusCode::OK);
    let places: Vec<_> = ["I dag · søndag 22. november", "I går · lørdag 21. november", "Biblioteket", "Bussen"]
        .map(|words| page.text.find(words).unwrap_or_else(|| panic!("{words}")))
        .into();
    assert!(places.is_sorted(), "{places:?}");
    for words in ["14:05", "Leila", "1 notat", "1 svar å velge", "href=\"/review/disagreements\""] {
        assert!(page.says(words), "{words}");
    }
    assert!(!page.says("laundry") && !page.says("Vaskeri") && !page.says(&unfinished.id.to_string()));
    assert_eq!(browser.get(&office, &of(&unfinished)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_list_is_narrowed_and_paged_by_its_address() {
    let office = Office::open().await;
    let (mut amina, mut leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let items = (0..45).map(|_| amina.visit().item()).collect();
    amina.push(&office, items).await;
    let there = leila.record(Kind::Visit, json!({ "kind": "home", "district": "Närlunda" }));
    leila.push(&office, vec![there.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let rows = |page: &Page| page.text.matches("class=\"visit\"").count();
    let hers = browser.get(&office, &format!("/review?volunteer={}", leila.person)).await;
    assert_eq!((rows(&hers), hers.says("selected>Leila")), (1, true));
    let query = "/review?district=N%C3%A4rlunda";
    let there = browser.get(&office, query).await;
    assert_eq!((rows(&there), there.says("selected>Närlunda")), (1, true));
    let first = browser.get(&office, &format!("/review?volunteer={}", amina.person)).await;
    assert_eq!(rows(&first), 40);
    let (before, _) = first.text.split_once("\">Eldre").expect("a way to older ones");
    let older = before[before.rfind("href=\"").unwrap() + 6..].replace("&amp;", "&");
    assert!(older.contains("volunteer="), "{older}");
    let second = browser.get(&office, &older).await;
    assert_eq!((rows(&second), second.says("Eldre"), second.says("Til de nyeste")), (5, false, true));
    // A visit leads back to where one was.
    let (_, visit) = second.text.split_once("<h3><a href=\"").unwrap();
    let visit = browser.get(&office, &visit.split_once('"').unwrap().0.replace("&amp;", "&")).await;
    assert!(visit.says(&format!("href=\"{}#", older.replace('&', "&amp;"))), "{}", visit.text);
    let nothing = browser.get(&office, "/review?district=Nowhere").await;
    assert!(nothing.says("Det finnes ingen slike samtaler.") && nothing.says("Vis alle"));
}

#[tokio::test]
async fn a_list_without_visits_says_what_will_come() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    assert!(browser.get(&office, "/review").await.says("Ingenting har kommet inn ennå."));
    assert!(browser.get(&office, "/review/disagreements").await.says("Ingen er uenige."));
}

#[tokio::test]
async fn an_answer_is_chosen_and_the_page_says_so() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, &of(&visit)).await;
    assert!(page.says("20 minutter") && page.says("30 minutter"));
    assert_eq!(page.text.matches("Velg dette</button>").count(), 2);
    let chosen = browser.submit(&office, &page, &answers_of(&visit), &[("value", "20")]).await;
    assert_eq!(chosen.status, StatusCode::SEE_OTHER);
    let moved = browser.get(&office, chosen.header(header::LOCATION)).await;
    assert_eq!(moved.header(header::LOCATION), format!("{}?done=chosen", of(&visit)));
    let settled = browser.get(&office, moved.header(header::LOCATION)).await;
    assert!(settled.says("Svaret er valgt.") && settled.says("<dd>20 minutter</dd>"), "{}", settled.text);
    assert!(!settled.says("Velg dette"));
    // The page as it was before is out of date.
    let late = browser.submit(&office, &page, &answers_of(&visit), &[("value", "30"), ("back", "list")]).await;
    assert_eq!(late.header(header::LOCATION), "/review/disagreements?done=meanwhile");
    assert_eq!(minutes(&office, &mut browser, &visit).await, (false, true));
}

#[tokio::test]
async fn a_coordinator_writes_a_third_text_where_two_stand_side_by_side() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = amina.visit();
    let note = amina.record(Kind::Note, json!({ "on": visit.id, "text": "Ring 070-111 22 33" }));
    let text = |text: &str| FieldChange::Set { field: "text".to_owned(), value: Scalar::Str(text.to_owned()) };
    let hers = amina.edit(&note, &[text("Ring 070-111 22 44")]);
    let karis = kari.edit(&note, &[text("Ring 073-555 22 33")]);
    amina.push(&office, vec![visit.item(), note.item(), hers.item()]).await;
    kari.push(&office, vec![karis.item()]).await;
    let mut browser = Browser::of(&office, &kari).await;
    let on_visit = browser.get(&office, &format!("/review/visits/{}", visit.id)).await;
    assert!(on_visit.says(&format!("/review/records/{}", note.id)) && !on_visit.says("070-111"), "neither is held up");
    let page = browser.get(&office, &format!("/review/records/{}", note.id)).await;
    for both in ["Ring 070-111 22 44", "Ring 073-555 22 33"] {
        assert!(page.says(&format!("<p dir=\"auto\">{both}</p>")), "{both}");
    }
    let form: Vec<_> = page.form(&answers_of(&note)).into_iter().filter(|(name, _)| name != "value").collect();
    let third = "Ring 073-555 22 44\r\nefter fem";
    let mut pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs.push(("own", third));
    let settled = browser.post(&office, &answers_of(&note), &pairs).await;
    assert_eq!(settled.status, StatusCode::SEE_OTHER);
    let page = browser.get(&office, &format!("/review/records/{}", note.id)).await;
    assert!(page.says("<p dir=\"auto\">Ring 073-555 22 44</p><p dir=\"auto\">efter fem</p>"));
    let late = browser.post(&office, &answers_of(&note), &pairs).await;
    assert!(late.header(header::LOCATION).contains("done=meanwhile"), "an answer to an old page overrules nobody");
    let page = browser.get(&office, &format!("/review/records/{}", note.id)).await;
    assert!(!page.says("name=\"own\""), "nothing is left to choose");
}

#[tokio::test]
async fn answers_are_chosen_from_the_list_of_disagreements_too() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, "/review/disagreements").await;
    assert!(page.says(&format!("href=\"{}\"", of(&visit))));
    let chosen = browser.submit(&office, &page, &answers_of(&visit), &[]).await;
    let settled = browser.get(&office, chosen.header(header::LOCATION)).await;
    assert!(settled.says("Svaret er valgt.") && settled.says("Ingen er uenige."));
}

#[tokio::test]
async fn without_the_token_of_the_page_nothing_changes() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let mut other = Browser::of(&office, &kari).await;
    let page = browser.get(&office, &of(&visit)).await;
    let others = other.get(&office, &of(&visit)).await;
    let token = |page: &Page| page.form(&answers_of(&visit))[0].clone();
    let (name, foreign) = (token(&page).0, token(&others).1);
    for wrong in ["", "x", &foreign] {
        let refused = browser.submit(&office, &page, &answers_of(&visit), &[(&name, wrong)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{wrong}");
        assert!(refused.says("Ingenting er endret."));
    }
    assert_eq!(browser.post(&office, &answers_of(&visit), &[("value", "20")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post(&office, "/review/sign-out", &[]).await.status, StatusCode::FORBIDDEN);
    browser.elsewhere = true;
    let refused = browser.submit(&office, &page, &answers_of(&visit), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    browser.elsewhere = false;
    assert_eq!(minutes(&office, &mut browser, &visit).await, (true, false));
}

#[tokio::test]
async fn a_choice_that_makes_no_sense_changes_nothing() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let mut browser = Browser::of(&office, &kari).await;
    let page = browser.get(&office, &of(&visit)).await;
    let to = answers_of(&visit);
    for (changed, status) in [
        (("value", "-1"), StatusCode::SEE_OTHER),
        (("value", "{"), StatusCode::BAD_REQUEST),
        (("seen", "abc"), StatusCode::BAD_REQUEST),
        (("seen", &"0".repeat(64)), StatusCode::SEE_OTHER),
        (("field", "no_such_field"), StatusCode::SEE_OTHER),
    ] {
        let answered = browser.submit(&office, &page, &to, &[changed]).await;
        assert_eq!(answered.status, status, "{changed:?}");
        assert!(!answered.header(header::LOCATION).contains("chosen"), "{changed:?}");
    }
    assert_eq!(minutes(&office, &mut browser, &visit).await, (true, false));
}

#[tokio::test]
async fn what_is_unknown_and_what_is_anothers_read_alike() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visit = disputed(&office, &mut amina, &mut kari).await;
    let solveig = office.solveig(Role::Coordinator).await;
    let mut browser = Browser::of(&office, &solveig).await;
    let unknown = "/review/visits/01a00000-0000-7000-8000-000000000000";
    let pages =
        [of(&visit), unknown.to_owned(), "/review/visits/x".to_owned(), format!("/review/records/{}", visit.id)];
    for path in pages.iter().map(String::as_str).chain(["/review/nothing/here", "/review/"]) {
        let page = browser.get(&office, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.says("Denne siden finnes ikke.") && !page.says("minutter"), "{path}");
    }
    let mut karis = Browser::of(&office, &kari).await;
    let page = karis.get(&office, &of(&visit)).await;
    let mine = browser.get(&office, "/review").await.form("/review/sign-out")[0].clone();
    let theirs = page.form(&answers_of(&visit));
    let mut pairs: Vec<_> = theirs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    pairs[0].1 = &mine.1;
    assert_eq!(browser.post(&office, &answers_of(&visit), &pairs).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.get(&office, "/review").await.says("class=\"visit\""));
    assert_eq!(minutes(&office, &mut karis, &visit).await, (true, false));
}

#[tokio::test]
async fn a_session_ends_by_itself() {
    let office = Office::open().await;
    let kari = office.kari().await;
    let mut browser = Browser::of(&office, &kari).await;
    office.clock.pass(reviewing::SESSION_LASTS_MILLIS - 1);
    assert_eq!(browser.get(&office, "/review").await.status, StatusCode::OK);
    office.clock.pass(1);
    let page = browser.get(&office, "/review").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.says("Du har vært borte en stund."));
}
