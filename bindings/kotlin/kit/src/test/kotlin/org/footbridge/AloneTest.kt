package org.footbridge

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.io.ByteArrayOutputStream
import java.io.File
import java.io.RandomAccessFile
import java.lang.ref.WeakReference
import java.util.concurrent.TimeUnit
import kotlin.test.Test
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Clock
import kotlin.time.Duration.Companion.seconds

/** A phone by itself: no server, no network. */
class AloneTest {
    @Test
    fun `what was recorded is there after the process was killed`() =
        inFolder { folder ->
            story {
                val process = PhoneProcess.start(folder)
                val id = RecordId(assertNotNull(process.inputStream.bufferedReader().readLine()))
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)
                phone(folder).use { phone ->
                    val record = phone.show(id).orThrow()
                    assertEquals(20, record.asVisit()?.minutes)
                    assertEquals(Receipt.DEVICE, record.receipt)
                }
            }
        }

    @Test
    fun `ten thousand records come page by page and each once`() =
        inFolder { folder ->
            story(240.seconds) {
                phone(folder).use { phone ->
                    // As a log, because that is how ten thousand come: many rows in one transaction.
                    val rows = (0 until ROWS).map { "2024-0${it % 9 + 1}-1${it % 7};${it % 500 + 1};number $it" }
                    val log = "Dag;Minuter;Nr\n" + rows.joinToString("\n")
                    val report = phone.readLog(log.toByteArray(), MAPPING).orThrow().use { phone.import(it).orThrow() }
                    assertEquals(ROWS.toLong(), report.imported, "${report.rejected} rejected")
                    val ids = phone.records(Query(Kind.VISIT), pageSize = 500).toList().map { it.id }
                    assertEquals(ROWS, ids.size)
                    assertEquals(ROWS, ids.toSet().size)
                    val first = phone.list(Query(Kind.VISIT)).orThrow()
                    assertEquals(Footbridge.PAGE, first.items.size)
                    assertNotNull(first.next)
                }
            }
        }

    @Test
    fun `fifty coroutines at once lose nothing`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    val ids =
                        (1..50)
                            .map { minutes ->
                                async {
                                    val id = phone.record(NewVisit(VisitKind.HOME, minutes = minutes)).orThrow()
                                    assertEquals(
                                        minutes.toLong(),
                                        phone
                                            .show(id)
                                            .orThrow()
                                            .asVisit()
                                            ?.minutes,
                                    )
                                    id
                                }
                            }.awaitAll()
                    assertEquals(50, ids.toSet().size)
                    assertEquals(50, phone.records(Query(Kind.VISIT)).toList().size)
                }
            }
        }

    @Test
    fun `objects that nobody closes are collected`() =
        inFolder { folder ->
            story {
                val left = leaveOpen(folder)
                assertTrue(openFilesIn(folder) > 0 || !File("/proc/self/fd").exists())
                var rounds = 0
                while ((left.get() != null || openFilesIn(folder) > 0) && rounds++ < 500) {
                    System.gc()
                    delay(10)
                }
                assertNull(left.get())
                // The library has let go of the store as well.
                assertEquals(0, openFilesIn(folder))
                phone(folder).use {
                    assertEquals(
                        1,
                        it
                            .list(Query(Kind.VISIT))
                            .orThrow()
                            .items.size,
                    )
                }
            }
        }

    private suspend fun leaveOpen(folder: File): WeakReference<Footbridge> {
        val phone = phone(folder)
        phone.record(NewVisit(VisitKind.CAFE)).orThrow()
        return WeakReference(phone)
    }

    @Test
    fun `a wrong key leaves the store locked and whole`() =
        inFolder { folder ->
            story {
                phone(folder).use { it.record(NewVisit(VisitKind.CAFE)).orThrow() }
                val secret = File(folder, "secret")
                val right = secret.readBytes()
                for (wrong in listOf(ByteArray(32) { 7 }, ByteArray(31), null)) {
                    secret.delete()
                    wrong?.let(secret::writeBytes)
                    val opened = Footbridge.open(File(folder, "store"), SecretInFile(secret))
                    assertEquals(Outcome.Failed(Problem.Locked), opened)
                    assertContentEquals(wrong, secret.takeIf { it.exists() }?.readBytes())
                }
                secret.writeBytes(right)
                phone(folder).use {
                    assertEquals(
                        1,
                        it
                            .list(Query(Kind.VISIT))
                            .orThrow()
                            .items.size,
                    )
                }
            }
        }

    @Test
    fun `a damaged store is set aside and says what was saved of it until that is dismissed`() =
        inFolder { folder ->
            story {
                val ids =
                    phone(folder).use { phone ->
                        assertNull(phone.recovered().orThrow())
                        (1..VISITS).map { phone.record(NewVisit(VisitKind.CAFE, minutes = it)).orThrow() }.toSet()
                    }
                spoil(File(folder, "store/footbridge.db"))
                phone(folder).use { phone ->
                    // It is noticed where it is met; who opens the store again gets what can be read.
                    assertEquals(Outcome.Failed(Problem.Storage("damaged")), phone.list(Query(Kind.VISIT)))
                }
                phone(folder).use { phone ->
                    val recovered = assertNotNull(phone.recoveredNow)
                    assertEquals(recovered, phone.recovered().orThrow())
                    assertTrue(File(folder, "store/${recovered.file}").length() > 0, recovered.file)
                    val there = phone.records(Query(Kind.VISIT)).toList().map { it.id }
                    assertTrue(there.isNotEmpty() && ids.containsAll(there))
                    assertEquals(there.size.toLong(), recovered.unsent)
                    assertTrue(recovered.isMember && (!recovered.isComplete || there.size == VISITS), "$recovered")
                    assertTrue(recovered.at <= Clock.System.now())
                }
                phone(folder).use { phone ->
                    assertNull(phone.recoveredNow)
                    assertNotNull(phone.recovered().orThrow())
                    phone.dismissNotices().orThrow()
                    assertNull(phone.recovered().orThrow())
                }
            }
        }

    /** Overwrites the pages of its last quarter. */
    private fun spoil(file: File) {
        RandomAccessFile(file, "rw").use { pages ->
            val from = pages.length() / PAGE_BYTES * 3 / 4 * PAGE_BYTES
            pages.seek(from)
            pages.write(ByteArray((pages.length() - from).toInt()) { 0x5a })
        }
    }

    @Test
    fun `a keeper that throws leaves the store locked`() =
        inFolder { folder ->
            story {
                val broken =
                    object : SecretKeeper {
                        override fun load(): ByteArray = error("not unlocked since it was started")

                        override fun save(secret: ByteArray) = Unit
                    }
                assertEquals(Outcome.Failed(Problem.Locked), Footbridge.open(folder, broken))
            }
        }

    @Test
    fun `a live query shows what is recorded and ends with its collector`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    val screen = CoroutineScope(coroutineContext + SupervisorJob())
                    val visits = phone.live(screen) { list(Query(Kind.VISIT)) }
                    assertEquals(Live.Loading, visits.value)
                    val shown = launch { visits.first { it is Live.Shown && it.value.items.size == 2 } }
                    repeat(2) { phone.record(NewVisit(VisitKind.STREET)).orThrow() }
                    shown.join()
                    assertNotNull(screen.coroutineContext[kotlinx.coroutines.Job]).cancelAndJoin()
                }
            }
        }

    @Test
    fun `a listener that throws is told of the next change all the same`() =
        inFolder { folder ->
            story {
                val ffi =
                    org.footbridge.ffi.Footbridge
                        .open(folder.path, KeptSecrets(SecretInFile(File(folder, "secret"))))
                val told = java.util.concurrent.LinkedBlockingQueue<org.footbridge.ffi.ChangeEvent>()
                val subscription =
                    ffi.subscribe(
                        object : org.footbridge.ffi.ChangeListener {
                            override fun changed(event: org.footbridge.ffi.ChangeEvent) {
                                told.put(event)
                                error("a bug in a screen")
                            }
                        },
                    )
                val fields =
                    mapOf(
                        "kind" to
                            org.footbridge.ffi.Value
                                .Text("street"),
                    )
                repeat(3) { ffi.add("visit", fields) }
                repeat(3) { assertNotNull(told.poll(20, TimeUnit.SECONDS)) }
                subscription.cancel()
                subscription.close()
                ffi.close()
            }
        }

    @Test
    fun `a problem names the field and what is allowed`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    val fields = fields { "kind" set "moon" }
                    val problem = assertIs<Outcome.Failed>(phone.add(Kind.VISIT, fields)).problem
                    val invalid = assertIs<Problem.Invalid>(problem)
                    assertEquals("kind", invalid.field)
                    assertTrue("street" in invalid.allowed)
                    assertTrue(Words(Language.SWEDISH).explain(Kind.VISIT, invalid).isNotBlank())
                    assertEquals(Outcome.Failed(Problem.NotFound), phone.show(RecordId("01936f0e-7d5c-7b3a-9c1e-2f4a5b6c7d8e")))
                }
            }
        }

    @Test
    fun `a panic of the library is a problem and no crash of the app`() {
        val panicked = outcome<Unit> { throw org.footbridge.ffi.InternalException("a bug in the library") }
        assertEquals(Outcome.Failed(Problem.Storage("failed")), panicked)
    }

    @Test
    fun `an export streams and what its sink throws ends it`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    phone.record(NewVisit(VisitKind.CAFE, place = "library")).orThrow()
                    val out = ByteArrayOutputStream()
                    phone.export(Kind.VISIT, ExportFormat.JSONL, out).orThrow()
                    assertTrue("\"place\":\"library\"" in out.toString())
                    val full =
                        object : java.io.OutputStream() {
                            override fun write(b: Int): Unit = throw java.io.IOException("full")
                        }
                    assertIs<Outcome.Failed>(phone.export(Kind.VISIT, ExportFormat.CSV, full))
                }
            }
        }

    @Test
    fun `every field of a view is one of its kind and none is missing`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    for ((kind, view) in VIEWS) {
                        val schema = phone.schema(kind).orThrow()
                        val named = view.declaredMethods.map { it.name }.filter { it.startsWith("get") || it.startsWith("is") }
                        val seen = named.map { it.removePrefix("get").substringBefore('-').snake() }.toSet()
                        val own = propertyNames(schema) - EVERY_RECORD
                        assertTrue(own.isNotEmpty())
                        val missing = own.filter { it !in seen && it !in OTHERWISE[kind].orEmpty() }
                        assertEquals(emptyList(), missing, "$kind")
                    }
                }
            }
        }

    @Test
    fun `the player of the bench answers what each call cost`() =
        inFolder { folder ->
            val player = process(Cost::class.java)
            player.outputStream.writer().use { it.write("\"$folder\"\n[\"record\",50]\n[\"list\",1]\n") }
            val answers = player.inputStream.bufferedReader().readLines()
            val cost = Regex("""\{"micros": [1-9][0-9]*\.[0-9]+, "cpu_micros": [0-9.]+}""")
            assertEquals(2, answers.size, "$answers")
            assertTrue(answers.all(cost::matches), "$answers")
        }

    private fun String.snake() = replace(Regex("([a-z])([A-Z])"), "$1_$2").lowercase()

    /** The names directly under the schema's own `properties`, in JSON without spaces. */
    private fun propertyNames(schema: String): Set<String> {
        val names = mutableSetOf<String>()
        var depth = 0
        var isOwn = false
        var at = 0
        while (at < schema.length) {
            when (schema[at]) {
                '{', '[' -> {
                    depth++
                }

                '}', ']' -> {
                    depth--
                }

                '"' -> {
                    val end = schema.indexOf('"', at + 1)
                    val word = schema.substring(at + 1, end)
                    val isName = schema.getOrNull(end + 1) == ':'
                    if (isName && depth == 1) isOwn = word == "properties"
                    if (isName && depth == 2 && isOwn) names += word
                    at = end
                }
            }
            at++
        }
        return names
    }

    private companion object {
        const val ROWS = 10_000
        const val VISITS = 60

        /** Of the store's file. */
        const val PAGE_BYTES = 4096
        val MAPPING =
            """
            separator = ";"
            [columns]
            date = "Dag"
            minutes = "Minuter"
            note = "Nr"
            [dates]
            order = "ymd"
            """.trimIndent()
        val EVERY_RECORD =
            setOf("id", "record", "author", "recorded_at", "receipt", "seen", "deleting", "disagreements", "version")
        val VIEWS =
            mapOf(
                Kind.VISIT to Visit::class.java,
                Kind.NOTE to Note::class.java,
                Kind.CONTACT to Contact::class.java,
                Kind.FOLLOW_UP to FollowUp::class.java,
            )

        /** Said in another form, or left to [Record.fields]. */
        val OTHERWISE =
            mapOf(
                Kind.NOTE to setOf("state"),
                Kind.FOLLOW_UP to setOf("state", "late", "handle", "district", "closed_by", "closed_at"),
            )
    }
}
