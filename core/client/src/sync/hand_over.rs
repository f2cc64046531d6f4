//! What a revoked device still has goes into the server's quarantine: in ordinary envelopes, without a
//! session, drafts excepted. Called by `revocation`; each answer is durable, so that it goes on after a kill.

use footbridge_protocol::hello::{HelloMessage, LimitsMessage};
use footbridge_protocol::push::{self as wire, Answer, PushedMessage};
use footbridge_protocol::{ErrorCode, MEDIA_STREAM};
use footbridge_store::outbox::OutboxRow;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::decide::{self, Decision, Mode, decide};
use super::load::Load;
use super::push::{Terms, seal};
use super::{Progress, Stage};
use crate::error::FootbridgeError;
use crate::identity::{self, Membership};
use crate::server::Server;
use crate::{ChangeEvent, Footbridge};

/// How far the counter leaps where the server knows a higher one of this device, whose store was copied or
/// put back: without a session it is not told which.
const LEAPS: [u64; 3] = [1 << 16, 1 << 32, 1 << 48];

/// Hands over everything that waits, once.
pub(crate) async fn everything(
    footbridge: &Footbridge,
    server: &Server<'_>,
    hello: &HelloMessage,
    membership: &Membership,
    progress: &(dyn Fn(Progress) + Send + Sync),
    cancel: &CancellationToken,
) -> Result<(), FootbridgeError> {
    let store = &footbridge.inner.store;
    let limits = hello.limits.and(LimitsMessage::of_this_version());
    let mut load = Load::begin(None);
    let (mut after, mut leaps, mut stood) = (0, LEAPS.into_iter(), None);
    let mut told = Progress::at(Stage::Pushing);
    while !cancel.is_cancelled() {
        let limits = LimitsMessage { push_envelopes: limits.push_envelopes.min(load.envelopes()), ..limits };
        let terms = Terms { server: server.identity, membership, limits, room: load.room(), drafts: false };
        let Some(batch) = store.write_locked(|writing| seal(writing, &terms, after))? else { break };
        let began = Instant::now();
        told.bytes_up += batch.body.len() as u64;
        let answer: PushedMessage = server.ask(wire::PATH, MEDIA_STREAM, batch.body.clone(), None).await?;
        if answer.envelopes.len() != batch.envelopes.len() {
            return Err(FootbridgeError::Offline);
        }
        load = load.after(began.elapsed());
        let mut leap = None;
        for (rows, answer) in batch.envelopes.iter().zip(&answer.envelopes) {
            match answer.answer {
                Answer::Accepted | Answer::Duplicate if answer.items.len() == rows.len() => {
                    let answers: Vec<_> = answer.items.iter().map(|item| item.answer).collect();
                    stood = stood.or(take_answers(footbridge, rows, &answers)?);
                    told.records_done += rows.len() as u64;
                }
                Answer::Refused(ErrorCode::CounterUsed) => leap = Some(leaps.next().ok_or(FootbridgeError::Offline)?),
                Answer::Refused(code) => return Err(code.into()),
                Answer::Accepted | Answer::Duplicate | Answer::RefusedUnknown(_) => {
                    return Err(FootbridgeError::Offline);
                }
            }
        }
        progress(told);
        match leap {
            Some(by) => store.write_locked(|writing| -> Result<(), FootbridgeError> {
                let counter = identity::load(writing)?.counter;
                identity::set_counter(writing, counter.saturating_add(by)).map_err(Into::into)
            })?,
            None => after = batch.last,
        }
    }
    footbridge.inner.tell(ChangeEvent::Status);
    // What has no answer yet waits for the next time, and the device with it.
    stood.map_or(Ok(()), |code| Err(code.into()))
}

/// Each answer into the outbox, as [`decide`] says. Gives why something still waits.
fn take_answers(
    footbridge: &Footbridge,
    rows: &[OutboxRow],
    answers: &[Answer],
) -> Result<Option<ErrorCode>, FootbridgeError> {
    let now = footbridge.inner.now();
    footbridge.inner.store.write_locked(|writing| {
        let mut waits = None;
        for (row, answer) in rows.iter().zip(answers) {
            let decision = decide(decide::Item::of(row), *answer, Mode::HandOver);
            decide::carry_out(writing, row, decision, Mode::HandOver, None, now)?;
            if let (Decision::Wait | Decision::Rebase, Answer::Refused(code)) = (decision, answer) {
                waits = Some(*code);
            }
        }
        Ok(waits)
    })
}
