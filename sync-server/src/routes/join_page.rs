//! `GET /join`: what a person sees who opens an invitation in a browser. Invariant: it consumes nothing, and the token
//! does not reach it: it is in the fragment, which a browser does not send. The page's one script reads the fragment
//! only to copy the whole address where somebody presses for it, and sends nothing anywhere.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use footbridge_text::text;
use maud::html;

use super::review::Guest;
use crate::review::layout::open_page_with_script;

/// Our own script, and nothing that it could talk to.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The page, in the reader's language.
pub async fn get(guest: Guest) -> Response<Body> {
    let say = |key: &str| text(guest.place().language, key, &[]);
    let title = say("join-title");
    let content = html! {
        div class="alone" {
            h1 { (title) }
            p class="lead" { (say("join-intro")) }
            p class="notice" id="incomplete" role="alert" hidden { span { (say("join-incomplete")) } }
            ol class="steps" {
                li { (say("join-step-app")) }
                li {
                    p { (say("join-step-link")) }
                    p id="copying" hidden {
                        button type="button" id="copy" { (say("join-copy")) }
                        " "
                        span id="copied" class="soft" role="status" data-words=(say("join-copied")) {}
                    }
                }
                li { (say("join-step-done")) }
            }
            p class="notice quiet" { span { (say("join-safe")) " " (say("join-once")) } }
            p { (say("join-help")) }
            details {
                summary { (say("join-terminal")) }
                pre { code { (say("join-terminal-command")) } }
            }
        }
    };
    let page = open_page_with_script(guest.place(), &title, &content);
    let mut response = guest.show(StatusCode::OK, &page);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
