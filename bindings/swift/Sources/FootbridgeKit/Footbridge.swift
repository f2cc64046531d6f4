internal import FootbridgeFFI
import Foundation

/// A device. It records and asks without any network; what is recorded is on the disk when the call returns.
///
/// Calls may come from any task and never hold a thread that waits. The store is closed when the last reference
/// goes. Each call throws ``Problem`` and nothing else.
public final class Footbridge: Sendable {
    /// Items of a page where nothing else is asked for.
    public static let page = 50

    let ffi: FootbridgeFFI.Footbridge

    /// Opens the store in a folder, or makes both; its key is what `secrets` keeps.
    public init(folder: URL, secrets: any SecretKeeper) async throws(Problem) {
        ffi = try await told {
            try await FootbridgeFFI.Footbridge.open(folder: folder.path, secrets: KeptSecrets(secrets))
        }
    }
}

// MARK: Recording

extension Footbridge {
    /// Records something of a kind and gives its id.
    @discardableResult
    public func add(_ kind: Kind, _ fields: [String: Value]) async throws(Problem) -> RecordID {
        try await told { RecordID(try await ffi.add(kind: kind.rawValue, values: fields.mapValues(\.ffi))) }
    }

    /// Records a visit and gives its id.
    @discardableResult
    public func record(_ visit: NewVisit) async throws(Problem) -> RecordID { try await add(.visit, visit.fields) }

    /// Writes a note on a visit or contact and gives its id.
    @discardableResult
    public func note(on record: RecordID, _ text: String) async throws(Problem) -> RecordID {
        try await add(.note, ["on": .text(record.text), "text": .text(text)])
    }

    /// Changes fields. With the version of a ``Record`` as `seen`, nothing is overwritten that came meanwhile: it
    /// throws ``Problem/changed(field:values:)`` then.
    public func edit(_ id: RecordID, _ patch: [String: Value], seen: String? = nil) async throws(Problem) {
        try await told { try await ffi.edit(id: id.text, patch: patch.mapValues(\.ffi), seen: seen) }
    }

    /// A draft is done, with what is on it: coordinators see it at the next sync.
    public func done(_ id: RecordID) async throws(Problem) { try await told { try await ffi.done(id: id.text) } }

    /// Its author takes a visit back: it stays readable, and is counted nowhere.
    public func withdraw(_ id: RecordID) async throws(Problem) {
        try await told { try await ffi.withdraw(id: id.text) }
    }

    /// Its author makes a visit that she withdrew count again.
    public func restore(_ id: RecordID) async throws(Problem) {
        try await told { try await ffi.restore(id: id.text) }
    }

    /// Takes a record back, with what is on it: a draft at once; a note of hers, or for a coordinator anything, when
    /// the server has erased it everywhere. Until then it is in no list.
    @discardableResult
    public func delete(_ id: RecordID) async throws(Problem) -> Deletion {
        try await told { try await ffi.delete(id: id.text) ? .waiting : .gone }
    }

    /// Takes earlier wording of a record back, history included: the fields of `patch` as in an edit, and all that
    /// was ever said in it but what stands now is gone, here at once, elsewhere at the next contact. For its author.
    public func reword(_ id: RecordID, _ patch: [String: Value]) async throws(Problem) {
        try await told { try await ffi.reword(id: id.text, patch: patch.mapValues(\.ffi)) }
    }

    /// To be called when a record is shown to this person: where she is a coordinator, its author learns that it was
    /// seen as it stands (``Receipt/seen``, ``Record/seen``), at the next sync of both.
    public func markSeen(_ id: RecordID) async throws(Problem) {
        try await told { try await ffi.seen(id: id.text) }
    }

    /// What was taken back, and what became of a damaged store, need be shown no longer; see ``Status/takenBack``.
    public func dismissNotices() async throws(Problem) { try await told { try await ffi.dismissNotices() } }

    /// Hands a follow-up over. Waits for the server.
    public func give(_ id: RecordID, to recipient: Recipient) async throws(Problem) {
        try await told { try await ffi.give(id: id.text, to: recipient.ffi) }
    }

    /// A person chooses between the answers that stand in a field; the value may be a third.
    public func settle(_ id: RecordID, field: String, value: Value) async throws(Problem) {
        try await told { try await ffi.settle(id: id.text, field: field, value: value.ffi) }
    }

    /// What to ask about before these fields are saved.
    public func warnings(_ kind: Kind, _ fields: [String: Value]) async throws(Problem) -> [Warning] {
        try await told {
            try await ffi.warnings(kind: kind.rawValue, values: fields.mapValues(\.ffi)).map(Warning.init)
        }
    }
}

// MARK: Membership

extension Footbridge {
    /// Joins the programme of an invitation's link. May be repeated with the same link.
    @discardableResult
    public func join(_ link: String) async throws(Problem) -> Joined {
        try await told {
            let joined = try await ffi.join(url: link)
            return Joined(
                programme: RecordID(joined.programme), person: RecordID(joined.person), role: joined.role)
        }
    }

    /// Leaves the programme: the device forgets everything. ``Problem/unsent(count:)`` unless `evenUnsent`.
    public func leave(evenUnsent: Bool = false) async throws(Problem) {
        try await told { try await ffi.leave(evenUnsent: evenUnsent) }
    }

    /// The name of a person of the programme, nil where she is not known on this device.
    public func name(of person: RecordID) async throws(Problem) -> String? {
        try await told { try await ffi.personName(person: person.text) }
    }
}

// MARK: Importing

extension Footbridge {
    /// Reads a log by a mapping in TOML (the shipped one where none is given) and writes nothing.
    public func readLog(_ file: Data, mapping: String? = nil) async throws(Problem) -> ImportPlan {
        try await told { ImportPlan(try await ffi.readLog(file: file, mapping: mapping)) }
    }

    /// How many visits of a plan are not here yet.
    public func countNew(_ plan: ImportPlan) async throws(Problem) -> Int {
        try await told { Int(try await ffi.countNew(plan: plan.inner)) }
    }

    /// Writes what was understood. What was there before stays as it is. Reasons are given in this language.
    public func `import`(_ plan: ImportPlan, in language: Language = .english) async throws(Problem) -> ImportReport {
        try await told { ImportReport(try await ffi.import(plan: plan.inner, language: language.ffi)) }
    }
}
