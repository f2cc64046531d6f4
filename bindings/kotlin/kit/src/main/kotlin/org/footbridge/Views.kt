package org.footbridge

/** Where a visit took place. */
public enum class VisitKind(
    /** Its name in records. */
    public val code: String,
) {
    /** In the street. */
    STREET("street"),

    /** At a home. */
    HOME("home"),

    /** By phone. */
    PHONE("phone"),

    /** At a service, such as a library. */
    SERVICE("service"),

    /** At a café. */
    CAFE("cafe"),
}

/** A visit to be recorded; only [kind] must be said. Null says nothing, and a device's clock says when. */
public data class NewVisit(
    val kind: VisitKind,
    /** A day or a time (ISO 8601); now where it is null. */
    val happenedAt: String? = null,
    val district: String? = null,
    val place: String? = null,
    val arose: String? = null,
    val languages: Set<String> = emptySet(),
    val topics: Set<String> = emptySet(),
    val help: Set<String> = emptySet(),
    val with: Set<String> = emptySet(),
    val reached: Int? = null,
    val reachedEstimated: Boolean? = null,
    val minutes: Int? = null,
    val minutesEstimated: Boolean? = null,
    val contact: RecordId? = null,
    val nextStep: String? = null,
    /** Whether it is its author's alone until [Footbridge.done]. */
    val isDraft: Boolean = false,
) {
    /** The same, by name. */
    public fun toFields(): Map<String, Value> =
        fields {
            "kind" set this@NewVisit.kind.code
            happenedAt?.let { "happened_at" set it }
            district?.let { "district" set it }
            place?.let { "place" set it }
            arose?.let { "arose" set it }
            "languages" set languages
            "topics" set topics
            "help" set help
            "with" set with
            reached?.let { "reached" set it }
            reachedEstimated?.let { "reached_estimated" set it }
            minutes?.let { "minutes" set it }
            minutesEstimated?.let { "minutes_estimated" set it }
            contact?.let { "contact" set it }
            nextStep?.let { "next_step" set it }
            if (isDraft) "state" set "draft"
        }
}

/** A visit, read out of its [record]. */
@JvmInline
public value class Visit internal constructor(
    /** The record, with all that it has. */
    public val record: Record,
) {
    /** Where it took place; null where this version does not know the word. */
    public val kind: VisitKind? get() = VisitKind.entries.find { it.code == record.text("kind") }

    /** A day or a time (ISO 8601). */
    public val happenedAt: String? get() = record.text("happened_at")

    /** Its district. */
    public val district: String? get() = record.text("district")

    /** A code of the list `place`, or words of her own. */
    public val place: String? get() = record.text("place")

    /** How contact arose. */
    public val arose: String? get() = record.text("arose")

    /** The languages used (BCP 47). */
    public val languages: Set<String> get() = record.members("languages")

    /** What it was about. */
    public val topics: Set<String> get() = record.members("topics")

    /** What help was given. */
    public val help: Set<String> get() = record.members("help")

    /** With whom one came along, or to whom one referred. */
    public val with: Set<String> get() = record.members("with")

    /** How many persons were reached. */
    public val reached: Long? get() = record.count("reached")

    /** Whether [reached] is an estimate. */
    public val reachedEstimated: Boolean get() = record.flag("reached_estimated")

    /** How long it took. */
    public val minutes: Long? get() = record.count("minutes")

    /** Whether [minutes] is an estimate. */
    public val minutesEstimated: Boolean get() = record.flag("minutes_estimated")

    /** Whom it was with, where that is linked. */
    public val contact: RecordId? get() = record.reference("contact")

    /** What comes next. */
    public val nextStep: String? get() = record.text("next_step")

    /** `draft`, `done` or `withdrawn`. */
    public val state: String? get() = record.text("state")
}

/** Free text on a visit or contact, read out of its [record]. */
@JvmInline
public value class Note internal constructor(
    /** The record, with all that it has. */
    public val record: Record,
) {
    /** What it is on. */
    public val on: RecordId? get() = record.reference("on")

    /** What it says. */
    public val text: String get() = record.text("text").orEmpty()
}

/** A handle by which a second conversation can be linked, read out of its [record]. */
@JvmInline
public value class Contact internal constructor(
    /** The record, with all that it has. */
    public val record: Record,
) {
    /** What she is called here; never her name. */
    public val handle: String get() = record.text("handle").orEmpty()

    /** Her languages (BCP 47). */
    public val languages: Set<String> get() = record.members("languages")

    /** Her district. */
    public val district: String? get() = record.text("district")

    /** What she needs. */
    public val needs: Set<String> get() = record.members("needs")
}

/** Something promised, read out of its [record]. */
@JvmInline
public value class FollowUp internal constructor(
    /** The record, with all that it has. */
    public val record: Record,
) {
    /** The visit or contact that it is about. */
    public val about: RecordId? get() = record.reference("about")

    /** What is to be done. */
    public val what: String? get() = record.text("what")

    /** By which day (ISO 8601). */
    public val due: String? get() = record.text("due")

    /** Whether it still waits for somebody. */
    public val isOpen: Boolean get() = record.text("state") == "open"

    /** How it ended. */
    public val outcome: String? get() = record.text("outcome")

    /** Whether its day has passed; of [Footbridge.due] alone. */
    public val isLate: Boolean get() = record.flag("late")

    /** To whom it is given. */
    public val givenTo: RecordId? get() = record.reference("given_to")

    /** To which district's volunteers it is open. */
    public val openTo: String? get() = record.text("open_to")
}

/** This record as a visit, null where it is none. */
public fun Record.asVisit(): Visit? = if (kind == Kind.VISIT) Visit(this) else null

/** This record as a note, null where it is none. */
public fun Record.asNote(): Note? = if (kind == Kind.NOTE) Note(this) else null

/** This record as a contact, null where it is none. */
public fun Record.asContact(): Contact? = if (kind == Kind.CONTACT) Contact(this) else null

/** This record as a follow-up, null where it is none. */
public fun Record.asFollowUp(): FollowUp? = if (kind == Kind.FOLLOW_UP) FollowUp(this) else null
