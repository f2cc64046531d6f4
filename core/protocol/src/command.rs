//! A command of the model in CBOR. One map for every verb, so that a verb or a key that this version does
//! not know costs one item and not its envelope.

use std::collections::BTreeSet;

use footbridge_model::{ChangeHash, Command, DeviceId, PersonId, Recipient, Role, Timestamp, TokenHash};
use minicbor::{Decode, Encode};

use crate::error_code::ErrorCode;
use crate::limits;

const GIVE: u64 = 0;
const CLOSE: u64 = 1;
const REOPEN: u64 = 2;
const ATTRIBUTE: u64 = 3;
const ERASE: u64 = 4;
const ROLE: u64 = 5;
const REVOKE: u64 = 6;
const REINSTATE: u64 = 7;
const INVITE: u64 = 8;
const SEEN: u64 = 9;
const TAKE: u64 = 10;
const DISCARD: u64 = 11;
const REVIEW_LINK: u64 = 12;

/// A command as it travels. [`TryFrom`] makes the model's command of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct CommandMessage {
    /// What is asked: 0 give, 1 close, 2 reopen, 3 attribute, 4 erase, 5 role, 6 revoke, 7 reinstate, 8 invite,
    /// 9 seen, 10 take, 11 discard, 12 review link.
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
    /// The name of a role.
    #[n(4)]
    pub role: Option<String>,
    /// Where a person is a volunteer.
    #[n(5)]
    pub districts: Option<BTreeSet<String>>,
    /// The device that is revoked.
    #[cbor(n(6), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub device: Option<DeviceId>,
    /// Whether a revoked device empties itself in any case.
    #[n(7)]
    pub wipe: Option<bool>,
    /// The hash of a token.
    #[cbor(n(8), with = "crate::codec::fields::optional_fixed", has_nil)]
    pub token: Option<TokenHash>,
    /// What a new person is called.
    #[n(9)]
    pub name: Option<String>,
    /// Until when a token can be used, in milliseconds since 1970.
    #[n(10)]
    pub expires_at: Option<i64>,
    /// What was seen of a document.
    #[cbor(n(11), with = "crate::codec::fields::optional_list_of_fixed", has_nil)]
    pub heads: Option<Vec<ChangeHash>>,
    /// How often a follow-up had been handed on when the asker looked.
    #[n(12)]
    pub handed_on: Option<u64>,
}

impl From<&Command> for CommandMessage {
    fn from(command: &Command) -> Self {
        let of = |verb| Self { verb, ..Self::default() };
        match command {
            Command::Give { to: Recipient::Person(person), seen } => {
                Self { person: Some(*person), handed_on: *seen, ..of(GIVE) }
            }
            Command::Give { to: Recipient::District(district), seen } => {
                Self { district: Some(district.clone()), handed_on: *seen, ..of(GIVE) }
            }
            Command::Close { outcome } => Self { outcome: outcome.clone(), ..of(CLOSE) },
            Command::Reopen => of(REOPEN),
            Command::Attribute { person } => Self { person: Some(*person), ..of(ATTRIBUTE) },
            Command::Erase => of(ERASE),
            Command::Role { role, districts } => {
                Self { role: Some(role.name().to_owned()), districts: Some(districts.clone()), ..of(ROLE) }
            }
            Command::Revoke { device, wipe } => Self { device: *device, wipe: Some(*wipe), ..of(REVOKE) },
            Command::Reinstate => of(REINSTATE),
            Command::Invite { token, name, role, districts, expires_at } => Self {
                token: Some(*token),
                name: name.clone(),
                role: Some(role.name().to_owned()),
                districts: Some(districts.clone()),
                expires_at: Some(expires_at.0),
                ..of(INVITE)
            },
            Command::Seen { heads } => Self { heads: Some(heads.clone()), ..of(SEEN) },
            Command::Take => of(TAKE),
            Command::Discard => of(DISCARD),
            Command::ReviewLink { token, expires_at } => {
                Self { token: Some(*token), expires_at: Some(expires_at.0), ..of(REVIEW_LINK) }
            }
        }
    }
}

impl TryFrom<CommandMessage> for Command {
    /// The code with which the item is answered.
    type Error = ErrorCode;

    fn try_from(message: CommandMessage) -> Result<Self, ErrorCode> {
        message.check()?;
        let command = message.read()?;
        // A key that does not belong to the verb is one that would be lost.
        if CommandMessage::from(&command) == message { Ok(command) } else { Err(ErrorCode::UnknownField) }
    }
}

impl CommandMessage {
    fn check(&self) -> Result<(), ErrorCode> {
        let names = self.districts.iter().flatten().chain(&self.name).chain(&self.role).chain(&self.district);
        let too_many = self.districts.as_ref().is_some_and(|districts| districts.len() > limits::LIST_ITEMS)
            || self.heads.as_ref().is_some_and(|heads| heads.len() > limits::HEADS);
        let too_long = names.into_iter().any(|name| name.len() > limits::NAME_BYTES)
            || self.outcome.as_ref().is_some_and(|outcome| outcome.len() > limits::OUTCOME_BYTES);
        if too_many || too_long { Err(ErrorCode::TooLarge) } else { Ok(()) }
    }

    fn read(&self) -> Result<Command, ErrorCode> {
        let missing = ErrorCode::UnknownField;
        let role = || self.role.as_deref().and_then(Role::from_name).ok_or(missing);
        let districts = || self.districts.clone().ok_or(missing);
        let expires_at = || self.expires_at.map(Timestamp).ok_or(missing);
        Ok(match self.verb {
            GIVE => {
                let to = match (self.person, &self.district) {
                    (Some(person), None) => Recipient::Person(person),
                    (None, Some(district)) => Recipient::District(district.clone()),
                    _ => return Err(missing),
                };
                Command::Give { to, seen: self.handed_on }
            }
            CLOSE => Command::Close { outcome: self.outcome.clone() },
            REOPEN => Command::Reopen,
            ATTRIBUTE => Command::Attribute { person: self.person.ok_or(missing)? },
            ERASE => Command::Erase,
            ROLE => Command::Role { role: role()?, districts: districts()? },
            REVOKE => Command::Revoke { device: self.device, wipe: self.wipe.ok_or(missing)? },
            REINSTATE => Command::Reinstate,
            INVITE => Command::Invite {
                token: self.token.ok_or(missing)?,
                name: self.name.clone(),
                role: role()?,
                districts: districts()?,
                expires_at: expires_at()?,
            },
            SEEN => Command::Seen { heads: self.heads.clone().ok_or(missing)? },
            TAKE => Command::Take,
            DISCARD => Command::Discard,
            REVIEW_LINK => Command::ReviewLink { token: self.token.ok_or(missing)?, expires_at: expires_at()? },
            _ => return Err(ErrorCode::UnknownKind),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Command> {
        let person = PersonId::from_bytes([7; 16]);
        vec![
            Command::Give { to: Recipient::Person(person), seen: None },
            Command::Give { to: Recipient::District("Dalhem".to_owned()), seen: Some(3) },
            Command::Close { outcome: Some("done".to_owned()) },
            Command::Close { outcome: None },
            Command::Reopen,
            Command::Attribute { person },
            Command::Erase,
            Command::Role { role: Role::Volunteer, districts: BTreeSet::from(["Dalhem".to_owned()]) },
            Command::Role { role: Role::Coordinator, districts: BTreeSet::new() },
            Command::Revoke { device: None, wipe: false },
            Command::Revoke { device: Some(DeviceId::from_bytes([3; 16])), wipe: true },
            Command::Reinstate,
            Command::Invite {
                token: TokenHash([5; 32]),
                name: Some("Leila".to_owned()),
                role: Role::Volunteer,
                districts: BTreeSet::from(["Närlunda".to_owned()]),
                expires_at: Timestamp(9),
            },
            Command::Seen { heads: vec![ChangeHash([1; 32]), ChangeHash([2; 32])] },
            Command::Take,
            Command::Discard,
            Command::ReviewLink { token: TokenHash([5; 32]), expires_at: Timestamp(9) },
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
        message.outcome = None;
        message.wipe = Some(true);
        assert_eq!(Command::try_from(message.clone()), Err(ErrorCode::UnknownField));
        message.verb = 99;
        assert_eq!(Command::try_from(message), Err(ErrorCode::UnknownKind));
    }
}
