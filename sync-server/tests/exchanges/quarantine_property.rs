//! Whatever a revoked device sends, in whatever order, how often and across restarts: nothing of it is applied before a
//! coordinator takes it.

use footbridge_model::{Command, DocumentId, Kind, Recipient, Role, Scope};
use footbridge_protocol::{Answer, ErrorCode, FrameMessage, Item};
use serde_json::json;

use super::quarantine::{about, listed, revoke};
use super::support::{Office, Phone, Recorded, draft, draft_body, from_the_start, random, set};

/// A small generator whose every run can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap() % below
    }
}

/// All that a coordinator is served, and how it stands in the log.
async fn everything(office: &Office, kari: &Phone) -> Vec<FrameMessage> {
    let scopes = vec![from_the_start(Scope::Programme), from_the_start(Scope::Coordinators)];
    kari.pull(office, scopes).await.unwrap()
}

/// Something that the device of somebody who was revoked may hold.
fn item(dice: &mut Dice, noor: &Phone, made: &mut Vec<Recorded>, there: &[Recorded], leila: &Phone) -> Item {
    let any = there[dice.roll(there.len())].clone();
    match dice.roll(9) {
        0 => {
            made.push(noor.visit());
            made[made.len() - 1].item()
        }
        1 if !made.is_empty() => {
            let place = dice.roll(made.len());
            made[place] = noor.edit(&made[place], &[set("minutes", dice.roll(900) as i64)]);
            made[place].item()
        }
        2 => noor.edit(&any, &[set("minutes", 1 + dice.roll(900) as i64)]).item(),
        3 => noor.record(Kind::Note, json!({ "on": any.id, "text": "Ett ord." })).item(),
        4 => noor.command(any.id, &Command::Attribute { person: noor.person }),
        5 => noor.command(there[1].id, &Command::Close { outcome: None }),
        6 => noor.command(there[1].id, &Command::Give { to: Recipient::Person(leila.person), seen: None }),
        7 => draft(DocumentId::from_bytes(random()), 1, None, Some(&draft_body("{}"))),
        _ => noor.command(leila.person.document(), &Command::Revoke { device: None, wipe: true }),
    }
}

async fn story(seed: u64) {
    let mut dice = Dice(seed);
    let mut office = Office::open().await;
    let (mut leila, mut kari) = (office.leila().await, office.kari().await);
    let mut noor = office.phone(Role::Coordinator, "Noor", &[]).await;
    let visit = leila.visit();
    let follow_up = leila.record(Kind::FollowUp, json!({ "about": visit.id, "what": "studies" }));
    let there = [visit, follow_up];
    leila.push(&office, there.iter().map(Recorded::item).collect()).await;
    revoke(&office, &noor).await;
    let before = everything(&office, &kari).await;
    let (mut made, mut sent): (Vec<Recorded>, Vec<Item>) = (Vec::new(), Vec::new());
    for _ in 0..1 + dice.roll(5) {
        let mut items = Vec::new();
        for _ in 0..1 + dice.roll(6) {
            // Now and then something comes again.
            let again = sent.is_empty() || dice.roll(4) > 0;
            items.push(if again { item(&mut dice, &noor, &mut made, &there, &leila) } else { sent[0].clone() });
        }
        for answer in noor.push(&office, items.clone()).await {
            let allowed = [ErrorCode::Quarantined, ErrorCode::Forbidden].map(Answer::Refused);
            assert!(allowed.contains(&answer), "seed {seed}: {answer:?}");
        }
        sent.extend(items);
        if dice.roll(4) == 0 {
            office = office.restart().await;
        }
    }
    assert_eq!(everything(&office, &kari).await, before, "seed {seed}: something was applied");
    // The control: what is taken is applied.
    let entries = listed(&office, &kari).await;
    let take: Vec<_> = entries.iter().map(|entry| about(&kari, entry.0, &Command::Take)).collect();
    kari.push(&office, take).await;
    for visit in &made {
        assert_eq!(kari.documents(&office, &[visit.id]).await.items.len(), 1, "seed {seed}");
    }
    assert!(entries.is_empty() || everything(&office, &kari).await != before, "seed {seed}");
}

#[tokio::test]
async fn nothing_of_a_revoked_device_is_applied_before_it_is_taken() {
    for seed in 1..=16 {
        story(seed).await;
    }
}
