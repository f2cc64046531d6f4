// swift-tools-version: 6.0
import PackageDescription

// `FootbridgeFFI`, the header of `FootbridgeFFIC` and the library in `lib` are written by generate.sh; a release
// has them in an XCFramework instead (see packaging/apple.sh).
let package = Package(
    name: "Footbridge",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "FootbridgeKit", targets: ["FootbridgeKit"])],
    targets: [
        .target(name: "FootbridgeFFIC"),
        .target(
            name: "FootbridgeFFI",
            dependencies: ["FootbridgeFFIC"],
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [.unsafeFlags(["-Llib"]), .linkedLibrary("footbridge_ffi"), .linkedLibrary("crypto")]
        ),
        .target(name: "FootbridgeKit", dependencies: ["FootbridgeFFI"]),
        .executableTarget(name: "FirstVisit", dependencies: ["FootbridgeKit"], path: "Examples/FirstVisit"),
        // Started and killed by a test.
        .executableTarget(name: "RecordOnce", dependencies: ["FootbridgeKit"], path: "Tests/RecordOnce"),
        // Started by tests/bench.
        .executableTarget(name: "Cost", dependencies: ["FootbridgeKit"], path: "Tests/Cost"),
        .testTarget(name: "FootbridgeKitTests", dependencies: ["FootbridgeKit", "FootbridgeFFI"]),
    ]
)
