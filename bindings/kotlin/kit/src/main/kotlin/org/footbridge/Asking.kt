package org.footbridge

import org.footbridge.ffi.ListQuery
import kotlin.time.Instant
import org.footbridge.ffi.Recovered as FfiRecovered
import org.footbridge.ffi.Status as FfiStatus

/** What is listed, the latest first. */
public data class Query(
    val kind: Kind,
    /** Not before this day or time (ISO 8601). */
    val since: String? = null,
    /** Before this time, or up to the end of this day. */
    val until: String? = null,
    val district: String? = null,
    val author: RecordId? = null,
    /** draft, done, withdrawn, open or closed. */
    val state: String? = null,
    /** Notes or follow-ups on this record. */
    val on: RecordId? = null,
)

/** A record that the server would not take as it is. Nothing of it is lost. */
public data class SetAside(
    val id: RecordId,
    val kindCode: String,
    val code: String,
    /** Why, for a person. */
    val reason: String,
    /** What she can do. */
    val whatToDo: String,
)

/** A record of hers that somebody took back: nothing of it is here but that it was. */
public data class TakenBack(
    val kindCode: String,
    /** When this device learnt it. */
    val at: Instant,
    /** Whether something of hers in it had not been sent, and went with it. */
    val wasUnsent: Boolean,
)

/** A record that the server has and this version of the app cannot read. Nothing of it is lost. */
public data class Unread(
    val id: RecordId,
    /** The name of its kind, as far as it was told. */
    val kindCode: String,
    /** Since when. */
    val at: Instant,
)

/**
 * What became of a damaged store. Its file is kept under another name, and what could be read of it that the server did
 * not have is here; the rest comes at the next sync.
 */
public data class Recovered(
    /** When it was noticed. */
    val at: Instant,
    /** The name under which the damaged file lies in the store's folder. Nothing ever deletes it but a person. */
    val file: String,
    /** How many records were in it that the server did not have, and are here. */
    val unsent: Long,
    /** Whether all that was unsent could be read. */
    val isComplete: Boolean,
    /** Whether the device's keys and its programme could be read; else it has to be invited anew. */
    val isMember: Boolean,
)

/** How safe everything is. */
public data class Status(
    /** How many records are in which state. */
    val receipts: Map<Receipt, Long>,
    /** How many records have something that the server lacks. */
    val unsent: Long,
    /** How many things asked of the server wait to be sent. */
    val commands: Long,
    val setAside: List<SetAside>,
    /** What the server has and this version of the app cannot read. */
    val unread: List<Unread>,
    /** What was taken back of hers in the last weeks; see [Footbridge.dismissNotices]. */
    val takenBack: List<TakenBack>,
    val lastSync: Instant?,
    /** To what the device belongs; null before it joined. */
    val joined: Joined?,
    val server: String?,
    /** Where the rights of this device were taken away. */
    val revoked: Revoked?,
    /** By how many seconds this device's clock is ahead of the server's, where that is more than a few minutes. */
    val clockOffSeconds: Long?,
)

/** A code that is offered, and what to call it. */
public data class Choice(
    val code: String,
    val label: String,
)

/** What may be written at present; [districts] is null before the first join, when any name is taken. */
public data class Vocabulary(
    val lists: List<String>,
    val districts: List<String>?,
    val timeZone: String,
)

/** How records leave for another program. */
public enum class ExportFormat {
    /** One JSON object a line. */
    JSONL,

    /** A table that spreadsheets read. */
    CSV,
}

/** To whom a follow-up goes. */
public sealed interface Recipient {
    /** One volunteer or coordinator. */
    public data class Person(
        val id: RecordId,
    ) : Recipient

    /** Whoever of this district's volunteers takes it. */
    public data class District(
        val name: String,
    ) : Recipient
}

/** Something that is allowed and probably not meant; ask before it is saved. */
public sealed interface Warning {
    /** The text in [field] holds what looks like a national identity number. */
    public data class NationalNumber(
        val field: String,
    ) : Warning
}

/** Something that a screen may want to show anew. */
public sealed interface Change {
    /** These records were written, here or elsewhere. */
    public data class Records(
        val ids: Set<RecordId>,
    ) : Change

    /** So much came that a screen had better read anew. */
    public data object Much : Change

    /** Receipts, what is unsent or what is set aside. */
    public data object Safety : Change

    /** The device was revoked: nothing is shown any more. */
    public data object Locked : Change
}

internal fun Query.toFfi(
    limit: Int,
    after: String?,
) = ListQuery(
    kind = kind.code,
    since = since,
    until = until,
    district = district,
    author = author?.text,
    state = state,
    on = on?.text,
    limit = limit.toUInt(),
    after = after,
)

internal fun FfiRecovered.toKit() =
    Recovered(
        at = Instant.fromEpochMilliseconds(at),
        file = file,
        unsent = unsent.toLong(),
        isComplete = complete,
        isMember = member,
    )

internal fun FfiStatus.toKit() =
    Status(
        receipts = Receipt.entries.associateWith { (receipts[it.name.lowercase()] ?: 0u).toLong() },
        unsent = unsent.toLong(),
        commands = commands.toLong(),
        setAside = setAside.map { SetAside(RecordId(it.id), it.kind, it.code, it.reason, it.whatToDo) },
        unread = unread.map { Unread(RecordId(it.id), it.kind, Instant.fromEpochMilliseconds(it.at)) },
        takenBack = takenBack.map { TakenBack(it.kind, Instant.fromEpochMilliseconds(it.at), it.unsent) },
        lastSync = lastSync?.let(Instant::fromEpochMilliseconds),
        joined =
            programme?.let { programme ->
                Joined(RecordId(programme), RecordId(person.orEmpty()), role.orEmpty())
            },
        server = server,
        revoked = revoked?.toKit(),
        clockOffSeconds = clockOffSeconds,
    )
