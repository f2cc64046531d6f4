#!/usr/bin/env bash
# in-toolchain.sh TOOLCHAIN FOLDER… -- COMMAND…: runs a command in the first of the FOLDERs, with all of them, /proc
# and /dev where they are, in the folder that toolchain.sh made. What is mounted goes with the command.
set -euo pipefail
toolchain=$(readlink -f "$1")
shift
folders=()
while [ "$1" != -- ]; do
    folders+=("$(readlink -f "$1")")
    shift
done
shift
# The server that a test of all languages has started.
[ -n "${FOOTBRIDGE_STORY_DATA:-}" ] && folders+=("$FOOTBRIDGE_STORY_DATA")
list=$(printf '%s\n' "${folders[@]}")
export TOOLCHAIN=$toolchain FOLDERS=$list FIRST=${folders[0]}
# shellcheck disable=SC2016 # The shells within expand it.
exec unshare --mount --propagation private bash -euc '
    mkdir -p "$TOOLCHAIN/proc" "$TOOLCHAIN/dev" "$TOOLCHAIN/tmp"
    mount -t proc proc "$TOOLCHAIN/proc"
    mount --rbind /dev "$TOOLCHAIN/dev"
    while IFS= read -r folder; do
        mkdir -p "$TOOLCHAIN$folder"
        mount --bind "$folder" "$TOOLCHAIN$folder"
    done <<<"$FOLDERS"
    exec chroot "$TOOLCHAIN" /usr/bin/env -i HOME=/tmp PATH=/usr/libexec/swift/bin:/usr/bin:/bin LANG=C.UTF-8 \
        FOOTBRIDGE_BIN_DIR="${FOOTBRIDGE_BIN_DIR:-}" FOOTBRIDGE_STORY_DATA="${FOOTBRIDGE_STORY_DATA:-}" \
        bash -euc "cd \"\$1\"; shift; exec \"\$@\"" _ "$FIRST" "$@"' _ "$@"
