package org.footbridge

import kotlin.time.Instant
import org.footbridge.ffi.Answered as FfiAnswered
import org.footbridge.ffi.Asked as FfiAsked
import org.footbridge.ffi.Invited as FfiInvited
import org.footbridge.ffi.Link as FfiLink
import org.footbridge.ffi.Quarantined as FfiQuarantined
import org.footbridge.ffi.Role as FfiRole

/** As what somebody belongs to a programme. */
public enum class Role {
    /** Talks with women and records it. */
    VOLUNTEER,

    /** Sees everything that is done. */
    COORDINATOR,
}

/** Whom an invitation is for. */
public sealed interface Invited {
    /** Somebody who is to belong to the programme. */
    public data class Newcomer(
        val name: String,
        val role: Role,
        /** Where she is a volunteer. */
        val districts: Set<String> = emptySet(),
    ) : Invited

    /** Somebody who is there, with a further device. */
    public data class Known(
        val person: RecordId,
    ) : Invited
}

/** What has become of something that was asked of the server. */
public sealed interface Answered {
    /** It waits until there is a network. */
    public data object Waiting : Answered

    /** The server has carried it out. */
    public data object Done : Answered

    /** The server refused it; [code] is for [Words.explainRefusal] and [Words.whatToDo]. */
    public data class Refused(
        val code: String,
    ) : Answered
}

/** Something that was asked of the server, and goes to it at the next sync. */
public class Asked internal constructor(
    private val ffi: FfiAsked,
) {
    /** What has become of it. */
    public suspend fun answered(): Outcome<Answered> =
        outcome {
            when (val answered = ffi.answered()) {
                is FfiAnswered.Waiting -> Answered.Waiting
                is FfiAnswered.Done -> Answered.Done
                is FfiAnswered.Refused -> Answered.Refused(answered.code)
            }
        }

    /** Forgets it where the server refused it, once somebody was told. */
    public suspend fun forgetRefused(): Outcome<Unit> = outcome { ffi.forgetRefused() }
}

/** A link with a secret in it, to be shown or sent at once. It works once what was asked with it is done. */
public class Link internal constructor(
    ffi: FfiLink,
) {
    /** The link. */
    public val url: String = ffi.url()

    /** Whom it is for. */
    public val person: RecordId = RecordId(ffi.person())

    /** Until when it can be used. */
    public val expiresAt: Instant = Instant.fromEpochMilliseconds(ffi.expiresAt())

    /** What was asked of the server with it. */
    public val asked: Asked = Asked(ffi.asked())
}

/** Something that a revoked device handed over, kept apart until a coordinator decides. */
public data class Quarantined(
    /** The entry: what is taken over or thrown away. */
    val id: RecordId,
    /** The record that it is about, and the name of its kind. */
    val about: RecordId,
    val kindCode: String,
    /** Whose device it was, and the device's id. */
    val person: RecordId,
    val device: String,
    val at: Instant,
    /** `change`, `command` or `renewal`. */
    val what: String,
    /** What the record would be with it, null where that cannot be told. */
    val fields: Map<String, Value>?,
)

/** The rights of this device were taken away. */
public data class Revoked(
    /** When, by the server's clock. */
    val at: Instant,
    /** Whether it has been emptied since; until then it is locked and hands over what it has. */
    val isEmptied: Boolean,
)

/** Invites somebody, for one device and so many [days]. For coordinators. */
public suspend fun Footbridge.invite(
    whom: Invited,
    days: Int = 7,
): Outcome<Link> =
    outcome {
        val invited =
            when (whom) {
                is Invited.Newcomer -> FfiInvited.Newcomer(whom.name, whom.role.ffi, whom.districts.toList())
                is Invited.Known -> FfiInvited.Known(whom.person.text)
            }
        ffi.invite(invited, days.coerceAtLeast(0).toUInt()).use(::Link)
    }

/** Makes a [person] a volunteer of these [districts], or a coordinator. For coordinators. */
public suspend fun Footbridge.setRole(
    person: RecordId,
    role: Role,
    districts: Set<String> = emptySet(),
): Outcome<Asked> = outcome { Asked(ffi.setRole(person.text, role.ffi, districts.toList())) }

/**
 * Takes away the rights of a [person] with all her devices, or of one [device]. With [wipe] a device empties itself
 * even where it could not hand over what it had not sent. For coordinators.
 */
public suspend fun Footbridge.revoke(
    person: RecordId,
    device: String? = null,
    wipe: Boolean = false,
): Outcome<Asked> = outcome { Asked(ffi.revoke(person.text, device, wipe)) }

/** Gives a [person] her rights back. For coordinators. */
public suspend fun Footbridge.reinstate(person: RecordId): Outcome<Asked> = outcome { Asked(ffi.reinstate(person.text)) }

/** A link by which a coordinator's own browser signs in to the review pages, once, within an hour. */
public suspend fun Footbridge.reviewLink(): Outcome<Link> = outcome { ffi.reviewLink().use(::Link) }

/** Everything that revoked devices handed over, the oldest first. Asks the server. For coordinators. */
public suspend fun Footbridge.quarantine(): Outcome<List<Quarantined>> = outcome { ffi.quarantine().map { it.toKit() } }

/** Takes over an [entry] of the quarantine: it is carried out as its device meant it. For coordinators. */
public suspend fun Footbridge.take(entry: RecordId): Outcome<Asked> = outcome { Asked(ffi.take(entry.text)) }

/** Throws an [entry] of the quarantine away. For coordinators. */
public suspend fun Footbridge.discardQuarantined(entry: RecordId): Outcome<Asked> = outcome { Asked(ffi.discardQuarantined(entry.text)) }

/** Whether something of a record was set aside, so that [discard] would throw it away. */
public suspend fun Footbridge.isSetAside(id: RecordId): Outcome<Boolean> = outcome { ffi.isSetAside(id.text) }

/** Throws away what the server would not take of a record of this device; see [Status.setAside]. */
public suspend fun Footbridge.discard(id: RecordId): Outcome<Unit> = outcome { ffi.discard(id.text) }

private val Role.ffi: FfiRole
    get() =
        when (this) {
            Role.VOLUNTEER -> FfiRole.VOLUNTEER
            Role.COORDINATOR -> FfiRole.COORDINATOR
        }

private fun FfiQuarantined.toKit() =
    Quarantined(
        id = RecordId(id),
        about = RecordId(about),
        kindCode = kind,
        person = RecordId(person),
        device = device,
        at = Instant.fromEpochMilliseconds(at),
        what = what,
        fields = fields?.mapValues { it.value.toKit() },
    )

internal fun org.footbridge.ffi.Revoked.toKit() = Revoked(Instant.fromEpochMilliseconds(at), emptied)
