//! Figures for whoever watches over the server, in Prometheus' text. Counted where things happen, shown by their route.
//! Invariant: no id, no name, no address: labels are routes, codes and kinds, of which there are few.

use std::collections::BTreeMap;
use std::time::Duration;

use footbridge_protocol::Answer;
use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use rusqlite::Connection;

use crate::state::ServerState;
use crate::storage::StorageError;
use crate::storage::figures::{self, Figures};

const REQUESTS: &str = "footbridge_requests_total";
const DURATIONS: &str = "footbridge_request_duration_seconds";
const ITEMS: &str = "footbridge_pushed_items_total";
const ENVELOPES: &str = "footbridge_pushed_envelopes_total";
const FRAMES: &str = "footbridge_pulled_frames_total";
const PULLED: &str = "footbridge_pulled_items_total";
const SESSIONS: &str = "footbridge_sessions_open";
const DAMAGED: &str = "footbridge_damaged_documents";
const UP_SINCE: &str = "footbridge_start_time_seconds";
const BUILD: &str = "footbridge_build_info";

/// Bounds of the durations, in seconds.
const BOUNDS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What has been counted since the server started.
pub(crate) struct Metrics {
    recorder: PrometheusRecorder,
    shown: PrometheusHandle,
}

impl Metrics {
    /// Begins to count.
    pub(crate) fn new(now_seconds: f64) -> Self {
        let builder = PrometheusBuilder::new();
        // It refuses only bounds that are none.
        let builder = match builder.set_buckets_for_metric(Matcher::Full(DURATIONS.to_owned()), &BOUNDS) {
            Ok(builder) => builder,
            Err(_) => PrometheusBuilder::new(),
        };
        let recorder = builder.build_recorder();
        let shown = recorder.handle();
        let metrics = Self { recorder, shown };
        metrics.with(|| {
            describe();
            gauge!(UP_SINCE).set(now_seconds);
            gauge!(BUILD, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        });
        metrics
    }

    fn with<T>(&self, work: impl FnOnce() -> T) -> T {
        metrics::with_local_recorder(&self.recorder, work)
    }

    /// A request was answered.
    pub(crate) fn request(&self, route: &str, method: &str, status: u16, code: &'static str, took: Duration) {
        self.with(|| {
            let route = route.to_owned();
            let method = method.to_owned();
            histogram!(DURATIONS, "route" => route.clone(), "method" => method.clone()).record(took.as_secs_f64());
            counter!(REQUESTS, "route" => route, "method" => method, "status" => status.to_string(), "code" => code)
                .increment(1);
        });
    }

    /// An envelope was answered, and each of its items.
    pub(crate) fn pushed(&self, envelope: Answer, items: impl Iterator<Item = Answer>) {
        self.with(|| {
            counter!(ENVELOPES, "answer" => name_of(envelope)).increment(1);
            let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
            items.for_each(|item| *counts.entry(name_of(item)).or_default() += 1);
            for (answer, count) in counts {
                counter!(ITEMS, "answer" => answer).increment(count);
            }
        });
    }

    /// The server has looked at itself.
    pub(crate) fn checked(&self, damaged: usize) {
        self.with(|| gauge!(DAMAGED).set(damaged as f64));
    }

    /// A frame went out.
    pub(crate) fn pulled(&self, items: usize) {
        self.with(|| {
            counter!(FRAMES).increment(1);
            counter!(PULLED).increment(u64::try_from(items).unwrap_or(u64::MAX));
        });
    }
}

fn name_of(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepted",
        Answer::Duplicate => "duplicate",
        Answer::Refused(code) => code.name(),
        Answer::RefusedUnknown(_) => "unknown",
    }
}

fn describe() {
    describe_counter!(REQUESTS, Unit::Count, "Requests answered, by route, method, status and code.");
    describe_histogram!(DURATIONS, Unit::Seconds, "How long it took until an answer began.");
    describe_counter!(ITEMS, Unit::Count, "Items that devices pushed, by their answer.");
    describe_counter!(ENVELOPES, Unit::Count, "Envelopes that devices pushed, by their answer.");
    describe_counter!(FRAMES, Unit::Count, "Frames that devices pulled.");
    describe_counter!(PULLED, Unit::Count, "Items in these frames.");
    describe_gauge!(SESSIONS, Unit::Count, "Sessions of devices that stand.");
    describe_gauge!(DAMAGED, Unit::Count, "Documents that are not as they were written, when it was last looked.");
    describe_gauge!(UP_SINCE, Unit::Seconds, "When the server started, in seconds since 1970.");
    describe_gauge!(BUILD, Unit::Count, "One, with the server's version.");
    for (name, what) in figures::DESCRIBED {
        describe_gauge!(*name, *what);
    }
}

/// All figures of this moment.
pub(crate) async fn shown(state: &ServerState) -> Result<String, StorageError> {
    let figures: Figures = state.storage().read(|connection: &Connection| figures::count(connection)).await?;
    let metrics = state.metrics();
    let sessions = state.sessions().count(state.now());
    metrics.with(|| {
        for (name, value) in figures {
            // Exact up to 2^53.
            gauge!(name).set(value as f64);
        }
        gauge!(SESSIONS).set(sessions as f64);
    });
    metrics.shown.run_upkeep();
    Ok(metrics.shown.render())
}
