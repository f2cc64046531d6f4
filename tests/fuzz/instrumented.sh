#!/bin/sh
# Cargo calls this in place of rustc (RUSTC_WRAPPER) where the part `fuzz` builds: our decoders and the libraries that
# read a document's bytes get counters in every branch, for libFuzzer to see where an input leads, and are optimised.
# All else is what the other parts have built. Each of these stands on automerge, by whose flags they are told apart.
case " $* " in
*" --crate-name automerge "* | *" --crate-name hexane "* | *" --crate-name footbridge_model "* | \
    *" --crate-name footbridge_protocol "* | *" --crate-name footbridge_store "* | \
    *" --crate-name footbridge_client "* | *" --crate-name footbridge_fuzz "*)
    exec "$@" -Copt-level=2 -Ccodegen-units=8 -Cpasses=sancov-module \
        -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
        -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
*)
    exec "$@"
    ;;
esac
