package org.footbridge

import com.sun.management.OperatingSystemMXBean
import kotlinx.coroutines.runBlocking
import java.io.File
import java.lang.management.ManagementFactory
import kotlin.time.Duration
import kotlin.time.measureTime
import kotlin.time.measureTimedValue

/**
 * What the boundary costs, for the line `boundary` of tests/bench: it is told its folder, then `["record",20]` or
 * `["list",20]`, a line each, and answers what one of them took. The same visits as Rust records there.
 */
internal object Cost {
    private const val MICROS = 1000.0

    private object Fixed : SecretKeeper {
        override fun load(): ByteArray = ByteArray(32) { 7 }

        override fun save(secret: ByteArray) = Unit
    }

    @JvmStatic
    fun main(arguments: Array<String>): Unit =
        runBlocking {
            val folder = File(readln().trim('"'))
            Footbridge.open(folder, Fixed).orThrow().use { phone ->
                var recorded = 0
                for (line in generateSequence(::readlnOrNull)) {
                    val (what, times) = Regex("\\w+").findAll(line).map { it.value }.toList()
                    println(
                        cost(times.toInt()) {
                            if (what == "record") {
                                val visit = visit(++recorded)
                                measureTime { phone.record(visit).orThrow() }
                            } else {
                                val (page, took) = measureTimedValue { phone.list(Query(Kind.VISIT)).orThrow() }
                                check(page.items.size == Footbridge.PAGE) { "a page is not whole" }
                                took
                            }
                        },
                    )
                }
            }
        }

    private fun visit(number: Int) =
        NewVisit(
            VisitKind.STREET,
            district = "Dalhem",
            place = "library",
            languages = setOf("so"),
            topics = setOf("health", "work"),
            minutes = number % 60,
        )

    /** The median by the clock, and the mean of the processor, all threads together. */
    private suspend fun cost(
        times: Int,
        call: suspend () -> Duration,
    ): String {
        val machine = ManagementFactory.getOperatingSystemMXBean() as OperatingSystemMXBean
        val before = machine.processCpuTime
        val took = (0 until times).map { call().inWholeNanoseconds }.sorted()
        val processor = machine.processCpuTime - before
        return "{\"micros\": ${took[times / 2] / MICROS}, \"cpu_micros\": ${processor / MICROS / times}}"
    }
}
