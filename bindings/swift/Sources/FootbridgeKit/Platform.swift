internal import FootbridgeFFI
import Foundation

/// Where the phone keeps the key of the store: Apple's Keychain (`kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly`).
/// For this device alone: in no backup, on no other device. What it throws leaves the store locked.
public protocol SecretKeeper: Sendable {
    /// What is kept; nil where nothing was ever kept.
    func load() throws -> Data?

    /// Keeps 32 bytes.
    func save(_ secret: Data) throws
}

/// What the phone knows of its network (`NWPathMonitor`), while ``Footbridge/watch(network:)`` is followed.
public protocol NetworkWatch: Sendable {
    /// Watching begins: call `changed` with each change, from any thread.
    func start(_ changed: @escaping @Sendable (_ isOnline: Bool) -> Void) throws

    /// Watching has ended.
    func stop() throws
}

final class KeptSecrets: SecretStore {
    private let keeper: any SecretKeeper

    init(_ keeper: any SecretKeeper) { self.keeper = keeper }

    func load() throws -> Data? { try keeper.load() }

    func save(secret: Data) throws { try keeper.save(secret) }
}

final class PhoneConnectivity: Connectivity {
    private let phone: any NetworkWatch

    init(_ phone: any NetworkWatch) { self.phone = phone }

    func started(network: Network) throws { try phone.start { network.changed(isOnline: $0) } }

    func stopped() throws { try phone.stop() }
}

final class ProgressRelay: ProgressListener {
    private let told: @Sendable (Progress) throws -> Void

    init(_ told: @escaping @Sendable (Progress) throws -> Void) { self.told = told }

    func progressed(progress: FootbridgeFFI.Progress) throws { try told(Progress(progress)) }
}

final class WatchRelay: WatchListener {
    private let continuation: AsyncStream<WatchEvent>.Continuation

    init(_ continuation: AsyncStream<WatchEvent>.Continuation) { self.continuation = continuation }

    func happened(event: FootbridgeFFI.WatchEvent) throws { continuation.yield(WatchEvent(event)) }
}

final class ChangeRelay: ChangeListener {
    private let continuation: AsyncStream<Change>.Continuation

    init(_ continuation: AsyncStream<Change>.Continuation) { self.continuation = continuation }

    func changed(event: ChangeEvent) throws { continuation.yield(Change(event)) }
}

final class ExportRelay: ExportSink {
    private let write: @Sendable (Data) throws -> Void

    init(_ write: @escaping @Sendable (Data) throws -> Void) { self.write = write }

    func write(bytes: Data) throws { try write(bytes) }
}
