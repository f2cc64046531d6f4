//! What a browser says of itself: language, cookies, whence it comes. Called for every page. Invariant: the cookie that
//! signs in is unreadable for scripts, stays on this site, and is sent encrypted where the server is reached so.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use footbridge_text::Language;
use sha2::{Digest, Sha256};

use crate::review::filter::query;
use crate::review::layout::Place;
use crate::reviewing::SESSION_LASTS_MILLIS;

/// The pair of an address that chooses the language.
const LANGUAGE_PAIR: &str = "lang";

const LANGUAGE_COOKIE: &str = "footbridge_language";

const SESSION_COOKIE: &str = "footbridge_review";

/// Ties the form of a link to the browser that was shown it.
const SIGN_IN_COOKIE: &str = "footbridge_sign_in";

/// Where it comes from, as the browser says (Fetch Metadata).
const FETCH_SITE: &str = "sec-fetch-site";

/// A browser.
#[derive(Debug, Clone)]
pub(super) struct Browser {
    language: Language,
    asked_for_language: bool,
    cookies: Vec<(String, String)>,
    path: String,
    pub(super) pairs: Vec<(String, String)>,
    /// The address that it asked for, below the server's own.
    pub(super) address: String,
    /// It was sent by a page that is not ours.
    pub(super) is_from_elsewhere: bool,
    /// It fetches what somebody may want to look at, and shows it to nobody yet.
    pub(super) only_fetches_ahead: bool,
    /// It asks for a page in its window, not for anything else.
    pub(super) only_looks: bool,
}

impl Browser {
    /// The browser behind a request.
    pub(super) fn of(headers: &HeaderMap, uri: &Uri) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let cookies: Vec<_> = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        let mut pairs: Vec<(String, String)> =
            form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        let asked = pairs.iter().find(|(key, _)| key == LANGUAGE_PAIR).and_then(|(_, tag)| Language::of_pages(tag));
        pairs.retain(|(key, _)| key != LANGUAGE_PAIR);
        let kept = find(&cookies, LANGUAGE_COOKIE).and_then(Language::of_pages);
        let accepted = || Language::from_accept_language(text(header::ACCEPT_LANGUAGE.as_str()).unwrap_or_default());
        Self {
            language: asked.or(kept).unwrap_or_else(accepted),
            asked_for_language: asked.is_some(),
            path: uri.path().to_owned(),
            address: format!("{}{}", uri.path(), query(pairs.iter().map(|(key, value)| (key, value)))),
            pairs,
            cookies,
            is_from_elsewhere: text(FETCH_SITE).is_some_and(|site| site == "cross-site" || site == "same-site"),
            only_fetches_ahead: ["sec-purpose", "purpose", "x-moz"]
                .iter()
                .any(|name| text(name).is_some_and(|purpose| purpose.contains("prefetch"))),
            only_looks: text("sec-fetch-mode") == Some("navigate") && text("sec-fetch-dest") == Some("document"),
        }
    }

    /// The place that a page for it has.
    pub(super) fn place(&self, prefix: &str) -> Place {
        Place { language: self.language, prefix: prefix.to_owned(), path: self.path.clone(), pairs: self.pairs.clone() }
    }

    /// The value of a pair of its address.
    pub(super) fn pair(&self, name: &str) -> Option<&str> {
        find(&self.pairs, name)
    }

    /// The value of the cookie that signs in.
    pub(super) fn session(&self, is_secure: bool) -> Option<String> {
        find(&self.cookies, &name(SESSION_COOKIE, is_secure)).map(str::to_owned)
    }

    /// The value of the cookie that ties the form of a link.
    pub(super) fn sign_in(&self, is_secure: bool) -> Option<String> {
        find(&self.cookies, &name(SIGN_IN_COOKIE, is_secure)).map(str::to_owned)
    }

    /// The cookie that remembers a language, if one was asked for.
    pub(super) fn language_cookie(&self, is_secure: bool) -> Option<HeaderValue> {
        let year = 365 * 24 * 60 * 60;
        let code = self.language.code();
        self.asked_for_language.then(|| cookie(LANGUAGE_COOKIE, code, year, is_secure)).flatten()
    }
}

/// The cookie that signs in.
pub(super) fn session_cookie(value: &str, is_secure: bool) -> Option<HeaderValue> {
    cookie(&name(SESSION_COOKIE, is_secure), value, SESSION_LASTS_MILLIS / 1000, is_secure)
}

/// The cookie that ties the form of a link.
pub(super) fn sign_in_cookie(value: &str, is_secure: bool) -> Option<HeaderValue> {
    cookie(&name(SIGN_IN_COOKIE, is_secure), value, 60 * 60, is_secure)
}

/// Both cookies taken away.
pub(super) fn no_cookies(is_secure: bool) -> [Option<HeaderValue>; 2] {
    [SESSION_COOKIE, SIGN_IN_COOKIE].map(|plain| cookie(&name(plain, is_secure), "", 0, is_secure))
}

/// What ties a form to the browser that has this secret cookie.
pub(super) fn token_of(secret: &str) -> String {
    let mut hash = Sha256::new();
    hash.update("footbridge/1/form\0");
    hash.update(secret);
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

/// Whether a form carries the token of this secret. Compared by hash, so that the time it takes tells nothing.
pub(super) fn is_token_of(secret: &str, token: &str) -> bool {
    Sha256::digest(token_of(secret)) == Sha256::digest(token)
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A browser takes a cookie of the first form only if it is sent encrypted, by this very host.
fn name(plain: &str, is_secure: bool) -> String {
    if is_secure { format!("__Host-{plain}") } else { plain.to_owned() }
}

fn cookie(name: &str, value: &str, lasts_seconds: i64, is_secure: bool) -> Option<HeaderValue> {
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={lasts_seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
    use super::*;

    fn browser(uri: &str, headers: &[(&'static str, &str)]) -> Browser {
        let headers = headers
            .iter()
            .map(|(name, value)| (axum::http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()));
        Browser::of(&headers.collect(), &uri.parse().unwrap())
    }

    #[test]
    fn the_language_is_the_addresss_then_the_cookies_then_the_browsers() {
        let (accept, kept) = (("accept-language", "so,en;q=0.5"), ("cookie", "a=b; footbridge_language=sv"));
        let language = |uri, headers: &[_]| browser(uri, headers).place("").language;
        assert_eq!(language("/review?lang=nb", &[accept, kept]), Language::Bokmal);
        assert_eq!(language("/review", &[accept, kept]), Language::Swedish);
        assert_eq!(language("/review", &[accept]), Language::English);
        assert_eq!(language("/review?lang=so", &[kept]), Language::Swedish);
        assert!(browser("/review?lang=nb", &[]).language_cookie(false).is_some());
        assert!(browser("/review", &[kept]).language_cookie(false).is_none());
    }

    #[test]
    fn a_language_in_the_address_is_not_carried_along() {
        let browser = browser("/review?volunteer=1&lang=sv", &[]);
        assert_eq!(browser.pairs, [("volunteer".to_owned(), "1".to_owned())]);
        assert_eq!(browser.address, "/review?volunteer=1");
    }

    #[test]
    fn the_cookie_that_signs_in_stays_here_and_away_from_scripts() {
        let cookie = session_cookie("x", true).unwrap();
        assert_eq!(cookie, "__Host-footbridge_review=x; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure");
        assert!(!session_cookie("x", false).unwrap().to_str().unwrap().contains("Secure"));
        let browser = browser("/", &[("cookie", "footbridge_review=plain; __Host-footbridge_review=secure")]);
        assert_eq!(browser.session(true).as_deref(), Some("secure"));
        assert_eq!(browser.session(false).as_deref(), Some("plain"));
    }

    #[test]
    fn a_token_belongs_to_one_secret() {
        let token = token_of("one");
        assert!(is_token_of("one", &token));
        assert!(!is_token_of("two", &token));
        assert!(!is_token_of("one", ""));
    }
}
