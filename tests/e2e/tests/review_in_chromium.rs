//! The server's pages in a real browser, at the size of a tablet, in three languages, with a check for
//! accessibility on every one of them. Pictures of them are kept in `target/screenshots`.

use footbridge_testkit::{Browser, Phone, Programme};
use serde_json::{Value, json};

/// What a page would run or show if it took a record's words for its own.
const HOSTILE: &str = "<script>alert(1)</script><b>fett</b>";

struct Street {
    programme: Programme,
    amina: Phone,
    kari: Phone,
    disputed: String,
}

/// A week of the programme, with one visit about which Amina and Kari disagree.
fn week() -> Street {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("Leila", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    for (phone, day, district, place, topics, note) in [
        (&amina, 16, "Dalhem", "library", json!(["work", "language_course"]), "Hon vill läsa svenska på kvällen."),
        (&leila, 17, "Närlunda", "bus", json!(["health"]), "سألت عن دروس اللغة السويدية للمبتدئين وعن مواعيد المقهى."),
        (&leila, 17, "Närlunda", "laundry", json!(["housing", "economy"]), "Hun lurer på husleien."),
        (&amina, 18, "Dalhem", HOSTILE, json!(["school"]), "ብዛዕባ ቤት ትምህርቲ ቈልዓ ሓቲታ።"),
        (&amina, 19, "Drottninghög", "cafe", json!(["family", "leisure"]), HOSTILE),
    ] {
        let visit = phone.visit(&json!({
            "happened_at": format!("2026-11-{day}T14:30"), "district": district, "place": place, "topics": topics,
            "kind": "street", "arose": "by_chance", "languages": ["sv", "ti", "ar"], "help": ["conversation"],
            "reached": 2, "reached_estimated": true,
        }));
        phone.note(&visit, note);
    }
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library", "district": "Dalhem"}));
    let disputed = amina.visit(&json!({
        "happened_at": "2026-11-20T10:15", "kind": "service", "place": "library", "minutes": 20, "contact": contact,
        "topics": ["work"], "help": ["came_along"], "with": ["employment_service"], "next_step": "studies",
    }));
    amina.note(&disputed, "Hon hade alla papper med sig.\nمي‌خواهد کار پیدا کند.");
    amina.add("follow_up", &json!({"about": disputed, "what": "studies", "due": "2026-12-01"}));
    for phone in [&amina, &leila, &kari] {
        phone.sync();
    }
    amina.edit(&disputed, &json!({"minutes": 35}));
    kari.edit(&disputed, &json!({"minutes": 45, "topics": {"add": ["language_course"]}}));
    for phone in [&amina, &kari, &amina] {
        phone.sync();
    }
    let draft = amina.visit(&json!({"state": "draft", "place": "secret garden"}));
    amina.note(&draft, "Ett hemligt utkast.");
    amina.sync();
    Street { programme, amina, kari, disputed }
}

impl Street {
    fn walk(&self, browser: &Browser, more: &Value) -> Value {
        let mut input = json!({
            "link": self.programme.review_link("Kari"), "language": "sv", "scheme": "light", "visit": self.disputed,
            "volunteer": "Amina", "district": "Närlunda",
        });
        for (name, value) in more.as_object().expect("fields") {
            input[name] = value.clone();
        }
        browser.run("review.mjs", &input)
    }
}

fn text<'a>(seen: &'a Value, name: &str) -> &'a str {
    seen[name].as_str().unwrap_or_else(|| panic!("{name} was seen: {seen}"))
}

#[test]
fn a_coordinator_looks_through_what_came_in_in_three_languages() {
    let street = week();
    let browser = Browser::find();
    for (language, scheme, title, minutes) in [
        ("sv", "light", "Kari", "minuter"),
        ("nb", "light", "Kari", "minutter"),
        ("en", "light", "Kari", "minutes"),
        ("sv", "dark", "Kari", "minuter"),
    ] {
        let seen = street.walk(&browser, &json!({"language": language, "scheme": scheme}));
        assert_eq!(seen["faults"], json!([]), "{language} {scheme}");
        assert_eq!(seen["lang"], json!(language));
        assert!(text(&seen, "signIn").contains(title), "{}", text(&seen, "signIn"));
        assert_eq!((&seen["visits"], &seen["ofDistrict"], &seen["ofVolunteer"]), (&json!(6), &json!(2), &json!(4)));
        let list = text(&seen, "list");
        for word in ["Amina", "Leila", "Dalhem", "Närlunda", HOSTILE] {
            assert!(list.contains(word), "{word}: {list}");
        }
        assert!(!list.contains("secret garden"), "a draft is nobody's business");
        let places: Vec<Option<usize>> = ["Dalhem", "Drottninghög", "Närlunda"].map(|word| list.find(word)).to_vec();
        assert!(places.iter().all(Option::is_some), "{list}");
        let visit = text(&seen, "visit");
        for word in ["Hon hade alla papper med sig.", "مي‌خواهد کار پیدا کند.", "blue scarf, library", "35", "45"]
        {
            assert!(visit.contains(word), "{word}: {visit}");
        }
        assert!(visit.to_lowercase().contains(minutes), "{language}: {visit}");
        let answers = seen["answers"].as_array().expect("answers");
        assert_eq!(answers.len(), 2, "side by side: {answers:?}");
        let answers = seen["answers"].to_string();
        for word in ["35", "45", "Amina", "Kari"] {
            assert!(answers.contains(word), "{word}: {answers}");
        }
        assert_eq!(seen["otherLanguages"], json!(3));
        assert_ne!(seen["switchedTo"], json!(language));
        assert!(!text(&seen, "signedOut").contains("Amina"), "signed out is out");
        assert!(!text(&seen, "usedLink").contains("Kari"), "a link works once: {}", text(&seen, "usedLink"));
        let policy = text(&seen, "policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    }
}

#[test]
fn the_answer_that_she_chooses_is_chosen_for_all() {
    let street = week();
    let browser = Browser::find();
    let seen = street.walk(&browser, &json!({"language": "en", "choose": "35"}));
    assert_eq!(seen["faults"], json!([]));
    assert_eq!(seen["answersLeft"], json!([]));
    for phone in [&street.amina, &street.kari] {
        phone.sync();
        let shown = phone.show(&street.disputed);
        assert_eq!((&shown["minutes"], &shown["disagreements"]), (&json!(35), &json!([])), "{}", phone.name());
    }
    let timeline = street.amina.items(&["timeline", &street.disputed]);
    let chosen = timeline.iter().filter(|said| said["field"] == json!("minutes") && said["value"] == json!(35));
    let authors: Vec<&Value> = chosen.map(|said| &said["author"]).collect();
    assert!(authors.contains(&&json!(street.programme.person("Kari"))), "the page writes in her name: {timeline:?}");
}

#[test]
fn an_answer_that_came_in_while_she_was_reading_is_shown_before_she_chooses() {
    let street = week();
    let browser = Browser::find();
    let program = footbridge_testkit::binary("footbridge");
    let store = street.amina.store();
    let meanwhile = json!({
        "program": program,
        "arguments": ["--store", store, "--json", "edit", street.disputed],
        "input": json!({"minutes": 60}).to_string(),
        "then": [["--store", store, "--json", "sync"]],
    });
    let seen = street.walk(&browser, &json!({"language": "en", "choose": "45", "meanwhile": meanwhile}));
    assert_eq!(seen["faults"], json!([]));
    for phone in [&street.amina, &street.kari] {
        phone.sync();
        let shown = phone.show(&street.disputed);
        assert_eq!(shown["minutes"], json!(60), "her choice of what she no longer saw did not count");
    }
}

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
