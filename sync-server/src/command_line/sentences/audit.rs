//! The audit trail in sentences. Called by [`super::told`]. Invariant: every deed has words of its own, and one that
//! this build does not know is told by its name.

use footbridge_model::clean;
use serde_json::Value;

use super::text;
use crate::storage::audit::Deed;

/// The deeds, one a line, newest first.
pub(super) fn told(value: &Value) -> String {
    let items = value.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    if items.is_empty() {
        return "Nothing was done yet.".to_owned();
    }
    let mut lines: Vec<String> = items.iter().map(line).collect();
    if let Some(next) = value.get("next").and_then(Value::as_i64) {
        lines.push(format!("There is more: --before {next}"));
    }
    lines.join("\n")
}

fn line(item: &Value) -> String {
    let who = match (text(item, "from").as_str(), item.get("name")) {
        ("administrator", _) => "the administrator".to_owned(),
        ("page", _) => format!("{} (review pages)", named(item, "name", "person")),
        _ => named(item, "name", "person"),
    };
    let deed = text(item, "deed");
    let about = named(item, "about_name", "about");
    format!("{}  {who}: {}{}", text(item, "at"), words(&deed, &about), beside(item))
}

/// A name, or the id where there is none.
fn named(item: &Value, name: &str, id: &str) -> String {
    item.get(name).and_then(Value::as_str).map_or_else(|| text(item, id), |name| clean::shown(name).into_owned())
}

fn words(name: &str, about: &str) -> String {
    let Some(deed) = Deed::from_name(name) else { return format!("{name} {about}") };
    match deed {
        Deed::ProgrammeMade => "made the programme".to_owned(),
        Deed::Invited => format!("invited {about}"),
        Deed::InvitationEnded => format!("ended an invitation of {about}"),
        Deed::SignedOut => format!("signed a browser of {about} out"),
        Deed::Joined => format!("joined with device {about}"),
        Deed::RoleChanged => format!("changed the role of {about}"),
        Deed::Revoked => format!("took away the rights of {about}"),
        Deed::DeviceRevoked => format!("took away the rights of device {about}"),
        Deed::Reinstated => format!("gave {about} her rights back"),
        Deed::Admitted => format!("let {about} in after a restore"),
        Deed::HandedOver => format!("handed over what device {about} had not sent"),
        Deed::Taken => format!("took {about} over from quarantine"),
        Deed::Discarded => format!("threw away what was in quarantine about {about}"),
        Deed::Restored => "restored the server from a backup".to_owned(),
        Deed::ReviewLinked => format!("made a link to the review pages for {about}"),
        Deed::SignedIn => "signed in to the review pages".to_owned(),
        Deed::AnswerSettled => format!("chose an answer in {about}"),
        Deed::GivenBack => format!("gave back what the server had lost of {about}"),
        Deed::Erased => format!("erased {about}"),
        Deed::Reworded => format!("took back the earlier wording of {about}"),
        Deed::Attributed => format!("said who made {about}"),
    }
}

/// What else there is to know, as it is kept.
fn beside(item: &Value) -> String {
    match item.get("detail").and_then(Value::as_object) {
        Some(detail) if !detail.is_empty() => {
            let parts = detail.keys().map(|key| {
                let value = item.get("detail").map(|detail| text(detail, key)).unwrap_or_default();
                format!("{key} {value}")
            });
            format!(" ({})", parts.collect::<Vec<_>>().join(", "))
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_deed_is_told_with_who_and_to_whom() {
        let value = json!({ "items": [{
            "at": "2026-11-22T10:00:00Z", "person": "1", "name": "Kari", "device": null, "from": "page",
            "deed": "invited", "about": "2", "about_name": "Amina", "detail": { "role": "volunteer", "districts": ["Dalhem"] },
        }], "next": 7 });
        assert_eq!(
            told(&value),
            "2026-11-22T10:00:00Z  Kari (review pages): invited Amina (districts Dalhem, role volunteer)\n\
             There is more: --before 7"
        );
        assert_eq!(told(&json!({ "items": [] })), "Nothing was done yet.");
    }
}
