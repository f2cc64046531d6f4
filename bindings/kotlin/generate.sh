#!/usr/bin/env bash
# generate.sh FOLDER: writes the Kotlin of the façade into FOLDER. Called by Maven. The library and the generator
# are those in FOOTBRIDGE_BIN_DIR where it is set, else they are built: in two calls, or the library would carry
# the generator.
set -euo pipefail
out=$1
cd "$(dirname "$0")/../.."
bin=${FOOTBRIDGE_BIN_DIR:-}
if [ -z "$bin" ]; then
    bin=${CARGO_TARGET_DIR:-target}/debug
    cargo build --quiet --locked --package footbridge-ffi
    cargo build --quiet --locked --package footbridge-bindgen --package footbridge-server
fi
library=$bin/libfootbridge_ffi.so
[ -e "$library" ] || library=$bin/libfootbridge_ffi.dylib
rm -rf "$out.new"
"$bin/footbridge-bindgen" generate --no-format --config bindings/uniffi.toml --language kotlin --out-dir "$out.new" "$library"
# What did not change keeps its time, so that the compiler sees no edit.
if diff --recursive --brief "$out.new" "$out" >/dev/null 2>&1; then
    rm -rf "$out.new"
else
    rm -rf "$out"
    mkdir -p "$(dirname "$out")"
    mv "$out.new" "$out"
fi
