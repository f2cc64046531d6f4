package org.footbridge

import kotlinx.coroutines.runBlocking
import java.io.File
import kotlin.time.Duration
import kotlin.time.measureTime

/**
 * What the boundary costs: records visits and lists the last fifty, as tests/bench does in Rust, and says the medians in
 * microseconds. Its argument is an empty folder on the disk that is measured.
 */
internal object Cost {
    private const val VISITS = 300
    private const val LISTS = 500

    /** The first are not counted. */
    private const val WARM_UP = 100

    private object Fixed : SecretKeeper {
        override fun load(): ByteArray = ByteArray(32) { 7 }

        override fun save(secret: ByteArray) = Unit
    }

    @JvmStatic
    fun main(arguments: Array<String>): Unit =
        runBlocking {
            Footbridge.open(File(arguments[0]), Fixed).orThrow().use { phone ->
                val recording =
                    (0 until VISITS).map { number ->
                        val visit =
                            NewVisit(
                                VisitKind.STREET,
                                district = "Dalhem",
                                place = "library",
                                languages = setOf("so"),
                                topics = setOf("health", "work"),
                                minutes = number % 60,
                            )
                        measureTime { phone.record(visit).orThrow() }
                    }
                val listing =
                    (0 until LISTS).map {
                        measureTime {
                            check(
                                phone
                                    .list(Query(Kind.VISIT))
                                    .orThrow()
                                    .items.size == 50,
                            )
                        }
                    }
                println("{\"record_us\": ${median(recording)}, \"list_50_us\": ${median(listing)}}")
            }
        }

    private fun median(times: List<Duration>): Long =
        times
            .drop(WARM_UP)
            .sorted()
            .let { it[it.size / 2] }
            .inWholeMicroseconds
}
