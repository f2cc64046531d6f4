use footbridge_model::{DocumentId, Fields, Projection, Vocabulary, validation};
use footbridge_store::records::{Filter, RecordRow};
use footbridge_store::scopes;
use serde_json::json;

use super::*;
use crate::record;
use crate::tests::Device;

const PERSON: &str = "019aa000-0000-7000-8000-00000000abcd";
const ON: &str = "019aa000-0000-7000-8000-00000000beef";

/// An item as a server sends it.
fn item(number: u8, kind: Kind, fields: serde_json::Value, facts: serde_json::Value) -> PulledItem {
    let fields: Fields = fields.as_object().cloned().expect("an object");
    let now = Timestamp(1_795_341_600_000);
    let actor = footbridge_model::Actor::from_bytes([number; 16]);
    let changes = validation::create(kind, &fields, &Vocabulary::starter(), now).expect("valid");
    let made = document::create(kind, now, actor, now, &changes).expect("made");
    PulledItem {
        id: DocumentId::from_bytes([number; 16]),
        generation: 0,
        kind: kind.name().to_owned(),
        content: PulledContent::Document {
            document: made.stored,
            projection: made.projection.to_json(),
            projection_version: u64::from(PROJECTION_VERSION),
            facts: facts.to_string(),
        },
    }
}

fn items() -> Vec<PulledItem> {
    let (person, on) = (PERSON, ON);
    let closed = json!({"author": person, "state": "closed", "district": "Dalhem", "handle": "blå sjal"});
    vec![
        item(1, Kind::Visit, json!({"kind": "street", "place": "Fredriksdals tvättstuga"}), json!({"author": person})),
        item(2, Kind::Visit, json!({"kind": "home", "district": "Dalhem", "happened_at": "2026-03-02"}), json!({})),
        item(3, Kind::Contact, json!({"handle": "röd halsduk"}), json!({"author": person})),
        item(4, Kind::Note, json!({"on": on, "text": "Hon kommer på torsdag"}), json!({"author": person})),
        item(5, Kind::FollowUp, json!({"about": on, "what": "work", "due": "2026-04-01"}), json!({})),
        item(6, Kind::FollowUp, json!({"about": on, "what": "work"}), json!({"open_to": "Dalhem"})),
        item(7, Kind::FollowUp, json!({"about": on, "what": "work"}), closed),
        item(8, Kind::Visit, json!({"kind": "street"}), json!({"seen": [{"by": person, "at": 5}]})),
    ]
}

/// Every row, where lists find it, and what the search finds.
fn everything(device: &Device) -> (Vec<RecordRow>, Vec<Vec<DocumentId>>, Vec<usize>) {
    let person = PERSON.parse::<DocumentId>().expect("an id");
    let of = |kind: &str| Filter { kind: kind.to_owned(), ..Filter::default() };
    let filters = [
        of("visit"),
        of("follow_up"),
        Filter { district: Some("Dalhem".to_owned()), ..of("visit") },
        Filter { district: Some("Dalhem".to_owned()), ..of("follow_up") },
        Filter { author: Some(person.into()), ..of("visit") },
        Filter { state: Some("done".to_owned()), ..of("visit") },
        Filter { state: Some("open".to_owned()), ..of("follow_up") },
        Filter { state: Some("closed".to_owned()), ..of("follow_up") },
    ];
    let store = &device.footbridge.inner.store;
    let (rows, lists) = store
        .read(|snapshot| {
            let rows = items().iter().map(|item| records::get(snapshot, item.id)).collect::<Result<Vec<_>, _>>()?;
            let ids = |rows: Vec<RecordRow>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
            let mut lists = filters
                .iter()
                .map(|filter| Ok(ids(records::list(snapshot, filter, 99)?)))
                .collect::<Result<Vec<_>, StoreError>>()?;
            lists.push(ids(records::on(snapshot, ON.parse().expect("an id"))?));
            lists.push(ids(records::due_from(snapshot, None, 99)?));
            lists.push(ids(records::disputed(snapshot, None, 99)?));
            lists.push(vec![DocumentId::from_bytes(
                [u8::try_from(records::count_seen(snapshot, None)?).expect("few"); 16],
            )]);
            Ok::<_, StoreError>((rows, lists))
        })
        .expect("read");
    let rows = rows.into_iter().flatten().collect();
    let found = ["tvatt", "torsdag", "halsduk"]
        .map(|word| device.footbridge.search(word, 9, None).expect("searched").items.len());
    (rows, lists, found.to_vec())
}

/// What is made of the items where each is taken by itself.
fn one_by_one(device: &Device) {
    let written = device.footbridge.write(|_, writing, ground| {
        for PulledItem { id, generation, content, .. } in items() {
            let PulledContent::Document { document, projection, facts, .. } = content else { continue };
            let projection = Projection::from_json(&projection).expect("a projection");
            let facts = serde_json::from_str(&facts).expect("facts");
            let mut row = RecordRow::new(id, Some(&document), projection, facts);
            row.generation = generation;
            row.set_served(1, pull::digest(id, generation, &document));
            record::put(writing, &row, ground.me(), &ground.vocabulary.time_zone)?;
        }
        Ok(())
    });
    written.expect("written");
}

/// What is made of them where they arrive together.
fn together(device: &Device, words: bool) {
    let written = device.footbridge.write(|_, writing, ground| {
        scopes::add(writing, &footbridge_model::Scope::Coordinators)?;
        if !words {
            footbridge_store::search::fall_behind(writing)?;
        }
        for mut item in items() {
            if !words
                && let PulledContent::Document { projection, projection_version, .. } = &mut item.content
                && item.kind != "note"
            {
                // As a server leaves it out.
                (*projection, *projection_version) = (String::new(), 0);
            }
            let arrived = ArrivedItem { ready: ready(&mut item, words), item };
            assert!(arrived.store(writing, ground, 1)?.is_some(), "it is new");
            assert!(arrived.store(writing, ground, 1)?.is_none(), "it is not new any more");
        }
        Ok(())
    });
    written.expect("written");
}

#[test]
fn what_arrives_together_becomes_the_rows_that_each_by_itself_would_become() {
    let [slow, fast, behind] = [Device::new(), Device::new(), Device::new()];
    one_by_one(&slow);
    together(&fast, true);
    together(&behind, false);
    let (rows, lists, found) = everything(&slow);
    assert_eq!(rows.len(), items().len());
    assert_eq!(lists.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 1, 1, 1, 3, 2, 1, 4, 2, 0, 1]);
    assert_eq!(found, [1, 1, 1]);
    assert_eq!(everything(&fast), (rows.clone(), lists.clone(), found.clone()));
    assert_eq!(everything(&behind), (rows, lists, found), "who searches waits for the words");
}

#[test]
fn what_is_not_plain_is_taken_as_it_came() {
    let plain = item(1, Kind::Visit, json!({"kind": "street"}), json!({}));
    assert!(ready(&mut plain.clone(), true).is_some(), "the control");
    let altered = |alter: &dyn Fn(&mut PulledItem)| {
        let mut item = plain.clone();
        alter(&mut item);
        ready(&mut item, true).is_none()
    };
    assert!(altered(&|item| item.kind = "note".to_owned()));
    assert!(altered(&|item| item.content = PulledContent::Left));
    assert!(altered(&|item| {
        if let PulledContent::Document { projection_version, .. } = &mut item.content {
            *projection_version += 1;
        }
    }));
    assert!(altered(&|item| {
        if let PulledContent::Document { document, .. } = &mut item.content {
            document.truncate(20);
        }
    }));
    assert!(altered(&|item| {
        if let PulledContent::Document { facts, .. } = &mut item.content {
            facts.push('x');
        }
    }));
}
