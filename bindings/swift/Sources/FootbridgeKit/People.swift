internal import FootbridgeFFI

/// As what somebody belongs to a programme.
public enum Role: Sendable {
    /// Talks with women and records it.
    case volunteer
    /// Sees everything that is done.
    case coordinator

    var ffi: FootbridgeFFI.Role {
        switch self {
        case .volunteer: .volunteer
        case .coordinator: .coordinator
        }
    }
}

/// Whom an invitation is for.
public enum Invited: Hashable, Sendable {
    /// Somebody who is to belong to the programme; a volunteer has districts.
    case newcomer(name: String, role: Role, districts: Set<String>)
    /// Somebody who is there, with a further device.
    case known(RecordID)

    var ffi: FootbridgeFFI.Invited {
        switch self {
        case .newcomer(let name, let role, let districts):
            .newcomer(name: name, role: role.ffi, districts: districts.sorted())
        case .known(let person): .known(person: person.text)
        }
    }
}

/// What has become of something that was asked of the server.
public enum Answered: Hashable, Sendable {
    /// It waits until there is a network.
    case waiting
    /// The server has carried it out.
    case done
    /// The server refused it; the code is for ``Words/explain(refusal:)`` and ``Words/whatToDo(about:)``.
    case refused(code: String)
}

/// Something that was asked of the server, and goes to it at the next sync.
public final class Asked: Sendable {
    private let ffi: FootbridgeFFI.Asked

    init(_ asked: FootbridgeFFI.Asked) { ffi = asked }

    /// What has become of it.
    public func answered() async throws(Problem) -> Answered {
        try await told {
            switch try await ffi.answered() {
            case .waiting: .waiting
            case .done: .done
            case .refused(let code): .refused(code: code)
            }
        }
    }

    /// Forgets it where the server refused it, once somebody was told.
    public func forgetRefused() async throws(Problem) { try await told { try await ffi.forgetRefused() } }
}

/// A link with a secret in it, to be shown or sent at once. It works once what was asked with it is done.
public struct Link: Sendable {
    /// The link.
    public let url: String
    /// Whom it is for.
    public let person: RecordID
    /// Until when it can be used.
    public let expiresAt: Moment
    /// What was asked of the server with it.
    public let asked: Asked

    init(_ link: FootbridgeFFI.Link) {
        url = link.url()
        person = RecordID(link.person())
        expiresAt = Moment(milliseconds: link.expiresAt())
        asked = Asked(link.asked())
    }
}

/// Something that a revoked device handed over, kept apart until a coordinator decides.
public struct Quarantined: Hashable, Sendable, Identifiable {
    /// The entry: what is taken over or thrown away.
    public let id: RecordID
    /// The record that it is about.
    public let about: RecordID
    /// The name of its kind.
    public let kindCode: String
    /// Whose device it was.
    public let person: RecordID
    /// The device's id.
    public let device: String
    /// When it came.
    public let at: Moment
    /// What it is: `change`, `command` or `renewal`.
    public let what: String
    /// What the record would be with it; nil where that cannot be told.
    public let fields: [String: Value]?

    init(_ item: FootbridgeFFI.Quarantined) {
        id = RecordID(item.id)
        about = RecordID(item.about)
        kindCode = item.kind
        person = RecordID(item.person)
        device = item.device
        at = Moment(milliseconds: item.at)
        what = item.what
        fields = item.fields?.mapValues(Value.init)
    }
}

/// The rights of this device were taken away.
public struct Revoked: Hashable, Sendable {
    /// When, by the server's clock.
    public let at: Moment
    /// Whether it has been emptied since; until then it is locked and hands over what it has.
    public let isEmptied: Bool

    init(_ revoked: FootbridgeFFI.Revoked) {
        at = Moment(milliseconds: revoked.at)
        isEmptied = revoked.emptied
    }
}

extension Footbridge {
    /// Invites somebody, for one device and so many days. For coordinators.
    public func invite(_ whom: Invited, days: Int = 7) async throws(Problem) -> Link {
        try await told { Link(try await ffi.invite(whom: whom.ffi, days: UInt32(clamping: days))) }
    }

    /// Makes a person a volunteer of these districts, or a coordinator. For coordinators.
    @discardableResult
    public func setRole(
        of person: RecordID, to role: Role, districts: Set<String> = []
    ) async throws(Problem) -> Asked {
        try await told {
            Asked(try await ffi.setRole(person: person.text, role: role.ffi, districts: districts.sorted()))
        }
    }

    /// Takes away the rights of a person with all her devices, or of one device. With `wipe` a device empties itself
    /// even where it could not hand over what it had not sent. For coordinators.
    @discardableResult
    public func revoke(
        _ person: RecordID, device: String? = nil, wipe: Bool = false
    ) async throws(Problem) -> Asked {
        try await told { Asked(try await ffi.revoke(person: person.text, device: device, wipe: wipe)) }
    }

    /// Gives a person her rights back. For coordinators.
    @discardableResult
    public func reinstate(_ person: RecordID) async throws(Problem) -> Asked {
        try await told { Asked(try await ffi.reinstate(person: person.text)) }
    }

    /// A link by which a coordinator's own browser signs in to the review pages, once, within an hour.
    public func reviewLink() async throws(Problem) -> Link {
        try await told { Link(try await ffi.reviewLink()) }
    }

    /// Everything that revoked devices handed over, the oldest first. Asks the server. For coordinators.
    public func quarantine() async throws(Problem) -> [Quarantined] {
        try await told { try await ffi.quarantine().map(Quarantined.init) }
    }

    /// Takes over an entry of the quarantine: it is carried out as its device meant it. For coordinators.
    @discardableResult
    public func take(_ entry: RecordID) async throws(Problem) -> Asked {
        try await told { Asked(try await ffi.take(entry: entry.text)) }
    }

    /// Throws an entry of the quarantine away. For coordinators.
    @discardableResult
    public func discardQuarantined(_ entry: RecordID) async throws(Problem) -> Asked {
        try await told { Asked(try await ffi.discardQuarantined(entry: entry.text)) }
    }

    /// Whether something of a record was set aside, so that ``discard(_:)`` would throw it away.
    public func isSetAside(_ id: RecordID) async throws(Problem) -> Bool {
        try await told { try await ffi.isSetAside(id: id.text) }
    }

    /// Throws away what the server would not take of a record of this device; see ``Status/setAside``.
    public func discard(_ id: RecordID) async throws(Problem) { try await told { try await ffi.discard(id: id.text) } }
}
