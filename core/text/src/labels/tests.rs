use super::*;

const LISTS: [(&str, &[&str]); 8] = [
    ("kind", &["street", "home", "phone", "service", "cafe"]),
    ("arose", &["by_chance", "she_came", "agreed", "neighbour", "school", "referred"]),
    (
        "topics",
        &[
            "family",
            "children",
            "kindergarten",
            "school",
            "education",
            "language_course",
            "work",
            "health",
            "housing",
            "economy",
            "leisure",
            "municipal_services",
            "civic_information",
        ],
    ),
    ("help", &["conversation", "information", "letter_translated", "form", "came_along", "referred", "phone_call"]),
    (
        "with",
        &[
            "municipality",
            "district_office",
            "school",
            "kindergarten",
            "social_services",
            "employment_service",
            "health_centre",
            "other",
        ],
    ),
    (
        "place",
        &[
            "bus",
            "library",
            "employment_service",
            "playground",
            "home",
            "laundry",
            "shop",
            "health_centre",
            "school",
            "cafe",
            "phone",
            "near_home",
            "other",
        ],
    ),
    (
        "next_step",
        &[
            "call_health_centre",
            "employment_service",
            "language_course",
            "studies",
            "work",
            "kindergarten_place",
            "school_meeting",
            "come_to_cafe",
            "get_back_to_her",
            "other",
        ],
    ),
    ("outcome", &["done", "not_needed", "could_not_reach", "passed_on"]),
];

const FIELDS: [(&str, &[&str]); 7] = [
    ("programme", &["name", "country", "time_zone", "languages", "districts", "note_days"]),
    ("code", &["list", "code", "labels", "order", "on"]),
    ("person", &["name", "languages", "role", "districts", "revoked_at"]),
    (
        "visit",
        &[
            "happened_at",
            "kind",
            "district",
            "place",
            "arose",
            "languages",
            "topics",
            "help",
            "with",
            "reached",
            "reached_estimated",
            "minutes",
            "minutes_estimated",
            "contact",
            "next_step",
            "state",
        ],
    ),
    ("note", &["on", "text"]),
    ("contact", &["handle", "languages", "district", "needs"]),
    (
        "follow_up",
        &[
            "about",
            "what",
            "due",
            "state",
            "outcome",
            "given_to",
            "open_to",
            "handle",
            "district",
            "closed_by",
            "closed_at",
        ],
    ),
];

const CODES: [&str; 28] = [
    "already_member",
    "server_key_changed",
    "malformed",
    "too_large",
    "unsupported_version",
    "unknown_device",
    "bad_signature",
    "wrong_server",
    "bad_nonce",
    "expired_session",
    "invitation_unknown",
    "invitation_used",
    "invitation_expired",
    "not_found",
    "forbidden",
    "missing_deps",
    "forked",
    "stale_generation",
    "wrong_actor",
    "unknown_kind",
    "changed",
    "counter_used",
    "too_many",
    "busy",
    "internal",
    "revoked",
    "unknown_field",
    "wrong_programme",
];

#[test]
fn every_starter_code_has_a_label_of_its_own_in_its_list() {
    for language in Language::ALL {
        for (list, codes) in LISTS {
            assert!(try_text(language, &key(&["list", list]), &[]).is_some(), "{list}");
            let labels: std::collections::BTreeSet<_> =
                codes.iter().filter_map(|code| code_label(language, list, code)).collect();
            assert_eq!(labels.len(), codes.len(), "{list} in {}", language.code());
        }
    }
}

#[test]
fn every_kind_and_every_field_has_a_label_of_its_own() {
    for language in Language::ALL {
        for (kind, fields) in FIELDS {
            assert!(try_text(language, &key(&["kind", kind]), &[]).is_some(), "{kind}");
            assert_ne!(kinds_label(language, kind), kind);
            for field in fields {
                assert!(try_text(language, &key(&["field", kind, field]), &[]).is_some(), "{kind} {field}");
            }
            let labels: std::collections::BTreeSet<_> =
                fields.iter().map(|field| field_label(language, kind, field)).collect();
            assert_eq!(labels.len(), fields.len(), "{kind} in {}", language.code());
        }
        for field in ["id", "record", "author", "recorded_at", "receipt", "disagreements", "state"] {
            assert_ne!(field_label(language, "activity", field), field);
        }
    }
}

#[test]
fn states_roles_and_receipts_have_labels() {
    for language in Language::ALL {
        for state in ["draft", "done", "withdrawn", "open", "closed"] {
            assert_ne!(state_label(language, state), state);
        }
        for role in ["volunteer", "coordinator"] {
            assert_ne!(role_label(language, role), role);
        }
        for receipt in ["device", "server", "seen"] {
            assert_ne!(receipt_label(language, receipt), receipt);
        }
    }
    assert_eq!(receipt_label(Language::English, "device"), "Saved on this phone");
}

#[test]
fn every_code_of_the_wire_says_why_and_what_to_do() {
    for language in Language::ALL {
        let unknown = reason(language, "no_such_code");
        for code in CODES {
            assert_ne!(reason(language, code), unknown, "{code}");
            assert!(try_text(language, &(key(&["wire", code]) + ".what-to-do"), &[]).is_some(), "{code}");
            assert!(reason(language, code).ends_with('.') && what_to_do(language, code).ends_with('.'), "{code}");
        }
        assert!(!what_to_do(language, "no_such_code").is_empty());
    }
}

#[test]
fn a_coordinator_is_not_sent_to_her_coordinator() {
    // Somebody who has not joined, or who is shut out, is no coordinator yet, or no more.
    let of_others = ["invitation_used", "invitation_expired", "invitation_unknown", "not_joined", "revoked"];
    for code in CODES.iter().filter(|code| !of_others.contains(code)) {
        for command in [None, Some("give")] {
            for (language, hers) in [
                (Language::English, "your coordinator"),
                (Language::Bokmal, "koordinatoren"),
                (Language::Swedish, "samordnaren"),
                (Language::Swedish, "din samordnare"),
            ] {
                let told = what_to_do_of(language, code, command, true);
                assert!(!told.to_lowercase().contains(hers), "{code}: {told}");
            }
        }
    }
    assert_ne!(reason_of(Language::English, "not_found", Some("give")), reason(Language::English, "not_found"));
    assert_eq!(reason_of(Language::English, "busy", Some("give")), reason(Language::English, "busy"));
}

#[test]
fn what_has_no_label_is_at_least_readable() {
    assert_eq!(code_label(Language::Bokmal, "topics", "sewing_circle"), None);
    assert_eq!(field_label(Language::Bokmal, "visit", "shoe_size"), "shoe size");
    assert_eq!(kind_label(Language::Bokmal, "training_module"), "training module");
    assert_eq!(kinds_label(Language::Bokmal, "training_module"), "training module");
}

#[test]
fn what_is_wrong_with_a_field_is_said_with_what_it_could_be() {
    let allowed = ["street".to_owned(), "home".to_owned()];
    assert_eq!(
        invalid(Language::English, "visit", "kind", "not_allowed", &allowed),
        "“Kind of visit” cannot be that. You can use: street, home. Nothing was saved."
    );
    assert_eq!(
        invalid(Language::Bokmal, "visit", "happened_at", "required", &[]),
        "«Når» må fylles ut. Ingenting ble lagret."
    );
    let problems = ["unknown", "read_only", "required", "wrong_form", "not_allowed", "too_long", "out_of_range"];
    let said: std::collections::BTreeSet<_> =
        problems.iter().map(|problem| invalid(Language::Swedish, "visit", "reached", problem, &[])).collect();
    assert_eq!(said.len(), problems.len());
    assert!(!invalid(Language::Swedish, "visit", "reached", "no_such_problem", &[]).is_empty());
}
