#!/usr/bin/env bash
# generate.sh FOLDER: makes FOLDER the whole package: what stands here, the Swift of the façade, and the static
# library. The library and the generator are those in FOOTBRIDGE_BIN_DIR where it is set, else they are built: in
# two calls, or the library would carry the generator. FOOTBRIDGE_LIBRARY_DIR names another library to be linked.
set -euo pipefail
out=${1:?the folder to make}
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
bin=${FOOTBRIDGE_BIN_DIR:-}
if [ -z "$bin" ]; then
    bin=${CARGO_TARGET_DIR:-$PWD/target}/debug
    cargo build --quiet --locked --package footbridge-ffi
    cargo build --quiet --locked --package footbridge-bindgen --package footbridge-server
fi
library=$bin/libfootbridge_ffi.so
[ -e "$library" ] || library=$bin/libfootbridge_ffi.dylib

mkdir -p "$out/Sources/FootbridgeFFI" "$out/Sources/FootbridgeFFIC/include" "$out/lib"
ln -sfn "$here/Package.swift" "$out/Package.swift"
ln -sfn "$here/Sources/FootbridgeKit" "$out/Sources/FootbridgeKit"
ln -sfn "$here/Sources/FootbridgeFFIC/empty.c" "$out/Sources/FootbridgeFFIC/empty.c"
ln -sfn "$here/Tests" "$out/Tests"
ln -sfn "$here/Examples" "$out/Examples"
ln -sfn "${FOOTBRIDGE_LIBRARY_DIR:-$bin}/libfootbridge_ffi.a" "$out/lib/libfootbridge_ffi.a"

new=$out/.new
rm -rf "$new"
"$bin/footbridge-bindgen" generate --no-format --config bindings/uniffi.toml --language swift --out-dir "$new" "$library"
# What did not change keeps its time, so that the compiler sees no edit.
keep() { cmp --silent "$1" "$2" || cp "$1" "$2"; }
keep "$new/FootbridgeFFI.swift" "$out/Sources/FootbridgeFFI/FootbridgeFFI.swift"
keep "$new/FootbridgeFFIC.h" "$out/Sources/FootbridgeFFIC/include/FootbridgeFFIC.h"
keep "$new/FootbridgeFFIC.modulemap" "$out/Sources/FootbridgeFFIC/include/module.modulemap"
rm -rf "$new"
