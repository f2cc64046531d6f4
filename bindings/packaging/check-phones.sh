#!/usr/bin/env bash
# check-phones.sh FOLDER TARGET…: `cargo check` of the façade, and so of the whole core, for these targets, with no
# NDK and no Xcode: C is not compiled, only told that it was; and whether all that is inside has its licence. A target
# whose standard library is not installed is checked against its sources, which are fetched into FOLDER once (Debian's
# package rust-src of the same version).
set -euo pipefail
sources=${1:?a folder for the sources of the standard library}
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$(rustc --version | cut -d' ' -f2)

fetch_sources() {
    [ -e "$sources/$version/library/Cargo.lock" ] && return
    local from
    from=$(rustc --print sysroot)/lib/rustlib/src/rust/library
    mkdir -p "$sources/$version"
    if [ -e "$from/Cargo.lock" ]; then
        ln -sfn "$from" "$sources/$version/library"
        return
    fi
    local mirror apt=$sources/apt
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
    mkdir -p "$apt"/lists/partial "$apt"/cache/archives/partial
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie-backports main" >"$apt/sources.list"
    local options=(-qq -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update
    (cd "$apt" && apt-get "${options[@]}" download "rust-src=$version*")
    dpkg-deb --fsys-tarfile "$apt"/rust-src_*.deb | tar x -C "$apt" "./usr/src/rustc-$version/library"
    mv "$apt/usr/src/rustc-$version/library" "$sources/$version/library"
    rm -rf "$apt"
}

# What a build script asks of a system that is not here.
stubs=$(mktemp -d)
trap 'rm -rf "$stubs"' EXIT
printf '#!/bin/sh\necho /\n' >"$stubs/xcrun"
chmod +x "$stubs/xcrun"
failed=0 passed=0
cd "$root"
for target in "$@"; do
    name=${target//-/_}
    standard=()
    if [ ! -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
        fetch_sources
        standard=("-Zbuild-std=std,panic_abort")
    fi
    echo "-- $target"
    if env RUSTC_BOOTSTRAP=1 __CARGO_TESTS_ONLY_SRC_ROOT="$sources/$version/library" PATH="$stubs:$PATH" \
        "CC_$name=true" "AR_$name=true" OPENSSL_DIR=/usr OPENSSL_LIB_DIR=/usr/lib OPENSSL_INCLUDE_DIR=/usr/include \
        cargo check --locked --package footbridge-ffi --lib --target "$target" "${standard[@]}" &&
        python3 bindings/packaging/licences.py "$target" >"$stubs/licences.txt"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
