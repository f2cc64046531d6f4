import FootbridgeKit
import Foundation
import Testing

/// The story of `tests/story`, which Rust and Kotlin play too.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StoryTests {
    @Test("one story is the same in every language")
    func story() async throws {
        let story = try String(contentsOf: file, encoding: .utf8)
        let steps = try await played(story)
        #expect(steps == lines(story).count)
        #expect(steps > 50)
        FileHandle.standardOutput.write(Data("story: \(steps) steps\n".utf8))
    }

    @Test("an unknown step of a story fails")
    func unknown() async throws {
        await #expect(throws: Untold.self) { _ = try await played("dances Amina") }
    }

    @Test("a step that is not refused as the story says fails")
    func notRefused() async throws {
        await #expect(throws: Untold.self) {
            _ = try await played("person Amina volunteer Dalhem\nrefused forbidden sync Amina")
        }
    }

    @Test("a field that does not stand as the story says fails")
    func otherwise() async throws {
        await #expect(throws: Untold.self) {
            _ = try await played(
                "person Amina volunteer Dalhem\nrecord Amina visit visit kind=street\nshows Amina visit kind=home")
        }
    }

    /// Over the server that a test of all languages has started, or one of its own.
    private func played(_ story: String) async throws -> Int {
        try await inFolder { folder in
            let shared = ProcessInfo.processInfo.environment["FOOTBRIDGE_STORY_DATA"] ?? ""
            let server = try shared.isEmpty ? Server(in: folder) : Server(running: URL(fileURLWithPath: shared))
            defer { server.kill() }
            var player = Player(server: server, folder: folder)
            for line in lines(story) { try await player.step(line, words(line)) }
            return player.steps
        }
    }

    private var file: URL {
        var folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        for _ in 0..<5 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("tests/story/blue_scarf.story")
    }
}

/// The story is not as it is told.
struct Untold: Error { let line: String }

private func lines(_ story: String) -> [String] {
    story.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("#") }
}

/// Parted by spaces outside quotes; the quotes stay, for they say that it is a text.
private func words(_ line: String) -> [String] {
    var words = [""]
    var isQuoted = false
    for letter in line {
        if letter == "\"" { isQuoted.toggle() }
        if letter == " " && !isQuoted { words.append("") } else { words[words.count - 1].append(letter) }
    }
    return words.filter { !$0.isEmpty }
}

private struct Player {
    let server: Server
    let folder: URL
    private(set) var steps = 0
    private var phones: [String: Footbridge] = [:]
    private var ids: [String: RecordID] = [:]
    private var seen: [String: String] = [:]

    init(server: Server, folder: URL) {
        self.server = server
        self.folder = folder
    }

    mutating func step(_ line: String, _ words: [String]) async throws {
        guard let verb = words.first else { throw Untold(line: line) }
        if verb == "refused" {
            guard words.count > 2 else { throw Untold(line: line) }
            do {
                try await step(line, Array(words.dropFirst(2)))
            } catch let problem as Problem {
                try holds(name(of: problem) == words[1], line)
                steps += 1
                return
            }
            throw Untold(line: line)
        }
        let who = words.count > 1 ? words[1] : ""
        let rest = Array(words.dropFirst(2))
        if verb == "person", rest.count == 2 {
            let phone = try await phone(folder.appendingPathComponent(who))
            ids[who] = try await phone.join(try server.invitation(rest[0], who, rest[1])).person
            try await phone.sync()
            phones[who] = phone
        } else {
            try await act(line, verb, who, rest)
        }
        steps += 1
    }

    private mutating func act(_ line: String, _ verb: String, _ who: String, _ rest: [String]) async throws {
        guard let phone = phones[who] else { throw Untold(line: line) }
        switch (verb, rest.count) {
        case ("record", 3...):
            guard let kind = Kind(rawValue: rest[1]) else { throw Untold(line: line) }
            ids[rest[0]] = try await phone.add(kind, try fields(rest.dropFirst(2)))
        case ("edit", 2...):
            let seen = seen.removeValue(forKey: "\(who) \(rest[0])")
            try await phone.edit(try id(rest[0]), try fields(rest.dropFirst()), seen: seen)
        case ("sees", 1): seen["\(who) \(rest[0])"] = try await phone.show(try id(rest[0])).version
        case ("done", 1): try await phone.done(try id(rest[0]))
        case ("withdraw", 1): try await phone.withdraw(try id(rest[0]))
        case ("give", 2): try await phone.give(try id(rest[0]), to: .person(try id(String(rest[1].dropFirst()))))
        case ("settle", 2):
            guard let (field, value) = try fields(rest.dropFirst()).first else { throw Untold(line: line) }
            try await phone.settle(try id(rest[0]), field: field, value: value)
        case ("restore", 1): try await phone.restore(try id(rest[0]))
        case ("reword", 2...): try await phone.reword(try id(rest[0]), try fields(rest.dropFirst()))
        case ("delete", 1): try await phone.delete(try id(rest[0]))
        case ("opens", 1): try await phone.markSeen(try id(rest[0]))
        case ("invite", 3): try await invite(phone, rest[0], rest[1], rest[2])
        case ("revoke", 1): try await phone.revoke(try id(String(rest[0].dropFirst())))
        case ("takes", 1):
            let record = try id(rest[0])
            for entry in try await phone.quarantine() where entry.about == record { try await phone.take(entry.id) }
        case ("sync", 0): try await phone.sync()
        case ("leave", 0): try await phone.leave()
        default: try await expect(line, verb, phone, rest)
        }
    }

    private mutating func invite(_ by: Footbridge, _ name: String, _ role: String, _ district: String) async throws {
        let role: Role = role == "coordinator" ? .coordinator : .volunteer
        let link = try await by.invite(.newcomer(name: name, role: role, districts: [district]))
        try await by.sync()
        let phone = try await phone(folder.appendingPathComponent(name))
        ids[name] = try await phone.join(link.url).person
        try await phone.sync()
        phones[name] = phone
    }

    private func expect(_ line: String, _ verb: String, _ phone: Footbridge, _ rest: [String]) async throws {
        switch (verb, rest.count) {
        case ("shows", 2...):
            let record = try await phone.show(try id(rest[0]))
            for (field, value) in try fields(rest.dropFirst()) {
                let author = record.author.map { Value.text($0.text) }
                let found = field == "author" ? author : record.fields[field]
                try holds((found ?? .nothing) == value, "\(line): \(field)")
            }
        case ("hides", 1):
            let hidden = try id(rest[0])
            let told = await problem { () throws(Problem) in _ = try await phone.show(hidden) }
            try holds(told == .notFound, line)
        case ("receipt", 2): try holds(try await phone.show(try id(rest[0])).receipt.rawValue == rest[1], line)
        case ("seenby", 1...):
            let seen = try await phone.show(try id(rest[0])).seen.map(\.by.text).sorted()
            try holds(seen == rest.dropFirst().map { try id($0).text }.sorted(), line)
        case ("takenback", 1): try holds(try await phone.status().takenBack.count == Int(rest[0]), line)
        case ("unsent", 1): try holds(try await phone.status().unsent == Int(rest[0]), line)
        case ("lists", 1...):
            guard let kind = Kind(rawValue: rest[0]) else { throw Untold(line: line) }
            try same(line, try await phone.list(Query(kind)).items, rest.dropFirst())
        case ("finds", 1...):
            guard case .text(let text) = try value(rest[0]) else { throw Untold(line: line) }
            try same(line, try await phone.search(text).items, rest.dropFirst())
        case ("due", _): try same(line, try await phone.due().items, rest[...])
        case ("quarantined", _):
            let found = try await phone.quarantine().map(\.about.text).sorted()
            try holds(found == rest.map { try id($0).text }.sorted(), line)
        case ("emptied", 0): try holds(try await phone.status().revoked?.isEmptied == true, line)
        case ("answers", 3...):
            let (record, field) = (try id(rest[0]), rest[1])
            let open = try await phone.disagreements().items.filter { $0.id == record && $0.field == field }
            try same(line, open.flatMap(\.answers).map(\.value), rest.dropFirst(2))
        case ("agrees", 0): try holds(try await phone.disagreements().items.isEmpty, line)
        case ("said", 3...):
            let (record, field) = (try id(rest[0]), rest[1])
            let said = try await phone.timeline(record).items.filter { $0.field == field }
            try same(line, said.map(\.value), rest.dropFirst(2))
        default: throw Untold(line: line)
        }
    }

    private func holds(_ isSo: Bool, _ line: String) throws {
        if !isSo { throw Untold(line: line) }
    }

    private func same(_ line: String, _ found: [Record], _ names: ArraySlice<String>) throws {
        try holds(found.map(\.id.text).sorted() == names.map { try id($0).text }.sorted(), line)
    }

    private func same(_ line: String, _ found: [Value], _ words: ArraySlice<String>) throws {
        let expected = try words.map { "\(try value($0))" }.sorted()
        try holds(found.map { "\($0)" }.sorted() == expected, line)
    }

    private func id(_ name: String) throws -> RecordID {
        guard let id = ids[name] else { throw Untold(line: "nothing is called \(name)") }
        return id
    }

    private func fields(_ words: ArraySlice<String>) throws -> [String: Value] {
        var fields: [String: Value] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "=") else { throw Untold(line: "no field: \(word)") }
            fields[String(word[..<equals])] = try value(String(word[word.index(after: equals)...]))
        }
        return fields
    }

    private func value(_ word: String) throws -> Value {
        if word.hasPrefix("\"") { return .text(String(word.dropFirst().dropLast())) }
        if word.hasPrefix("[") {
            return .members(Set(word.dropFirst().dropLast().split(separator: ",").map(String.init)))
        }
        if word.hasPrefix("@") { return .text(try id(String(word.dropFirst())).text) }
        switch word {
        case "nothing": return .nothing
        case "yes": return .flag(true)
        case "no": return .flag(false)
        default: return Int64(word).map(Value.count) ?? .text(word)
        }
    }

    /// The stable name of an error.
    private func name(of problem: Problem) -> String {
        switch problem {
        case .invalid: "invalid"
        case .notFound: "not_found"
        case .changed: "changed"
        case .forbidden: "forbidden"
        case .locked: "locked"
        case .unsent: "unsent"
        case .offline: "offline"
        case .refused: "refused"
        case .storage: "storage"
        }
    }
}
