//! Every page of a coordinator in a real browser, on a tablet both ways round and on a phone, in a language that runs
//! from left to right and in one that runs from right to left: nothing that stumbles, nothing wider than the screen.
//! Pictures of all of them are kept in `target/screenshots`.

use footbridge_testkit::{Browser, Phone, Programme};
use serde_json::{Value, json};

/// A programme in which something stands on every page.
struct Office {
    programme: Programme,
    visit: String,
    follow_up: String,
}

fn office() -> Office {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let leila = programme.volunteer("ليلى الأحمد", &["Närlunda"]);
    let kari = programme.coordinator("Kari");
    let contact = amina.add("contact", &json!({"handle": "blue scarf, library", "district": "Dalhem"}));
    let visit = amina.visit(&json!({
        "happened_at": "2026-11-20T10:15", "kind": "service", "place": "library", "minutes": 20, "contact": contact,
        "district": "Dalhem", "languages": ["ti", "sv"], "topics": ["work", "language_course"], "help": ["came_along"],
        "with": ["employment_service"], "reached": 2, "reached_estimated": true,
    }));
    amina.note(&visit, "Hon hade alla papper med sig och vill läsa svenska på kvällen.\nمي‌خواهد کار پیدا کند.");
    let follow_up = amina.add("follow_up", &json!({"about": visit, "what": "studies", "due": "2020-11-01"}));
    amina.add("follow_up", &json!({"about": contact, "what": "kindergarten_place", "due": "2036-12-01"}));
    let closed = amina.add("follow_up", &json!({"about": visit, "what": "call_health_centre"}));
    for phone in [&amina, &leila, &kari] {
        phone.sync();
    }
    amina.edit(&visit, &json!({"minutes": 35}));
    kari.edit(&visit, &json!({"minutes": 45}));
    // Both close it; hers comes second, and is set aside.
    kari.edit(&closed, &json!({"state": "closed", "outcome": "done"}));
    amina.edit(&closed, &json!({"state": "closed", "outcome": "not_needed"}));
    for phone in [&kari, &amina] {
        phone.sync();
    }
    // Leila leaves, and what she had not sent waits for Kari.
    let last = leila.visit(&json!({"happened_at": "2026-11-21T16:30", "kind": "street", "place": "laundry"}));
    leila.note(&last, "سألت عن دروس اللغة السويدية للمبتدئين.");
    let person = programme.person("ليلى الأحمد");
    programme.server.ask(&["revoke", &programme.id, "--person", &person]);
    assert_eq!(leila.refused(&["sync"], "").whole["code"], json!("revoked"));
    Office { programme, visit, follow_up }
}

/// The screens that the pages are read on: name, width, height.
const SCREENS: [(&str, u32, u32); 3] = [("tablet", 810, 1080), ("landscape", 1080, 810), ("phone", 390, 844)];

fn walk(office: &Office, browser: &Browser, language: &str, screen: (&str, u32, u32)) -> Value {
    let page = |name: &str, path: &str| json!({"name": name, "path": path});
    let (amina, leila) = (office.programme.person("Amina"), office.programme.person("ليلى الأحمد"));
    let pages = [
        page("list", "/review"),
        page("narrowed", "/review?topic=work&language=ti&since=2026-11-01"),
        page("nothing", "/review?kind=phone"),
        page("search", "/review/search?q=papper"),
        page("visit", &format!("/review/visits/{}", office.visit)),
        page("follow-up", &format!("/review/records/{}", office.follow_up)),
        page("follow-ups", "/review/follow-ups"),
        page("late", "/review/follow-ups?show=late"),
        page("closed", "/review/follow-ups?show=closed"),
        page("disagreements", "/review/disagreements"),
        page("people", "/review/people"),
        page("person", &format!("/review/people/{amina}")),
        page("gone", &format!("/review/people/{leila}")),
        page("devices", "/review/devices"),
        page("aside", "/review/aside"),
        page("lists", "/review/lists"),
        page("topics", "/review/lists/topics"),
    ];
    let invited = json!({
        "name": "invited", "path": "/review/people", "form": "form[action$='/people/invite']",
        // Of another name each time: a second one of the same name would be asked about.
        "fields": {"name": format!("Fatima {language} {}", screen.0), "role": "volunteer", "district": true},
    });
    let input = json!({
        "link": office.programme.review_link("Kari"), "language": language, "pages": pages, "actions": [invited],
        "size": {"name": screen.0, "width": screen.1, "height": screen.2},
    });
    browser.run("pages.mjs", &input)
}

#[test]
fn every_page_is_fit_for_tablet_and_phone_in_swedish_and_in_arabic() {
    let office = office();
    let browser = Browser::find();
    for (language, dir, words) in [
        (
            "sv",
            "ltr",
            [("late", "Försenad"), ("aside", "Ta in"), ("people", "Bjud in någon"), ("topics", "Lägg till ett val")],
        ),
        ("ar", "rtl", [("late", "متأخرة"), ("aside", "خذيه"), ("people", "دعوة شخص"), ("topics", "إضافة خيار")]),
    ] {
        for screen in SCREENS {
            let walked = walk(&office, &browser, language, screen);
            assert_eq!(walked["faults"], json!([]), "{language} {screen:?}");
            let seen = walked["seen"].as_object().expect("pages");
            assert_eq!(seen.len(), 20, "{:?}", seen.keys());
            for (name, page) in seen {
                assert_eq!((&page["lang"], &page["dir"]), (&json!(language), &json!(dir)), "{name}");
            }
            let text = |name: &str| seen[name]["text"].as_str().expect("words").to_owned();
            for (name, word) in words {
                assert!(text(name).contains(word), "{name}: {}", text(name));
            }
            assert!(text("search").contains("papper"), "{}", text("search"));
            assert!(text("aside").contains("سألت عن دروس"), "what she handed over: {}", text("aside"));
            assert!(text("gone").contains("ليلى الأحمد") && text("person").contains("Amina"));
            // The link on the page is one by which somebody joins.
            let invited = text("invited");
            let link = invited.split_whitespace().find(|word| word.contains("/join#")).expect("a link");
            Phone::new("Fatima").join(&office.programme.server, link);
        }
    }
}
