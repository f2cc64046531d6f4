//! Every small world of two deeds: two devices, one server, one record. What a night adds, those of three, is
//! `cargo xtask test night`.

#![expect(clippy::print_stdout, reason = "how many worlds were explored is read by whoever runs it")]

use std::path::Path;

use footbridge_convergence::apart;
use footbridge_convergence::small::Bounds;

/// The answers that are lost here are those of the deed that is a restart; a night has others between deeds as well.
const BOUNDS: Bounds = Bounds { deeds: 2, lost: 0 };

#[test]
fn every_order_of_two_deeds_and_the_syncs_between_them_ends_as_it_should() {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZeroUsize::get).max(2);
    let program = Path::new(env!("CARGO_BIN_EXE_footbridge-convergence"));
    // More shares than threads, so that none waits long for the last.
    let shares = 8 * threads as u64;
    let (sum, _) = apart::small_worlds(program, BOUNDS, (0..shares, shares), threads, None);
    sum.lines().iter().for_each(|line| println!("{line}"));
    let again = "cargo run -p footbridge-convergence -- --tell --world";
    assert!(sum.wrong.is_empty(), "see one again with `{again} 'CODE'`: {:#?}", sum.wrong);
    assert!(sum.worlds() > 1000, "the control: that many there are");
}
