package org.footbridge

import java.io.File
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue

/** The story of `tests/story`, which Rust and Swift play too. */
class StoryTest {
    @Test
    fun `one story is the same in every language`() {
        val story = File(System.getProperty("footbridge.story")).readText()
        val steps = played(story)
        assertEquals(lines(story).size, steps)
        assertTrue(steps > 50)
        println("story: $steps steps")
    }

    @Test
    fun `an unknown step of a story fails`() {
        assertFailsWith<Untold> { played("dances Amina") }
    }

    @Test
    fun `a step that is not refused as the story says fails`() {
        assertFailsWith<Untold> { played("person Amina volunteer Dalhem\nrefused forbidden sync Amina") }
    }

    @Test
    fun `a field that does not stand as the story says fails`() {
        val visit = "person Amina volunteer Dalhem\nrecord Amina visit visit kind=street"
        assertFailsWith<Untold> { played("$visit\nshows Amina visit kind=home") }
    }

    /** Over the server that a test of all languages has started, or one of its own. */
    private fun played(story: String): Int =
        inFolder { folder ->
            val running = System.getenv("FOOTBRIDGE_STORY_DATA")?.takeIf { it.isNotEmpty() }?.let(::File)
            Server(folder, running).use { server ->
                val player = Player(server, folder)
                story { player.use { lines(story).forEach { player.step(it, words(it)) } } }
                player.steps
            }
        }
}

/** The story is not as it is told. */
private class Untold(
    line: String,
) : Exception(line)

private fun lines(story: String) = story.lines().map { it.trim() }.filter { it.isNotEmpty() && !it.startsWith("#") }

/** Parted by spaces outside quotes; the quotes stay, for they say that it is a text. */
private fun words(line: String): List<String> = Regex("(?:[^ \"]|\"[^\"]*\")+").findAll(line).map { it.value }.toList()

private class Player(
    private val server: Server,
    private val folder: File,
) : AutoCloseable {
    var steps = 0
        private set
    private val phones = mutableMapOf<String, Footbridge>()
    private val ids = mutableMapOf<String, RecordId>()
    private val seen = mutableMapOf<String, String?>()

    suspend fun step(
        line: String,
        words: List<String>,
    ) {
        if (words.first() == "refused") {
            val problem =
                try {
                    step(line, words.drop(2))
                    null
                } catch (e: ProblemException) {
                    e.problem
                }
            holds(problem != null && name(problem) == words[1], line)
            steps++
            return
        }
        val who = words.getOrElse(1) { "" }
        val rest = words.drop(2)
        if (words.first() == "person" && rest.size == 2) {
            val phone = phone(File(folder, who))
            phones[who] = phone
            ids[who] = phone.join(server.invitation(rest[0], who, rest[1])).orThrow().person
            phone.sync().orThrow()
        } else {
            act(line, words.first(), who, rest)
        }
        steps++
    }

    private suspend fun act(
        line: String,
        verb: String,
        who: String,
        rest: List<String>,
    ) {
        val phone = phones[who] ?: throw Untold(line)
        val name = rest.firstOrNull().orEmpty()
        when {
            verb == "record" && rest.size > 2 -> {
                ids[name] = phone.add(kind(rest[1]), fields(rest.drop(2))).orThrow()
            }

            verb == "edit" && rest.size > 1 -> {
                phone.edit(id(name), fields(rest.drop(1)), seen.remove("$who $name")).orThrow()
            }

            verb == "sees" && rest.size == 1 -> {
                seen["$who $name"] = phone.show(id(name)).orThrow().version
            }

            verb == "done" && rest.size == 1 -> {
                phone.done(id(name)).orThrow()
            }

            verb == "withdraw" && rest.size == 1 -> {
                phone.withdraw(id(name)).orThrow()
            }

            verb == "restore" && rest.size == 1 -> {
                phone.restore(id(name)).orThrow()
            }

            verb == "reword" && rest.size > 1 -> {
                phone.reword(id(name), fields(rest.drop(1))).orThrow()
            }

            verb == "delete" && rest.size == 1 -> {
                phone.delete(id(name)).orThrow()
            }

            verb == "opens" && rest.size == 1 -> {
                phone.markSeen(id(name)).orThrow()
            }

            verb == "give" && rest.size == 2 -> {
                phone.give(id(name), Recipient.Person(id(rest[1].drop(1)))).orThrow()
            }

            verb == "settle" && rest.size == 2 -> {
                val (field, value) = fields(rest.drop(1)).entries.single()
                phone.settle(id(name), field, value).orThrow()
            }

            verb == "invite" && rest.size == 3 -> {
                invite(phone, name, rest[1], rest[2])
            }

            verb == "revoke" && rest.size == 1 -> {
                phone.revoke(id(name.drop(1))).orThrow()
            }

            verb == "takes" && rest.size == 1 -> {
                phone
                    .quarantine()
                    .orThrow()
                    .filter { it.about == id(name) }
                    .forEach { phone.take(it.id).orThrow() }
            }

            verb == "sync" && rest.isEmpty() -> {
                phone.sync().orThrow()
            }

            verb == "leave" && rest.isEmpty() -> {
                phone.leave().orThrow()
            }

            else -> {
                expect(line, verb, phone, rest)
            }
        }
    }

    private suspend fun invite(
        by: Footbridge,
        name: String,
        role: String,
        district: String,
    ) {
        val whom = Invited.Newcomer(name, Role.valueOf(role.uppercase()), setOf(district))
        val link = by.invite(whom).orThrow()
        by.sync().orThrow()
        val phone = phone(File(folder, name))
        phones[name] = phone
        ids[name] = phone.join(link.url).orThrow().person
        phone.sync().orThrow()
    }

    private suspend fun expect(
        line: String,
        verb: String,
        phone: Footbridge,
        rest: List<String>,
    ) {
        val name = rest.firstOrNull().orEmpty()
        when {
            verb == "shows" && rest.size > 1 -> {
                val record = phone.show(id(name)).orThrow()
                for ((field, value) in fields(rest.drop(1))) {
                    val author = record.author?.let { Value.Text(it.text) }
                    val found = if (field == "author") author else record.fields[field]
                    holds((found ?: Value.Nothing) == value, "$line: $field is $found")
                }
            }

            verb == "hides" && rest.size == 1 -> {
                holds(phone.show(id(name)) == Outcome.Failed(Problem.NotFound), line)
            }

            verb == "receipt" && rest.size == 2 -> {
                holds(
                    phone
                        .show(id(name))
                        .orThrow()
                        .receipt.name
                        .lowercase() == rest[1],
                    line,
                )
            }

            verb == "seenby" && rest.isNotEmpty() -> {
                val seen =
                    phone
                        .show(id(name))
                        .orThrow()
                        .seen
                        .map { it.by.text }
                holds(seen.sorted() == rest.drop(1).map { id(it).text }.sorted(), line)
            }

            verb == "takenback" && rest.size == 1 -> {
                holds(
                    phone
                        .status()
                        .orThrow()
                        .takenBack.size == rest[0].toInt(),
                    line,
                )
            }

            verb == "unsent" && rest.size == 1 -> {
                holds(phone.status().orThrow().unsent == rest[0].toLong(), line)
            }

            verb == "lists" && rest.isNotEmpty() -> {
                same(line, phone.list(Query(kind(name))).orThrow().items, rest.drop(1))
            }

            verb == "finds" && rest.isNotEmpty() -> {
                same(line, phone.search(name.trim('"')).orThrow().items, rest.drop(1))
            }

            verb == "due" -> {
                same(line, phone.due().orThrow().items, rest)
            }

            verb == "quarantined" -> {
                val found = phone.quarantine().orThrow().map { it.about.text }
                holds(found.sorted() == rest.map { id(it).text }.sorted(), line)
            }

            verb == "emptied" && rest.isEmpty() -> {
                holds(
                    phone
                        .status()
                        .orThrow()
                        .revoked
                        ?.isEmptied == true,
                    line,
                )
            }

            verb == "answers" && rest.size > 2 -> {
                val open =
                    phone
                        .disagreements()
                        .orThrow()
                        .items
                        .filter { it.id == id(name) && it.field == rest[1] }
                sameValues(line, open.flatMap { it.answers }.map { it.value }, rest.drop(2))
            }

            verb == "agrees" && rest.isEmpty() -> {
                holds(
                    phone
                        .disagreements()
                        .orThrow()
                        .items
                        .isEmpty(),
                    line,
                )
            }

            verb == "said" && rest.size > 2 -> {
                val said =
                    phone
                        .timeline(id(name))
                        .orThrow()
                        .items
                        .filter { it.field == rest[1] }
                sameValues(line, said.map { it.value }, rest.drop(2))
            }

            else -> {
                throw Untold(line)
            }
        }
    }

    private fun holds(
        isSo: Boolean,
        line: String,
    ) {
        if (!isSo) throw Untold(line)
    }

    private fun same(
        line: String,
        found: List<Record>,
        names: List<String>,
    ) = holds(found.map { it.id.text }.sorted() == names.map { id(it).text }.sorted(), line)

    private fun sameValues(
        line: String,
        found: List<Value>,
        words: List<String>,
    ) = holds(found.map { "$it" }.sorted() == words.map { "${value(it)}" }.sorted(), line)

    private fun kind(code: String) = Kind.entries.find { it.code == code } ?: throw Untold("no kind: $code")

    private fun id(name: String) = ids[name] ?: throw Untold("nothing is called $name")

    private fun fields(words: List<String>): Map<String, Value> =
        words.associate { word ->
            if ('=' !in word) throw Untold("no field: $word")
            word.substringBefore('=') to value(word.substringAfter('='))
        }

    private fun value(word: String): Value =
        when {
            word.startsWith('"') -> {
                Value.Text(word.drop(1).dropLast(1))
            }

            word.startsWith('[') -> {
                Value.Members(
                    word
                        .drop(1)
                        .dropLast(1)
                        .split(',')
                        .filter { it.isNotEmpty() }
                        .toSet(),
                )
            }

            word.startsWith('@') -> {
                Value.Text(id(word.drop(1)).text)
            }

            word == "nothing" -> {
                Value.Nothing
            }

            word == "yes" || word == "no" -> {
                Value.Flag(word == "yes")
            }

            else -> {
                word.toLongOrNull()?.let(Value::Count) ?: Value.Text(word)
            }
        }

    /** The stable name of an error. */
    private fun name(problem: Problem): String =
        when (problem) {
            is Problem.Invalid -> "invalid"
            Problem.NotFound -> "not_found"
            is Problem.Changed -> "changed"
            Problem.Forbidden -> "forbidden"
            Problem.Locked -> "locked"
            is Problem.Unsent -> "unsent"
            Problem.Offline -> "offline"
            is Problem.Refused -> "refused"
            is Problem.Storage -> "storage"
        }

    override fun close() = phones.values.forEach { it.close() }
}
