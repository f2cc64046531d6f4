/// Where a visit took place; its raw value is its name in records.
public enum VisitKind: String, CaseIterable, Sendable {
    /// In the street.
    case street
    /// At a home.
    case home
    /// By phone.
    case phone
    /// At a service, such as a library.
    case service
    /// At a café.
    case cafe
}

/// A visit to be recorded; only its kind must be said. Nil says nothing, and a device's clock says when.
public struct NewVisit: Hashable, Sendable {
    /// Where it took place.
    public var kind: VisitKind
    /// A day or a time (ISO 8601); now where it is nil.
    public var happenedAt: String?
    /// Its district.
    public var district: String?
    /// A code of the list `place`, or words of her own.
    public var place: String?
    /// How contact arose.
    public var arose: String?
    /// The languages used (BCP 47).
    public var languages: Set<String> = []
    /// What it was about.
    public var topics: Set<String> = []
    /// What help was given.
    public var help: Set<String> = []
    /// With whom one came along, or to whom one referred.
    public var with: Set<String> = []
    /// How many persons were reached.
    public var reached: Int?
    /// Whether that is an estimate.
    public var reachedEstimated: Bool?
    /// How long it took.
    public var minutes: Int?
    /// Whether that is an estimate.
    public var minutesEstimated: Bool?
    /// Whom it was with, where that is linked.
    public var contact: RecordID?
    /// What comes next.
    public var nextStep: String?
    /// Whether it is its author's alone until ``Footbridge/done(_:)``.
    public var isDraft = false

    /// A visit with what most have; the rest is set on it.
    public init(
        _ kind: VisitKind, district: String? = nil, topics: Set<String> = [], minutes: Int? = nil,
        isDraft: Bool = false
    ) {
        self.kind = kind
        self.district = district
        self.topics = topics
        self.minutes = minutes
        self.isDraft = isDraft
    }

    /// The same, by name.
    public var fields: [String: Value] {
        var fields: [Visit.Field: Value] = [.kind: .text(kind.rawValue)]
        fields[.happenedAt] = happenedAt.map(Value.text)
        fields[.district] = district.map(Value.text)
        fields[.place] = place.map(Value.text)
        fields[.arose] = arose.map(Value.text)
        fields[.languages] = .members(languages)
        fields[.topics] = .members(topics)
        fields[.help] = .members(help)
        fields[.with] = .members(with)
        fields[.reached] = reached.map { .count(Int64($0)) }
        fields[.reachedEstimated] = reachedEstimated.map(Value.flag)
        fields[.minutes] = minutes.map { .count(Int64($0)) }
        fields[.minutesEstimated] = minutesEstimated.map(Value.flag)
        fields[.contact] = contact.map { .text($0.text) }
        fields[.nextStep] = nextStep.map(Value.text)
        fields[.state] = isDraft ? .text("draft") : nil
        return Dictionary(uniqueKeysWithValues: fields.map { ($0.key.rawValue, $0.value) })
    }
}

/// A visit, read out of its record.
public struct Visit: Hashable, Sendable {
    /// Its fields; a raw value is a name in records.
    public enum Field: String, CaseIterable, Sendable {
        case kind, district, place, arose, languages, topics, help, with, reached, minutes, contact, state
        case happenedAt = "happened_at"
        case reachedEstimated = "reached_estimated"
        case minutesEstimated = "minutes_estimated"
        case nextStep = "next_step"
    }

    /// The record, with all that it has.
    public let record: Record

    /// Nil where the record is none.
    public init?(_ record: Record) {
        guard record.kind == .visit else { return nil }
        self.record = record
    }

    /// Where it took place; nil where this version does not know the word.
    public var kind: VisitKind? { record.text(Field.kind.rawValue).flatMap(VisitKind.init) }
    /// A day or a time (ISO 8601).
    public var happenedAt: String? { record.text(Field.happenedAt.rawValue) }
    /// Its district.
    public var district: String? { record.text(Field.district.rawValue) }
    /// A code of the list `place`, or words of her own.
    public var place: String? { record.text(Field.place.rawValue) }
    /// How contact arose.
    public var arose: String? { record.text(Field.arose.rawValue) }
    /// The languages used (BCP 47).
    public var languages: Set<String> { record.members(Field.languages.rawValue) }
    /// What it was about.
    public var topics: Set<String> { record.members(Field.topics.rawValue) }
    /// What help was given.
    public var help: Set<String> { record.members(Field.help.rawValue) }
    /// With whom one came along, or to whom one referred.
    public var with: Set<String> { record.members(Field.with.rawValue) }
    /// How many persons were reached.
    public var reached: Int? { record.count(Field.reached.rawValue) }
    /// Whether that is an estimate.
    public var reachedEstimated: Bool { record.flag(Field.reachedEstimated.rawValue) }
    /// How long it took.
    public var minutes: Int? { record.count(Field.minutes.rawValue) }
    /// Whether that is an estimate.
    public var minutesEstimated: Bool { record.flag(Field.minutesEstimated.rawValue) }
    /// Whom it was with, where that is linked.
    public var contact: RecordID? { record.reference(Field.contact.rawValue) }
    /// What comes next.
    public var nextStep: String? { record.text(Field.nextStep.rawValue) }
    /// `draft`, `done` or `withdrawn`.
    public var state: String? { record.text(Field.state.rawValue) }
}

/// Free text on a visit or contact, read out of its record.
public struct Note: Hashable, Sendable {
    /// Its fields; a raw value is a name in records.
    public enum Field: String, CaseIterable, Sendable {
        case on, text
    }

    /// The record, with all that it has.
    public let record: Record

    /// Nil where the record is none.
    public init?(_ record: Record) {
        guard record.kind == .note else { return nil }
        self.record = record
    }

    /// What it is on.
    public var on: RecordID? { record.reference(Field.on.rawValue) }
    /// What it says.
    public var text: String { record.text(Field.text.rawValue) ?? "" }
}

/// A handle by which a second conversation can be linked, read out of its record.
public struct Contact: Hashable, Sendable {
    /// Its fields; a raw value is a name in records.
    public enum Field: String, CaseIterable, Sendable {
        case handle, languages, district, needs
    }

    /// The record, with all that it has.
    public let record: Record

    /// Nil where the record is none.
    public init?(_ record: Record) {
        guard record.kind == .contact else { return nil }
        self.record = record
    }

    /// What she is called here; never her name.
    public var handle: String { record.text(Field.handle.rawValue) ?? "" }
    /// Her languages (BCP 47).
    public var languages: Set<String> { record.members(Field.languages.rawValue) }
    /// Her district.
    public var district: String? { record.text(Field.district.rawValue) }
    /// What she needs.
    public var needs: Set<String> { record.members(Field.needs.rawValue) }
}

/// Something promised, read out of its record.
public struct FollowUp: Hashable, Sendable {
    /// Its fields; a raw value is a name in records.
    public enum Field: String, CaseIterable, Sendable {
        case about, what, due, state, outcome, late
        case givenTo = "given_to"
        case openTo = "open_to"
    }

    /// The record, with all that it has.
    public let record: Record

    /// Nil where the record is none.
    public init?(_ record: Record) {
        guard record.kind == .followUp else { return nil }
        self.record = record
    }

    /// The visit or contact that it is about.
    public var about: RecordID? { record.reference(Field.about.rawValue) }
    /// What is to be done.
    public var what: String? { record.text(Field.what.rawValue) }
    /// By which day (ISO 8601).
    public var due: String? { record.text(Field.due.rawValue) }
    /// Whether it still waits for somebody.
    public var isOpen: Bool { record.text(Field.state.rawValue) == "open" }
    /// How it ended.
    public var outcome: String? { record.text(Field.outcome.rawValue) }
    /// Whether its day has passed; of ``Footbridge/due(limit:after:)`` alone.
    public var isLate: Bool { record.flag(Field.late.rawValue) }
    /// To whom it is given.
    public var givenTo: RecordID? { record.reference(Field.givenTo.rawValue) }
    /// To which district's volunteers it is open.
    public var openTo: String? { record.text(Field.openTo.rawValue) }
}
