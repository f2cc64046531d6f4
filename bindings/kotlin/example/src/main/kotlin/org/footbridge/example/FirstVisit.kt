package org.footbridge.example

import java.nio.file.Files
import kotlinx.coroutines.runBlocking
import org.footbridge.Footbridge
import org.footbridge.Kind
import org.footbridge.NewVisit
import org.footbridge.Query
import org.footbridge.SecretKeeper
import org.footbridge.VisitKind
import org.footbridge.orThrow

/** An app keeps its key in the Keystore; this store goes when the example is over. */
private object ForThisRun : SecretKeeper {
    override fun load(): ByteArray = ByteArray(32) { 7 }

    override fun save(secret: ByteArray) = Unit
}

/** A first visit: recorded without network, found again, and synced where an invitation's link is given. */
fun main(arguments: Array<String>): Unit =
    runBlocking {
        val folder = Files.createTempDirectory("footbridge-").toFile()
        Footbridge.open(folder, ForThisRun).orThrow().use { phone ->
            val visit = phone.record(NewVisit(VisitKind.STREET, topics = setOf("work"), minutes = 20)).orThrow()
            phone.note(visit, "Hon vill läsa svenska på kvällen.").orThrow()

            println("visits on this phone: ${phone.list(Query(Kind.VISIT)).orThrow().items.size}")
            println("found by \"lasa kval\": ${phone.search("lasa kval").orThrow().items.size}")

            arguments.firstOrNull { it.isNotEmpty() }?.let { link ->
                val joined = phone.join(link).orThrow()
                println("joined as ${joined.role}, ${phone.sync().orThrow().pushed} items sent")
            }
            println("records that are on this phone alone: ${phone.status().orThrow().unsent}")
        }
        folder.deleteRecursively()
    }
