internal import FootbridgeFFI

/// What a device has become part of.
public struct Joined: Hashable, Sendable {
    /// The programme.
    public let programme: RecordID
    /// The person.
    public let person: RecordID
    /// As what: `volunteer`, `coordinator`.
    public let role: String
}

/// What a sync is about at the moment.
public enum Stage: Sendable {
    /// Greeting the server.
    case connecting
    /// Sending what the server lacks.
    case pushing
    /// Taking what is new.
    case pulling
}

/// How far a sync has come.
public struct Progress: Hashable, Sendable {
    /// What it is about.
    public let stage: Stage
    /// Records sent or taken in this stage.
    public let recordsDone: Int
    /// How many there are in this stage; nil until that is known.
    public let recordsTotal: Int?
    /// Bytes sent in this sync.
    public let bytesUp: Int
    /// Bytes received in this sync.
    public let bytesDown: Int

    init(_ progress: FootbridgeFFI.Progress) {
        stage =
            switch progress.stage {
            case .connecting: .connecting
            case .pushing: .pushing
            case .pulling: .pulling
            }
        recordsDone = Int(progress.recordsDone)
        recordsTotal = progress.recordsTotal.map { Int($0) }
        bytesUp = Int(progress.bytesUp)
        bytesDown = Int(progress.bytesDown)
    }
}

/// What a sync did, in items and bytes.
public struct SyncReport: Hashable, Sendable {
    /// Items that the server took or had.
    public let pushed: Int
    /// Items that came.
    public let pulled: Int
    /// Items that the server would not take; see ``Footbridge/status(in:)``.
    public let setAside: Int
    /// Records that were not here as the server gave them, and now are.
    public let repaired: Int
    /// Records that the server has and this version cannot read; see ``Status/unread``.
    public let unread: Int
    /// Bytes of bodies sent.
    public let bytesUp: Int
    /// Bytes of bodies received.
    public let bytesDown: Int
    /// By how many seconds this device's clock is ahead of the server's, where that is more than a few minutes.
    public let clockOffSeconds: Int?

    init(_ report: FootbridgeFFI.SyncReport) {
        pushed = Int(report.pushed)
        pulled = Int(report.pulled)
        setAside = Int(report.setAside)
        repaired = Int(report.repaired)
        unread = Int(report.unread)
        bytesUp = Int(report.bytesUp)
        bytesDown = Int(report.bytesDown)
        clockOffSeconds = report.clockOffSeconds.map { Int($0) }
    }
}

/// How a background task ended; for `BGTask` all but ``tryLater`` and ``outOfTime`` are a success.
public enum BackgroundEnd: Hashable, Sendable {
    /// Everything was sent and taken.
    case done(SyncReport)
    /// The time was up; the next one goes on there.
    case outOfTime
    /// The server could not be reached, or another sync is under way.
    case tryLater
    /// The device belongs to no programme yet.
    case notJoined

    init(_ end: FootbridgeFFI.BackgroundEnd) {
        switch end {
        case .done(let report): self = .done(SyncReport(report))
        case .outOfTime: self = .outOfTime
        case .tryLater: self = .tryLater
        case .notJoined: self = .notJoined
        }
    }
}

/// What happens while watching.
public enum WatchEvent: Hashable, Sendable {
    /// A sync has come so far.
    case progressed(Progress)
    /// A sync is done.
    case synced(SyncReport)
    /// A sync failed in a way that passes (`offline`, `refused`, `storage`); it is tried again.
    case failed(why: String, againIn: Duration)
    /// The rights of this device were taken away; once it has been emptied, watching ends.
    case locked(Revoked)
    /// Watching has ended, because of something that trying again does not help against.
    case ended(Problem)

    init(_ event: FootbridgeFFI.WatchEvent) {
        switch event {
        case .progressed(let progress): self = .progressed(Progress(progress))
        case .synced(let report): self = .synced(SyncReport(report))
        case .revoked(let revoked): self = .locked(Revoked(revoked))
        case .failed(let why, let againIn): self = .failed(why: why, againIn: .milliseconds(Int64(clamping: againIn)))
        }
    }
}
