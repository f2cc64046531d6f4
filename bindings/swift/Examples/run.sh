#!/usr/bin/env bash
# run.sh [LINK]: makes the package in the target folder and runs the example in it.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(cd ../.. && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
package=$target/swift
bash generate.sh "$package"
if swift --version 2>/dev/null | grep -q 'Swift version \([6-9]\|[1-9][0-9]\)'; then
    cd "$package"
    exec swift run --quiet FirstVisit "$@"
fi
bash toolchain.sh "$target/tools/swift"
exec bash in-toolchain.sh "$target/tools/swift" "$package" "${FOOTBRIDGE_BIN_DIR:-$target/debug}" "$root" -- \
    swift run --quiet FirstVisit "$@"
