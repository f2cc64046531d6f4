package org.footbridge

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import org.footbridge.ffi.BackgroundEnd as FfiBackgroundEnd
import org.footbridge.ffi.Progress as FfiProgress
import org.footbridge.ffi.Stage as FfiStage
import org.footbridge.ffi.SyncReport as FfiSyncReport
import org.footbridge.ffi.WatchEvent as FfiWatchEvent

/** What a device has become part of. */
public data class Joined(
    val programme: RecordId,
    val person: RecordId,
    val role: String,
)

/** What a sync is about at the moment. */
public enum class Stage {
    /** Greeting the server. */
    CONNECTING,

    /** Sending what the server lacks. */
    PUSHING,

    /** Taking what is new. */
    PULLING,
}

/** How far a sync has come; [recordsTotal] is null until it is known. */
public data class Progress(
    val stage: Stage,
    val recordsDone: Long,
    val recordsTotal: Long?,
    val bytesUp: Long,
    val bytesDown: Long,
)

/** What a sync did, in items and bytes; what was [setAside] is in [Status.setAside]. */
public data class SyncReport(
    val pushed: Long,
    val pulled: Long,
    val setAside: Long,
    /** Records that were not here as the server gave them, and now are. */
    val repaired: Long,
    /** Records that the server has and this version cannot read; they are in [Status.unread]. */
    val unread: Long,
    val bytesUp: Long,
    val bytesDown: Long,
    /** By how many seconds this device's clock is ahead of the server's, where that is more than a few minutes. */
    val clockOffSeconds: Long?,
)

/** How [Footbridge.syncInBackground] ended; for WorkManager all but [TryLater] and [OutOfTime] are a success. */
public sealed interface BackgroundEnd {
    /** Everything was sent and taken. */
    public data class Done(
        val report: SyncReport,
    ) : BackgroundEnd

    /** The time was up; the next one goes on there. */
    public data object OutOfTime : BackgroundEnd

    /** The server could not be reached, or another sync is under way. */
    public data object TryLater : BackgroundEnd

    /** The device belongs to no programme yet. */
    public data object NotJoined : BackgroundEnd
}

/** What happens while watching. */
public sealed interface WatchEvent {
    /** A sync has come so far. */
    public data class Progressed(
        val progress: Progress,
    ) : WatchEvent

    /** A sync is done. */
    public data class Synced(
        val report: SyncReport,
    ) : WatchEvent

    /** A sync failed in a way that passes ([why]: `offline`, `refused`, `storage`); it is tried again. */
    public data class Failed(
        val why: String,
        val againIn: Duration,
    ) : WatchEvent

    /** The rights of this device were taken away; once it has been emptied, watching ends. */
    public data class Locked(
        val revoked: Revoked,
    ) : WatchEvent

    /** Watching has ended, because of something that trying again does not help against. */
    public data class Ended(
        val problem: Problem,
    ) : WatchEvent
}

internal fun FfiProgress.toKit() =
    Progress(
        stage =
            when (stage) {
                FfiStage.CONNECTING -> Stage.CONNECTING
                FfiStage.PUSHING -> Stage.PUSHING
                FfiStage.PULLING -> Stage.PULLING
            },
        recordsDone = recordsDone.toLong(),
        recordsTotal = recordsTotal?.toLong(),
        bytesUp = bytesUp.toLong(),
        bytesDown = bytesDown.toLong(),
    )

internal fun FfiSyncReport.toKit() =
    SyncReport(
        pushed = pushed.toLong(),
        pulled = pulled.toLong(),
        setAside = setAside.toLong(),
        repaired = repaired.toLong(),
        unread = unread.toLong(),
        bytesUp = bytesUp.toLong(),
        bytesDown = bytesDown.toLong(),
        clockOffSeconds = clockOffSeconds,
    )

internal fun FfiBackgroundEnd.toKit(): BackgroundEnd =
    when (this) {
        is FfiBackgroundEnd.Done -> BackgroundEnd.Done(report.toKit())
        is FfiBackgroundEnd.OutOfTime -> BackgroundEnd.OutOfTime
        is FfiBackgroundEnd.TryLater -> BackgroundEnd.TryLater
        is FfiBackgroundEnd.NotJoined -> BackgroundEnd.NotJoined
    }

internal fun FfiWatchEvent.toKit(): WatchEvent =
    when (this) {
        is FfiWatchEvent.Progressed -> WatchEvent.Progressed(progress.toKit())
        is FfiWatchEvent.Synced -> WatchEvent.Synced(report.toKit())
        is FfiWatchEvent.Revoked -> WatchEvent.Locked(revoked.toKit())
        is FfiWatchEvent.Failed -> WatchEvent.Failed(why, againIn.toLong().milliseconds)
    }
