//! Everything hostile at once, from many: the server stays within its memory, goes on serving, and keeps nothing of it.

#[path = "hostile/forms.rs"]
#[expect(dead_code, reason = "other stories use the rest")]
mod forms;
#[path = "hostile/kept.rs"]
mod kept;

use std::sync::Barrier;

use footbridge_model::{FieldChange, Kind, Scalar};
use footbridge_protocol::{Item, MEDIA_CBOR, MEDIA_COSE, MEDIA_STREAM, StreamWriter, limits, pull, push, session};
use footbridge_testkit::{Programme, RawDevice, Request, change_item};
use serde_json::json;

use forms::{MARKER, bomb};
use kept::{assert_not_told, assert_nothing_moved, kept};

/// What an envelope leaves behind whose items were all refused: its counter, its answers, and that they were refused.
const OF_AN_ENVELOPE: [&str; 3] = ["devices", "envelopes", "set_aside"];

/// What the server may hold at its peak.
const MEMORY: u64 = 256 * 1024 * 1024;

/// How many come at once with as much as may be sent.
const LARGE: usize = 40;

/// How many come at once with little that becomes much.
const SMALL: usize = 60;

/// Bytes that nothing makes smaller, the same each time.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    std::iter::repeat_with(|| next().to_le_bytes()).flatten().take(length).collect()
}

/// As much as one push may hold, of bytes that are no change.
fn as_much_as_there_may_be(device: &mut RawDevice) -> Vec<u8> {
    let envelopes: Vec<Vec<u8>> = (0..limits::PUSH_ENVELOPES as u64)
        .map(|envelope| {
            let items = (0..15).map(|item| {
                let (id, _) = device.record(Kind::Visit, &[]);
                change_item(id, "visit", noise(limits::CHANGE_BYTES, envelope << 32 | item << 1 | 1))
            });
            let items: Vec<Item> = items.collect();
            device.sealed(items)
        })
        .collect();
    StreamWriter::whole(envelopes).expect("a stream")
}

/// The longest notes that there can be, on what is another's: small to send, and large to look at.
fn long_notes(device: &mut RawDevice) -> Vec<u8> {
    let text = "läsa ".repeat(1_990);
    let on = FieldChange::Set {
        field: "on".to_owned(),
        value: Scalar::Str("01980000-0000-7000-8000-000000000001".to_owned()),
    };
    let text = FieldChange::Set { field: "text".to_owned(), value: Scalar::Str(format!("{MARKER} {text}")) };
    let envelopes: Vec<Vec<u8>> = (0..2)
        .map(|_| {
            let notes = (0..5).map(|_| device.record(Kind::Note, &[on.clone(), text.clone()]));
            let items: Vec<Item> = notes.map(|(id, made)| change_item(id, "note", made.change)).collect();
            device.sealed(items)
        })
        .collect();
    StreamWriter::whole(envelopes).expect("a stream")
}

#[test]
fn many_at_once_with_all_that_is_hostile_take_no_more_memory_than_there_is_and_harm_nobody() {
    let programme = Programme::start();
    let amina = programme.volunteer("Amina", &["Dalhem"]);
    let visit = amina.visit(&json!({}));
    amina.sync();
    let mut device = RawDevice::join(programme.server.address(), &programme.invitation("volunteer", "Leila", &[]));
    let token = device.session().token.to_authorization();
    let before = kept(&programme.server);
    let large = as_much_as_there_may_be(&mut device);
    assert!(large.len() > limits::PUSH_BYTES as usize * 9 / 10, "{} bytes", large.len());
    let mut requests: Vec<Request> = Vec::new();
    for _ in 0..LARGE {
        requests.push(Request::post(push::PATH, MEDIA_STREAM, large.clone()));
    }
    for _ in 0..2 {
        let notes = long_notes(&mut device);
        requests.push(Request::post(push::PATH, MEDIA_STREAM, notes));
    }
    let deep = vec![0x81; limits::REQUEST_BYTES];
    for _ in 0..SMALL {
        requests.push(Request::post(push::PATH, MEDIA_STREAM, bomb()));
        requests.push(Request::post(session::PATH, MEDIA_COSE, deep.clone()));
        requests.push(Request::post(pull::PATH, MEDIA_CBOR, deep.clone()).header("authorization", &token));
        requests.push(Request::get(&format!("/review/search?q={}", MARKER.repeat(100))));
    }
    let begin = Barrier::new(requests.len());
    let address = programme.server.address();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asking: Vec<_> = requests
            .iter()
            .map(|request| {
                let begin = &begin;
                scope.spawn(move || {
                    begin.wait();
                    request.send(address).status
                })
            })
            .collect();
        asking.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    let count = |status| statuses.iter().filter(|other| **other == status).count();
    // Each in its turn: 200 what can be read, 413 the bombs, 400 the deep ones, 403 the page.
    assert_eq!(count(413), SMALL, "{statuses:?}");
    assert_eq!(count(400), 2 * SMALL, "{statuses:?}");
    assert_eq!(count(403), SMALL, "{statuses:?}");
    assert!(count(200) == LARGE + 2, "{statuses:?}");
    let peak = programme.server.peak_memory();
    assert!(peak < MEMORY, "{} MB at the peak", peak >> 20);
    assert_nothing_moved(&before, &programme.server, &OF_AN_ENVELOPE);
    assert_not_told(&programme.server, MARKER, push::PATH);
    amina.edit(&visit, &json!({"minutes": 20}));
    amina.sync();
    assert_eq!(programme.coordinator("Kari").show(&visit)["minutes"], json!(20));
}
