#!/usr/bin/env bash
# toolchain.sh FOLDER: Swift 6 of Debian 13 with what the library wants to be linked, in a folder. Made once; needs
# root on Debian and mmdebstrap. Who has a Swift 6 of her own needs none of it.
set -euo pipefail
folder=${1:?the folder to make}
[ -e "$folder/.whole" ] && exit 0
mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -1)
mirror=${mirror:-http://deb.debian.org/debian}
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
without=()
for path in '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/libexec/swift/lib/swift_static/*' \
    '/usr/libexec/swift/lib/swift/embedded/*' '/usr/libexec/swift/bin/*lldb*' '/usr/libexec/swift/bin/docc' \
    '/usr/libexec/swift/bin/sourcekit-lsp'; do
    without+=("--dpkgopt=path-exclude=$path")
done
mmdebstrap --quiet --variant=extract --mode=root "${without[@]}" \
    --include=bash,coreutils,grep,sed,findutils,libc-bin,tzdata,swiftlang,libc6-dev,libstdc++-14-dev,libssl-dev \
    trixie "$folder" "deb $mirror trixie main"
touch "$folder/.whole"
