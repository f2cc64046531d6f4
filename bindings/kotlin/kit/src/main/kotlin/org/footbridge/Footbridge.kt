package org.footbridge

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch
import org.footbridge.ffi.CancelHandle
import org.footbridge.ffi.ChangeEvent
import org.footbridge.ffi.ChangeListener
import org.footbridge.ffi.ExportSink
import org.footbridge.ffi.ProgressListener
import org.footbridge.ffi.WatchListener
import java.io.File
import java.io.OutputStream
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import org.footbridge.ffi.ExportFormat as FfiExportFormat
import org.footbridge.ffi.Footbridge as Ffi
import org.footbridge.ffi.Recipient as FfiRecipient
import org.footbridge.ffi.WatchEvent as FfiWatchEvent

/** What a live query shows. */
public sealed interface Live<out T> {
    /** Nothing was read yet. */
    public data object Loading : Live<Nothing>

    /** This, as it stands now. */
    public data class Shown<T>(
        val value: T,
    ) : Live<T>

    /** It could not be read. */
    public data class Failed(
        val problem: Problem,
    ) : Live<Nothing>
}

/**
 * A device. It records and asks without any network; what is recorded is on the disk when the call returns.
 * Calls may come from any thread and never hold one that waits. Closing it is good manners: one that is
 * collected is closed then.
 */
public class Footbridge private constructor(
    internal val ffi: Ffi,
) : AutoCloseable {
    /** Records something of a [kind] and gives its id. */
    public suspend fun add(
        kind: Kind,
        fields: Map<String, Value>,
    ): Outcome<RecordId> = outcome { RecordId(ffi.add(kind.code, fields.toFfi())) }

    /** Records a [visit] and gives its id. */
    public suspend fun record(visit: NewVisit): Outcome<RecordId> = add(Kind.VISIT, visit.toFields())

    /** Writes a note on a visit or contact and gives its id. */
    public suspend fun note(
        on: RecordId,
        text: String,
    ): Outcome<RecordId> =
        add(
            Kind.NOTE,
            fields {
                "on" set on
                "text" set text
            },
        )

    /**
     * Changes fields. With the version of a [Record] as [seen], nothing is overwritten that came meanwhile: the
     * problem is [Problem.Changed] then.
     */
    public suspend fun edit(
        id: RecordId,
        patch: Map<String, Value>,
        seen: String? = null,
    ): Outcome<Unit> = outcome { ffi.edit(id.text, patch.toFfi(), seen) }

    /** A draft is done, with what is on it: coordinators see it at the next sync. */
    public suspend fun done(id: RecordId): Outcome<Unit> = outcome { ffi.done(id.text) }

    /** Its author takes a visit back: it stays readable, and is counted nowhere. */
    public suspend fun withdraw(id: RecordId): Outcome<Unit> = outcome { ffi.withdraw(id.text) }

    /** Its author makes a visit that she withdrew count again. */
    public suspend fun restore(id: RecordId): Outcome<Unit> = outcome { ffi.restore(id.text) }

    /**
     * Takes a record back, with what is on it: a draft at once; a note of hers, or for a coordinator anything, when the
     * server has erased it everywhere. Until then it is in no list.
     */
    public suspend fun delete(id: RecordId): Outcome<Deletion> = outcome { if (ffi.delete(id.text)) Deletion.WAITING else Deletion.GONE }

    /**
     * Takes earlier wording of a record back, history included: the fields of [patch] as in [edit], and all that was
     * ever said in it but what stands now is gone, here at once, elsewhere at the next contact. For its author.
     */
    public suspend fun reword(
        id: RecordId,
        patch: Map<String, Value>,
    ): Outcome<Unit> = outcome { ffi.reword(id.text, patch.toFfi()) }

    /**
     * To be called when a record is shown to this person: where she is a coordinator, its author learns that it was
     * seen as it stands ([Receipt.SEEN], [Record.seen]), at the next sync of both.
     */
    public suspend fun markSeen(id: RecordId): Outcome<Unit> = outcome { ffi.seen(id.text) }

    /** What became of a damaged store; null where there was none, or after [dismissNotices]. */
    public suspend fun recovered(): Outcome<Recovered?> = outcome { ffi.recovered()?.toKit() }

    /** The same, only where it became of it when this was opened: to be said at once. */
    public val recoveredNow: Recovered? get() = ffi.recoveredNow()?.toKit()

    /** What was taken back, and what became of a damaged store, need be shown no longer; see [Status.takenBack]. */
    public suspend fun dismissNotices(): Outcome<Unit> = outcome { ffi.dismissNotices() }

    /** Hands a follow-up over. Waits for the server. */
    public suspend fun give(
        id: RecordId,
        to: Recipient,
    ): Outcome<Unit> =
        outcome {
            ffi.give(
                id.text,
                when (to) {
                    is Recipient.Person -> FfiRecipient.Person(to.id.text)
                    is Recipient.District -> FfiRecipient.District(to.name)
                },
            )
        }

    /** A person chooses between the answers that stand in a [field]; [value] may be a third. */
    public suspend fun settle(
        id: RecordId,
        field: String,
        value: Value,
    ): Outcome<Unit> = outcome { ffi.settle(id.text, field, value.toFfi()) }

    /** What to ask about before these fields are saved. */
    public suspend fun warnings(
        kind: Kind,
        fields: Map<String, Value>,
    ): Outcome<List<Warning>> =
        outcome {
            ffi.warnings(kind.code, fields.toFfi()).map {
                when (it) {
                    is org.footbridge.ffi.Warning.NationalNumber -> Warning.NationalNumber(it.`field`)
                }
            }
        }

    /** One record, with the version that an edit may name as seen. */
    public suspend fun show(id: RecordId): Outcome<Record> = outcome { ffi.show(id.text).toKit() }

    /** A page of a list, the latest first. */
    public suspend fun list(
        query: Query,
        limit: Int = PAGE,
        after: String? = null,
    ): Outcome<Page<Record>> = outcome { ffi.list(query.toFfi(limit, after)).toKit() }

    /** All records of a list, fetched page by page as they are collected; throws [ProblemException]. */
    public fun records(
        query: Query,
        pageSize: Int = PAGE,
    ): Flow<Record> =
        flow {
            var after: String? = null
            do {
                val page = list(query, pageSize, after).orThrow()
                page.items.forEach { emit(it) }
                after = page.next
            } while (after != null)
        }

    /** A page of the records that hold all these words, or words that begin so, in any script. */
    public suspend fun search(
        text: String,
        limit: Int = PAGE,
        after: String? = null,
    ): Outcome<Page<Record>> = outcome { ffi.search(text, limit.toUInt(), after).toKit() }

    /** A page of the open follow-ups that this person may answer, the earliest due first. */
    public suspend fun due(
        limit: Int = PAGE,
        after: String? = null,
    ): Outcome<Page<Record>> = outcome { ffi.due(limit.toUInt(), after).toKit() }

    /** A page of the fields on which two people disagree. */
    public suspend fun disagreements(
        limit: Int = PAGE,
        after: String? = null,
    ): Outcome<Page<Disagreement>> =
        outcome { ffi.conflicts(limit.toUInt(), after).let { page -> Page(page.items.map { it.toKit() }, page.next) } }

    /** A page of who said what in a record, the earliest first. */
    public suspend fun timeline(
        id: RecordId,
        limit: Int = PAGE,
        after: String? = null,
    ): Outcome<Page<TimelineEntry>> =
        outcome {
            ffi.timeline(id.text, limit.toUInt(), after).let { page -> Page(page.items.map { it.toKit() }, page.next) }
        }

    /** How safe everything is, with reasons in a [language]. */
    public suspend fun status(language: Language = Language.ENGLISH): Outcome<Status> = outcome { ffi.status(language.ffi).toKit() }

    /** The JSON Schema (2020-12) of a [kind], with the codes that this device offers at present. */
    public suspend fun schema(kind: Kind): Outcome<String> = outcome { ffi.schema(kind.code) }

    /** Lists, districts and zone of the programme; the starter lists before the first join. */
    public suspend fun vocabulary(): Outcome<Vocabulary> =
        outcome { ffi.vocabulary().let { Vocabulary(it.lists, it.districts, it.timeZone) } }

    /** The codes that a [list] offers, in their order. */
    public suspend fun choices(
        list: String,
        language: Language,
    ): Outcome<List<Choice>> = outcome { ffi.choices(list, language.ffi).map { Choice(it.code, it.label) } }

    /** What to call a [code], also one that is no longer offered. */
    public suspend fun label(
        language: Language,
        list: String,
        code: String,
    ): Outcome<String> = outcome { ffi.label(language.ffi, list, code) }

    /** The name of a person of the programme, null where she is not known on this device. */
    public suspend fun personName(person: RecordId): Outcome<String?> = outcome { ffi.personName(person.text) }

    /** Writes all records of a [kind] into [out], which stays open. */
    public suspend fun export(
        kind: Kind,
        format: ExportFormat,
        out: OutputStream,
    ): Outcome<Unit> =
        outcome {
            val sink =
                object : ExportSink {
                    override fun write(bytes: ByteArray): Unit = out.write(bytes)
                }
            ffi.export(
                kind.code,
                when (format) {
                    ExportFormat.JSONL -> FfiExportFormat.JSONL
                    ExportFormat.CSV -> FfiExportFormat.CSV
                },
                sink,
            )
        }

    /** Reads a log by a mapping in TOML (the shipped one where none is given) and writes nothing. */
    public suspend fun readLog(
        file: ByteArray,
        mapping: String? = null,
    ): Outcome<ImportPlan> = outcome { ImportPlan(ffi.readLog(file, mapping)) }

    /** How many visits of a [plan] are not here yet. */
    public suspend fun countNew(plan: ImportPlan): Outcome<Long> = outcome { ffi.countNew(plan.inner).toLong() }

    /** Writes what was understood. What was there before stays as it is. Reasons are given in the [language]. */
    public suspend fun import(
        plan: ImportPlan,
        language: Language = Language.ENGLISH,
    ): Outcome<ImportReport> = outcome { ImportReport(ffi.import(plan.inner, language.ffi)) }

    /** Joins the programme of an invitation's link. May be repeated with the same link. */
    public suspend fun join(url: String): Outcome<Joined> =
        outcome { ffi.join(url).let { Joined(RecordId(it.programme), RecordId(it.person), it.role) } }

    /** Leaves the programme: the device forgets everything. [Problem.Unsent] unless [evenUnsent]. */
    public suspend fun leave(evenUnsent: Boolean = false): Outcome<Unit> = outcome { ffi.leave(evenUnsent) }

    /**
     * Syncs once. Cancelling the coroutine ends it; what was answered by then stays answered. [onProgress] is
     * called on a thread of the library; what it throws is noted, and the sync goes on.
     */
    public suspend fun sync(onProgress: (Progress) -> Unit = {}): Outcome<SyncReport> =
        outcome {
            val listener =
                object : ProgressListener {
                    override fun progressed(progress: org.footbridge.ffi.Progress): Unit = onProgress(progress.toKit())
                }
            ffi.sync(listener, null).toKit()
        }

    /** Syncs once within the time that the system gives a background task. */
    public suspend fun syncInBackground(limit: Duration = 25.seconds): Outcome<BackgroundEnd> =
        outcome { ffi.syncInBackground(limit.inWholeSeconds.coerceAtLeast(0).toUInt()).toKit() }

    /**
     * Syncs by itself while it is collected: when something was recorded, when the server has news, when the
     * [network] is back. It ends by itself only after [WatchEvent.Ended].
     */
    public fun watch(network: NetworkWatch? = null): Flow<WatchEvent> =
        callbackFlow {
            val cancel = CancelHandle()
            val listener =
                object : WatchListener {
                    override fun happened(event: FfiWatchEvent) {
                        trySend(event.toKit())
                    }
                }
            launch {
                val ended = outcome { ffi.watch(listener, network?.let(::PhoneConnectivity), cancel) }
                if (ended is Outcome.Failed) send(WatchEvent.Ended(ended.problem))
                close()
            }
            awaitClose { cancel.use { it.cancel() } }
        }.buffer(Channel.UNLIMITED)

    /** The phone says that its network came or went; for apps that watch without a [NetworkWatch]. */
    public fun networkChanged(isOnline: Boolean): Unit = ffi.networkChanged(isOnline)

    /** Changes while it is collected. */
    public val changes: Flow<Change> get() = changesAfter { }

    /** What [query] gives, read anew after each change while it is collected. */
    public fun <T> live(query: suspend Footbridge.() -> Outcome<T>): Flow<Outcome<T>> =
        // Listening begins before the first reading, so that nothing falls between them.
        changesAfter { trySend(Change.Much) }.conflate().map { query() }

    /** The same as a state that a screen collects; it is read as long as somebody does. */
    public fun <T> live(
        scope: CoroutineScope,
        query: suspend Footbridge.() -> Outcome<T>,
    ): StateFlow<Live<T>> =
        live(query)
            .map { outcome ->
                when (outcome) {
                    is Outcome.Ok -> Live.Shown(outcome.value)
                    is Outcome.Failed -> Live.Failed(outcome.problem)
                }
            }.stateIn(scope, SharingStarted.WhileSubscribed(STAYS_MILLIS), Live.Loading)

    private fun changesAfter(begun: kotlinx.coroutines.channels.ProducerScope<Change>.() -> Unit): Flow<Change> =
        callbackFlow {
            val listener =
                object : ChangeListener {
                    override fun changed(event: ChangeEvent) {
                        trySend(
                            when (event) {
                                is ChangeEvent.Records -> Change.Records(event.ids.map(::RecordId).toSet())
                                is ChangeEvent.Much -> Change.Much
                                is ChangeEvent.Status -> Change.Safety
                                is ChangeEvent.Locked -> Change.Locked
                            },
                        )
                    }
                }
            val subscription = ffi.subscribe(listener)
            begun()
            awaitClose { subscription.use { it.cancel() } }
        }.buffer(Channel.UNLIMITED)

    override fun close(): Unit = ffi.close()

    /** Where one is opened. */
    public companion object {
        /** Items of a page where nothing else is asked for. */
        public const val PAGE: Int = 50

        /** A screen that is turned comes back within this time. */
        private const val STAYS_MILLIS = 5_000L

        /** Opens the store in [folder], or makes both; its key is what [secrets] keeps. */
        public suspend fun open(
            folder: File,
            secrets: SecretKeeper,
        ): Outcome<Footbridge> = outcome { Footbridge(Ffi.open(folder.path, KeptSecrets(secrets))) }
    }
}
