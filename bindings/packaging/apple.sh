#!/usr/bin/env bash
# apple.sh FOLDER: makes FOLDER/Footbridge, a Swift package with FootbridgeFFIC.xcframework for iPhones, their
# simulator and Macs. See README.md for what it wants. It has not been run yet.
set -euo pipefail
out=$(mkdir -p "${1:?the folder for the package}" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
target_folder=${CARGO_TARGET_DIR:-target}
package=$out/Footbridge
rm -rf "$package" "$out/generated"
mkdir -p "$package/Sources/FootbridgeFFI" "$out/headers"
export IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0

libraries=()
for target in aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin; do
    cargo build --locked --release --package footbridge-ffi --lib --target "$target"
    libraries+=(-library "$target_folder/$target/release/libfootbridge_ffi.a" -headers "$out/headers")
done
cargo build --locked --package footbridge-bindgen
"$target_folder/debug/footbridge-bindgen" generate --no-format --config bindings/uniffi.toml --language swift \
    --out-dir "$out/generated" "$target_folder/aarch64-apple-darwin/release/libfootbridge_ffi.dylib"
cp "$out/generated/FootbridgeFFI.swift" "$package/Sources/FootbridgeFFI/"
cp "$out/generated/FootbridgeFFIC.h" "$out/headers/"
cp "$out/generated/FootbridgeFFIC.modulemap" "$out/headers/module.modulemap"
xcodebuild -create-xcframework "${libraries[@]}" -output "$package/FootbridgeFFIC.xcframework"

cp -R bindings/swift/Sources/FootbridgeKit "$package/Sources/"
cp LICENSE-* "$package/"
python3 bindings/packaging/licences.py aarch64-apple-ios >"$package/THIRD-PARTY.txt"
cat >"$package/Package.swift" <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Footbridge",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "FootbridgeKit", targets: ["FootbridgeKit"])],
    targets: [
        .binaryTarget(name: "FootbridgeFFIC", path: "FootbridgeFFIC.xcframework"),
        .target(
            name: "FootbridgeFFI", dependencies: ["FootbridgeFFIC"], swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [.linkedFramework("Security"), .linkedFramework("CoreFoundation")]),
        .target(name: "FootbridgeKit", dependencies: ["FootbridgeFFI"]),
    ]
)
SWIFT
(cd "$package" && swift build)
echo "$package"
