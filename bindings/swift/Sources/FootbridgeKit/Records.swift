internal import FootbridgeFFI
import Foundation

/// The id of a record, a person or a programme.
public struct RecordID: Hashable, Sendable, CustomStringConvertible {
    /// As it is written.
    public let text: String

    /// The id that is written so.
    public init(_ text: String) { self.text = text }

    /// As it is written.
    public var description: String { text }
}

/// A moment, exact to the millisecond, as records carry it.
public struct Moment: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970.
    public let milliseconds: Int64

    /// The moment so many milliseconds after 1970 began.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The same for a calendar or a formatter. A `Date` is a floating number; it is for showing, not for keeping.
    public var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Whether one was before another.
    public static func < (a: Moment, b: Moment) -> Bool { a.milliseconds < b.milliseconds }
}

/// A kind of record; its raw value is its name in records and scripts.
public enum Kind: String, CaseIterable, Sendable {
    /// The programme itself.
    case programme
    /// An entry of a code list.
    case code
    /// A volunteer or coordinator.
    case person
    /// One conversation.
    case visit
    /// Free text on a visit or contact.
    case note
    /// A handle by which a second conversation can be linked.
    case contact
    /// Something promised, to be done by somebody.
    case followUp = "follow_up"
}

/// What stands in a field. Literals do: `["kind": "street", "minutes": 20, "topics": ["work"]]`.
public enum Value: Hashable, Sendable {
    /// Nothing is said; written, it empties a field.
    case nothing
    /// A text, a code, an id, a day or a time (ISO 8601).
    case text(String)
    /// A number.
    case count(Int64)
    /// Yes or no.
    case flag(Bool)
    /// Codes, languages or names.
    case members(Set<String>)
    /// Members to be added and to be taken away, in an edit alone: what others add meanwhile stays.
    case alteration(add: Set<String>, remove: Set<String>)
    /// Labels by language.
    case labels([String: String])
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral
{
    /// A text.
    public init(stringLiteral text: String) { self = .text(text) }
    /// A number.
    public init(integerLiteral count: Int64) { self = .count(count) }
    /// Yes or no.
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
    /// Members.
    public init(arrayLiteral members: String...) { self = .members(Set(members)) }
}

/// How far a record has come.
public enum Receipt: String, CaseIterable, Sendable {
    /// It, or something of it, is on this device alone.
    case device
    /// The server has it.
    case server
    /// Somebody else has seen it.
    case seen
}

/// How far a record that was taken back has come.
public enum Deletion: Sendable {
    /// It is gone: nobody else had it.
    case gone
    /// It is in no list any more, and waits for the server to erase it everywhere.
    case waiting
}

/// That a coordinator has opened a record as it stands.
public struct Seen: Hashable, Sendable {
    /// Who.
    public let by: RecordID
    /// When.
    public let at: Moment
}

/// A record as it stands: what every record has, and the fields of its kind by name.
public struct Record: Hashable, Sendable, Identifiable {
    /// Its id.
    public let id: RecordID
    /// Its kind; nil where this version does not know it, see ``kindCode``.
    public let kind: Kind?
    /// The name of its kind.
    public let kindCode: String
    /// Who made it; nil before the first join.
    public let author: RecordID?
    /// When it was recorded.
    public let recordedAt: Moment
    /// How far it has come.
    public let receipt: Receipt
    /// By whom it was seen as it stands.
    public let seen: [Seen]
    /// Whether the server was asked to erase it; it is in no list meanwhile.
    public let isDeleting: Bool
    /// The fields on which two people disagree.
    public let disagreements: [String]
    /// What an edit may name as seen; only a record of ``Footbridge/show(_:)`` has one.
    public let version: String?
    /// The fields of its kind, and what the server decided; one of which nothing is said is not among them.
    public let fields: [String: Value]

    /// The text in a field, nil where there is none.
    public func text(_ field: String) -> String? {
        if case .text(let text) = fields[field] { text } else { nil }
    }

    /// The number in a field, nil where there is none.
    public func count(_ field: String) -> Int? {
        if case .count(let count) = fields[field] { Int(count) } else { nil }
    }

    /// Whether a field says yes.
    public func flag(_ field: String) -> Bool { fields[field] == .flag(true) }

    /// The members of a field.
    public func members(_ field: String) -> Set<String> {
        if case .members(let members) = fields[field] { members } else { [] }
    }

    /// The id in a field, nil where there is none.
    public func reference(_ field: String) -> RecordID? { text(field).map(RecordID.init) }
}

/// Some items of a list.
public struct Page<Item: Sendable>: Sendable {
    /// They, in the order of the list.
    public let items: [Item]
    /// Where the next page begins; nil on the last.
    public let next: String?
}

/// What somebody said in a field.
public struct Answer: Hashable, Sendable {
    /// What.
    public let value: Value
    /// Who; nil where that is not known on this device.
    public let author: RecordID?
    /// When, by her clock.
    public let at: Moment
}

/// A field on which two people disagree, until a person settles it.
public struct Disagreement: Hashable, Sendable {
    /// The record's id.
    public let id: RecordID
    /// The name of its kind.
    public let kindCode: String
    /// Which field.
    public let field: String
    /// All answers that stand there.
    public let answers: [Answer]
}

/// One thing that somebody said in a record.
public struct TimelineEntry: Hashable, Sendable {
    /// When.
    public let at: Moment
    /// Who.
    public let author: RecordID?
    /// In which field.
    public let field: String
    /// What.
    public let value: Value
}

extension Value {
    init(_ value: FootbridgeFFI.Value) {
        switch value {
        case .nothing: self = .nothing
        case .text(let text): self = .text(text)
        case .count(let count): self = .count(count)
        case .flag(let flag): self = .flag(flag)
        case .members(let members): self = .members(Set(members))
        case .alteration(let add, let remove): self = .alteration(add: Set(add), remove: Set(remove))
        case .labels(let labels): self = .labels(labels)
        }
    }

    var ffi: FootbridgeFFI.Value {
        switch self {
        case .nothing: .nothing
        case .text(let text): .text(text: text)
        case .count(let count): .count(count: count)
        case .flag(let flag): .flag(flag: flag)
        case .members(let members): .members(members: members.sorted())
        case .alteration(let add, let remove): .alteration(add: add.sorted(), remove: remove.sorted())
        case .labels(let labels): .labels(labels: labels)
        }
    }
}

extension Record {
    init(_ record: FootbridgeFFI.Record) {
        id = RecordID(record.id)
        kind = Kind(rawValue: record.kind)
        kindCode = record.kind
        author = record.author.map(RecordID.init)
        recordedAt = Moment(milliseconds: record.recordedAt)
        receipt =
            switch record.receipt {
            case .device: .device
            case .server: .server
            case .seen: .seen
            }
        seen = record.seen.map { Seen(by: RecordID($0.by), at: Moment(milliseconds: $0.at)) }
        isDeleting = record.deleting
        disagreements = record.disagreements
        version = record.version
        fields = record.fields.mapValues(Value.init)
    }
}

extension Page<Record> {
    init(_ page: FootbridgeFFI.RecordPage) { self.init(items: page.items.map(Record.init), next: page.next) }
}

extension Disagreement {
    init(_ open: FootbridgeFFI.Disagreement) {
        id = RecordID(open.id)
        kindCode = open.kind
        field = open.field
        answers = open.answers.map { answer in
            Answer(
                value: Value(answer.value), author: answer.author.map(RecordID.init),
                at: Moment(milliseconds: answer.at))
        }
    }
}

extension TimelineEntry {
    init(_ entry: FootbridgeFFI.TimelineEntry) {
        at = Moment(milliseconds: entry.at)
        author = entry.author.map(RecordID.init)
        field = entry.field
        value = Value(entry.value)
    }
}
