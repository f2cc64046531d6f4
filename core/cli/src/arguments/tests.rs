use clap::CommandFactory;

use super::*;

fn parsed(words: &[&str]) -> Arguments {
    Arguments::try_parse_from([&["footbridge"], words].concat()).unwrap_or_else(|error| panic!("{words:?}: {error}"))
}

fn refused(words: &[&str]) -> clap::error::ErrorKind {
    match Arguments::try_parse_from([&["footbridge"], words].concat()) {
        Ok(arguments) => panic!("{words:?}: {arguments:?}"),
        Err(error) => error.kind(),
    }
}

#[test]
fn the_arguments_are_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn every_line_that_scripts_rely_on_is_understood() {
    const ID: &str = "01998c5e-7f00-7000-8000-000000000001";
    for words in [
        &["join", "https://example.org/join#v=1&s=a&t=b"][..],
        &["leave"],
        &["leave", "--even-unsent"],
        &["add", "visit"],
        &["add", "visit", "-"],
        &["add", "visit", "visits.jsonl"],
        &["edit", ID, "-"],
        &["done", ID],
        &["withdraw", ID],
        &["withdraw", ID, "--undo"],
        &["delete", ID],
        &["reword", ID],
        &["reword", ID, "-"],
        &["give", ID, "--to", ID],
        &["give", ID, "--open", "Dalhem"],
        &["show", ID],
        &["list", "visit", "--since", "2026-01-01", "--until", "2026-02-01", "--district", "Dalhem"],
        &["list", "visit", "--author", ID, "--state", "done", "--limit", "5", "--after", "cursor"],
        &["search", "søke"],
        &["timeline", ID],
        &["conflicts"],
        &["settle", ID, "place", "library"],
        &["settle", ID, "reached", "-1"],
        &["settle", ID, "reached", "null"],
        &["due"],
        &["status"],
        &["status", "--dismiss"],
        &["sync"],
        &["sync", "--watch"],
        &["import", "log.csv", "--mapping", "log.toml", "--dry-run"],
        &["export", "--format", "jsonl", "visit"],
        &["export", "visit", "--format", "csv"],
        &["schema", "visit"],
        &["invite", "--name", "Leila", "--role", "volunteer", "--district", "Dalhem", "--district", "Närlunda"],
        &["invite", "--person", ID, "--days", "3"],
        &["role", "--person", ID, "volunteer", "--district", "Dalhem"],
        &["role", "--person", ID, "coordinator"],
        &["revoke", "--person", ID],
        &["revoke", "--person", ID, "--device", ID, "--wipe"],
        &["reinstate", "--person", ID],
        &["review"],
        &["quarantine"],
        &["take", ID],
        &["discard", ID],
    ] {
        let mut before = vec!["--store", "phone", "--key-file", "key", "--lang", "sv", "--json"];
        before.extend(words);
        let arguments = parsed(&before);
        assert!(arguments.json && arguments.lang == Some(Language::Swedish), "{words:?}");
        let mut after = words.to_vec();
        after.extend(["--json", "--store", "phone"]);
        assert_eq!(parsed(&after).store, Some(PathBuf::from("phone")), "{words:?}");
    }
}

#[test]
fn a_follow_up_goes_to_a_person_or_to_a_district_and_not_to_both() {
    use clap::error::ErrorKind;
    assert_eq!(refused(&["give", "id"]), ErrorKind::MissingRequiredArgument);
    assert_eq!(refused(&["give", "id", "--to", "a", "--open", "b"]), ErrorKind::ArgumentConflict);
}

#[test]
fn an_invitation_is_for_somebody_new_or_for_somebody_who_is_there() {
    use clap::error::ErrorKind;
    assert_eq!(refused(&["invite"]), ErrorKind::MissingRequiredArgument);
    assert_eq!(refused(&["invite", "--name", "Leila"]), ErrorKind::MissingRequiredArgument);
    assert_eq!(
        refused(&["invite", "--name", "L", "--role", "volunteer", "--person", "id"]),
        ErrorKind::ArgumentConflict
    );
    assert_eq!(refused(&["invite", "--person", "id", "--district", "Dalhem"]), ErrorKind::MissingRequiredArgument);
    assert_eq!(refused(&["invite", "--name", "Leila", "--role", "queen"]), ErrorKind::InvalidValue);
    assert_eq!(refused(&["revoke", "--wipe"]), ErrorKind::MissingRequiredArgument);
}

#[test]
fn a_list_has_fifty_items_unless_told_and_never_none() {
    let Command::List(list) = parsed(&["list", "visit"]).command else { panic!("it is a list") };
    assert_eq!(list.page.limit, 50);
    for typed in ["0", "-1", "many", "10001"] {
        let limit = format!("--limit={typed}");
        assert_eq!(refused(&["list", "visit", &limit]), clap::error::ErrorKind::ValueValidation);
    }
}

#[test]
fn a_language_that_footbridge_does_not_speak_is_refused_on_the_command_line_only() {
    assert_eq!(refused(&["--lang", "so", "status"]), clap::error::ErrorKind::ValueValidation);
    let said = |name: &str, value: &str| {
        let (name, value) = (name.to_owned(), value.to_owned());
        move |asked: &str| (asked == name).then(|| OsString::from(&value))
    };
    assert_eq!(surroundings_language(said("LANG", "so_SO.UTF-8")), Language::English);
    assert_eq!(surroundings_language(said("LANG", "nb_NO.UTF-8")), Language::Bokmal);
    assert_eq!(surroundings_language(said("LC_ALL", "sv_SE")), Language::Swedish);
    assert_eq!(surroundings_language(|_| None), Language::English);
}

#[test]
fn the_language_of_messages_comes_before_the_general_one() {
    let said = |asked: &str| match asked {
        "LC_ALL" => Some(OsString::new()),
        "LC_MESSAGES" => Some("sv_SE.UTF-8".into()),
        "LANG" => Some("nb_NO.UTF-8".into()),
        _ => None,
    };
    assert_eq!(surroundings_language(said), Language::Swedish);
}

#[test]
fn json_is_asked_for_even_where_the_rest_makes_no_sense() {
    let typed = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
    assert!(ask_for_json(&typed(&["footbridge", "--jsn", "--json", "fly"])));
    assert!(!ask_for_json(&typed(&["footbridge", "search", "--", "--json"])));
}
