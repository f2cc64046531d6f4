internal import FootbridgeFFI

extension Footbridge {
    /// Syncs once. Cancelling the task ends it, and what was answered by then stays answered. `progress` is called
    /// on a thread of the library; what it throws is noted, and the sync goes on.
    @discardableResult
    public func sync(
        progress: (@Sendable (Progress) throws -> Void)? = nil
    ) async throws(Problem) -> SyncReport {
        let cancel = CancelHandle()
        let listener = progress.map(ProgressRelay.init)
        return try await told {
            try await withTaskCancellationHandler {
                SyncReport(try await ffi.sync(progress: listener, cancel: cancel))
            } onCancel: {
                cancel.cancel()
            }
        }
    }

    /// Syncs once within the seconds that the system gives a background task.
    public func syncInBackground(seconds: Int = 25) async throws(Problem) -> BackgroundEnd {
        try await told { BackgroundEnd(try await ffi.syncInBackground(seconds: UInt32(clamping: seconds))) }
    }

    /// Syncs by itself while it is followed: when something was recorded, when the server has news, when the
    /// network is back. It ends by itself only after ``WatchEvent/ended(_:)``.
    public func watch(network: (any NetworkWatch)? = nil) -> AsyncStream<WatchEvent> {
        AsyncStream { continuation in
            let cancel = CancelHandle()
            let connectivity = network.map(PhoneConnectivity.init)
            let listener = WatchRelay(continuation)
            continuation.onTermination = { _ in cancel.cancel() }
            Task { [ffi] in
                do {
                    try await ffi.watch(listener: listener, connectivity: connectivity, cancel: cancel)
                } catch {
                    continuation.yield(.ended(Problem(error)))
                }
                continuation.finish()
            }
        }
    }

    /// The phone says that its network came or went; for apps that watch without a ``NetworkWatch``.
    public func networkChanged(isOnline: Bool) { ffi.networkChanged(isOnline: isOnline) }
}

// MARK: What is live

extension Footbridge {
    /// Changes from now on, while they are followed.
    public var changes: AsyncStream<Change> { changes(.unbounded) { _ in } }

    /// What a query gives, read anew after each change while it is followed:
    /// `for await visits in phone.live({ try await $0.list(Query(.visit)) })`. Who reads slowly gets the latest.
    public func live<T: Sendable>(
        _ query: @escaping @Sendable (Footbridge) async throws(Problem) -> T
    ) -> AsyncStream<Result<T, Problem>> {
        AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            // Listening begins before the first reading, so that nothing falls between them.
            let changes = changes(.bufferingNewest(1)) { $0.yield(.much) }
            let reading = Task {
                for await _ in changes {
                    do throws(Problem) {
                        continuation.yield(.success(try await query(self)))
                    } catch {
                        continuation.yield(.failure(error))
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in reading.cancel() }
        }
    }

    private func changes(
        _ policy: AsyncStream<Change>.Continuation.BufferingPolicy,
        begun: (AsyncStream<Change>.Continuation) -> Void
    ) -> AsyncStream<Change> {
        AsyncStream(bufferingPolicy: policy) { continuation in
            let subscription = ffi.subscribe(listener: ChangeRelay(continuation))
            continuation.onTermination = { _ in subscription.cancel() }
            begun(continuation)
        }
    }
}
