package org.footbridge

import org.footbridge.ffi.ImportPlan as FfiImportPlan
import org.footbridge.ffi.ImportReport as FfiImportReport

/** A row of a log that cannot be imported; [reason] is a stable name. */
public data class RejectedRow(
    val line: Long,
    val reason: String,
    val column: String?,
)

/** What an import will do, and what was understood of the file. Close it when it was used. */
public class ImportPlan internal constructor(
    internal val inner: FfiImportPlan,
) : AutoCloseable {
    private val understanding = inner.understanding()

    /** The encoding that the file was taken for. */
    public val encoding: String get() = understanding.encoding

    /** Each header with what its column is read as, null where nothing reads it. */
    public val columns: List<Pair<String, String?>> get() = understanding.columns.map { it.header to it.readAs }

    /** Rows of data: planned, repeated and rejected together. */
    public val dataRows: Long get() = understanding.dataRows.toLong()

    /** Visits to be written. */
    public val planned: Long get() = understanding.planned.toLong()

    /** The lines of rows that said the same as one before them; see [withRepeated]. */
    public val repeated: List<Long> get() = understanding.repeated.map { it.toLong() }

    /** The same plan, but these rows are conversations of their own. */
    public fun withRepeated(): ImportPlan = ImportPlan(inner.withRepeated())

    /** Rows that cannot be imported. */
    public val rejected: List<RejectedRow> get() =
        understanding.rejected.map { RejectedRow(it.line.toLong(), it.reason, it.column) }

    /** Words without a code and how often they came, by list; each is kept in the note of its visit. */
    public val newWords: Map<String, Map<String, Long>> get() =
        understanding.newWords.mapValues { list -> list.value.mapValues { it.value.toLong() } }

    /** The first and the last day of the visits (ISO 8601). */
    public val days: Pair<String, String>? get() =
        understanding.firstDay?.let { first -> understanding.lastDay?.let { last -> first to last } }

    override fun close(): Unit = inner.close()
}

/** What came of an import. Every data row of the file counts once. */
public class ImportReport internal constructor(
    private val inner: FfiImportReport,
) {
    /** Visits that were written. */
    public val imported: Long get() = inner.imported.toLong()

    /** Rows whose visit was here before, or stands twice in the file. */
    public val alreadyThere: Long get() = inner.alreadyThere.toLong()

    /** The lines of rows that said the same as one before them. */
    public val repeated: List<Long> get() = inner.repeated.map { it.toLong() }

    /** Rows that were not understood. */
    public val rejected: Long get() = inner.rejected.toLong()

    /** They and the repeated ones, as a table with their lines and reasons; null where there are none. */
    public val rejectedCsv: ByteArray? get() = inner.rejectedCsv
}
