//! `POST /review/records/ID/answers`: an answer is chosen. Invariant: the form comes from a page of the same browser,
//! and names what that page showed.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use footbridge_model::{ChangeHash, DocumentId};

use super::outcome::{DONE, Outcome};
use super::{Answer, Visitor, pairs};
use crate::review::answers::{Back, field};
use crate::review::layout::TOKEN_FIELD;
use crate::review::plain::Why;
use crate::reviewing::{self, Choice, ReviewError};
use crate::state::ServerState;

/// Makes the choice and goes back to the page.
pub async fn post(State(state): State<ServerState>, visitor: Visitor, Path(id): Path<String>, form: Bytes) -> Answer {
    let names = [TOKEN_FIELD, field::NAME, field::VALUE, field::OWN, field::SEEN, field::BACK];
    let [token, name, value, own, seen, back] = pairs(&form, names);
    visitor.check(token.as_deref())?;
    let guest = &visitor.guest;
    let Ok(id) = id.parse::<DocumentId>() else { return Err(guest.refuse(ReviewError::NotFound)) };
    let value = match own {
        // What she wrote herself is text, whatever it looks like.
        Some(own) => Some(own.into()),
        None => value.and_then(|value| serde_json::from_str(&value).ok()),
    };
    let seen = seen.and_then(|seen| heads(&seen));
    let (Some(name), Some(value), Some(seen)) = (name, value, seen) else {
        return Ok(guest.say(StatusCode::BAD_REQUEST, Why::OldForm));
    };
    let settled = reviewing::settle(&state, &visitor.coordinator, Choice { id, field: name, value, seen }).await;
    let outcome = match settled {
        Ok(()) => Outcome::Chosen,
        Err(ReviewError::Changed) => Outcome::Meanwhile,
        Err(ReviewError::Invalid(_)) => Outcome::NotAllowed,
        Err(ReviewError::Forbidden) => Outcome::NotHers,
        Err(error) => return Err(guest.refuse(error)),
    };
    let path = if back.as_deref() == Some(Back::List.name()) {
        super::disagreements::PATH.to_owned()
    } else {
        format!("/review/records/{id}")
    };
    Ok(guest.send_on(&format!("{path}?{DONE}={}", outcome.name())))
}

/// The newest changes of a record, as a form names them.
pub(super) fn heads(text: &str) -> Option<Vec<ChangeHash>> {
    text.split('.').map(hash).collect()
}

fn hash(text: &str) -> Option<ChangeHash> {
    let mut bytes = [0; 32];
    let digits = text.as_bytes().as_chunks::<2>();
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.0) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(ChangeHash(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let one = ChangeHash([0xa7; 32]);
        assert_eq!(hash(&one.to_string()), Some(one));
        for wrong in ["", "a7", &"g".repeat(64), &"ä".repeat(32)] {
            assert_eq!(hash(wrong), None, "{wrong}");
        }
    }
}
