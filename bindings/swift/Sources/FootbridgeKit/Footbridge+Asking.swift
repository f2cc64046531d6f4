internal import FootbridgeFFI
import Foundation

extension Footbridge {
    /// One record, with the version that an edit may name as seen.
    public func show(_ id: RecordID) async throws(Problem) -> Record {
        try await told { Record(try await ffi.show(id: id.text)) }
    }

    /// A page of a list, the latest first.
    public func list(
        _ query: Query, limit: Int = Footbridge.page, after: String? = nil
    ) async throws(Problem) -> Page<Record> {
        try await told { Page(try await ffi.list(query: query.ffi(limit: limit, after: after))) }
    }

    /// All records of a list, fetched page by page as they are asked for.
    public func records(_ query: Query, pageSize: Int = Footbridge.page) -> Records {
        Records(phone: self, query: query, pageSize: pageSize)
    }

    /// A page of the records that hold all these words, or words that begin so, in any script.
    public func search(
        _ text: String, limit: Int = Footbridge.page, after: String? = nil
    ) async throws(Problem) -> Page<Record> {
        try await told { Page(try await ffi.search(text: text, limit: UInt32(clamping: limit), after: after)) }
    }

    /// A page of the open follow-ups that this person may answer, the earliest due first.
    public func due(limit: Int = Footbridge.page, after: String? = nil) async throws(Problem) -> Page<Record> {
        try await told { Page(try await ffi.due(limit: UInt32(clamping: limit), after: after)) }
    }

    /// A page of the fields on which two people disagree.
    public func disagreements(
        limit: Int = Footbridge.page, after: String? = nil
    ) async throws(Problem) -> Page<Disagreement> {
        try await told {
            let page = try await ffi.conflicts(limit: UInt32(clamping: limit), after: after)
            return Page(items: page.items.map(Disagreement.init), next: page.next)
        }
    }

    /// A page of who said what in a record, the earliest first.
    public func timeline(
        _ id: RecordID, limit: Int = Footbridge.page, after: String? = nil
    ) async throws(Problem) -> Page<TimelineEntry> {
        try await told {
            let page = try await ffi.timeline(id: id.text, limit: UInt32(clamping: limit), after: after)
            return Page(items: page.items.map(TimelineEntry.init), next: page.next)
        }
    }

    /// How safe everything is, with reasons in a language.
    public func status(in language: Language = .english) async throws(Problem) -> Status {
        try await told { Status(try await ffi.status(language: language.ffi)) }
    }

    /// What became of a damaged store; nil where there was none, or after ``dismissNotices()``.
    public func recovered() async throws(Problem) -> Recovered? {
        try await told { try await ffi.recovered().map(Recovered.init) }
    }

    /// The same, only where it became of it when this was opened: to be said at once.
    public var recoveredNow: Recovered? { ffi.recoveredNow().map(Recovered.init) }

    /// The JSON Schema (2020-12) of a kind, with the codes that this device offers at present.
    public func schema(_ kind: Kind) async throws(Problem) -> String {
        try await told { try await ffi.schema(kind: kind.rawValue) }
    }

    /// Lists, districts and zone of the programme; the starter lists before the first join.
    public func vocabulary() async throws(Problem) -> Vocabulary {
        try await told {
            let words = try await ffi.vocabulary()
            return Vocabulary(lists: words.lists, districts: words.districts, timeZone: words.timeZone)
        }
    }

    /// The codes that a list offers, in their order.
    public func choices(_ list: String, in language: Language) async throws(Problem) -> [Choice] {
        try await told {
            try await ffi.choices(list: list, language: language.ffi).map { Choice(code: $0.code, label: $0.label) }
        }
    }

    /// What to call a code, also one that is no longer offered.
    public func label(_ code: String, of list: String, in language: Language) async throws(Problem) -> String {
        try await told { try await ffi.label(language: language.ffi, list: list, code: code) }
    }

    /// Writes all records of a kind, piece by piece. What `write` throws ends it.
    public func export(
        _ kind: Kind, as format: ExportFormat, to write: @escaping @Sendable (Data) throws -> Void
    ) async throws(Problem) {
        try await told {
            try await ffi.export(kind: kind.rawValue, format: format.ffi, sink: ExportRelay(write))
        }
    }
}

/// All records of a list, fetched page by page: `for try await visit in phone.records(Query(.visit))`.
public struct Records: AsyncSequence, Sendable {
    public typealias Element = Record

    let phone: Footbridge
    let query: Query
    let pageSize: Int

    /// One way through the list.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let records: Records
        fileprivate var page: ArraySlice<Record> = []
        fileprivate var after: String?
        fileprivate var isLast = false

        /// The next record, nil behind the last.
        public mutating func next() async throws(Problem) -> Record? {
            while page.isEmpty {
                if isLast { return nil }
                let fetched = try await records.phone.list(records.query, limit: records.pageSize, after: after)
                page = fetched.items[...]
                after = fetched.next
                isLast = fetched.next == nil
            }
            return page.popFirst()
        }
    }

    /// Begins at the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(records: self) }
}
