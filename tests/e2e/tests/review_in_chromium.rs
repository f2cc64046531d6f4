//! The server's pages in a real browser, at the size of a tablet, in three languages, with a check for
//! accessibility on every one of them. Pictures of them are kept in `target/screenshots`.

use footbridge_testkit::{Browser, Phone, Programme};
use serde_json::json;

#[test]
fn the_page_behind_an_invitation_says_what_to_do_in_three_languages() {
    let programme = Programme::start();
    let browser = Browser::find();
    let link = programme.invitation("volunteer", "Amina", &["Dalhem"]);
    let mut headings = Vec::new();
    for language in ["nb", "sv", "en"] {
        let seen = browser.run("join.mjs", &json!({"link": link, "language": language}));
        assert_eq!(seen["faults"], json!([]), "{language}");
        assert_eq!((&seen["status"], &seen["language"]), (&json!(200), &json!(language)));
        assert!(seen["text"].as_str().is_some_and(|text| text.contains("Footbridge")), "{seen}");
        headings.push(seen["heading"].to_string());
    }
    headings.dedup();
    assert_eq!(headings.len(), 3, "{headings:?}");
    Phone::new("Amina").join(&programme.server, &link);
}
