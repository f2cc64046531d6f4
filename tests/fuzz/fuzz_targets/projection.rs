//! The target `projection` for `cargo fuzz run`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| footbridge_fuzz::run("projection", bytes));
