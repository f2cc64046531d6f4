//! `GET /join`: what a person sees who opens an invitation in a browser. Invariant: it consumes nothing and reads
//! nothing; the token is in the fragment, which the browser does not send.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderName};
use axum::response::Html;
use footbridge_text::{Language, text};
use maud::{DOCTYPE, Markup, html};

/// No script, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const STYLE: &str = "body{font:1.125rem/1.6 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1.25rem;\
                     color:#1d2b2a;background:#fbfaf7}h1{font-size:1.6rem;line-height:1.25}ol{padding-left:1.25rem}\
                     li{margin:.6rem 0}";

/// The page, in the reader's language.
pub async fn get(headers: HeaderMap) -> ([(HeaderName, &'static str); 1], Html<String>) {
    let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = Language::from_accept_language(wanted);
    ([(CONTENT_SECURITY_POLICY, POLICY)], Html(page(language).into_string()))
}

fn page(language: Language) -> Markup {
    let say = |key| text(language, key, &[]);
    html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (say("join-title")) }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { (say("join-title")) }
                p { (say("join-intro")) }
                ol {
                    li { (say("join-step-app")) }
                    li { (say("join-step-link")) }
                    li { (say("join-step-done")) }
                }
                p { (say("join-once")) }
                p { (say("join-safe")) }
                p { (say("join-help")) }
            }
        }
    }
}
