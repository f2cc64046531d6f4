import FootbridgeKit
import Foundation

/// A folder that goes when the test is over.
func inFolder<T>(_ use: (URL) async throws -> T) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("footbridge-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await use(folder)
}

/// A secret in a file beside the store; tests alone do so.
struct SecretInFile: SecretKeeper {
    let file: URL

    func load() throws -> Data? { FileManager.default.contents(atPath: file.path) }

    func save(_ secret: Data) throws { try secret.write(to: file) }
}

/// Opens the phone in this folder, with its own key.
func phone(_ folder: URL) async throws -> Footbridge {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try await Footbridge(
        folder: folder.appendingPathComponent("store"),
        secrets: SecretInFile(file: folder.appendingPathComponent("secret")))
}

/// How many files in this folder this process holds open (on Linux).
func openFiles(in folder: URL) -> Int {
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    return descriptors.filter { descriptor in
        let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(descriptor)")
        return target?.hasPrefix(folder.path) ?? false
    }.count
}

/// What a call threw, nil where it threw nothing.
func problem(_ call: () async throws(Problem) -> Void) async -> Problem? {
    do throws(Problem) {
        try await call()
        return nil
    } catch {
        return error
    }
}

/// A process whose first lines are read.
final class Child: @unchecked Sendable {
    private let process = Process()
    private let output = Pipe()

    init(_ binary: URL, _ arguments: [String], told input: String? = nil, errors: URL? = nil) throws {
        process.executableURL = binary
        process.arguments = arguments
        process.standardOutput = output
        if let input {
            let told = Pipe()
            process.standardInput = told
            // So little that a pipe holds it.
            try told.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try told.fileHandleForWriting.close()
        }
        if let errors {
            _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
            process.standardError = try FileHandle(forWritingTo: errors)
        }
        try process.run()
    }

    /// Its next line.
    func line() throws -> String {
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte.first != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// All it says until it ends by itself, and how it ended.
    func finished() throws -> (said: String, status: Int32) {
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: said, as: UTF8.self), process.terminationStatus)
    }

    /// Ends it as a loss of power does.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { kill() }
}

struct Unexpected: Error { let what: String }

/// The real server with a programme, as a process of its own.
final class Server: @unchecked Sendable {
    private let folder: URL
    private let data: URL
    private var process: Child?
    private var programme = ""
    let port: Int

    init(in folder: URL) throws {
        self.folder = folder
        data = folder.appendingPathComponent("data")
        let process = try Self.begin(in: folder, listen: "127.0.0.1:0")
        self.process = process
        port = try Self.port(of: process)
        programme = try created()
    }

    /// One that another test has started over this data; here it gets a programme more.
    init(running data: URL) throws {
        folder = data
        self.data = data
        port = 0
        programme = try created()
    }

    private func created() throws -> String {
        try ask(
            "programme create Stadsdelsmammor --country SE --time-zone Europe/Stockholm --language sv nb en "
                + "--district Dalhem Drottninghög Närlunda", "programme")
    }

    func invitation(_ role: String, _ name: String, _ district: String = "Dalhem") throws -> String {
        try ask("invite \(programme) --role \(role) --name \(name) --district \(district)", "url")
    }

    func kill() { process?.kill() }

    /// Begins again where it listened.
    func again() throws {
        let process = try Self.begin(in: folder, listen: "127.0.0.1:\(port)")
        _ = try Self.port(of: process)
        self.process = process
    }

    private func ask(_ words: String, _ field: String) throws -> String {
        let arguments = ["--data", data.path, "--json"] + words.split(separator: " ").map(String.init)
        let (said, status) = try Child(binary("footbridge-server"), arguments).finished()
        guard status == 0 else { throw Unexpected(what: "\(words): \(status)") }
        return try text(field, in: said)
    }

    private static func begin(in folder: URL, listen: String) throws -> Child {
        try Child(
            binary("footbridge-server"),
            ["--data", folder.appendingPathComponent("data").path, "--json", "serve", "--listen", listen],
            errors: folder.appendingPathComponent("server.log"))
    }

    private static func port(of process: Child) throws -> Int {
        let address = try text("listening", in: try process.line())
        guard let port = address.split(whereSeparator: { ":/".contains($0) }).last.flatMap({ Int($0) }) else {
            throw Unexpected(what: address)
        }
        return port
    }
}

/// The text of a field of a JSON object.
private func text(_ field: String, in json: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    guard let text = object?[field] as? String else { throw Unexpected(what: "no \(field) in \(json)") }
    return text
}

/// A binary of the workspace, or of this package where it stands beside the tests.
func binary(_ name: String) -> URL {
    let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent(name)
    if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
    let folder = ProcessInfo.processInfo.environment["FOOTBRIDGE_BIN_DIR"] ?? "../../target/debug"
    return URL(fileURLWithPath: folder).appendingPathComponent(name)
}

/// A volunteer and a coordinator who have joined; the coordinator over a relay, where one is wanted.
func together(
    _ tell: (Server, _ amina: Footbridge, _ kari: Footbridge) async throws -> Void
) async throws {
    try await inFolder { folder in
        let server = try Server(in: folder)
        defer { server.kill() }
        let (amina, kari) = try await joined(in: folder, server, over: server.port)
        try await tell(server, amina, kari)
    }
}

/// The same, with the coordinator over a relay.
func overARelay(_ tell: (Relay, _ amina: Footbridge, _ kari: Footbridge) async throws -> Void) async throws {
    try await inFolder { folder in
        let server = try Server(in: folder)
        defer { server.kill() }
        let relay = try Relay(to: server.port)
        defer { relay.close() }
        let (amina, kari) = try await joined(in: folder, server, over: relay.port)
        try await tell(relay, amina, kari)
    }
}

private func joined(in folder: URL, _ server: Server, over port: Int) async throws -> (Footbridge, Footbridge) {
    let amina = try await phone(folder.appendingPathComponent("amina"))
    let kari = try await phone(folder.appendingPathComponent("kari"))
    try await amina.join(try server.invitation("volunteer", "Amina"))
    let link = try server.invitation("coordinator", "Kari")
    try await kari.join(link.replacingOccurrences(of: ":\(server.port)/", with: ":\(port)/"))
    try await amina.sync()
    try await kari.sync()
    return (amina, kari)
}
