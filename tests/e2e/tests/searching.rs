//! Full-text search in every script, as people type and not as they write.

use footbridge_testkit::{Phone, Programme};
use serde_json::{Value, json};

const NOTES: [(&str, &str); 8] = [
    ("norwegian", "Hun vil søke barnehageplass på Øya."),
    ("arabic", "سَأَلَتْ عَنِ المَدْرَسَةِ والمقهى"),
    ("tigrinya", "ብዛዕባ ቤት ትምህርቲ ቈልዓ ሓቲታ።"),
    ("persian", "می‌خواهد کار پیدا کند، قبلاً آرایشگر بوده است."),
    ("somali", "Waxay weydiisay sida loo helo dhakhtar ilmaha."),
    ("vietnamese", "Đường đến trường học"),
    ("turkish", "İş arıyor, ışık ödemesi"),
    ("emoji", "Gladare än sist 🙂 CAFÉ"),
];

/// Which notes are found, by their name.
fn found(phone: &Phone, ids: &[String], text: &str) -> Vec<&'static str> {
    let items = phone.items(&["search", text]);
    let hit = |id: &str| items.iter().any(|item| item["id"] == json!(id));
    NOTES.iter().zip(ids).filter(|(_, id)| hit(id)).map(|((name, _), _)| *name).collect()
}

#[test]
fn what_is_typed_plainly_finds_what_is_written_fully_on_the_phone_and_on_the_tablet() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    let ids = NOTES.map(|(_, text)| amina.note(&visit, text));
    amina.sync();
    let kari = programme.coordinator("Kari");
    for phone in [&amina, &kari] {
        for (text, expected) in [
            ("soke", "norwegian"),
            ("søke", "norwegian"),
            ("SØKE", "norwegian"),
            ("oya", "norwegian"),
            ("barnehagepl", "norwegian"),
            ("مدرسة", "arabic"),
            ("المدرسة", "arabic"),
            ("سالت", "arabic"),
            ("مقهى", "arabic"),
            ("ትምህር", "tigrinya"),
            ("ቤት ትምህርቲ", "tigrinya"),
            ("می‌خواهد", "persian"),
            ("میخواهد", "persian"),
            ("ميخواهد", "persian"),
            ("قبلا", "persian"),
            ("ارایشگر", "persian"),
            ("dhakhtar", "somali"),
            ("duong truong", "vietnamese"),
            ("odemesi", "turkish"),
            ("cafe", "emoji"),
        ] {
            assert_eq!(found(phone, &ids, text), [expected], "{text} on the device of {}", phone.name());
        }
        assert_eq!(found(phone, &ids, "zebra"), Vec::<&str>::new());
    }
    assert_eq!(amina.show(&ids[0])["text"], json!(NOTES[0].1), "what is shown stays as written");
}

#[test]
fn a_search_for_anything_at_all_is_answered() {
    let amina = Phone::new("Amina");
    let visit = amina.visit(&json!({}));
    amina.note(&visit, "Hon vill \"läsa\" svenska AND jobba");
    for text in ["\"", "*", "AND", "OR NOT", "(", "a\" OR \"b", "-", "near(", ":", "text:svenska", "' --", "🙂"] {
        amina.ask(&["search", text]);
    }
    assert_eq!(amina.items(&["search", "lasa svenska"]).len(), 1);
    assert_eq!(amina.items(&["search", "svenska zebra"]), Vec::<Value>::new(), "every word must be there");
}

#[test]
fn the_search_follows_edits_and_finds_handles() {
    let amina = Phone::new("Amina");
    let contact = amina.add("contact", &json!({"handle": "blå sjal, biblioteket"}));
    let note = amina.note(&contact, "Hon letar jobb.");
    assert_eq!(amina.ids(&["search", "bla sjal"]), [contact.as_str()]);
    assert_eq!(amina.ids(&["search", "letar"]), [note.as_str()]);
    amina.edit(&note, &json!({"text": "Hon har jobb."}));
    assert_eq!(amina.ids(&["search", "letar"]), Vec::<String>::new());
    assert_eq!(amina.ids(&["search", "jobb"]), [note.as_str()]);
}
