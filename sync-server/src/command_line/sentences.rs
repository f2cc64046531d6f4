//! What the commands say to a person. Called by [`super::say`]. Invariant: made from the same JSON that a script gets.

mod audit;
mod kept;

use footbridge_model::clean;
use qrcode::QrCode;
use qrcode::render::unicode;
use serde_json::Value;

use crate::admin::AdminRequest;
pub(super) use kept::{backed_up, restored};

/// What came of a command, in sentences.
pub(super) fn told(request: &AdminRequest, value: &Value, in_a_terminal: bool) -> String {
    match request {
        AdminRequest::CreateProgramme { name, .. } => {
            let id = text(value, "programme");
            format!("Programme {name} is made. Its id: {id}\nNow invite its people: footbridge-server invite {id} …")
        }
        AdminRequest::ListProgrammes => table(value, &["programme", "name", "country", "members"], "No programme yet."),
        AdminRequest::Invite { name, .. } => invitation(&clean::shown(name), value, in_a_terminal),
        AdminRequest::InviteFurther { .. } => {
            invitation(&format!("a further device of {}", text(value, "person")), value, in_a_terminal)
        }
        AdminRequest::Role { .. } => {
            let (person, role, districts) = (text(value, "person"), text(value, "role"), text(value, "districts"));
            let districts = if districts.is_empty() { String::new() } else { format!(" in {districts}") };
            format!("{person} is a {role}{districts} from now on; her devices learn it at their next contact.")
        }
        AdminRequest::Revoke { wipe, .. } => {
            let person = text(value, "person");
            format!("{person} belongs to the programme no more. {}{}", at_the_next_contact(*wipe), ended(value))
        }
        AdminRequest::RevokeDevice { wipe, .. } => {
            let device = text(value, "device");
            format!("Device {device} has no rights any more. {}{}", at_the_next_contact(*wipe), ended(value))
        }
        AdminRequest::Reinstate { person: Some(_), .. } => {
            format!(
                "{} has her rights back, and those of her devices that were revoked with her.",
                text(value, "person")
            )
        }
        AdminRequest::Reinstate { person: None, .. } => format!("Let in: {}.", text(value, "admitted")),
        AdminRequest::Members { .. } => {
            table(value, &["person", "name", "role", "districts", "devices", "revoked_at"], "Nobody yet.")
        }
        AdminRequest::Devices { .. } => table(
            value,
            &["device", "device_name", "name", "seen_at", "build", "unsent", "set_aside", "quarantined", "revoked_at"],
            "No device yet.",
        ),
        AdminRequest::Invitations { .. } => {
            table(value, &["invitation", "name", "by_name", "expires_at"], "No invitation is open.")
        }
        AdminRequest::Browsers { .. } => {
            table(value, &["browser", "name", "signed_in_at", "expires_at"], "No browser is signed in.")
        }
        AdminRequest::Check => checked(value),
        AdminRequest::Clock => kept::clock(value),
        AdminRequest::ConfirmClock => {
            format!(
                "The clock counts as right: {}. Notes that expired: {}.",
                text(value, "now"),
                text(value, "expired")
            )
        }
        AdminRequest::Audit { .. } => audit::told(value),
        AdminRequest::ReviewLink { .. } => {
            let (url, until) = (text(value, "url"), text(value, "expires_at"));
            format!("A link to the review pages, to be used once, until {until}:\n{url}")
        }
    }
}

fn checked(value: &Value) -> String {
    let damaged = text(value, "damaged");
    let mut said = vec![match damaged.as_str() {
        "" => format!("{} records are as they were written.", text(value, "documents")),
        damaged => format!(
            "Not as they were written, or gone: {damaged}. They are not sent to devices; those that have them keep \
             them. A backup from before the damage has them."
        ),
    }];
    if value.get("scopes_mended").and_then(Value::as_u64).is_some_and(|scopes| scopes > 0) {
        said.push("What devices compare themselves with was wrong, and has been put right.".to_owned());
    }
    said.join(" ")
}

fn invitation(whom: &str, value: &Value, in_a_terminal: bool) -> String {
    let (url, until) = (text(value, "url"), text(value, "expires_at"));
    let code = if in_a_terminal { square(&url) } else { String::new() };
    format!("{code}An invitation for {whom}, for one phone, until {until}:\n{url}")
}

fn at_the_next_contact(wipe: bool) -> &'static str {
    if wipe {
        "At its next contact the device tries once to hand over what it has not sent, and then empties itself."
    } else {
        "At its next contact a device hands over what it has not sent, for coordinators to look at, and empties itself."
    }
}

/// What ended with it: browsers, links, invitations.
fn ended(value: &Value) -> String {
    let ended = value.get("ended");
    let count = |key: &str| ended.and_then(|ended| ended.get(key)?.as_u64()).unwrap_or(0);
    let whom = ended.and_then(|ended| ended.get("invitations")?.as_array()).cloned().unwrap_or_default();
    let invitations = match whom.as_slice() {
        [] => "no invitation".to_owned(),
        whom => format!("the invitations for {}", whom.iter().map(shown).collect::<Vec<_>>().join(", ")),
    };
    format!(
        " Ended with it: {} browsers, {} links to the review pages, {invitations}.",
        count("browsers"),
        count("links")
    )
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(value: &Value, key: &str) -> String {
    shown(value.get(key).unwrap_or(&Value::Null))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        // One line of a table or of the trail stays one line.
        Value::String(text) => clean::shown(text).into_owned(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn square(url: &str) -> String {
    let code = QrCode::new(url.as_bytes());
    code.map(|code| code.render::<unicode::Dense1x2>().quiet_zone(true).build() + "\n\n").unwrap_or_default()
}

fn table(value: &Value, columns: &[&str], nothing: &str) -> String {
    let items = value.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    if items.is_empty() {
        return nothing.to_owned();
    }
    let mut rows = vec![columns.iter().map(|column| (*column).to_owned()).collect::<Vec<_>>()];
    rows.extend(items.iter().map(|item| columns.iter().map(|column| text(item, column)).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_lines_up() {
        let value = json!({ "items": [{ "person": "1", "name": "Amina" }, { "person": "22", "name": null }] });
        assert_eq!(table(&value, &["person", "name"], "Nobody."), "person  name\n1       Amina\n22      -");
        assert_eq!(table(&json!({ "items": [] }), &["person"], "Nobody."), "Nobody.");
    }

    #[test]
    fn a_link_fits_in_a_square() {
        let url = format!("https://footbridge.example:8443/join#v=1&s={}&t={}", "A".repeat(43), "B".repeat(43));
        assert!(square(&url).contains('█'));
    }
}
