//! The target `change` for `cargo fuzz run`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| footbridge_fuzz::run("change", bytes));
