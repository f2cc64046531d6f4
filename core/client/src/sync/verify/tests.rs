use footbridge_store::records::RecordRow;
use serde_json::json;

use super::*;
use crate::tests::Device;

/// A visit as a server gave it, on a device of its own.
fn given(device: &Device) -> DocumentId {
    let id = device.add("visit", json!({"kind": "street", "minutes": 20}));
    change(device, id, |row| {
        let stored = row.document().expect("unpacked").expect("a document");
        row.set_served(1, pull::digest(row.id, row.generation, &stored));
    });
    device.footbridge.inner.store.write(|writing| outbox::remove_of(writing, id)).expect("it was sent");
    id
}

fn change(device: &Device, id: DocumentId, change: impl FnOnce(&mut RecordRow)) {
    let changed = device.footbridge.write(|_, writing, ground| {
        let mut row = records::get(writing, id)?.expect("it is there");
        change(&mut row);
        record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
        Ok(())
    });
    changed.expect("written");
}

fn minutes(device: &Device, id: DocumentId) -> serde_json::Value {
    device.footbridge.show(id).expect("it is there")["minutes"].clone()
}

/// Records with the bits of the scopes that gave them.
type Given = Vec<(DocumentId, i64)>;

fn found(device: &Device) -> (Vec<DocumentId>, Given, Given) {
    let Found { mended, damaged, ahead } = look(&device.footbridge, SLICE).expect("looked");
    (mended, damaged, ahead)
}

#[test]
fn nothing_is_found_on_a_device_that_is_sound() {
    let device = Device::new();
    given(&device);
    device.add("visit", json!({"kind": "home"}));
    device.add("visit", json!({"kind": "home", "state": "draft"}));
    let edited = given(&device);
    device.edit(edited, json!({"minutes": 5}));
    assert_eq!(found(&device), (vec![], vec![], vec![]));
}

#[test]
fn what_screens_read_is_made_again_from_a_sound_document() {
    let device = Device::new();
    let (id, other) = (given(&device), given(&device));
    change(&device, id, |row| {
        row.projection.fields.insert("minutes".to_owned(), 200.into());
    });
    assert_eq!(minutes(&device, id), json!(200));
    assert_eq!(found(&device), (vec![id], vec![], vec![]));
    assert_eq!((minutes(&device, id), minutes(&device, other)), (json!(20), json!(20)));
    assert_eq!(found(&device), (vec![], vec![], vec![]));
}

#[test]
fn a_document_of_other_bytes_than_were_given_is_to_be_fetched() {
    let device = Device::new();
    let flipped = given(&device);
    let other = device.add("visit", json!({"kind": "street", "minutes": 99}));
    let stored = device.footbridge.inner.store.read(|s| records::get(s, other)).expect("read").expect("it is there");
    // Sound in itself, and another visit than the one that was given.
    let exchanged = given(&device);
    change(&device, exchanged, |row| row.packed = stored.packed.clone());
    change(&device, flipped, |row| {
        let packed = row.packed.as_mut().expect("a document");
        let middle = packed.len() / 2;
        packed[middle] ^= 0x20;
    });
    let nulled = given(&device);
    change(&device, nulled, |row| row.packed = None);
    assert_eq!(found(&device), (vec![], vec![(flipped, 1), (exchanged, 1), (nulled, 1)], vec![]));
}

#[test]
fn a_document_that_was_never_sent_is_made_again_from_what_waits() {
    let device = Device::new();
    let id = device.add("visit", json!({"kind": "street", "minutes": 20}));
    device.edit(id, json!({"minutes": 25}));
    change(&device, id, |row| row.packed = Some(vec![9, 9, 9]));
    assert!(device.footbridge.edit(id, &crate::tests::object(json!({"minutes": 30})), None).is_err());
    assert_eq!(found(&device), (vec![id], vec![], vec![]));
    device.edit(id, json!({"reached": 2}));
    let shown = device.footbridge.show(id).expect("it is there");
    assert_eq!((&shown["minutes"], &shown["reached"]), (&json!(25), &json!(2)));
}

#[test]
fn an_edit_that_was_given_up_is_fetched_away_and_one_that_waits_is_let_be() {
    let device = Device::new();
    let (given_up, waiting) = (given(&device), given(&device));
    device.edit(given_up, json!({"minutes": 5}));
    device.edit(waiting, json!({"minutes": 5}));
    device.footbridge.inner.store.write(|writing| outbox::remove_of(writing, given_up)).expect("given up");
    assert_eq!(found(&device), (vec![], vec![], vec![(given_up, 1)]));
}
