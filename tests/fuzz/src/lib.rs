//! Every decoder under libFuzzer. Each program of `fuzz_targets` hands its bytes to [`run`] under its own name; what
//! must hold beyond "it does not panic" is here: what is taken comes back the same, is within its limits, and no input
//! takes more memory than its decoder may.
//!
//! Invariant: a new decoder has a target, and a target has a corpus.

mod documents;
mod files;
mod messages;
pub mod samples;
mod streams;

use std::sync::Once;

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// A decoder with all that must hold of it.
type Target = fn(&[u8]);

const MEGABYTE: usize = 1024 * 1024;

/// Every target: its name, what it may take of memory at its peak beyond what was there before, and what it does.
pub const TARGETS: &[(&str, usize, Target)] = &[
    ("change", 96 * MEGABYTE, documents::change),
    ("command", MEGABYTE, messages::command),
    ("cose", MEGABYTE, messages::cose),
    ("digests", 4 * MEGABYTE, messages::digests),
    ("document", 96 * MEGABYTE, documents::whole),
    ("documents", 4 * MEGABYTE, messages::documents),
    ("envelope", 4 * MEGABYTE, messages::envelope),
    ("error_body", MEGABYTE, messages::error_body),
    ("events", MEGABYTE, streams::events),
    ("fields", 4 * MEGABYTE, documents::fields),
    ("frame", 4 * MEGABYTE, messages::frame),
    ("hello", MEGABYTE, messages::hello),
    ("invitation", MEGABYTE, messages::invitation),
    ("join", MEGABYTE, messages::join),
    ("mapping", 4 * MEGABYTE, files::mapping),
    ("packed", 4 * MEGABYTE, files::packed),
    ("projection", 4 * MEGABYTE, documents::projection),
    ("pull", MEGABYTE, messages::pull),
    ("pushed", MEGABYTE, messages::pushed),
    ("quarantine", MEGABYTE, messages::quarantine),
    ("revocation", MEGABYTE, messages::revocation),
    ("session", MEGABYTE, messages::session),
    ("stream", 8 * MEGABYTE, streams::stream),
    ("strict", MEGABYTE, messages::strict),
    ("table", 16 * MEGABYTE, files::table),
];

/// Hands bytes to a target.
///
/// # Panics
/// Where something does not hold that must.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, most, target) = TARGETS.iter().find(|(known, _, _)| *known == name).expect("a known target");
    // What is made once, at the first input, is nobody's claim.
    static WARM: Once = Once::new();
    WARM.call_once(|| {
        panics_of_libraries_are_silent();
        target(bytes);
    });
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    target(bytes);
    let taken = MEMORY.peak_usage().saturating_sub(before);
    assert!(taken <= *most, "{} bytes took {taken} bytes of memory", bytes.len());
}

/// Automerge panics on some hostile bytes, and the model ends that; libFuzzer's own hook would end the program there. A
/// panic in our own files ends it at once, also where the model would take it for one of Automerge's; any that gets out
/// of the target does, in libFuzzer.
fn panics_of_libraries_are_silent() {
    let ends = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_of_a_library = panic.location().is_some_and(|place| place.file().starts_with('/'));
        if !is_of_a_library {
            ends(panic);
        }
    }));
}
