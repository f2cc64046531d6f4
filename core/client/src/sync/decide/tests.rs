use footbridge_model::DocumentId;
use footbridge_store::Store;
use footbridge_store::outbox::Intent;

use super::*;
use crate::recording;

const ITEMS: [Item; 8] =
    [Item::Draft, Item::Removal, Item::Edit, Item::Copy, Item::Rewrite, Item::Command, Item::Erasure, Item::Receipt];
const MODES: [Mode; 2] = [Mode::Sync, Mode::HandOver];
const UNKNOWN: u16 = 999;

/// Every answer that there is, and one that this version does not know.
fn answers() -> Vec<Answer> {
    let refusals = ErrorCode::ALL.iter().copied().map(Answer::Refused);
    [Answer::Accepted, Answer::Duplicate].into_iter().chain(refusals).chain([Answer::RefusedUnknown(UNKNOWN)]).collect()
}

fn every_cell() -> impl Iterator<Item = (Item, Answer, Mode)> {
    MODES.into_iter().flat_map(|mode| {
        answers().into_iter().flat_map(move |answer| ITEMS.into_iter().map(move |item| (item, answer, mode)))
    })
}

/// The table as it stands in the design's page.
fn table(mode: Mode) -> String {
    let mut lines = vec![
        "| answer | draft | removal | edit | copy | rewrite | command | erasure | receipt |".to_owned(),
        "|---|---|---|---|---|---|---|---|---|".to_owned(),
    ];
    let word = |decision| match decision {
        Decision::Confirmed => "confirmed",
        Decision::Forget => "forget",
        Decision::GiveUp => "give up",
        Decision::SetAside(_) => "set aside",
        Decision::Rebase => "rebase",
        Decision::Wait => "wait",
    };
    for answer in answers() {
        let name = match answer {
            Answer::Accepted => "accepted",
            Answer::Duplicate => "duplicate",
            Answer::Refused(code) => code.name(),
            Answer::RefusedUnknown(_) => "an unknown code",
        };
        let cells: Vec<_> = ITEMS.into_iter().map(|item| word(decide(item, answer, mode))).collect();
        lines.push(format!("| {name} | {} |", cells.join(" | ")));
    }
    lines.join("\n")
}

#[test]
fn the_table_in_the_design_is_the_table_that_is_carried_out() {
    let page = include_str!("../../../../../docs/design/sync.md");
    for mode in MODES {
        let table = table(mode);
        assert!(page.contains(&table), "docs/design/sync.md lacks, for {mode:?}:\n{table}");
    }
}

#[test]
fn nothing_leaves_the_outbox_but_what_the_server_has_or_what_is_erased_or_what_says_nothing() {
    for (item, answer, mode) in every_cell() {
        let is_erased = answer == Answer::Refused(ErrorCode::Erased);
        let is_justified = match decide(item, answer, mode) {
            Decision::Confirmed => answer.is_taken() || (is_erased && mode == Mode::HandOver),
            Decision::Forget => {
                let is_gone = answer.is_taken() || answer == Answer::Refused(ErrorCode::NotFound);
                is_erased || (item == Item::Erasure && is_gone)
            }
            Decision::GiveUp => item == Item::Receipt,
            Decision::SetAside(number) => number == answer.number() && item != Item::Receipt,
            Decision::Rebase => matches!(item, Item::Edit | Item::Rewrite) && mode == Mode::Sync,
            Decision::Wait => !answer.is_taken(),
        };
        assert!(is_justified, "{item:?} {answer:?} {mode:?}");
    }
}

#[test]
fn what_others_wrote_is_never_made_again_and_a_rewrite_never_asks_twice() {
    for (item, answer, mode) in every_cell().filter(|(item, ..)| *item == Item::Copy) {
        assert_ne!(decide(item, answer, mode), Decision::Rebase, "{answer:?}");
    }
    assert_eq!(decide(Item::Rewrite, Answer::Refused(ErrorCode::Changed), Mode::Sync), Decision::Rebase);
    assert_eq!(decide(Item::Command, Answer::Refused(ErrorCode::Changed), Mode::Sync), Decision::SetAside(20));
}

/// An outbox row of this kind about a record that is here.
fn row(item: Item, record: DocumentId) -> OutboxRow {
    let at = Timestamp(5);
    let command = |command: &Command| serde_json::to_vec(command).expect("a command");
    let draft = |payload: Vec<u8>| recording::waiting(record, ItemKind::Draft, payload, None, vec![7; 8], at);
    let named = |kind, payload, intent| recording::waiting(record, kind, payload, intent, vec![7; 32], at);
    match item {
        Item::Draft => draft(Vec::new()),
        Item::Removal => {
            let removal = Removal { kind: "visit".to_owned(), base: None, known: Vec::new() };
            draft(serde_json::to_vec(&removal).expect("a removal"))
        }
        Item::Edit => named(ItemKind::Change, vec![1], Some(Intent::default())),
        Item::Copy => named(ItemKind::Change, vec![1], None),
        Item::Rewrite => named(ItemKind::Renewal, vec![1], Some(Intent::default())),
        Item::Command => named(ItemKind::Command, command(&Command::Reopen), None),
        Item::Erasure => named(ItemKind::Command, command(&Command::Erase), None),
        Item::Receipt => named(ItemKind::Receipt, command(&Command::Seen { heads: Default::default() }), None),
    }
}

#[test]
fn whatever_is_answered_what_is_not_confirmed_is_in_the_outbox_or_set_aside_or_erased() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = [1; 32];
    let store = Store::open(&folder.path().join("store.db"), &key).expect("a store");
    let mut number = 0_u32;
    for (item, answer, mode) in every_cell() {
        number += 1;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let record = DocumentId::from_bytes(id);
        let left = store.write(|writing| {
            outbox::add(writing, &row(item, record))?;
            let of = |writing: &Writing<'_>| match item {
                Item::Receipt => outbox::receipt_of(writing, record).map(|row| row.into_iter().collect::<Vec<_>>()),
                _ => outbox::of(writing, record),
            };
            let waiting = of(writing)?.pop().expect("it waits");
            assert_eq!(Item::of(&waiting), item, "it is read as what it is");
            let decision = decide(item, answer, mode);
            carry_out(writing, &waiting, decision, mode, None, Timestamp(9))?;
            Ok::<_, FootbridgeError>((decision, of(writing)?.pop()))
        });
        let (decision, left) = left.expect("carried out");
        match decision {
            Decision::Confirmed | Decision::Forget | Decision::GiveUp => assert_eq!(left, None, "{item:?} {answer:?}"),
            Decision::Wait | Decision::Rebase => assert_eq!(left.expect("it is there").refused, None),
            Decision::SetAside(code) => assert_eq!(left.expect("it is there").refused, Some(u32::from(code))),
        }
    }
}

#[test]
fn an_answer_to_what_has_been_replaced_meanwhile_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = [1; 32];
    let store = Store::open(&folder.path().join("store.db"), &key).expect("a store");
    let record = DocumentId::from_bytes([4; 16]);
    let sent = row(Item::Edit, record);
    for decision in [Decision::Confirmed, Decision::SetAside(14)] {
        let left = store.write(|writing| {
            outbox::remove_of(writing, record)?;
            let rewrite = OutboxRow { name: vec![8; 32], ..row(Item::Rewrite, record) };
            outbox::add(writing, &rewrite)?;
            let seq = outbox::of(writing, record)?.pop().expect("it waits").seq;
            let answered = OutboxRow { seq, ..sent.clone() };
            carry_out(writing, &answered, decision, Mode::Sync, None, Timestamp(9))?;
            Ok::<_, FootbridgeError>(outbox::of(writing, record)?)
        });
        let left = left.expect("carried out");
        assert_eq!(left.iter().map(|row| (row.item, row.refused)).collect::<Vec<_>>(), [(ItemKind::Renewal, None)]);
    }
}

#[test]
fn the_ground_of_what_is_unsent_follows_from_the_generations_and_the_rewrite_that_waits() {
    for may_hold_later in [true, false] {
        for (ours, theirs) in [(0, 0), (0, 1), (1, 0), (4, 2)] {
            assert_eq!(standing(ours, theirs, Rewrite::Waits, may_hold_later), Standing::Rewriting);
        }
        for rewrite in [Rewrite::None, Rewrite::Refused] {
            assert_eq!(standing(1, 1, rewrite, may_hold_later), Standing::Same);
            assert_eq!(standing(1, 2, rewrite, may_hold_later), Standing::Rewritten);
        }
        assert_eq!(standing(2, 1, Rewrite::Refused, may_hold_later), Standing::Same);
    }
    assert_eq!(standing(2, 1, Rewrite::None, true), Standing::Ahead);
    assert_eq!(standing(2, 1, Rewrite::None, false), Standing::Misled);
}
