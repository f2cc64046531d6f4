//! Every target in one program: the one that is named in `FOOTBRIDGE_FUZZ_TARGET`.
#![no_main]

use std::sync::LazyLock;

static NAME: LazyLock<String> =
    LazyLock::new(|| std::env::var("FOOTBRIDGE_FUZZ_TARGET").expect("FOOTBRIDGE_FUZZ_TARGET names a target"));

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| footbridge_fuzz::run(&NAME, bytes));
