//! How the values of a message that are not CBOR's own go in and out: the `with` modules of its derives.

/// A string of a fixed number of bytes.
pub mod fixed {
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    use crate::codec::FixedBytes;

    /// Writes a byte string.
    pub fn encode<C, T: FixedBytes, W: Write>(
        value: &T,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.bytes(value.as_slice())?.ok()
    }

    /// Reads a byte string of the right length.
    pub fn decode<'b, C, T: FixedBytes>(d: &mut Decoder<'b>, _: &mut C) -> Result<T, decode::Error> {
        T::from_slice(d.bytes()?).ok_or_else(|| decode::Error::message("a byte string of another length"))
    }
}

/// A string of a fixed number of bytes that may be absent.
pub mod optional_fixed {
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    use crate::codec::FixedBytes;

    /// Writes a byte string; an absent one is left out by its map.
    pub fn encode<C, T: FixedBytes, W: Write>(
        value: &Option<T>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match value {
            Some(value) => super::fixed::encode(value, e, ctx),
            None => e.null()?.ok(),
        }
    }

    /// Reads a byte string of the right length.
    pub fn decode<'b, C, T: FixedBytes>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Option<T>, decode::Error> {
        super::fixed::decode(d, ctx).map(Some)
    }

    /// What a missing key means.
    pub fn nil<T>() -> Option<Option<T>> {
        Some(None)
    }

    /// Whether the key is left out.
    pub fn is_nil<T>(value: &Option<T>) -> bool {
        value.is_none()
    }
}

/// A list of strings of a fixed number of bytes.
pub mod list_of_fixed {
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    use crate::codec::{FixedBytes, wide};

    /// Writes an array of byte strings.
    pub fn encode<C, T: FixedBytes, W: Write>(
        values: &[T],
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(wide(values.len()))?;
        values.iter().try_for_each(|value| super::fixed::encode(value, e, ctx))
    }

    /// Reads an array of byte strings.
    pub fn decode<'b, C, T: FixedBytes>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Vec<T>, decode::Error> {
        let count = d.array()?.ok_or_else(|| decode::Error::message("a length is not given"))?;
        (0..count).map(|_| super::fixed::decode(d, ctx)).collect()
    }
}

/// A list of strings of a fixed number of bytes that may be absent.
pub mod optional_list_of_fixed {
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    use crate::codec::FixedBytes;

    pub use super::optional_fixed::{is_nil, nil};

    /// Writes an array of byte strings; an absent one is left out by its map.
    pub fn encode<C, T: FixedBytes, W: Write>(
        values: &Option<Vec<T>>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        match values {
            Some(values) => super::list_of_fixed::encode(values, e, ctx),
            None => e.null()?.ok(),
        }
    }

    /// Reads an array of byte strings.
    pub fn decode<'b, C, T: FixedBytes>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Option<Vec<T>>, decode::Error> {
        super::list_of_fixed::decode(d, ctx).map(Some)
    }
}

/// Milliseconds since 1970.
pub mod timestamp {
    use footbridge_model::Timestamp;
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    /// Writes a whole number.
    pub fn encode<C, W: Write>(
        value: &Timestamp,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.i64(value.0)?.ok()
    }

    /// Reads a whole number.
    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Timestamp, decode::Error> {
        d.i64().map(Timestamp)
    }
}

/// What a person is in a programme.
pub mod role {
    use footbridge_model::Role;
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    /// Writes its name.
    pub fn encode<C, W: Write>(value: &Role, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(value.name())?.ok()
    }

    /// Reads its name.
    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Role, decode::Error> {
        Role::from_name(d.str()?).ok_or_else(|| decode::Error::message("an unknown role"))
    }
}

/// A scope, by its name.
pub mod scope {
    use footbridge_model::Scope;
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    /// Writes its name.
    pub fn encode<C, W: Write>(value: &Scope, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.str(&value.to_string())?.ok()
    }

    /// Reads its name.
    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Scope, decode::Error> {
        d.str()?.parse().map_err(|_| decode::Error::message("an unknown scope"))
    }
}

/// The scopes that a person may read. One that this version does not know is left aside: it cannot be
/// asked for.
pub mod known_scopes {
    use footbridge_model::Scope;
    use minicbor::decode::{self, Decoder};
    use minicbor::encode::{self, Encoder, Write};

    use crate::codec::wide;

    /// Writes an array of names.
    pub fn encode<C, W: Write>(
        values: &[Scope],
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        e.array(wide(values.len()))?;
        values.iter().try_for_each(|value| super::scope::encode(value, e, ctx))
    }

    /// Reads an array of names.
    pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<Vec<Scope>, decode::Error> {
        let count = d.array()?.ok_or_else(|| decode::Error::message("a length is not given"))?;
        let mut scopes = Vec::new();
        for _ in 0..count {
            scopes.extend(d.str()?.parse::<Scope>().ok());
        }
        Ok(scopes)
    }
}

mod ids {
    use footbridge_model::{Actor, ChangeHash, DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId, TokenHash};

    use crate::codec::FixedBytes;

    macro_rules! id {
        ($($name:ident),*) => {$(
            impl FixedBytes for $name {
                fn as_slice(&self) -> &[u8] {
                    self.as_bytes()
                }

                fn from_slice(bytes: &[u8]) -> Option<Self> {
                    <[u8; 16]>::try_from(bytes).ok().map(Self::from_bytes)
                }
            }
        )*};
    }

    id!(Actor, DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId);

    macro_rules! hash {
        ($($name:ident),*) => {$(
            impl FixedBytes for $name {
                fn as_slice(&self) -> &[u8] {
                    &self.0
                }

                fn from_slice(bytes: &[u8]) -> Option<Self> {
                    <[u8; 32]>::try_from(bytes).ok().map(Self)
                }
            }
        )*};
    }

    hash!(ChangeHash, TokenHash);
}
