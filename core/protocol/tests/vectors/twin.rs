//! The readable twin of a vector: JSON in which a key is a number with its name after it ("0 identity"),
//! a byte string is `h'…'`, and everything else is as in CBOR. Read here, and by `vectors/check.py` with
//! another language's libraries.

use minicbor::Encoder;
use serde_json::Value;

use footbridge_protocol::{SigningKey, signature};

pub fn read(name: &str) -> Value {
    let path = super::folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("{name}.json is missing"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}.json: {error}"))
}

/// The twin says exactly these bytes.
pub fn holds(name: &str, bytes: &[u8]) {
    assert_eq!(to_cbor(&read(name)["cbor"]), bytes, "{name}.json says something else than {name}.hex");
}

/// The twin says the payload, the signer and the purpose of these bytes.
pub fn holds_signed(name: &str, bytes: &[u8]) {
    let twin = read(name);
    let signed = &twin["signed"];
    let key = SigningKey::from_seed(&bytes_of(&signed["seed"]).try_into().unwrap());
    let labels = [
        signature::Label::Hello,
        signature::Label::Join,
        signature::Label::Session,
        signature::Label::Envelope,
        signature::Label::Revocation,
    ];
    let label = labels.into_iter().find(|label| signed["external_aad"] == label.as_str()).unwrap();
    let kid = match <[u8; 16]>::try_from(bytes_of(&signed["kid"])) {
        Ok(device) => signature::KeyId::Device(footbridge_model::DeviceId::from_bytes(device)),
        Err(identity) => {
            let identity = identity.try_into().unwrap();
            signature::KeyId::Server(signature::PublicKey::from_bytes(identity))
        }
    };
    let ours = signature::sign(label, kid, to_cbor(&twin["cbor"]), &key).unwrap();
    assert_eq!(ours, bytes, "{name}.json says something else than {name}.hex");
}

fn bytes_of(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    super::from_hex(text.strip_prefix("h'").and_then(|rest| rest.strip_suffix('\'')).unwrap())
}

fn to_cbor(value: &Value) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    write(value, &mut encoder);
    encoder.into_writer()
}

fn write(value: &Value, e: &mut Encoder<Vec<u8>>) {
    match value {
        Value::Null => drop(e.null().unwrap()),
        Value::Bool(flag) => drop(e.bool(*flag).unwrap()),
        Value::Number(number) => match number.as_u64() {
            Some(number) => drop(e.u64(number).unwrap()),
            None => drop(e.i64(number.as_i64().unwrap()).unwrap()),
        },
        Value::String(text) if text.starts_with("h'") => drop(e.bytes(&bytes_of(value)).unwrap()),
        Value::String(text) => drop(e.str(text).unwrap()),
        Value::Array(items) => {
            e.array(items.len() as u64).unwrap();
            items.iter().for_each(|item| write(item, e));
        }
        Value::Object(entries) => {
            e.map(entries.len() as u64).unwrap();
            let mut entries: Vec<(u64, &Value)> =
                entries.iter().map(|(key, value)| (key.split(' ').next().unwrap().parse().unwrap(), value)).collect();
            entries.sort_by_key(|(key, _)| *key);
            for (key, value) in entries {
                e.u64(key).unwrap();
                write(value, e);
            }
        }
    }
}
