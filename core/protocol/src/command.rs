//! A command of the model in CBOR. One map for every verb, so that a verb or a key that this version does
//! not know costs one item and not its envelope.

use footbridge_model::{Command, PersonId, Recipient};
use minicbor::{Decode, Encode};

use crate::error_code::ErrorCode;

const GIVE: u64 = 0;
const CLOSE: u64 = 1;
const REOPEN: u64 = 2;
const ATTRIBUTE: u64 = 3;

/// A command as it travels. [`TryFrom`] makes the model's command of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CommandMessage {
    /// What is asked: 0 give, 1 close, 2 reopen, 3 attribute.
    #[n(0)]
    pub verb: u64,
    /// To whom something is given, or who made it.
    #[cbor(n(1), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub person: Option<PersonId>,
    /// The district to which something is given.
    #[n(2)]
    pub district: Option<String>,
    /// How something was closed.
    #[n(3)]
    pub outcome: Option<String>,
}

impl From<&Command> for CommandMessage {
    fn from(command: &Command) -> Self {
        let (verb, person, district, outcome) = match command {
            Command::Give { to: Recipient::Person(person) } => (GIVE, Some(*person), None, None),
            Command::Give { to: Recipient::District(district) } => (GIVE, None, Some(district.clone()), None),
            Command::Close { outcome } => (CLOSE, None, None, outcome.clone()),
            Command::Reopen => (REOPEN, None, None, None),
            Command::Attribute { person } => (ATTRIBUTE, Some(*person), None, None),
        };
        Self { verb, person, district, outcome }
    }
}

impl TryFrom<CommandMessage> for Command {
    /// The code with which the item is answered.
    type Error = ErrorCode;

    fn try_from(message: CommandMessage) -> Result<Self, ErrorCode> {
        let CommandMessage { verb, person, district, outcome } = message;
        match (verb, person, district, outcome) {
            (GIVE, Some(person), None, None) => Ok(Self::Give { to: Recipient::Person(person) }),
            (GIVE, None, Some(district), None) => Ok(Self::Give { to: Recipient::District(district) }),
            (CLOSE, None, None, outcome) => Ok(Self::Close { outcome }),
            (REOPEN, None, None, None) => Ok(Self::Reopen),
            (ATTRIBUTE, Some(person), None, None) => Ok(Self::Attribute { person }),
            (GIVE | CLOSE | REOPEN | ATTRIBUTE, ..) => Err(ErrorCode::UnknownField),
            _ => Err(ErrorCode::UnknownKind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Command> {
        let person = PersonId::from_bytes([7; 16]);
        vec![
            Command::Give { to: Recipient::Person(person) },
            Command::Give { to: Recipient::District("Dalhem".to_owned()) },
            Command::Close { outcome: Some("done".to_owned()) },
            Command::Close { outcome: None },
            Command::Reopen,
            Command::Attribute { person },
        ]
    }

    #[test]
    fn every_command_survives_the_wire() {
        for command in all() {
            assert_eq!(Command::try_from(CommandMessage::from(&command)), Ok(command));
        }
    }

    #[test]
    fn a_verb_of_a_later_version_and_a_wrong_key_are_told_apart() {
        let mut message = CommandMessage::from(&Command::Reopen);
        message.outcome = Some("done".to_owned());
        assert_eq!(Command::try_from(message.clone()), Err(ErrorCode::UnknownField));
        message.verb = 99;
        assert_eq!(Command::try_from(message), Err(ErrorCode::UnknownKind));
    }
}
