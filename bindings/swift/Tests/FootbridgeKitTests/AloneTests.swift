import FootbridgeKit
import Foundation
import Testing

/// A phone by itself: no server, no network.
@Suite(.serialized, .timeLimit(.minutes(5))) struct AloneTests {
    @Test("what was recorded is there after the process was killed")
    func killed() async throws {
        try await inFolder { folder in
            let process = try Child(binary("RecordOnce"), [folder.path])
            let id = RecordID(try process.line())
            process.kill()
            let record = try await phone(folder).show(id)
            #expect(Visit(record)?.minutes == 20)
            #expect(record.receipt == .device)
        }
    }

    @Test("ten thousand records come page by page and each once")
    func paged() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            // As a log, because that is how ten thousand come: many rows in one transaction.
            let rows = (0..<10_000).map { "2024-0\($0 % 9 + 1)-1\($0 % 7);\($0 % 500 + 1);number \($0)" }
            let log = "Dag;Minuter;Nr\n" + rows.joined(separator: "\n")
            let plan = try await phone.readLog(Data(log.utf8), mapping: mapping)
            #expect(plan.planned == 10_000)
            #expect(try await phone.import(plan).imported == 10_000)
            var ids: [RecordID] = []
            for try await record in phone.records(Query(.visit), pageSize: 500) { ids.append(record.id) }
            #expect(ids.count == 10_000)
            #expect(Set(ids).count == 10_000)
            let first = try await phone.list(Query(.visit))
            #expect(first.items.count == Footbridge.page)
            #expect(first.next != nil)
        }
    }

    @Test("fifty tasks at once lose nothing")
    func fifty() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            let ids = try await withThrowingTaskGroup(of: RecordID.self) { tasks in
                for minutes in 1...50 {
                    tasks.addTask {
                        let id = try await phone.record(NewVisit(.home, minutes: minutes))
                        #expect(try await Visit(phone.show(id))?.minutes == minutes)
                        return id
                    }
                }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 50)
            #expect(try await phone.list(Query(.visit), limit: 100).items.count == 50)
        }
    }

    @Test("the store is closed when the last reference goes")
    func collected() async throws {
        try await inFolder { folder in
            weak var left = try await leaveOpen(folder)
            #expect(left == nil)
            while openFiles(in: folder) > 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(try await phone(folder).list(Query(.visit)).items.count == 1)
        }
    }

    private func leaveOpen(_ folder: URL) async throws -> Footbridge {
        let phone = try await phone(folder)
        try await phone.record(NewVisit(.cafe))
        #expect(openFiles(in: folder) > 0 || !FileManager.default.fileExists(atPath: "/proc/self/fd"))
        return phone
    }

    @Test("a wrong key leaves the store locked and whole")
    func wrongKey() async throws {
        try await inFolder { folder in
            try await phone(folder).record(NewVisit(.cafe))
            let secret = folder.appendingPathComponent("secret")
            let right = try Data(contentsOf: secret)
            for wrong in [Data(repeating: 7, count: 32), Data(count: 31), nil] {
                try FileManager.default.removeItem(at: secret)
                try wrong?.write(to: secret)
                let store = folder.appendingPathComponent("store")
                #expect(await locked(store, SecretInFile(file: secret)))
                #expect(FileManager.default.contents(atPath: secret.path) == wrong)
                try Data().write(to: secret)
            }
            try right.write(to: secret)
            #expect(try await phone(folder).list(Query(.visit)).items.count == 1)
        }
    }

    @Test("a damaged store is set aside and says what was saved of it until that is dismissed")
    func damaged() async throws {
        try await inFolder { folder in
            let store = folder.appendingPathComponent("store")
            let ids = try await recordMany(folder)
            while openFiles(in: folder) > 0 { try await Task.sleep(for: .milliseconds(10)) }
            try spoil(store.appendingPathComponent("footbridge.db"))
            try await met(folder)
            try await told(folder, of: ids)
            let phone = try await phone(folder)
            #expect(phone.recoveredNow == nil)
            #expect(try await phone.recovered() != nil)
            try await phone.dismissNotices()
            #expect(try await phone.recovered() == nil)
        }
    }

    private func recordMany(_ folder: URL) async throws -> Set<RecordID> {
        let phone = try await phone(folder)
        #expect(try await phone.recovered() == nil)
        var ids: Set<RecordID> = []
        for minutes in 1...60 { ids.insert(try await phone.record(NewVisit(.cafe, minutes: minutes))) }
        return ids
    }

    /// Overwrites the pages of its last quarter.
    private func spoil(_ file: URL) throws {
        let pages = try FileHandle(forUpdating: file)
        let end = try pages.seekToEnd()
        let from = end / 4096 * 3 / 4 * 4096
        try pages.seek(toOffset: from)
        try pages.write(contentsOf: Data(repeating: 0x5a, count: Int(end - from)))
        try pages.close()
    }

    /// It is noticed where it is met; who opens the store again gets what can be read.
    private func met(_ folder: URL) async throws {
        let phone = try await phone(folder)
        let met = await problem { () throws(Problem) in _ = try await phone.list(Query(.visit)) }
        #expect(met == .storage(what: "damaged"))
    }

    private func told(_ folder: URL, of ids: Set<RecordID>) async throws {
        let phone = try await phone(folder)
        let recovered = try #require(phone.recoveredNow)
        #expect(try await phone.recovered() == recovered)
        let aside = folder.appendingPathComponent("store").appendingPathComponent(recovered.file)
        #expect(FileManager.default.fileExists(atPath: aside.path))
        let there = Set(try await phone.list(Query(.visit), limit: 100).items.map(\.id))
        #expect(!there.isEmpty && there.isSubset(of: ids))
        #expect(recovered.unsent == there.count)
        #expect(recovered.isMember && (!recovered.isComplete || there == ids))
        #expect(recovered.at.date <= Date())
    }

    @Test("a keeper that throws leaves the store locked")
    func brokenKeeper() async throws {
        struct Broken: SecretKeeper {
            func load() throws -> Data? { throw Unexpected(what: "not unlocked since it was started") }
            func save(_ secret: Data) throws {}
        }
        try await inFolder { folder in #expect(await locked(folder, Broken())) }
    }

    private func locked(_ folder: URL, _ secrets: any SecretKeeper) async -> Bool {
        await problem { () throws(Problem) in _ = try await Footbridge(folder: folder, secrets: secrets) } == .locked
    }

    @Test("a live query shows what is recorded and ends with its task")
    func live() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            let shown = Task {
                for await visits in phone.live({ phone throws(Problem) in try await phone.list(Query(.visit)) }) {
                    if try visits.get().items.count == 2 { return true }
                }
                return false
            }
            for _ in 0..<2 { try await phone.record(NewVisit(.street)) }
            #expect(try await shown.value)
            let ended = Task { for await _ in phone.changes {} }
            ended.cancel()
            await ended.value
        }
    }

    @Test("a problem names the field and what is allowed")
    func invalid() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            let told = await problem { () throws(Problem) in try await phone.add(.visit, ["kind": "moon"]) }
            guard case .invalid(let field, let what, let allowed) = told else {
                Issue.record("\(String(describing: told))")
                return
            }
            #expect(field == "kind")
            #expect(allowed.contains("street"))
            #expect(!Words(.swedish).explain(.visit, field: field, problem: what, allowed: allowed).isEmpty)
            let nobody = RecordID("01936f0e-7d5c-7b3a-9c1e-2f4a5b6c7d8e")
            #expect(await problem { () throws(Problem) in _ = try await phone.show(nobody) } == .notFound)
        }
    }

    @Test("an export streams and what its sink throws ends it")
    func export() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            var visit = NewVisit(.cafe)
            visit.place = "library"
            try await phone.record(visit)
            let file = folder.appendingPathComponent("visits.jsonl")
            _ = FileManager.default.createFile(atPath: file.path, contents: nil)
            let out = try FileHandle(forWritingTo: file)
            try await phone.export(.visit, as: .jsonl) { try out.write(contentsOf: $0) }
            #expect(try String(contentsOf: file, encoding: .utf8).contains("\"place\":\"library\""))
            let full = await problem { () throws(Problem) in
                try await phone.export(.visit, as: .csv) { _ in throw Unexpected(what: "full") }
            }
            #expect(full != nil)
        }
    }

    @Test("the player of the bench answers what each call cost")
    func cost() async throws {
        struct Cost: Decodable { let micros: Double }
        try await inFolder { folder in
            let told = "\"\(folder.path)\"\n[\"record\",50]\n[\"list\",1]\n"
            let (said, status) = try Child(binary("Cost"), [], told: told).finished()
            #expect(status == 0)
            let costs = try said.split(separator: "\n").map { line in
                try JSONDecoder().decode(Cost.self, from: Data(line.utf8))
            }
            #expect(costs.count == 2)
            #expect(costs.allSatisfy { $0.micros > 0 })
        }
    }

    @Test("every field of a view is one of its kind and none is missing")
    func views() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            for (kind, view, otherwise) in seen {
                let schema = try JSONSerialization.jsonObject(with: Data(try await phone.schema(kind).utf8))
                let properties = (schema as? [String: Any])?["properties"] as? [String: Any] ?? [:]
                let own = Set(properties.keys).subtracting(ofEveryRecord)
                #expect(!own.isEmpty)
                #expect(own.subtracting(view).subtracting(otherwise).isEmpty, "missing in \(kind)")
                #expect(view.subtracting(own).isEmpty, "unknown in \(kind)")
            }
        }
    }

    private let ofEveryRecord: Set = [
        "id", "record", "author", "recorded_at", "receipt", "seen", "deleting", "disagreements", "version",
    ]
    /// The last are those that are left to the record's own fields.
    private let seen: [(Kind, Set<String>, Set<String>)] = [
        (.visit, Set(Visit.Field.allCases.map(\.rawValue)), []),
        (.note, Set(Note.Field.allCases.map(\.rawValue)), ["state"]),
        (.contact, Set(Contact.Field.allCases.map(\.rawValue)), []),
        (.followUp, Set(FollowUp.Field.allCases.map(\.rawValue)), ["handle", "district", "closed_by", "closed_at"]),
    ]
    private let mapping = """
        separator = ";"
        [columns]
        date = "Dag"
        minutes = "Minuter"
        note = "Nr"
        [dates]
        order = "ymd"
        """
}
