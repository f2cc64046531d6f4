//! `PROTOCOL.md` says first what the code then does: its tables and the code agree.

#![expect(clippy::unwrap_used, reason = "a specification that is not there fails the test")]

use std::collections::BTreeSet;

use footbridge_model::kinds::SetBy;
use footbridge_model::{Command, Facts, Kind, Member, PersonId, Role, policy};
use footbridge_protocol::{ErrorCode, limits};

/// The rows of the table under this heading, each as its cells, without the head and the rule under it.
fn table(heading: &str) -> Vec<Vec<String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/PROTOCOL.md");
    let text = std::fs::read_to_string(path).unwrap();
    let after = text.lines().skip_while(|line| *line != heading).skip(1);
    let section = after.take_while(|line| !line.starts_with("## "));
    let rows = section.filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect())
        .collect()
}

#[test]
fn every_limit_stands_in_the_table_once() {
    let said: Vec<(String, String)> = table("## Limits").iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let held: Vec<(String, String)> =
        limits::ALL.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    assert_eq!(said, held);
}

#[test]
fn every_code_stands_in_the_table_once() {
    let said: Vec<Vec<String>> = table("## Codes").iter().map(|row| row[..4].to_vec()).collect();
    let held: Vec<Vec<String>> = ErrorCode::ALL
        .iter()
        .map(|code| {
            vec![
                code.number().to_string(),
                code.name().to_owned(),
                code.status().to_string(),
                code.remedy().name().to_owned(),
            ]
        })
        .collect();
    assert_eq!(said, held);
}

#[test]
fn every_field_of_every_kind_stands_in_the_table_once() {
    let said: Vec<Vec<String>> =
        table("## Kinds").iter().map(|row| [0, 1, 3, 4].map(|cell| row[cell].clone()).to_vec()).collect();
    let held: Vec<Vec<String>> = Kind::ALL
        .iter()
        .flat_map(|kind| kind.spec().fields.iter().map(|field| (kind.name(), field)))
        .map(|(kind, field)| {
            let set_by = match field.set_by {
                SetBy::Editor => "editor",
                SetBy::Author => "author",
                SetBy::Creation => "creation",
                SetBy::Command => "command",
            };
            [kind, field.name, if field.required { "yes" } else { "" }, set_by].map(str::to_owned).to_vec()
        })
        .collect();
    assert_eq!(said, held);
}

/// Who, of the author, another volunteer and a coordinator, may do something.
fn who(may: impl Fn(&Member) -> bool) -> String {
    let member = |number, role| Member { person: PersonId::from_bytes([number; 16]), role, districts: BTreeSet::new() };
    let author = may(&member(1, Role::Volunteer));
    let another = may(&member(2, Role::Volunteer));
    let coordinator = may(&member(3, Role::Coordinator));
    match (author, another, coordinator) {
        (_, true, true) => "everybody",
        (true, false, true) => "author, coordinators",
        (true, false, false) => "author",
        (false, false, true) => "coordinators",
        (false, false, false) => "nobody",
        (_, true, false) => "volunteers",
    }
    .to_owned()
}

#[test]
fn who_may_read_and_edit_each_kind_stands_in_the_table() {
    let said: Vec<Vec<String>> = table("## Rights").iter().map(|row| row[..6].to_vec()).collect();
    let facts = Facts { author: Some(PersonId::from_bytes([1; 16])), ..Facts::default() };
    let held: Vec<Vec<String>> = Kind::ALL
        .iter()
        .map(|kind| {
            vec![
                kind.name().to_owned(),
                who(|member| policy::may_create(member, *kind).is_ok()),
                who(|member| member.sees(&policy::audience(*kind, &facts, None))),
                who(|member| policy::may_edit(member, *kind, &facts, []).is_ok()),
                who(|member| policy::may_reword(member, *kind, &facts).is_ok()),
                who(|member| policy::may_command(member, *kind, &facts, &Command::Erase).is_ok()),
            ]
        })
        .collect();
    let rows: Vec<String> = held.iter().map(|row| format!("| `{}` | {} |", row[0], row[1..].join(" | "))).collect();
    assert_eq!(said, held, "\n{}", rows.join("\n"));
}
