import FootbridgeFFI
import Foundation
import Testing

/// What is written by the generator, where the kit does not let one come near.
@Suite(.serialized, .timeLimit(.minutes(5))) struct GeneratedTests {
    @Test("a listener that throws is told of the next change all the same")
    func throwingListener() async throws {
        try await inFolder { folder in
            let phone = try await Footbridge.open(folder: folder.path, secrets: Secrets())
            let listener = ThrowingListener()
            let subscription = phone.subscribe(listener: listener)
            for _ in 0..<3 { _ = try await phone.add(kind: "visit", values: ["kind": .text(text: "street")]) }
            var told = listener.told.makeAsyncIterator()
            for _ in 0..<3 { #expect(await told.next() != nil) }
            subscription.cancel()
        }
    }

    private final class Secrets: SecretStore {
        func load() throws -> Data? { Data(repeating: 3, count: 32) }
        func save(secret: Data) throws {}
    }

    private final class ThrowingListener: ChangeListener {
        let told: AsyncStream<ChangeEvent>
        private let continuation: AsyncStream<ChangeEvent>.Continuation

        init() { (told, continuation) = AsyncStream.makeStream() }

        func changed(event: ChangeEvent) throws {
            continuation.yield(event)
            throw CancellationError()
        }
    }
}
