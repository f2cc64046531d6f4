#!/usr/bin/env bash
# sources.sh FOLDER: the source jars of the Kotlin package, a module each, in FOLDER.
set -euo pipefail
out=$(mkdir -p "${1:?the folder for the jars}" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
bash bindings/kotlin/generate.sh "$out/generated"
jar --create --file "$out/footbridge-bindings-$version-sources.jar" -C "$out/generated" .
jar --create --file "$out/footbridge-$version-sources.jar" -C bindings/kotlin/kit/src/main/kotlin .
rm -rf "$out/generated"
ls "$out"
