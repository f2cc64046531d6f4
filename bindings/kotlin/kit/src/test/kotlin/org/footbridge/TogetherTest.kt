package org.footbridge

import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

/** Phones over the real server on loopback. */
class TogetherTest {
    @Test
    fun `what one device records another one shows`() =
        together { server, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.SERVICE, district = "Dalhem", topics = setOf("work"), minutes = 20)).orThrow()
            amina.note(id, "ብዛዕባ ቤት ትምህርቲ").orThrow()
            val stages = CopyOnWriteArrayList<Stage>()
            val report = amina.sync { stages += it.stage }.orThrow()
            assertEquals(2, report.pushed)
            assertTrue(Stage.CONNECTING in stages && Stage.PUSHING in stages, "$stages")
            kari.sync().orThrow()
            val visit = checkNotNull(kari.show(id).orThrow().asVisit())
            assertEquals(setOf("work"), visit.topics)
            assertEquals("Amina", kari.personName(checkNotNull(visit.record.author)).orThrow())
            assertEquals(
                listOf("ብዛዕባ ቤት ትምህርቲ"),
                kari
                    .list(Query(Kind.NOTE, on = id))
                    .orThrow()
                    .items
                    .mapNotNull { it.asNote()?.text },
            )
            assertEquals(Receipt.SERVER, amina.show(id).orThrow().receipt)
            assertEquals(0, amina.status().orThrow().unsent)
            assertTrue(server.port > 0)
        }

    @Test
    fun `the example finds its visit again and sends it`() =
        together { server, _, kari ->
            val alone = told()
            val begins = listOf("visits on this phone: 1", "found by \"lasa kval\": 1")
            assertEquals(begins + "records that are on this phone alone: 2", alone)
            val sent = told(server.invitation("volunteer", "Leila"))
            val ends = listOf("joined as volunteer, 2 items sent", "records that are on this phone alone: 0")
            assertEquals(begins + ends, sent)
            kari.sync().orThrow()
            assertEquals(1, kari.records(Query(Kind.VISIT)).toList().size)
        }

    private fun told(vararg arguments: String): List<String> {
        val example = process(Class.forName("org.footbridge.example.FirstVisitKt"), *arguments)
        return example.inputStream.bufferedReader().readLines()
    }

    @Test
    fun `a disagreement shows both answers until a person settles it`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.STREET, minutes = 10)).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            amina.edit(id, fields { "minutes" set 15 }).orThrow()
            kari.edit(id, fields { "minutes" set 20 }).orThrow()
            kari.sync().orThrow()
            amina.sync().orThrow()
            val open =
                amina
                    .disagreements()
                    .orThrow()
                    .items
                    .single()
            assertEquals("minutes", open.field)
            assertEquals(setOf<Value>(Value.Count(15), Value.Count(20)), open.answers.map { it.value }.toSet())
            assertEquals(
                2,
                open.answers
                    .map { it.author }
                    .toSet()
                    .size,
            )
            amina.settle(id, "minutes", Value.Count(20)).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            assertEquals(emptyList(), kari.disagreements().orThrow().items)
            assertEquals(
                20,
                kari
                    .show(id)
                    .orThrow()
                    .asVisit()
                    ?.minutes,
            )
            assertTrue(
                kari
                    .timeline(id)
                    .orThrow()
                    .items
                    .any { it.field == "minutes" && it.value == Value.Count(15) },
            )
        }

    @Test
    fun `an edit over what came meanwhile is told all answers`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.STREET, minutes = 10)).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            val seen = amina.show(id).orThrow().version
            kari.edit(id, fields { "minutes" set 20 }).orThrow()
            kari.sync().orThrow()
            amina.sync().orThrow()
            val problem = assertIs<Outcome.Failed>(amina.edit(id, fields { "minutes" set 15 }, seen)).problem
            assertEquals(listOf<Value>(Value.Count(20)), assertIs<Problem.Changed>(problem).values)
        }

    @Test
    fun `a sync that is cancelled in its middle leaves everything to the next`() =
        together({ Relay(it) }) { _, amina, kari, relay ->
            repeat(200) { amina.record(NewVisit(VisitKind.STREET, minutes = it, place = "place $it")).orThrow() }
            amina.sync().orThrow()
            relay.holdAfter(4_000)
            val syncing = async { kari.sync() }
            while (!relay.isHolding) delay(5)
            syncing.cancelAndJoin()
            assertTrue(syncing.isCancelled)
            relay.letGo()
            // The one that was cancelled lets go of its lock at its next step.
            var report = kari.sync()
            while (report == Outcome.Failed(Problem.Refused("syncing"))) {
                delay(5)
                report = kari.sync()
            }
            report.orThrow()
            assertEquals(200, kari.records(Query(Kind.VISIT)).toList().size)
        }

    @Test
    fun `a handle cancels a sync from another thread`() =
        together({ Relay(it) }) { _, _, kari, relay ->
            relay.holdAfter(0)
            val handle = org.footbridge.ffi.CancelHandle()
            val syncing = async { outcome { kari.ffi.sync(null, handle) } }
            while (!relay.isHolding) delay(5)
            handle.cancel()
            assertEquals(Outcome.Failed(Problem.Refused("cancelled")), syncing.await())
            relay.letGo()
        }

    @Test
    fun `progress that throws does not stop the sync`() =
        together { _, amina, _ ->
            amina.record(NewVisit(VisitKind.STREET)).orThrow()
            assertEquals(1, amina.sync { error("a bug in a screen") }.orThrow().pushed)
        }

    @Test
    fun `a server that is gone is offline and what was recorded goes up when it is back`() =
        together { server, amina, _ ->
            server.kill()
            amina.record(NewVisit(VisitKind.STREET)).orThrow()
            assertEquals(Outcome.Failed(Problem.Offline), amina.sync())
            assertEquals(Outcome.Ok(BackgroundEnd.TryLater), amina.syncInBackground())
            server.again()
            assertIs<BackgroundEnd.Done>(amina.syncInBackground().orThrow())
            assertEquals(0, amina.status().orThrow().unsent)
        }

    @Test
    fun `a background task ends within its time`() =
        together({ Relay(it) }) { _, _, kari, relay ->
            relay.holdAfter(0)
            val began = TimeSource.Monotonic.markNow()
            assertEquals(BackgroundEnd.OutOfTime, kari.syncInBackground(1.seconds).orThrow())
            assertTrue(began.elapsedNow() < 20.seconds)
            relay.letGo()
        }

    @Test
    fun `watching brings news without being asked and tells the phone when it ends`() =
        together { _, amina, kari ->
            val network = CountingNetwork()
            val watching = launch { kari.watch(network).takeWhile { it !is WatchEvent.Ended }.collect {} }
            val id = amina.record(NewVisit(VisitKind.CAFE)).orThrow()
            amina.sync().orThrow()
            kari.live { show(id) }.first { it is Outcome.Ok }
            watching.cancelAndJoin()
            while (network.stopped == 0) delay(5)
            assertEquals(1, network.started)
            assertEquals(1, network.stopped)
        }

    @Test
    fun `what was deleted leaves both phones and its author is told without a word of it`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.HOME)).orThrow()
            val note = amina.note(id, "Hon heter Blåklocka.").orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            assertEquals(Deletion.WAITING, amina.delete(note).orThrow())
            assertTrue(amina.show(note).orThrow().isDeleting)
            assertEquals(emptyList(), amina.list(Query(Kind.NOTE)).orThrow().items)
            amina.sync().orThrow()
            assertEquals(Outcome.Failed(Problem.NotFound), amina.show(note))
            assertEquals(Outcome.Failed(Problem.Forbidden), amina.delete(id))
            kari.sync().orThrow()
            assertEquals(Outcome.Failed(Problem.NotFound), kari.show(note))
            assertEquals(Deletion.WAITING, kari.delete(id).orThrow())
            kari.sync().orThrow()
            amina.sync().orThrow()
            assertEquals(Outcome.Failed(Problem.NotFound), amina.show(id))
            val told =
                amina
                    .status()
                    .orThrow()
                    .takenBack
                    .single()
            assertEquals("visit", told.kindCode)
            assertEquals(false, told.wasUnsent)
            amina.dismissNotices().orThrow()
            assertEquals(emptyList(), amina.status().orThrow().takenBack)
        }

    @Test
    fun `what was reworded is gone from the timeline of both phones`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.HOME, place = "hos Blåklocka")).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            assertEquals(Outcome.Failed(Problem.Forbidden), kari.reword(id, fields { "place" set "library" }))
            amina.reword(id, fields { "place" set "library" }).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            for (phone in listOf(amina, kari)) {
                val said =
                    phone
                        .timeline(id)
                        .orThrow()
                        .items
                        .filter { it.field == "place" }
                        .map { it.value }
                assertEquals(listOf<Value>(Value.Text("library")), said)
            }
        }

    @Test
    fun `members that two people add and remove meanwhile are all heeded`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.HOME, topics = setOf("work", "health"))).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            kari.edit(id, fields { "topics" set Value.Alteration(add = setOf("family")) }).orThrow()
            kari.sync().orThrow()
            amina.sync().orThrow()
            amina.edit(id, fields { "topics" set Value.Alteration(setOf("housing"), remove = setOf("work")) }).orThrow()
            assertEquals(
                setOf("family", "health", "housing"),
                amina
                    .show(id)
                    .orThrow()
                    .asVisit()
                    ?.topics,
            )
        }

    @Test
    fun `a withdrawn visit counts again once its author restores it`() =
        together { _, amina, _ ->
            val id = amina.record(NewVisit(VisitKind.HOME)).orThrow()
            assertIs<Problem.Invalid>(assertIs<Outcome.Failed>(amina.restore(id)).problem)
            amina.withdraw(id).orThrow()
            assertEquals(
                "withdrawn",
                amina
                    .show(id)
                    .orThrow()
                    .asVisit()
                    ?.state,
            )
            amina.restore(id).orThrow()
            assertEquals(
                "done",
                amina
                    .show(id)
                    .orThrow()
                    .asVisit()
                    ?.state,
            )
        }

    @Test
    fun `what a coordinator was shown is seen until it is edited`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.HOME)).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            kari.markSeen(id).orThrow()
            kari.sync().orThrow()
            amina.sync().orThrow()
            val record = amina.show(id).orThrow()
            assertEquals(Receipt.SEEN, record.receipt)
            assertEquals(
                listOf(
                    kari
                        .status()
                        .orThrow()
                        .joined
                        ?.person,
                ),
                record.seen.map { it.by },
            )
            assertEquals(1, amina.status().orThrow().receipts[Receipt.SEEN])
            amina.edit(id, fields { "minutes" set 5 }).orThrow()
            amina.sync().orThrow()
            assertEquals(Receipt.SERVER, amina.show(id).orThrow().receipt)
        }

    @Test
    fun `what the server would not take is set aside and can be thrown away`() =
        together { _, amina, kari ->
            val id = amina.record(NewVisit(VisitKind.STREET)).orThrow()
            val promise =
                amina
                    .add(
                        Kind.FOLLOW_UP,
                        fields {
                            "about" set id
                            "what" set "work"
                        },
                    ).orThrow()
            amina.sync().orThrow()
            kari.sync().orThrow()
            val close =
                fields {
                    "state" set "closed"
                    "outcome" set "done"
                }
            kari.edit(promise, close).orThrow()
            kari.sync().orThrow()
            amina
                .edit(
                    promise,
                    fields {
                        "state" set "closed"
                        "outcome" set "not_needed"
                    },
                ).orThrow()
            assertEquals(false, amina.isSetAside(promise).orThrow())
            assertEquals(1, amina.sync().orThrow().setAside)
            val aside =
                amina
                    .status(Language.SWEDISH)
                    .orThrow()
                    .setAside
                    .single()
            assertEquals(promise, aside.id)
            assertTrue(aside.reason.isNotBlank() && aside.whatToDo.isNotBlank())
            assertEquals(true, amina.isSetAside(promise).orThrow())
            amina.discard(promise).orThrow()
            assertEquals(emptyList(), amina.status().orThrow().setAside)
            assertEquals(
                "done",
                amina
                    .show(promise)
                    .orThrow()
                    .asFollowUp()
                    ?.outcome,
            )
        }

    @Test
    fun `before the join a sync is refused and a background task has nothing to do`() =
        inFolder { folder ->
            story {
                phone(folder).use { phone ->
                    assertEquals(Outcome.Failed(Problem.Refused("not_joined")), phone.sync())
                    assertEquals(Outcome.Ok(BackgroundEnd.NotJoined), phone.syncInBackground())
                    assertIs<Problem.Invalid>(assertIs<Outcome.Failed>(phone.join("https://example.org")).problem)
                    assertEquals(null, phone.status().orThrow().joined)
                }
            }
        }

    @Test
    fun `leaving is refused while something would be lost`() =
        together { _, amina, _ ->
            amina.record(NewVisit(VisitKind.STREET)).orThrow()
            assertEquals(Outcome.Failed(Problem.Unsent(1)), amina.leave())
            amina.leave(evenUnsent = true).orThrow()
            assertEquals(null, amina.status().orThrow().joined)
        }

    private class CountingNetwork : NetworkWatch {
        @Volatile var started = 0

        @Volatile var stopped = 0

        override fun start(changed: (isOnline: Boolean) -> Unit) {
            started++
            changed(true)
        }

        override fun stop() {
            stopped++
        }
    }

    private fun together(tell: suspend kotlinx.coroutines.CoroutineScope.(Server, Footbridge, Footbridge) -> Unit) =
        together({ null }) { server, amina, kari, _ -> tell(server, amina, kari) }

    /** A volunteer and a coordinator who have joined; the coordinator over a relay, where one is given. */
    private fun <R : AutoCloseable?> together(
        between: (Int) -> R,
        tell: suspend kotlinx.coroutines.CoroutineScope.(Server, Footbridge, Footbridge, R) -> Unit,
    ) = inFolder { folder ->
        story {
            Server(folder).use { server ->
                between(server.port).use { relay ->
                    phone(File(folder, "amina")).use { amina ->
                        phone(File(folder, "kari")).use { kari ->
                            amina.join(server.invitation("volunteer", "Amina")).orThrow()
                            val link = server.invitation("coordinator", "Kari")
                            val port = (relay as? Relay)?.port ?: server.port
                            kari.join(link.replace(":${server.port}/", ":$port/")).orThrow()
                            amina.sync().orThrow()
                            kari.sync().orThrow()
                            tell(server, amina, kari, relay)
                        }
                    }
                }
            }
        }
    }
}
