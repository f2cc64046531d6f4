#!/usr/bin/env bash
# android.sh FOLDER: makes footbridge-VERSION.aar in FOLDER: the Kotlin classes, and the library for four ABIs with
# segments for pages of 16 KB. See README.md for what it wants. It has not been run yet.
set -euo pipefail
out=$(mkdir -p "${1:?the folder for the AAR}" && cd "$1" && pwd)
: "${ANDROID_NDK_HOME:?the folder of the NDK}" "${OPENSSL_SOURCE:?the folder of the sources of OpenSSL}"
cd "$(dirname "$0")/../.."
api=24
jobs=$(getconf _NPROCESSORS_ONLN)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
tools=$(echo "$ANDROID_NDK_HOME"/toolchains/llvm/prebuilt/*/bin)
export PATH="$tools:$PATH" ANDROID_NDK_ROOT=$ANDROID_NDK_HOME
target_folder=${CARGO_TARGET_DIR:-target}
aar=$out/aar
rm -rf "$aar"
mkdir -p "$aar"

# build TARGET ABI CLANG OPENSSL: the library for one ABI.
build() {
    local target=$1 abi=$2 clang=$tools/$3$api-clang crypto=$out/openssl/$2
    if [ ! -e "$crypto/lib/libcrypto.a" ]; then
        mkdir -p "$crypto/build"
        (cd "$crypto/build" && "$OPENSSL_SOURCE/Configure" "$4" "-D__ANDROID_API__=$api" --prefix="$crypto" --libdir=lib \
            no-shared no-tests no-apps no-docs && make -j"$jobs" build_libs && make install_dev)
    fi
    local upper=${target^^}
    upper=${upper//-/_}
    env "CC_${target//-/_}=$clang" "AR_${target//-/_}=$tools/llvm-ar" \
        "CARGO_TARGET_${upper}_LINKER=$clang" \
        "CARGO_TARGET_${upper}_RUSTFLAGS=-Clink-arg=-Wl,-z,max-page-size=16384 -Clink-arg=-Wl,-z,common-page-size=16384" \
        "${upper}_OPENSSL_LIB_DIR=$crypto/lib" "${upper}_OPENSSL_INCLUDE_DIR=$crypto/include" \
        cargo build --locked --release --package footbridge-ffi --lib --target "$target"
    mkdir -p "$aar/jni/$abi"
    llvm-strip --strip-unneeded -o "$aar/jni/$abi/libfootbridge_ffi.so" \
        "$target_folder/$target/release/libfootbridge_ffi.so"
    if llvm-readelf -lW "$aar/jni/$abi/libfootbridge_ffi.so" | awk '$1 == "LOAD" && $NF != "0x4000"' | grep .; then
        echo "$abi: a segment is not aligned to 16 KB" >&2
        exit 1
    fi
}
build aarch64-linux-android arm64-v8a aarch64-linux-android android-arm64
build armv7-linux-androideabi armeabi-v7a armv7a-linux-androideabi android-arm
build x86_64-linux-android x86_64 x86_64-linux-android android-x86_64
build i686-linux-android x86 i686-linux-android android-x86

# The classes of both modules in one jar; what uniffi writes is the same for every ABI.
(cd bindings/kotlin && mvn --batch-mode --no-transfer-progress -Dfootbridge.build="$out/kotlin" -DskipTests package)
mkdir -p "$out/classes"
for module in footbridge-bindings footbridge; do
    cp -R "$out/kotlin/$module/classes/." "$out/classes"
done
mkdir -p "$out/classes/META-INF"
python3 bindings/packaging/licences.py aarch64-linux-android >"$out/classes/META-INF/footbridge-licences.txt"
jar --create --file "$aar/classes.jar" -C "$out/classes" .
cat >"$aar/AndroidManifest.xml" <<XML
<manifest xmlns:android="http://schemas.android.com/apk/res/android" package="org.footbridge">
  <uses-sdk android:minSdkVersion="$api" />
  <uses-permission android:name="android.permission.INTERNET" />
</manifest>
XML
cat >"$aar/proguard.txt" <<'RULES'
-keep class com.sun.jna.** { *; }
-keep class * implements com.sun.jna.** { *; }
-keep class org.footbridge.ffi.** { *; }
-dontwarn java.awt.**
RULES
: >"$aar/R.txt"
(cd "$aar" && rm -f "$out/footbridge-$version.aar" && jar --create --no-manifest --file "$out/footbridge-$version.aar" .)
echo "$out/footbridge-$version.aar"
