//! Only the server of the invitation revokes a device, and only the one that it names.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use footbridge_model::{DeviceId, ProgrammeId, Timestamp};
use footbridge_protocol::{HelloMessage, Nonce, ProtocolError, RevocationMessage, SigningKey};

fn revocation() -> RevocationMessage {
    RevocationMessage {
        device: DeviceId::from_bytes([1; 16]),
        programme: ProgrammeId::from_bytes([2; 16]),
        revoked_at: Timestamp(3),
        wipe: false,
    }
}

#[test]
fn a_revocation_holds_for_the_device_that_it_names_and_from_the_server_of_its_invitation() {
    let (server, stranger) = (SigningKey::from_seed(&[5; 32]), SigningKey::from_seed(&[6; 32]));
    let device = revocation().device;
    let sealed = revocation().seal(&server).unwrap();
    assert_eq!(RevocationMessage::open(&sealed, server.public(), device), Ok(revocation()));
    let another = RevocationMessage::open(&sealed, server.public(), DeviceId::from_bytes([9; 16]));
    assert_eq!(another, Err(ProtocolError::Mismatch { what: "the device" }));
    assert!(RevocationMessage::open(&sealed, stranger.public(), device).is_err());
    let forged = revocation().seal(&stranger).unwrap();
    assert!(RevocationMessage::open(&forged, server.public(), device).is_err());
}

#[test]
fn what_was_signed_for_another_purpose_revokes_nothing() {
    let server = SigningKey::from_seed(&[5; 32]);
    let hello = HelloMessage {
        client_nonce: Nonce::from_bytes([1; 16]),
        server_nonce: Nonce::from_bytes([2; 16]),
        time: Timestamp(3),
        version: 1,
        build: String::new(),
        identity: server.public(),
        limits: footbridge_protocol::LimitsMessage::of_this_version(),
    };
    let sealed = hello.seal(&server).unwrap();
    assert!(RevocationMessage::open(&sealed, server.public(), revocation().device).is_err());
}
