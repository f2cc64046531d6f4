//! What backup and restore say. Called by [`crate::command_line`]. Invariant: what is a danger when it is not known (a
//! backup that is not encrypted, people who wait) is said in a sentence of its own.

use serde_json::Value;

use super::{shown, text};

/// After a backup.
pub(crate) fn backed_up(value: &Value) -> String {
    let secret = if value.get("encrypted") == Some(&Value::Bool(true)) {
        "It is encrypted: keep the identity that opens it in another place than the backup."
    } else {
        "It is not encrypted, and holds the server's key: keep it as secret as the data folder. \
         --to encrypts it for an age recipient."
    };
    format!(
        "The backup {} is written: {} ({} bytes).\n{secret}",
        text(value, "file"),
        holds(value),
        text(value, "bytes")
    )
}

/// What the clock says.
pub(crate) fn clock(value: &Value) -> String {
    let (now, known) = (text(value, "now"), text(value, "known_until"));
    if value.get("in_doubt") == Some(&Value::Bool(true)) {
        return format!(
            "The clock says {now}, and was last known to be right at {known}. Nothing expires until it is put right. If it \
             is right: footbridge-server clock confirm"
        );
    }
    format!("The clock says {now}, and is believed.")
}

/// After a restore.
pub(crate) fn restored(value: &Value) -> String {
    let mut said = vec![format!("Restored as of {}: {}.", text(value, "made_at"), holds(value))];
    if value.get("with_journal") == Some(&Value::Bool(true)) {
        said.push(format!(
            "The journal told of {} things since, {} of them erasures; they hold again.",
            text(value, "replayed"),
            text(value, "erased")
        ));
        if value.get("journal_until").is_some_and(Value::is_string) {
            said.push(format!(
                "Its last line is of {}. If the server went on after that, this journal is an older copy: whoever joined \
                 since is unknown here and must be invited again (her phone keeps everything and sends it then), and \
                 whoever was revoked since still gets in.",
                text(value, "journal_until")
            ));
        }
    } else {
        said.push(format!(
            "Nothing is known of the time since. {} people wait until you let them in: \
             footbridge-server reinstate PROGRAMME --person ID, or --everyone.",
            text(value, "held")
        ));
    }
    if value.get("clock_in_doubt") == Some(&Value::Bool(true)) {
        said.push(
            "This machine's clock is days ahead of the last thing that is known: nothing expires until you say that it \
             is right, with footbridge-server clock confirm."
                .to_owned(),
        );
    }
    let aside = value.get("set_aside").and_then(Value::as_array).filter(|names| !names.is_empty());
    if let Some(names) = aside {
        let names = names.iter().map(shown).collect::<Vec<_>>().join(", ");
        said.push(format!("What was here is set aside: {names}. Delete it once all is well."));
    }
    said.push("Start the server: devices give back what it lost when they sync next.".to_owned());
    said.join("\n")
}

fn holds(value: &Value) -> String {
    let count = |key| text(value, key);
    format!(
        "{} programmes, {} people, {} records, {} drafts",
        count("programmes"),
        count("people"),
        count("records"),
        count("drafts")
    )
}
