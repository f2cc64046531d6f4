internal import FootbridgeFFI

/// What is listed, the latest first.
public struct Query: Hashable, Sendable {
    /// The kind.
    public var kind: Kind
    /// Not before this day or time (ISO 8601).
    public var since: String?
    /// Before this time, or up to the end of this day.
    public var until: String?
    /// In this district.
    public var district: String?
    /// By this person.
    public var author: RecordID?
    /// `draft`, `done`, `withdrawn`, `open` or `closed`.
    public var state: String?
    /// Notes or follow-ups on this record.
    public var on: RecordID?

    /// Records of a kind, and of those only what is said further.
    public init(
        _ kind: Kind, since: String? = nil, until: String? = nil, district: String? = nil, author: RecordID? = nil,
        state: String? = nil, on: RecordID? = nil
    ) {
        self.kind = kind
        self.since = since
        self.until = until
        self.district = district
        self.author = author
        self.state = state
        self.on = on
    }

    func ffi(limit: Int, after: String?) -> ListQuery {
        ListQuery(
            kind: kind.rawValue, since: since, until: until, district: district, author: author?.text, state: state,
            on: on?.text, limit: UInt32(clamping: limit), after: after)
    }
}

/// A record that the server would not take as it is. Nothing of it is lost.
public struct SetAside: Hashable, Sendable, Identifiable {
    /// Its id.
    public let id: RecordID
    /// The name of its kind.
    public let kindCode: String
    /// Why, by its stable name.
    public let code: String
    /// Why, for a person.
    public let reason: String
    /// What she can do.
    public let whatToDo: String
}

/// A record of hers that somebody took back: nothing of it is here but that it was.
public struct TakenBack: Hashable, Sendable {
    /// The name of its kind.
    public let kindCode: String
    /// When this device learnt it.
    public let at: Moment
    /// Whether something of hers in it had not been sent, and went with it.
    public let wasUnsent: Bool
}

/// A record that the server has and this version of the app cannot read. Nothing of it is lost.
public struct Unread: Hashable, Sendable {
    /// Which.
    public let id: RecordID
    /// The name of its kind, as far as it was told.
    public let kindCode: String
    /// Since when.
    public let at: Moment
}

/// What became of a damaged store. Its file is kept under another name, and what could be read of it that the server
/// did not have is here; the rest comes at the next sync.
public struct Recovered: Hashable, Sendable {
    /// When it was noticed.
    public let at: Moment
    /// The name under which the damaged file lies in the store's folder. Nothing ever deletes it but a person.
    public let file: String
    /// How many records were in it that the server did not have, and are here.
    public let unsent: Int
    /// Whether all that was unsent could be read.
    public let isComplete: Bool
    /// Whether the device's keys and its programme could be read; else it has to be invited anew.
    public let isMember: Bool

    init(_ recovered: FootbridgeFFI.Recovered) {
        at = Moment(milliseconds: recovered.at)
        file = recovered.file
        unsent = Int(recovered.unsent)
        isComplete = recovered.complete
        isMember = recovered.member
    }
}

/// How safe everything is.
public struct Status: Hashable, Sendable {
    /// How many records are in which state.
    public let receipts: [Receipt: Int]
    /// How many records have something that the server lacks.
    public let unsent: Int
    /// How many things asked of the server wait to be sent.
    public let commands: Int
    /// What the server would not take.
    public let setAside: [SetAside]
    /// What the server has and this version of the app cannot read.
    public let unread: [Unread]
    /// What was taken back of hers in the last weeks; see ``Footbridge/dismissNotices()``.
    public let takenBack: [TakenBack]
    /// When the last sync was done.
    public let lastSync: Moment?
    /// To what the device belongs; nil before it joined.
    public let joined: Joined?
    /// The server's address.
    public let server: String?
    /// Where the rights of this device were taken away.
    public let revoked: Revoked?
    /// By how many seconds this device's clock is ahead of the server's, where that is more than a few minutes.
    public let clockOffSeconds: Int?

    init(_ status: FootbridgeFFI.Status) {
        receipts = Dictionary(
            uniqueKeysWithValues: Receipt.allCases.map { ($0, Int(status.receipts[$0.rawValue] ?? 0)) })
        unsent = Int(status.unsent)
        commands = Int(status.commands)
        setAside = status.setAside.map { item in
            SetAside(
                id: RecordID(item.id), kindCode: item.kind, code: item.code, reason: item.reason,
                whatToDo: item.whatToDo)
        }
        unread = status.unread.map { item in
            Unread(id: RecordID(item.id), kindCode: item.kind, at: Moment(milliseconds: item.at))
        }
        takenBack = status.takenBack.map { item in
            TakenBack(kindCode: item.kind, at: Moment(milliseconds: item.at), wasUnsent: item.unsent)
        }
        lastSync = status.lastSync.map(Moment.init)
        joined = status.programme.map { programme in
            Joined(
                programme: RecordID(programme), person: RecordID(status.person ?? ""), role: status.role ?? "")
        }
        server = status.server
        revoked = status.revoked.map(Revoked.init)
        clockOffSeconds = status.clockOffSeconds.map { Int($0) }
    }
}

/// A code that is offered, and what to call it.
public struct Choice: Hashable, Sendable {
    /// Its name in records.
    public let code: String
    /// What to call it.
    public let label: String
}

/// What may be written at present.
public struct Vocabulary: Hashable, Sendable {
    /// The names of the code lists.
    public let lists: [String]
    /// The programme's districts; nil before the first join, when any name is taken.
    public let districts: [String]?
    /// The zone in which a time without an offset is meant.
    public let timeZone: String
}

/// How records leave for another program.
public enum ExportFormat: Sendable {
    /// One JSON object a line.
    case jsonl
    /// A table that spreadsheets read.
    case csv

    var ffi: FootbridgeFFI.ExportFormat {
        switch self {
        case .jsonl: .jsonl
        case .csv: .csv
        }
    }
}

/// To whom a follow-up goes.
public enum Recipient: Hashable, Sendable {
    /// One volunteer or coordinator.
    case person(RecordID)
    /// Whoever of this district's volunteers takes it.
    case district(String)

    var ffi: FootbridgeFFI.Recipient {
        switch self {
        case .person(let id): .person(id: id.text)
        case .district(let name): .district(name: name)
        }
    }
}

/// Something that is allowed and probably not meant; ask before it is saved.
public enum Warning: Hashable, Sendable {
    /// The text in the field holds what looks like a national identity number.
    case nationalNumber(field: String)

    init(_ warning: FootbridgeFFI.Warning) {
        switch warning {
        case .nationalNumber(let field): self = .nationalNumber(field: field)
        }
    }
}

/// Something that a screen may want to show anew.
public enum Change: Hashable, Sendable {
    /// These records were written, here or elsewhere.
    case records(Set<RecordID>)
    /// So much came that a screen had better read anew.
    case much
    /// Receipts, what is unsent or what is set aside.
    case safety
    /// The device was revoked: nothing is shown any more.
    case locked

    init(_ event: ChangeEvent) {
        switch event {
        case .records(let ids): self = .records(Set(ids.map(RecordID.init)))
        case .much: self = .much
        case .status: self = .safety
        case .locked: self = .locked
        }
    }
}
