internal import FootbridgeFFI
import Foundation

/// A row of a log that cannot be imported.
public struct RejectedRow: Hashable, Sendable {
    /// The line of the file on which it begins.
    public let line: Int
    /// Why, by its stable name.
    public let reason: String
    /// The header of the column that it is about.
    public let column: String?
}

/// What an import will do, and what was understood of the file.
public final class ImportPlan: Sendable {
    let inner: FootbridgeFFI.ImportPlan
    private let understanding: Understanding

    init(_ plan: FootbridgeFFI.ImportPlan) {
        inner = plan
        understanding = plan.understanding()
    }

    /// The encoding that the file was taken for.
    public var encoding: String { understanding.encoding }

    /// Each header with what its column is read as, nil where nothing reads it.
    public var columns: [(header: String, readAs: String?)] {
        understanding.columns.map { ($0.header, $0.readAs) }
    }

    /// Rows of data: planned, repeated and rejected together.
    public var dataRows: Int { Int(understanding.dataRows) }

    /// Visits to be written.
    public var planned: Int { Int(understanding.planned) }

    /// The lines of rows that said the same as one before them; see ``withRepeated()``.
    public var repeated: [Int] { understanding.repeated.map { Int($0) } }

    /// The same plan, but these rows are conversations of their own.
    public func withRepeated() -> ImportPlan { ImportPlan(inner.withRepeated()) }

    /// Rows that cannot be imported.
    public var rejected: [RejectedRow] {
        understanding.rejected.map { RejectedRow(line: Int($0.line), reason: $0.reason, column: $0.column) }
    }

    /// Words without a code and how often they came, by list; each is kept in the note of its visit.
    public var newWords: [String: [String: Int]] {
        understanding.newWords.mapValues { $0.mapValues { Int($0) } }
    }

    /// The first and the last day of the visits (ISO 8601).
    public var days: (first: String, last: String)? {
        guard let first = understanding.firstDay, let last = understanding.lastDay else { return nil }
        return (first, last)
    }
}

/// What came of an import. Every data row of the file counts once.
public struct ImportReport: Hashable, Sendable {
    /// Visits that were written.
    public let imported: Int
    /// Rows whose visit was here before, or stands twice in the file.
    public let alreadyThere: Int
    /// The lines of rows that said the same as one before them.
    public let repeated: [Int]
    /// Rows that were not understood.
    public let rejected: Int
    /// They and the repeated ones, as a table with their lines and reasons; nil where there are none.
    public let rejectedCSV: Data?

    init(_ report: FootbridgeFFI.ImportReport) {
        imported = Int(report.imported)
        alreadyThere = Int(report.alreadyThere)
        repeated = report.repeated.map { Int($0) }
        rejected = Int(report.rejected)
        rejectedCSV = report.rejectedCsv
    }
}
