//! Strings of bytes of a fixed length that mean something: nonces, marks, tokens. The caller makes them
//! from its own source of randomness. Secret ones wipe themselves and show nothing when printed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::ZeroizeOnDrop;

use crate::codec::FixedBytes;

macro_rules! fixed {
    ($(#[$doc:meta])* $name:ident, $length:literal, [$($derive:ident),*]) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, $($derive),*)]
        pub struct $name([u8; $length]);

        impl $name {
            /// With these bytes.
            pub const fn from_bytes(bytes: [u8; $length]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $length] {
                &self.0
            }
        }

        impl FixedBytes for $name {
            fn as_slice(&self) -> &[u8] {
                &self.0
            }

            fn from_slice(bytes: &[u8]) -> Option<Self> {
                <[u8; $length]>::try_from(bytes).ok().map(Self)
            }
        }
    };
}

macro_rules! shown {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_str(")")
            }
        }
    };
}

macro_rules! secret {
    ($name:ident) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

fixed!(
    /// A number used once: the device's in a hello, or the server's that a join or session signs.
    Nonce, 16, [Copy]
);
shown!(Nonce);
fixed!(
    /// Which life of the server's database. A restored backup has another.
    Epoch, 16, [Copy]
);
shown!(Epoch);
fixed!(
    /// The random mark of one commit of the server, or of one state of a draft.
    Mark, 8, [Copy]
);
shown!(Mark);
fixed!(
    /// Names one command, so that the server does it once.
    CommandId, 16, [Copy]
);
shown!(CommandId);
fixed!(
    /// The right to read for a while. Secret.
    SessionToken, 32, [ZeroizeOnDrop]
);
secret!(SessionToken);
fixed!(
    /// The right to join once. Secret.
    InvitationToken, 32, [ZeroizeOnDrop]
);
secret!(InvitationToken);

impl Mark {
    /// The mark of a log in which nothing is yet.
    pub const NONE: Self = Self([0; 8]);
}

impl SessionToken {
    /// The value of the header `Authorization`.
    pub fn to_authorization(&self) -> String {
        format!("Bearer {}", URL_SAFE_NO_PAD.encode(self.0))
    }

    /// Read from the value of the header `Authorization`.
    pub fn from_authorization(value: &str) -> Option<Self> {
        let (scheme, token) = value.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("bearer") || token.len() > 64 {
            return None;
        }
        Self::from_slice(&URL_SAFE_NO_PAD.decode(token.trim()).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_in_the_authorization_header() {
        let token = SessionToken::from_bytes([7; 32]);
        assert_eq!(SessionToken::from_authorization(&token.to_authorization()), Some(token));
        for wrong in ["", "Bearer", "Bearer ", "Basic BwcH", "Bearer BwcH", "Bearer !!!"] {
            assert_eq!(SessionToken::from_authorization(wrong), None);
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert_eq!(format!("{:?}", SessionToken::from_bytes([7; 32])), "SessionToken(…)");
        assert_eq!(format!("{:?}", InvitationToken::from_bytes([7; 32])), "InvitationToken(…)");
        assert_eq!(format!("{:?}", Mark::from_bytes([7; 8])), "Mark(0707070707070707)");
    }
}
