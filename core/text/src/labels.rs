//! Names of what the product is made of: lists and their starter codes, kinds, fields, states, roles,
//! receipts, and the codes of the wire. Called wherever a record is shown. Names come in as documents and
//! messages have them (`next_step`); in the catalogues `_` is `-`.

use crate::catalogue::{text, try_text};
use crate::language::Language;

/// The label of a starter code. `None` for a code that a programme added: its own labels are in its `code`
/// record.
pub fn code_label(language: Language, list: &str, code: &str) -> Option<String> {
    try_text(language, &key(&["code", list, code]), &[])
}

/// The label of a code list; its name where it is not ours.
pub fn list_label(language: Language, list: &str) -> String {
    labelled(language, &["list", list], list)
}

/// What one record of a kind is called.
pub fn kind_label(language: Language, kind: &str) -> String {
    labelled(language, &["kind", kind], kind)
}

/// What several records of a kind are called.
pub fn kinds_label(language: Language, kind: &str) -> String {
    try_text(language, &(key(&["kind", kind]) + ".plural"), &[]).unwrap_or_else(|| readable(kind))
}

/// The label of a field of a kind, or of a field that every record has; its name where it is not ours.
pub fn field_label(language: Language, kind: &str, field: &str) -> String {
    try_text(language, &key(&["field", kind, field]), &[])
        .unwrap_or_else(|| labelled(language, &["field-any", field], field))
}

/// The label of a state (draft, done, withdrawn, open, closed).
pub fn state_label(language: Language, state: &str) -> String {
    labelled(language, &["state", state], state)
}

/// The label of a role (volunteer, coordinator).
pub fn role_label(language: Language, role: &str) -> String {
    labelled(language, &["role", role], role)
}

/// How far a record has come (device, server, seen).
pub fn receipt_label(language: Language, receipt: &str) -> String {
    labelled(language, &["receipt", receipt], receipt)
}

/// Why the server did not take something, by the name of its code.
pub fn reason(language: Language, code_name: &str) -> String {
    try_text(language, &key(&["wire", code_name]), &[]).unwrap_or_else(|| text(language, "wire-unknown", &[]))
}

/// What the person can do about it, by the name of the same code.
pub fn what_to_do(language: Language, code_name: &str) -> String {
    try_text(language, &(key(&["wire", code_name]) + ".what-to-do"), &[])
        .unwrap_or_else(|| text(language, "wire-unknown.what-to-do", &[]))
}

/// Why the server did not take what was asked of it by a command of that name (`give`): said for that case where the
/// catalogues know it, else as [`reason`] says.
pub fn reason_of(language: Language, code_name: &str, command: Option<&str>) -> String {
    let of_this = command.and_then(|command| try_text(language, &key(&["wire", code_name, command]), &[]));
    of_this.unwrap_or_else(|| reason(language, code_name))
}

/// What the person can do about it, said for that case and for her: a coordinator is not sent to her coordinator.
pub fn what_to_do_of(language: Language, code_name: &str, command: Option<&str>, is_coordinator: bool) -> String {
    let of_this = command.map(|command| key(&["wire", code_name, command]));
    let names = of_this.into_iter().chain([key(&["wire", code_name])]);
    let attributes: &[&str] =
        if is_coordinator { &[".what-to-do-coordinator", ".what-to-do"] } else { &[".what-to-do"] };
    names
        .flat_map(|name| attributes.iter().map(move |attribute| format!("{name}{attribute}")))
        .find_map(|key| try_text(language, &key, &[]))
        .unwrap_or_else(|| what_to_do(language, code_name))
}

/// What is wrong with a field, and what it could be: `problem` is the name of the model's problem
/// (`not_allowed`), `allowed` may be empty.
pub fn invalid(language: Language, kind: &str, field: &str, problem: &str, allowed: &[String]) -> String {
    let label = field_label(language, kind, field);
    let argument = [("field", label.as_str().into())];
    let wrong = try_text(language, &key(&["invalid", problem]), &argument)
        .unwrap_or_else(|| text(language, "invalid-not-allowed", &argument));
    let mut sentences = vec![wrong];
    if !allowed.is_empty() {
        let allowed = allowed.join(", ");
        sentences.push(text(language, "invalid-allowed", &[("allowed", allowed.as_str().into())]));
    }
    sentences.push(text(language, "invalid-nothing-saved", &[]));
    sentences.join(" ")
}

fn labelled(language: Language, parts: &[&str], otherwise: &str) -> String {
    try_text(language, &key(parts), &[]).unwrap_or_else(|| readable(otherwise))
}

/// A name without a label, at least without underscores.
fn readable(name: &str) -> String {
    name.replace('_', " ")
}

fn key(parts: &[&str]) -> String {
    parts.join("-").replace(['_', '.'], "-")
}

#[cfg(test)]
mod tests;
