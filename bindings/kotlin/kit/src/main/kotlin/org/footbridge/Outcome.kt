package org.footbridge

import org.footbridge.ffi.FootbridgeException
import org.footbridge.ffi.InternalException

/** What a call gave: a value, or one of nine named reasons why not. */
public sealed interface Outcome<out T> {
    /** It went well and gave [value]. */
    public data class Ok<T>(
        val value: T,
    ) : Outcome<T>

    /** It did not, because of [problem]. */
    public data class Failed(
        val problem: Problem,
    ) : Outcome<Nothing>
}

/** The value, or null where there is none. */
public fun <T> Outcome<T>.orNull(): T? = (this as? Outcome.Ok)?.value

/** The value, or a [ProblemException]; for scripts and tests. */
public fun <T> Outcome<T>.orThrow(): T =
    when (this) {
        is Outcome.Ok -> value
        is Outcome.Failed -> throw ProblemException(problem)
    }

/** The value made into another one; a problem stays what it is. */
public inline fun <T, R> Outcome<T>.map(change: (T) -> R): Outcome<R> =
    when (this) {
        is Outcome.Ok -> Outcome.Ok(change(value))
        is Outcome.Failed -> this
    }

/** A [problem] as an exception; thrown by [orThrow] alone. */
public class ProblemException(
    public val problem: Problem,
) : Exception(problem.toString())

/** What can go wrong, and an app can act on. None carries content of a record but [Changed]. */
public sealed interface Problem {
    /** The [field] cannot be written as given; nothing was. */
    public data class Invalid(
        val field: String,
        /** `unknown`, `read_only`, `required`, `wrong_form`, `not_allowed`, `too_long` or `out_of_range`. */
        val problem: String,
        val allowed: List<String>,
    ) : Problem

    /** There is no such record on this device. */
    public data object NotFound : Problem

    /** Somebody answered in [field] meanwhile; nothing was written. These [values] stand there now. */
    public data class Changed(
        val field: String,
        val values: List<Value>,
    ) : Problem

    /** Not hers to do. */
    public data object Forbidden : Problem

    /** The key does not open the store, or the device was revoked, and [Status.revoked] says so. */
    public data object Locked : Problem

    /** So many records are on this device alone and would be lost. */
    public data class Unsent(
        val count: Long,
    ) : Problem

    /** The server cannot be reached; all is kept, and tried again. */
    public data object Offline : Problem

    /** The server, or the state of this device, says no; [code] is for [Words.explainRefusal] and [Words.whatToDo]. */
    public data class Refused(
        val code: String,
    ) : Problem

    /** The store cannot be read or written: `disk_full`, `damaged`, `newer`, `busy` or `failed`. */
    public data class Storage(
        val what: String,
    ) : Problem
}

internal fun FootbridgeException.toProblem(): Problem =
    when (this) {
        is FootbridgeException.Invalid -> Problem.Invalid(`field`, problem, allowed)
        is FootbridgeException.NotFound -> Problem.NotFound
        is FootbridgeException.Changed -> Problem.Changed(`field`, values.map { it.toKit() })
        is FootbridgeException.Forbidden -> Problem.Forbidden
        is FootbridgeException.Locked -> Problem.Locked
        is FootbridgeException.Unsent -> Problem.Unsent(count.toLong())
        is FootbridgeException.Offline -> Problem.Offline
        is FootbridgeException.Refused -> Problem.Refused(code)
        is FootbridgeException.Storage -> Problem.Storage(what)
    }

internal inline fun <T> outcome(call: () -> T): Outcome<T> =
    try {
        Outcome.Ok(call())
    } catch (e: FootbridgeException) {
        Outcome.Failed(e.toProblem())
    } catch (_: InternalException) {
        // A panic of the library; it has said so in its log.
        Outcome.Failed(Problem.Storage("failed"))
    }
