package org.footbridge

import kotlin.time.Instant
import org.footbridge.ffi.Receipt as FfiReceipt
import org.footbridge.ffi.Record as FfiRecord
import org.footbridge.ffi.Value as FfiValue

/** The id of a record, a person or a programme. */
@JvmInline
public value class RecordId(
    public val text: String,
) {
    override fun toString(): String = text
}

/** A kind of record. */
public enum class Kind(
    /** Its name in records and scripts. */
    public val code: String,
) {
    /** The programme itself. */
    PROGRAMME("programme"),

    /** An entry of a code list. */
    CODE("code"),

    /** A volunteer or coordinator. */
    PERSON("person"),

    /** One conversation. */
    VISIT("visit"),

    /** Free text on a visit or contact. */
    NOTE("note"),

    /** A handle by which a second conversation can be linked. */
    CONTACT("contact"),

    /** Something promised, to be done by somebody. */
    FOLLOW_UP("follow_up"),
}

/** What stands in a field. */
public sealed interface Value {
    /** Nothing is said. */
    public data object Nothing : Value

    /** A text, a code, an id, a day or a time (ISO 8601). */
    public data class Text(
        val text: String,
    ) : Value

    /** A number. */
    public data class Count(
        val count: Long,
    ) : Value

    /** Yes or no. */
    public data class Flag(
        val flag: Boolean,
    ) : Value

    /** Codes, languages or names. */
    public data class Members(
        val members: Set<String>,
    ) : Value

    /** Members to [add] and to [remove], in an edit alone: what others add meanwhile stays. */
    public data class Alteration(
        val add: Set<String> = emptySet(),
        val remove: Set<String> = emptySet(),
    ) : Value

    /** Labels by language. */
    public data class Labels(
        val labels: Map<String, String>,
    ) : Value
}

/** How far a record has come. */
public enum class Receipt {
    /** It, or something of it, is on this device alone. */
    DEVICE,

    /** The server has it. */
    SERVER,

    /** Somebody else has seen it. */
    SEEN,
}

/** How far a record that was taken back has come. */
public enum class Deletion {
    /** It is gone: nobody else had it. */
    GONE,

    /** It is in no list any more, and waits for the server to erase it everywhere. */
    WAITING,
}

/** That a coordinator has opened a record as it stands. */
public data class Seen(
    val by: RecordId,
    val at: Instant,
)

/** A record as it stands: what every record has, and the [fields] of its kind by name. */
public data class Record(
    val id: RecordId,
    /** Its kind; null where this version does not know it, see [kindCode]. */
    val kind: Kind?,
    val kindCode: String,
    /** Who made it; null before the first join. */
    val author: RecordId?,
    val recordedAt: Instant,
    val receipt: Receipt,
    /** By whom it was seen as it stands. */
    val seen: List<Seen>,
    /** Whether the server was asked to erase it; it is in no list meanwhile. */
    val isDeleting: Boolean,
    /** The fields on which two people disagree. */
    val disagreements: List<String>,
    /** What [Footbridge.edit] may name as seen; only a record of [Footbridge.show] has one. */
    val version: String?,
    /** By name; one of which nothing is said is not among them. */
    val fields: Map<String, Value>,
) {
    /** The text in [field], null where there is none. */
    public fun text(field: String): String? = (fields[field] as? Value.Text)?.text

    /** The number in [field], null where there is none. */
    public fun count(field: String): Long? = (fields[field] as? Value.Count)?.count

    /** Whether [field] says yes. */
    public fun flag(field: String): Boolean = (fields[field] as? Value.Flag)?.flag ?: false

    /** The members of [field]. */
    public fun members(field: String): Set<String> = (fields[field] as? Value.Members)?.members.orEmpty()

    /** The id in [field], null where there is none. */
    public fun reference(field: String): RecordId? = text(field)?.let(::RecordId)
}

/** Some items of a list; [next] is where the next page begins, null on the last. */
public data class Page<T>(
    val items: List<T>,
    val next: String?,
)

/** What somebody said in a field, and when by her clock. */
public data class Answer(
    val value: Value,
    val author: RecordId?,
    val at: Instant,
)

/** A [field] on which two people disagree, until a person settles it by [Footbridge.settle]. */
public data class Disagreement(
    val id: RecordId,
    val kindCode: String,
    val field: String,
    val answers: List<Answer>,
)

/** One thing that somebody said in a record. */
public data class TimelineEntry(
    val at: Instant,
    val author: RecordId?,
    val field: String,
    val value: Value,
)

/** Fields to be written, by name. */
public class FieldsBuilder internal constructor() {
    internal val fields = mutableMapOf<String, Value>()

    /** A text, a code, an id, a day or a time. */
    public infix fun String.set(text: String): Unit = this set Value.Text(text)

    /** A number. */
    public infix fun String.set(count: Int): Unit = this set Value.Count(count.toLong())

    /** Yes or no. */
    public infix fun String.set(flag: Boolean): Unit = this set Value.Flag(flag)

    /** Codes, languages or names. */
    public infix fun String.set(members: Collection<String>): Unit = this set Value.Members(members.toSet())

    /** The record of this id. */
    public infix fun String.set(id: RecordId): Unit = this set Value.Text(id.text)

    /** Any value, also [Value.Nothing] to empty a field. */
    public infix fun String.set(value: Value) {
        fields[this] = value
    }
}

/** Fields by name: `fields { "kind" set "street"; "minutes" set 20 }`. */
public fun fields(build: FieldsBuilder.() -> Unit): Map<String, Value> = FieldsBuilder().apply(build).fields.toMap()

internal fun FfiRecord.toKit() =
    Record(
        id = RecordId(id),
        kind = Kind.entries.find { it.code == kind },
        kindCode = kind,
        author = author?.let(::RecordId),
        recordedAt = Instant.fromEpochMilliseconds(recordedAt),
        receipt =
            when (receipt) {
                FfiReceipt.DEVICE -> Receipt.DEVICE
                FfiReceipt.SERVER -> Receipt.SERVER
                FfiReceipt.SEEN -> Receipt.SEEN
            },
        seen = seen.map { Seen(RecordId(it.by), Instant.fromEpochMilliseconds(it.at)) },
        isDeleting = deleting,
        disagreements = disagreements,
        version = version,
        fields = fields.mapValues { it.value.toKit() },
    )

internal fun FfiValue.toKit(): Value =
    when (this) {
        is FfiValue.Nothing -> Value.Nothing
        is FfiValue.Text -> Value.Text(text)
        is FfiValue.Count -> Value.Count(count)
        is FfiValue.Flag -> Value.Flag(flag)
        is FfiValue.Members -> Value.Members(members.toSet())
        is FfiValue.Alteration -> Value.Alteration(add.toSet(), remove.toSet())
        is FfiValue.Labels -> Value.Labels(labels)
    }

internal fun Value.toFfi(): FfiValue =
    when (this) {
        is Value.Nothing -> FfiValue.Nothing
        is Value.Text -> FfiValue.Text(text)
        is Value.Count -> FfiValue.Count(count)
        is Value.Flag -> FfiValue.Flag(flag)
        is Value.Members -> FfiValue.Members(members.toList())
        is Value.Alteration -> FfiValue.Alteration(add.toList(), remove.toList())
        is Value.Labels -> FfiValue.Labels(labels)
    }

internal fun Map<String, Value>.toFfi(): Map<String, FfiValue> = mapValues { it.value.toFfi() }

internal fun org.footbridge.ffi.Answer.toKit() = Answer(value.toKit(), author?.let(::RecordId), Instant.fromEpochMilliseconds(at))

internal fun org.footbridge.ffi.Disagreement.toKit() = Disagreement(RecordId(id), kind, `field`, answers.map { it.toKit() })

internal fun org.footbridge.ffi.TimelineEntry.toKit() =
    TimelineEntry(Instant.fromEpochMilliseconds(at), author?.let(::RecordId), `field`, value.toKit())

internal fun org.footbridge.ffi.RecordPage.toKit() = Page(items.map { it.toKit() }, next)
