package org.footbridge

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import java.io.File
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.thread
import kotlin.concurrent.withLock
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** A test in real time, because the core's is real; bounded, so that nothing hangs. */
internal fun story(
    limit: Duration = 60.seconds,
    tell: suspend CoroutineScope.() -> Unit,
): Unit = runBlocking(Dispatchers.Default) { withTimeout(limit) { tell() } }

/** A folder that goes when the test is over. */
internal fun <T> inFolder(use: (File) -> T): T {
    val folder = Files.createTempDirectory("footbridge-").toFile()
    try {
        return use(folder)
    } finally {
        folder.deleteRecursively()
    }
}

/** A secret in a file beside the store; tests alone do so. */
internal class SecretInFile(
    private val file: File,
) : SecretKeeper {
    override fun load(): ByteArray? = file.takeIf { it.exists() }?.readBytes()

    override fun save(secret: ByteArray): Unit = file.writeBytes(secret)
}

/** Opens the phone in this folder, with its own key. */
internal suspend fun phone(folder: File): Footbridge =
    Footbridge.open(File(folder, "store"), SecretInFile(File(folder.apply { mkdirs() }, "secret"))).orThrow()

/** How many files in this folder this process holds open (on Linux). */
internal fun openFilesIn(folder: File): Int =
    File("/proc/self/fd").listFiles().orEmpty().count { file ->
        runCatching { Files.readSymbolicLink(file.toPath()).toString().startsWith(folder.path) }.getOrDefault(false)
    }

/** The real server with a programme, as a process of its own. */
internal class Server(
    private val folder: File,
    /** The data of one that another test has started; here it gets a programme more. */
    private val running: File? = null,
) : AutoCloseable {
    private var process: Process?
    val port: Int
    private val programme: String

    init {
        process = if (running == null) begin("127.0.0.1:0") else null
        port = process?.let(::portOf) ?: 0
        programme =
            ask(
                "programme create Stadsdelsmammor --country SE --time-zone Europe/Stockholm --language sv nb en " +
                    "--district Dalhem Drottninghög Närlunda",
            ).field("programme")
    }

    fun invitation(
        role: String,
        name: String,
        district: String = "Dalhem",
    ): String = ask("invite $programme --role $role --name $name --district $district").field("url")

    /** Ends it as a loss of power does. */
    fun kill() {
        process?.destroyForcibly()?.waitFor(10, TimeUnit.SECONDS)
    }

    /** Begins again where it listened. */
    fun again() {
        process = begin("127.0.0.1:$port").also(::portOf)
    }

    override fun close() = kill()

    private fun begin(listen: String) =
        ProcessBuilder(binary, "--data", data, "--json", "serve", "--listen", listen)
            .redirectError(File(folder, "server.log"))
            .start()

    private fun ask(words: String): String {
        val asked =
            ProcessBuilder(listOf(binary, "--data", data, "--json") + words.split(' '))
                .redirectError(File(folder, "ask.log"))
                .start()
        val answer = asked.inputStream.reader().readText()
        check(asked.waitFor() == 0) { "$words: ${File(folder, "ask.log").readText()}" }
        return answer
    }

    private fun portOf(process: Process): Int {
        val line = checkNotNull(process.inputStream.bufferedReader().readLine()) { File(folder, "server.log").readText() }
        return line
            .field("listening")
            .trimEnd('/')
            .substringAfterLast(':')
            .toInt()
    }

    private val data get() = (running ?: File(folder, "data")).path

    private companion object {
        val binary: String = File(System.getProperty("footbridge.bin"), "footbridge-server").path
    }
}

/** The text of a field in one line of JSON. */
private fun String.field(name: String): String =
    checkNotNull(Regex("\"$name\"\\s*:\\s*\"([^\"]+)\"").find(this)) { "no $name in $this" }.groupValues[1]

/** A relay to a server that holds what comes down after so many bytes, until it is let go. */
internal class Relay(
    private val to: Int,
) : AutoCloseable {
    private val listening = ServerSocket(0, 50, InetAddress.getLoopbackAddress())
    private val open = CopyOnWriteArrayList<Socket>()
    private val lock = ReentrantLock()
    private val letGo = lock.newCondition()

    @Volatile private var mayPass = Long.MAX_VALUE

    @Volatile var isHolding = false
        private set

    val port: Int get() = listening.localPort

    init {
        thread(isDaemon = true) {
            runCatching {
                while (true) {
                    val phone = listening.accept()
                    val server = Socket(InetAddress.getLoopbackAddress(), to)
                    open += listOf(phone, server)
                    thread(isDaemon = true) { runCatching { phone.getInputStream().copyTo(server.getOutputStream()) } }
                    thread(isDaemon = true) { runCatching { down(server, phone) } }
                }
            }
        }
    }

    fun holdAfter(bytes: Long) {
        mayPass = bytes
    }

    fun letGo() {
        lock.withLock {
            mayPass = Long.MAX_VALUE
            isHolding = false
            letGo.signalAll()
        }
    }

    private fun down(
        from: Socket,
        to: Socket,
    ) {
        val buffer = ByteArray(1024)
        while (true) {
            val count = from.getInputStream().read(buffer)
            if (count < 0) break
            lock.withLock {
                while (mayPass < count) {
                    isHolding = true
                    letGo.await()
                }
                mayPass -= count
            }
            to.getOutputStream().write(buffer, 0, count)
        }
        to.close()
    }

    override fun close() {
        listening.close()
        open.forEach { it.close() }
    }
}

/** A phone that records one visit in a process of its own, says its id, and waits to be killed. */
internal object PhoneProcess {
    @JvmStatic
    fun main(arguments: Array<String>) {
        runBlocking {
            val id = phone(File(arguments[0])).record(NewVisit(VisitKind.STREET, minutes = 20)).orThrow()
            println(id)
            System.out.flush()
        }
        Thread.sleep(Long.MAX_VALUE)
    }

    fun start(folder: File): Process = process(PhoneProcess::class.java, folder.path)
}

/** A process of its own that begins in the `main` of a class of these tests. */
internal fun process(
    main: Class<*>,
    vararg arguments: String,
): Process =
    ProcessBuilder(
        listOf(File(System.getProperty("java.home"), "bin/java").path) +
            listOf("jna.library.path", "jna.nosys").map { "-D$it=${System.getProperty(it)}" } +
            listOf("-cp", System.getProperty("java.class.path"), main.name) + arguments,
    ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
