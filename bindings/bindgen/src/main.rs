//! Writes the Kotlin and Swift that call `footbridge-ffi`, out of the library that was built. Called by the
//! builds in `bindings/kotlin` and `bindings/swift` and by the test of the surface; a program apart, so that
//! the library does not carry the generator.

fn main() {
    uniffi::uniffi_bindgen_main();
}
