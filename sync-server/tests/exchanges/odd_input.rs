//! Odd paths, queries and forms on every route of the server's own table: none of them is a fault of the server.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use footbridge_model::Role;
use footbridge_model::vocabulary::code_id;
use footbridge_server::{Method, Who, routes_table};

use super::pages::Browser;
use super::support::{Office, draft};

/// What stands in a path where an id, a list or a name does.
const ODD: [&str; 14] = [
    "x%0d%0aset-cookie:%20a=b",
    "%00",
    "%ff%fe",
    "%E2%80%AE",
    "..%2f..%2fidentity.key",
    "%2e%2e",
    "topics%0a",
    "help",
    "null",
    "-1",
    "%F0%9F%98%80",
    "%22%3E%3Cb%3E",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
];

/// What stands in a field of a form, as it is sent.
fn values() -> Vec<String> {
    let odd = [
        "",
        "%0d%0aset-cookie:%20a=b",
        "%00",
        "%ff",
        "%E2%80%8B",
        "true",
        "-9223372036854775809",
        "1e999",
        "[[[[",
        "%7B%22a%22:%22%5Cud800%22%7D",
        "/review/%0d%0a",
        "//evil.example",
        "9999-99-99",
    ];
    odd.into_iter().map(str::to_owned).chain(["x".repeat(20_000)]).collect()
}

/// The path of a route with `id` and `list` where such stand.
fn path(route: &str, id: &str, list: &str) -> String {
    let name = route.replace("{id}", id).replace("{list}", list);
    name.replace("{name}", id).replace("{*rest}", id)
}

/// Every path to ask, with whether each form is tried there: what is real, and one odd segment at a time.
fn paths(route: &str, real: &[String], code: &str) -> Vec<(String, bool)> {
    if !route.contains('{') {
        return vec![(route.to_owned(), true)];
    }
    if route.contains("{list}") {
        let odd = ODD.iter().flat_map(|odd| [path(route, code, odd), path(route, odd, "topics")]);
        return odd.map(|path| (path, false)).chain([(path(route, code, "topics"), true)]).collect();
    }
    let long = "a".repeat(6000);
    let odd = ODD.into_iter().chain([long.as_str()]).map(|odd| (path(route, odd, odd), false));
    odd.chain(real.iter().map(|id| (path(route, id, id), true))).collect()
}

/// The names of all fields in a page.
fn fields(page: &str, names: &mut BTreeSet<String>) {
    for rest in page.split(" name=\"").skip(1) {
        names.extend(rest.split('"').next().map(str::to_owned));
    }
}

/// Whether it is a fault: a status of 500 and above, but that there is much to do.
#[track_caller]
fn assert_no_fault(status: StatusCode, what: &str) {
    let is_fault = status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE;
    assert!(status != StatusCode::TOO_MANY_REQUESTS, "the control: it is asked, not put off");
    assert!(!is_fault, "{status} to {}", what.chars().take(300).collect::<String>());
}

/// What a signed-in browser sends with each request.
struct Signed {
    cookies: String,
    token: (String, String),
}

impl Signed {
    async fn of(office: &Office, browser: &mut Browser) -> Self {
        let token = browser.get(office, "/review").await.form("/review/sign-out").remove(0);
        let cookies: Vec<_> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Self { cookies: cookies.join("; "), token }
    }
}

#[tokio::test]
async fn no_route_answers_500_to_an_odd_path_or_form() {
    let office = Office::open().await;
    let (mut amina, kari, siri) =
        (office.amina().await, office.kari().await, office.phone(Role::Coordinator, "Siri", &[]).await);
    let visit = amina.visit();
    amina.push(&office, vec![visit.item(), draft(amina.visit().id, 1, None, Some("{}"))]).await;
    let code = code_id(office.programme, "topics", "work").to_string();
    let real = [visit.id.to_string(), amina.person.to_string(), code.clone()];
    let mut browsers = [Browser::of(&office, &kari).await, Browser::of(&office, &siri).await];
    let mut names = BTreeSet::from(["to", "back", "role", "name", "district", "outcome"].map(str::to_owned));
    for path in ["/review", "/review/people", "/review/lists/topics", "/review/follow-ups", "/review/search"] {
        fields(&browsers[0].get(&office, path).await.text, &mut names);
    }
    fields(&browsers[0].get(&office, &format!("/review/visits/{}", visit.id)).await.text, &mut names);
    let [first, second] = &mut browsers;
    // Two, for what one may ask at once has an end.
    let signed = [Signed::of(&office, first).await, Signed::of(&office, second).await];
    assert!(names.contains(&signed[0].token.0) && names.len() > 10, "{names:?}");
    let session = kari.session(&office).await.unwrap().token.to_authorization();
    let mut asked = 0;
    // What signs her out would end it.
    for route in routes_table().into_iter().filter(|route| route.path != "/review/sign-out") {
        for (path, with_each_form) in paths(route.path, &real, &code) {
            let values = values();
            for value in if with_each_form { &values[..] } else { &values[1..2] } {
                let signed = &signed[asked % 2];
                let (token, secret) = &signed.token;
                let pairs = names.iter().filter(|name| *name != token).map(|name| format!("{name}={value}"));
                let pairs = pairs.collect::<Vec<_>>().join("&");
                let (method, path, form) = match route.method {
                    Method::Post => ("POST", path.clone(), format!("{token}={secret}&{pairs}")),
                    Method::Get | Method::Any => {
                        ("GET", format!("{path}?{}", &pairs[..pairs.len().min(60_000)]), String::new())
                    }
                };
                let mut request = Request::builder()
                    .method(method)
                    .uri(&path)
                    .header(header::COOKIE, &signed.cookies)
                    .header("sec-fetch-site", "same-origin");
                if matches!(route.who, Who::Device | Who::CoordinatorsDevice) {
                    request = request.header(header::AUTHORIZATION, &session);
                }
                // What is no address is not taken from any client.
                let Ok(request) = request.body(Body::from(form)) else { continue };
                assert_no_fault(office.answer(request).await.status(), &format!("{method} {path} {value}"));
                asked += 1;
            }
        }
    }
    assert!(asked > 1000, "{asked}");
    let page = browsers[0].get(&office, &format!("/review/visits/{}", visit.id)).await;
    assert!(page.status == StatusCode::OK || page.status == StatusCode::NOT_FOUND, "the control: she is signed in");
}
