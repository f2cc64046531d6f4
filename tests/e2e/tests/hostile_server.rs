//! A server that lies to a phone, before one that does not: whatever it says, the phone does not break, takes no more
//! than its memory, keeps what was recorded and what is unsent, and says what is the matter; and when the true server
//! answers again, everything goes on where it was. What a server is trusted with all the same stands in
//! ARCHITECTURE.md; the last tests here hold that page to its word.

use std::net::SocketAddr;

use footbridge_model::{DocumentId, Scope, Timestamp};
use footbridge_protocol::pull::digests::PATH as DIGESTS;
use footbridge_protocol::pull::{DOCUMENTS_PATH, PATH as PULL, STREAM};
use footbridge_protocol::push::PATH as PUSH;
use footbridge_protocol::session::PATH as SESSION;
use footbridge_protocol::{
    Answer, Epoch, ErrorBody, ErrorCode, FrameMessage, MEDIA_STREAM, Mark, Message, PullMessage, PulledContent,
    PulledItem, PushedMessage, RevocationMessage, SessionOpenedMessage, SigningKey, StreamReader, StreamWriter, decode,
    encode, hello, limits,
};
use footbridge_testkit::{Asked, Liar, Phone, Programme, RawDevice, Response, Told};
use serde_json::{Value, json};

/// What a phone may take, of addresses: stacks and code included.
const KILOBYTES: u64 = 384 * 1024;

/// A phone that reaches the server through a liar, and somebody who does not.
struct Street {
    programme: Programme,
    liar: Liar,
    amina: Phone,
    kari: Phone,
    visit: String,
    round: i64,
}

/// What stands on a phone, to be compared.
fn recorded(phone: &Phone) -> Vec<(String, Value)> {
    let mut all: Vec<_> = ["visit", "note", "contact", "follow_up"]
        .iter()
        .flat_map(|kind| phone.items(&["list", kind, "--limit", "500"]))
        .map(|item| (item["id"].as_str().expect("an id").to_owned(), said(&item)))
        .collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// What a person said in a record, without what servers say beside it.
fn said(item: &Value) -> Value {
    let told = ["place", "minutes", "text", "handle", "what", "kind", "district", "topics"];
    Value::Object(told.iter().map(|field| ((*field).to_owned(), item[*field].clone())).collect())
}

impl Street {
    fn set() -> Self {
        let programme = Programme::start();
        let liar = Liar::before(programme.server.address());
        let amina = programme.joined(Phone::new("Amina").linked(liar.link()), "volunteer", &["Dalhem"]);
        let visit = amina.visit(&json!({"place": "library"}));
        amina.note(&visit, "Hon vill läsa svenska.");
        amina.add("contact", &json!({"handle": "blue scarf"}));
        amina.add("follow_up", &json!({"about": visit, "what": "studies"}));
        amina.sync();
        let kari = programme.coordinator("Kari");
        Self { programme, liar, amina, kari, visit, round: 0 }
    }

    /// Lies to a phone that has something new and something changed to send, and then tells the truth again. `errors`
    /// are what the sync may end with meanwhile; nothing where it may end well.
    #[track_caller]
    fn lied_to(
        &mut self,
        what: &str,
        path: &'static str,
        errors: &[&str],
        lie: impl Fn(&Asked, SocketAddr) -> Told + Send + Sync + 'static,
    ) {
        self.round += 1;
        let new = self.amina.visit(&json!({"minutes": self.round}));
        self.amina.edit(&self.visit, &json!({"minutes": self.round}));
        // Somebody else has news, so that there is something to lie about.
        let kari = self.kari.visit(&json!({"place": format!("place {}", self.round)}));
        self.kari.edit(&self.visit, &json!({"place": format!("place {}", self.round)}));
        self.kari.sync();
        let before = recorded(&self.amina);
        let unsent = self.amina.ask(&["status"])["unsent"].as_u64().expect("a number");
        assert!(unsent >= 2, "{what}: {unsent}");
        self.liar.lie(path, lie);
        let ended = self.amina.run_within(KILOBYTES, &["sync"]);
        assert!(self.liar.asked() > 0, "{what}: it was asked");
        assert!(!ended.stderr.contains("panicked"), "{what}: {}", ended.stderr);
        let code = ended.code.unwrap_or_else(|| panic!("{what}: ended by a signal: {}", ended.stderr));
        let told: Option<Value> = ended.stderr.lines().filter_map(|line| serde_json::from_str(line).ok()).next_back();
        let error = told.as_ref().and_then(|told| told["error"].as_str()).unwrap_or_default();
        match code {
            0 => assert!(errors.is_empty() || errors.contains(&""), "{what}: it ended well: {}", ended.stdout),
            _ => assert!(errors.contains(&error), "{what}: {error}: {}", ended.stderr),
        }
        // What was hers is hers still: nothing recorded is gone or other than she said it.
        let after = recorded(&self.amina);
        let status = self.amina.ask(&["status"]);
        assert_eq!(status["revoked"], Value::Null, "{what}");
        for (id, said) in before.iter().filter(|(id, _)| *id == new) {
            assert!(after.iter().any(|(other, now)| other == id && now == said), "{what}: what was recorded is gone");
        }
        if path != PUSH {
            let sent = self.programme.server.ask(&["members", &self.programme.id]);
            assert!(sent["items"].is_array());
        }
        // The truth again.
        self.liar.be_honest();
        self.amina.sync();
        let again = self.amina.sync();
        let status = self.amina.ask(&["status"]);
        assert_eq!(status["unsent"], json!(0), "{what}: {status} {again}");
        assert_eq!(status["set_aside"], json!([]), "{what}: {status}");
        self.kari.sync();
        assert_eq!(self.kari.show(&new)["minutes"], json!(self.round), "{what}: what was new arrives");
        assert_eq!(self.kari.show(&self.visit)["minutes"], json!(self.round), "{what}: what was changed arrives");
        assert_eq!(
            self.amina.show(&self.visit),
            shown_to_her(&self.kari.show(&self.visit), &self.amina.show(&self.visit)),
            "{what}: both see the same"
        );
        assert!(!self.amina.has(&kari), "{what}: what is not hers did not come");
    }
}

/// What two people see of one record, but for what is each one's own to see.
fn shown_to_her(theirs: &Value, hers: &Value) -> Value {
    let mut same = hers.clone();
    for field in ["minutes", "place", "topics", "kind", "district", "happened_at"] {
        same[field] = theirs[field].clone();
    }
    same
}

fn answered(status: u16, body: Vec<u8>) -> Response {
    Response { status, headers: vec![("content-type".to_owned(), "application/cbor".to_owned())], body }
}

fn whole(body: Vec<u8>) -> Told {
    Told::Whole(answered(200, body))
}

/// The truth, read, altered and written again.
fn altered<M: Message>(asked: &Asked, server: SocketAddr, alter: impl Fn(&mut M)) -> Told {
    let truth = asked.truth(server);
    let Ok(mut message) = decode::<M>(&truth.body) else { return Told::Whole(truth) };
    alter(&mut message);
    Told::Whole(Response { body: encode(&message).expect("a message"), ..truth })
}

/// The frames of a true pull.
fn frames(truth: &Response) -> Vec<FrameMessage> {
    let messages = StreamReader::whole(&truth.body, STREAM, 10_000)
        .unwrap_or_else(|error| panic!("{} with {} bytes: {error}", truth.status, truth.body.len()));
    messages
        .iter()
        .filter_map(|message| match decode::<PullMessage>(message).expect("a frame") {
            PullMessage::Frame(frame) => Some(frame),
            PullMessage::End => None,
        })
        .collect()
}

fn stream(frames: Vec<FrameMessage>) -> Vec<u8> {
    let mut messages: Vec<_> = frames.into_iter().map(PullMessage::Frame).collect();
    messages.push(PullMessage::End);
    let messages: Vec<_> = messages.iter().map(|message| encode(message).expect("a frame")).collect();
    StreamWriter::whole(messages).expect("a stream")
}

/// A true pull whose frames are altered.
fn pulled(asked: &Asked, server: SocketAddr, alter: impl Fn(&mut Vec<FrameMessage>)) -> Told {
    let truth = asked.truth(server);
    if truth.status != 200 {
        return Told::Whole(truth);
    }
    let mut frames = frames(&truth);
    alter(&mut frames);
    Told::Whole(Response { body: stream(frames), ..truth })
}

/// Every item of these frames.
fn items(frames: &mut [FrameMessage]) -> impl Iterator<Item = &mut PulledItem> {
    frames.iter_mut().flat_map(|frame| frame.items.iter_mut())
}

const OFFLINE: &[&str] = &["offline"];

#[test]
fn what_is_no_answer_at_all_counts_as_no_server() {
    let mut street = Street::set();
    let rubbish = [
        ("nothing", Vec::new()),
        ("a page", b"<html>Sign in to the wifi</html>".to_vec()),
        ("nesting", vec![0x81; 60_000]),
        ("a claim", vec![0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ];
    for path in [hello::PATH, SESSION, PUSH, PULL] {
        for (what, body) in rubbish.clone() {
            street.lied_to(&format!("{path}: {what}"), path, OFFLINE, move |_, _| whole(body.clone()));
        }
        street.lied_to(&format!("{path}: cut"), path, OFFLINE, |asked, server| {
            let mut truth = asked.truth(server);
            truth.body.truncate(truth.body.len() / 2);
            Told::Cut(truth)
        });
        street.lied_to(&format!("{path}: without an end"), path, OFFLINE, |_, _| {
            Told::Endless(answered(200, Vec::new()), vec![0; 64 * 1024])
        });
        street.lied_to(&format!("{path}: a refusal without an end"), path, OFFLINE, |_, _| {
            Told::Endless(answered(500, Vec::new()), vec![0xff; 64 * 1024])
        });
    }
}

#[test]
fn who_it_is_and_whose_the_session_is_cannot_be_lied_about() {
    let mut street = Street::set();
    let stranger = RawDevice::strange_key();
    street.lied_to("a hello that was turned", hello::PATH, &["refused", "offline"], |asked, server| {
        let mut truth = asked.truth(server);
        let last = truth.body.len() - 1;
        truth.body[last] ^= 1;
        Told::Whole(truth)
    });
    let old = std::sync::Mutex::new(None);
    street.lied_to("an old hello", hello::PATH, &["refused", "offline"], move |asked, server| {
        let mut old = old.lock().expect("the old one");
        // One that was true, of another moment.
        let mut other = asked.clone();
        other.body = encode(&footbridge_protocol::HelloRequest {
            client_nonce: footbridge_protocol::Nonce::from_bytes([7; 16]),
            versions: vec![1],
        })
        .expect("a hello");
        Told::Whole(old.get_or_insert_with(|| other.truth(server)).clone())
    });
    street.lied_to("another programme", SESSION, &["refused", "offline"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| {
            opened.programme = footbridge_model::ProgrammeId::from_bytes([7; 16]);
        })
    });
    street.lied_to("another person", SESSION, &["refused", "offline"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| {
            opened.person = footbridge_model::PersonId::from_bytes([7; 16]);
        })
    });
    street.lied_to("a counter beyond all", SESSION, OFFLINE, |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| opened.counter = limits::COUNTER)
    });
    street.lied_to("a counter that she never reached", SESSION, &[""], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| opened.counter = limits::COUNTER_BELIEVED)
    });
    street.lied_to("a counter of nothing", SESSION, &["", "refused"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| opened.counter = 0)
    });
    street.lied_to("another life of the server", SESSION, &["", "offline"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| opened.epoch = Epoch::from_bytes([7; 16]))
    });
    street.lied_to("no scope at all", SESSION, &["", "offline", "refused"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| opened.scopes.clear())
    });
    street.lied_to("scopes that are not hers", SESSION, &["refused", "offline"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| {
            opened.scopes.push(Scope::Coordinators);
            opened.scopes.extend((0..50).map(|number| Scope::District(format!("District {number}"))));
        })
    });
    street.lied_to("a token that is none", SESSION, &["refused"], |asked, server| {
        altered::<SessionOpenedMessage>(asked, server, |opened| {
            opened.token = footbridge_protocol::SessionToken::from_bytes([7; 32]);
        })
    });
    // Nothing but the server's own signature locks a phone.
    for path in [SESSION, PULL] {
        street.lied_to("revoked, as it says", path, &["refused"], |_, _| {
            Told::Whole(answered(403, encode(&ErrorBody::from(ErrorCode::Revoked)).expect("a body")))
        });
        let key = stranger.clone();
        street.lied_to("revoked by somebody else", path, &["refused"], move |_, _| {
            Told::Whole(answered(403, revoked(&key)))
        });
        for code in [
            ErrorCode::UnknownDevice,
            ErrorCode::Erased,
            ErrorCode::NotFound,
            ErrorCode::Internal,
            ErrorCode::WrongProgramme,
        ] {
            street.lied_to(code.name(), path, &["refused", "offline"], move |_, _| {
                Told::Whole(answered(code.status(), encode(&ErrorBody::from(code)).expect("a body")))
            });
        }
    }
}

/// A revocation that this key has signed.
fn revoked(key: &SigningKey) -> Vec<u8> {
    let message = RevocationMessage {
        device: footbridge_model::DeviceId::from_bytes([7; 16]),
        programme: footbridge_model::ProgrammeId::from_bytes([7; 16]),
        revoked_at: Timestamp(1_795_341_600_000),
        wipe: true,
    };
    let notice = Some(message.seal(key).expect("a revocation"));
    encode(&ErrorBody { notice, ..ErrorBody::from(ErrorCode::Revoked) }).expect("a body")
}

#[test]
fn answers_to_what_was_sent_take_nothing_away_that_they_do_not_name() {
    let mut street = Street::set();
    street.lied_to("an answer to nothing", PUSH, OFFLINE, |asked, server| {
        altered::<PushedMessage>(asked, server, |pushed| pushed.envelopes.clear())
    });
    street.lied_to("an answer too many", PUSH, OFFLINE, |asked, server| {
        altered::<PushedMessage>(asked, server, |pushed| pushed.envelopes.push(pushed.envelopes[0].clone()))
    });
    street.lied_to("an answer for an item too few", PUSH, OFFLINE, |asked, server| {
        altered::<PushedMessage>(asked, server, |pushed| pushed.envelopes[0].items.truncate(1))
    });
    street.lied_to("answers for items that were never sent", PUSH, OFFLINE, |asked, server| {
        altered::<PushedMessage>(asked, server, |pushed| {
            let items = &mut pushed.envelopes[0].items;
            items.extend(vec![items[0]; 200]);
        })
    });
    for code in
        [ErrorCode::Busy, ErrorCode::BadSignature, ErrorCode::CounterUsed, ErrorCode::TooMany, ErrorCode::UnknownDevice]
    {
        street.lied_to(&format!("{} for all", code.name()), PUSH, &["refused", "offline"], move |asked, server| {
            altered::<PushedMessage>(asked, server, |pushed| {
                for envelope in &mut pushed.envelopes {
                    envelope.answer = Answer::Refused(code);
                    envelope.items.clear();
                }
            })
        });
    }
    // It took them, and says that it lacks what they stand on, or had others of that number.
    for code in [ErrorCode::MissingDeps, ErrorCode::Forked, ErrorCode::WrongActor, ErrorCode::Busy] {
        street.lied_to(
            &format!("{} for each", code.name()),
            PUSH,
            &["", "refused", "offline"],
            move |asked, server| {
                altered::<PushedMessage>(asked, server, |pushed| {
                    for item in pushed.envelopes.iter_mut().flat_map(|envelope| &mut envelope.items) {
                        item.answer = Answer::Refused(code);
                    }
                })
            },
        );
    }
}

#[test]
fn what_is_pulled_may_be_anything_and_breaks_nothing() {
    let mut street = Street::set();
    street.lied_to("a generation beyond all", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| items(frames).for_each(|item| item.generation = u64::MAX))
    });
    street.lied_to("frames of no scope of hers", PULL, OFFLINE, |asked, server| {
        pulled(asked, server, |frames| frames.iter_mut().for_each(|frame| frame.scope = Scope::Coordinators))
    });
    street.lied_to("frames in another order, and twice", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| {
            frames.reverse();
            frames.extend(frames.clone());
        })
    });
    street.lied_to("only the end", PULL, OFFLINE, |asked, server| pulled(asked, server, Vec::clear));
    street.lied_to("frames that are never done", PULL, &["offline"], |asked, server| {
        let truth = asked.truth(server);
        let mut frames = frames(&truth);
        for frame in &mut frames {
            (frame.done, frame.digest, frame.remaining) = (false, None, u64::MAX);
            frame.items.clear();
        }
        Told::Whole(Response { body: stream(frames), ..truth })
    });
    street.lied_to("each is a reset", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| frames.iter_mut().for_each(|frame| frame.reset = true))
    });
    street.lied_to("a cursor beyond all", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| {
            for frame in frames {
                (frame.cursor.seq, frame.cursor.mark) = (u64::MAX, Mark::from_bytes([7; 8]));
                frame.cursor.below = frame.cursor.below.map(|_| u64::MAX);
            }
        })
    });
    street.lied_to("sums that are wrong", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| {
            for digest in frames.iter_mut().filter_map(|frame| frame.digest.as_mut()) {
                (digest.count, digest.sum) = (u64::MAX, 7);
            }
        })
    });
    street.lied_to("documents under other ids", PULL, &["", "offline"], |asked, server| {
        pulled(asked, server, |frames| {
            items(frames).for_each(|item| item.id = DocumentId::from_bytes([7; 16]));
        })
    });
    type Spoil = fn(&mut Vec<u8>, &mut String, &mut u64, &mut String);
    let spoils: [(&str, Spoil); 8] = [
        ("documents of nothing", |document, _, _, _| document.clear()),
        ("documents cut", |document, _, _, _| document.truncate(document.len() / 2)),
        ("documents with a byte turned", |document, _, _, _| {
            let middle = document.len() / 2;
            document[middle] ^= 0x10;
        }),
        ("documents with a byte turned, to be projected here", |document, _, version, _| {
            let middle = document.len() / 2;
            document[middle] ^= 0x10;
            *version = 99;
        }),
        ("documents that claim", |document, _, version, _| {
            *document = vec![0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0x0f];
            *version = 99;
        }),
        ("projections of nothing", |_, projection, _, _| *projection = String::new()),
        ("projections of something else", |_, projection, _, _| {
            *projection = json!({"kind": "visit", "schema": i64::MIN, "recorded_at": i64::MAX, "fields": {"place": ["x"], "topics": 7, "happened_at": "99999-99-99"}}).to_string();
        }),
        ("facts of nothing", |_, _, _, facts| *facts = "[".repeat(1000)),
    ];
    for (what, spoil) in spoils {
        street.lied_to(what, PULL, &[""], move |asked, server| {
            pulled(asked, server, |frames| {
                for item in items(frames) {
                    if let PulledContent::Document { document, projection, projection_version, facts } =
                        &mut item.content
                    {
                        spoil(document, projection, projection_version, facts);
                    }
                }
            })
        });
    }
    street.lied_to("a stream that inflates without an end", PULL, &["offline", ""], |_, _| {
        // Sixty-four megabytes of nothing in a few kilobytes.
        let mut writer = StreamWriter::new().expect("a stream");
        let nothing = vec![0; limits::FRAME_BYTES];
        (0..64).for_each(|_| writer.push(&nothing).expect("room"));
        let body = writer.finish().expect("a stream");
        let headers = vec![("content-type".to_owned(), MEDIA_STREAM.to_owned())];
        Told::Whole(Response { status: 200, headers, body })
    });
}

#[test]
fn single_records_and_lists_of_digests_may_be_anything_too() {
    let mut street = Street::set();
    for path in [DIGESTS, DOCUMENTS_PATH] {
        // What is asked there follows from a sum that is wrong: the server itself says so.
        for (what, body) in [("rubbish", vec![0xff; 100]), ("nesting", vec![0x81; 60_000])] {
            street.round += 1;
            let told = body.clone();
            street.liar.lie(path, move |_, _| whole(told.clone()));
            let ended = street.amina.run_within(KILOBYTES, &["sync"]);
            assert!(!ended.stderr.contains("panicked") && ended.code.is_some(), "{path}: {what}: {}", ended.stderr);
            street.liar.be_honest();
            street.amina.sync();
        }
    }
    assert_eq!(street.amina.ask(&["status"])["unsent"], json!(0));
}

#[test]
fn what_it_says_beside_a_document_holds_until_the_record_comes_again() {
    let mut street = Street::set();
    let stranger = "01980000-0000-7000-8000-000000000001";
    let facts =
        json!({"author": stranger, "closed_at": i64::MAX, "seen": [{"by": stranger, "at": i64::MIN}]}).to_string();
    street.lied_to("facts of somebody else", PULL, &[""], move |asked, server| {
        pulled(asked, server, |frames| {
            for item in items(frames) {
                if let PulledContent::Document { facts: told, .. } = &mut item.content {
                    told.clone_from(&facts);
                }
            }
        })
    });
    // Her own visit, and she may not change it: a device goes by what its server says of rights.
    assert_eq!(street.amina.refused(&["edit", &street.visit], "{\"minutes\": 90}").error, "forbidden");
    street.kari.edit(&street.visit, &json!({"place": "bus"}));
    street.kari.sync();
    street.amina.sync();
    street.amina.edit(&street.visit, &json!({"minutes": 90}));
    street.amina.sync();
    street.kari.sync();
    assert_eq!(street.kari.show(&street.visit)["minutes"], json!(90));
}

#[test]
fn what_it_says_that_it_took_it_is_trusted_with() {
    let street = Street::set();
    let swallowed = street.amina.visit(&json!({"place": "swallowed"}));
    street.liar.lie(PUSH, |asked, _| {
        let messages = StreamReader::whole(&asked.body, footbridge_protocol::push::STREAM, 8).expect("a push");
        let envelopes = messages.iter().map(|message| {
            let envelope = opened(message);
            let items = envelope.items.iter().map(|_| Answer::Accepted.into()).collect();
            footbridge_protocol::EnvelopeAnswer { counter: envelope.counter, answer: Answer::Accepted, items }
        });
        whole(encode(&PushedMessage { envelopes: envelopes.collect() }).expect("answers"))
    });
    street.amina.sync();
    street.liar.be_honest();
    street.amina.sync();
    street.kari.sync();
    // It is on her phone still, and nowhere else: no phone can tell a server that keeps from one that says so.
    assert_eq!(street.amina.show(&swallowed)["place"], json!("swallowed"));
    assert!(!street.kari.has(&swallowed));
    // What stands on it is not taken either; that is shown, and nothing of it is lost.
    street.amina.edit(&swallowed, &json!({"minutes": 5}));
    street.amina.sync();
    let aside = street.amina.ask(&["status"])["set_aside"].clone();
    assert_eq!(aside[0]["id"], json!(swallowed), "{aside}");
    assert_eq!(street.amina.show(&swallowed)["minutes"], json!(5));
}

/// An envelope as whoever stands between can read it: its signature looked at by nobody.
fn opened(signed: &[u8]) -> footbridge_protocol::EnvelopeMessage {
    // Tagged COSE_Sign1 of four parts: the payload is the third, and is the longest string in it.
    let start = signed.windows(3).position(|bytes| bytes[0] == 0xa0 && (bytes[1] & 0xe0) == 0x40).expect("a payload");
    let (length, head) = match signed[start + 1] & 0x1f {
        short @ 0..24 => (usize::from(short), 1),
        24 => (usize::from(signed[start + 2]), 2),
        25 => (usize::from(u16::from_be_bytes([signed[start + 2], signed[start + 3]])), 3),
        _ => (
            u32::from_be_bytes([signed[start + 2], signed[start + 3], signed[start + 4], signed[start + 5]]) as usize,
            5,
        ),
    };
    decode(&signed[start + 1 + head..start + 1 + head + length]).expect("an envelope")
}
