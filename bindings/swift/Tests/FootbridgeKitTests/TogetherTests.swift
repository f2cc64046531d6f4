import FootbridgeKit
import Foundation
import Testing

/// Phones over the real server on loopback.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TogetherTests {
    @Test("what one device records another one shows")
    func shown() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.service, district: "Dalhem", topics: ["work"], minutes: 20))
            try await amina.note(on: id, "ብዛዕባ ቤት ትምህርቲ")
            let stages = Kept<Stage>()
            #expect(try await amina.sync { stages.keep($0.stage) }.pushed == 2)
            #expect(Set(stages.all).isSuperset(of: [.connecting, .pushing]))
            try await kari.sync()
            let visit = try #require(Visit(try await kari.show(id)))
            #expect(visit.topics == ["work"])
            #expect(try await kari.name(of: try #require(visit.record.author)) == "Amina")
            let notes = try await kari.list(Query(.note, on: id)).items.compactMap { Note($0)?.text }
            #expect(notes == ["ብዛዕባ ቤት ትምህርቲ"])
            #expect(try await amina.show(id).receipt == .server)
            #expect(try await amina.status().unsent == 0)
        }
    }

    @Test("the example finds its visit again and sends it")
    func example() async throws {
        try await together { server, _, kari in
            let begins = ["visits on this phone: 1", "found by \"lasa kval\": 1"]
            #expect(try told([]) == begins + ["records that are on this phone alone: 2"])
            let ends = ["joined as volunteer, 2 items sent", "records that are on this phone alone: 0"]
            #expect(try told([try server.invitation("volunteer", "Leila")]) == begins + ends)
            try await kari.sync()
            #expect(try await kari.list(Query(.visit)).items.count == 1)
        }
    }

    private func told(_ arguments: [String]) throws -> [String] {
        let (said, status) = try Child(binary("FirstVisit"), arguments).finished()
        #expect(status == 0)
        return said.split(separator: "\n").map(String.init)
    }

    @Test("a disagreement shows both answers until a person settles it")
    func settled() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.street, minutes: 10))
            try await amina.sync()
            try await kari.sync()
            try await amina.edit(id, ["minutes": 15])
            try await kari.edit(id, ["minutes": 20])
            try await kari.sync()
            try await amina.sync()
            let open = try await amina.disagreements().items
            #expect(open.map(\.field) == ["minutes"])
            #expect(Set(open[0].answers.map(\.value)) == [15, 20])
            #expect(Set(open[0].answers.map(\.author)).count == 2)
            try await amina.settle(id, field: "minutes", value: 20)
            try await amina.sync()
            try await kari.sync()
            #expect(try await kari.disagreements().items.isEmpty)
            #expect(try await Visit(kari.show(id))?.minutes == 20)
            let timeline = try await kari.timeline(id).items
            #expect(timeline.contains { $0.field == "minutes" && $0.value == 15 })
        }
    }

    @Test("an edit over what came meanwhile is told all answers")
    func changedMeanwhile() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.street, minutes: 10))
            try await amina.sync()
            try await kari.sync()
            let seen = try await amina.show(id).version
            try await kari.edit(id, ["minutes": 20])
            try await kari.sync()
            try await amina.sync()
            let told = await problem { () throws(Problem) in try await amina.edit(id, ["minutes": 15], seen: seen) }
            #expect(told == .changed(field: "minutes", values: [20]))
        }
    }

    @Test("a sync whose task is cancelled in its middle leaves everything to the next")
    func cancelled() async throws {
        try await overARelay { relay, amina, kari in
            for minutes in 0..<200 {
                var visit = NewVisit(.street, minutes: minutes)
                visit.place = "place \(minutes)"
                try await amina.record(visit)
            }
            try await amina.sync()
            relay.hold(after: 4_000)
            let syncing = Task { try await kari.sync() }
            await relay.untilHolding()
            syncing.cancel()
            await #expect(throws: Problem.refused(code: "cancelled")) { try await syncing.value }
            relay.letGo()
            // The one that was cancelled lets go of its lock at its next step.
            while await problem({ () throws(Problem) in try await kari.sync() }) == .refused(code: "syncing") {
                await Task.yield()
            }
            var count = 0
            for try await _ in kari.records(Query(.visit)) { count += 1 }
            #expect(count == 200)
        }
    }

    @Test("progress that throws does not stop the sync")
    func throwingProgress() async throws {
        try await together { _, amina, _ in
            try await amina.record(NewVisit(.street))
            #expect(try await amina.sync { _ in throw Unexpected(what: "a bug in a screen") }.pushed == 1)
        }
    }

    @Test("a server that is gone is offline and what was recorded goes up when it is back")
    func gone() async throws {
        try await together { server, amina, _ in
            server.kill()
            try await amina.record(NewVisit(.street))
            #expect(await problem { () throws(Problem) in try await amina.sync() } == .offline)
            #expect(try await amina.syncInBackground() == .tryLater)
            try server.again()
            guard case .done = try await amina.syncInBackground() else {
                Issue.record("it was not done")
                return
            }
            #expect(try await amina.status().unsent == 0)
        }
    }

    @Test("a background task ends within its time")
    func inTime() async throws {
        try await overARelay { relay, _, kari in
            relay.hold(after: 0)
            let began = ContinuousClock.now
            let end = try await kari.syncInBackground(seconds: 1)
            #expect(end == .outOfTime)
            #expect(ContinuousClock.now - began < .seconds(20))
        }
    }

    @Test("watching brings news without being asked and tells the phone when it ends")
    func watched() async throws {
        try await together { _, amina, kari in
            let network = CountingNetwork()
            let watching = Task { for await _ in kari.watch(network: network) {} }
            let id = try await amina.record(NewVisit(.cafe))
            try await amina.sync()
            for await shown in kari.live({ kari throws(Problem) in try await kari.show(id) }) {
                if case .success = shown { break }
            }
            watching.cancel()
            await network.untilStopped()
            #expect(network.counts == [1, 1])
        }
    }

    @Test("what was deleted leaves both phones and its author is told without a word of it")
    func deleted() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.home))
            let note = try await amina.note(on: id, "Hon heter Blåklocka.")
            try await amina.sync()
            try await kari.sync()
            #expect(try await amina.delete(note) == .waiting)
            #expect(try await amina.show(note).isDeleting)
            #expect(try await amina.list(Query(.note)).items.isEmpty)
            try await amina.sync()
            #expect(await problem { () throws(Problem) in _ = try await amina.show(note) } == .notFound)
            #expect(await problem { () throws(Problem) in try await amina.delete(id) } == .forbidden)
            try await kari.sync()
            #expect(await problem { () throws(Problem) in _ = try await kari.show(note) } == .notFound)
            #expect(try await kari.delete(id) == .waiting)
            try await kari.sync()
            try await amina.sync()
            #expect(await problem { () throws(Problem) in _ = try await amina.show(id) } == .notFound)
            let told = try await amina.status().takenBack
            #expect(told.map(\.kindCode) == ["visit"])
            #expect(told.map(\.wasUnsent) == [false])
            try await amina.dismissNotices()
            #expect(try await amina.status().takenBack.isEmpty)
        }
    }

    @Test("what was reworded is gone from the timeline of both phones")
    func reworded() async throws {
        try await together { _, amina, kari in
            var visit = NewVisit(.home)
            visit.place = "hos Blåklocka"
            let id = try await amina.record(visit)
            try await amina.sync()
            try await kari.sync()
            let told = await problem { () throws(Problem) in try await kari.reword(id, ["place": "library"]) }
            #expect(told == .forbidden)
            try await amina.reword(id, ["place": "library"])
            try await amina.sync()
            try await kari.sync()
            for phone in [amina, kari] {
                let said = try await phone.timeline(id).items.filter { $0.field == "place" }.map(\.value)
                #expect(said == ["library"])
            }
        }
    }

    @Test("members that two people add and remove meanwhile are all heeded")
    func altered() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.home, topics: ["work", "health"]))
            try await amina.sync()
            try await kari.sync()
            try await kari.edit(id, ["topics": .alteration(add: ["family"], remove: [])])
            try await kari.sync()
            try await amina.sync()
            try await amina.edit(id, ["topics": .alteration(add: ["housing"], remove: ["work"])])
            #expect(try await Visit(amina.show(id))?.topics == ["family", "health", "housing"])
        }
    }

    @Test("a withdrawn visit counts again once its author restores it")
    func restored() async throws {
        try await together { _, amina, _ in
            let id = try await amina.record(NewVisit(.home))
            let told = await problem { () throws(Problem) in try await amina.restore(id) }
            guard case .invalid = told else {
                Issue.record("\(String(describing: told))")
                return
            }
            try await amina.withdraw(id)
            #expect(try await Visit(amina.show(id))?.state == "withdrawn")
            try await amina.restore(id)
            #expect(try await Visit(amina.show(id))?.state == "done")
        }
    }

    @Test("what a coordinator was shown is seen until it is edited")
    func seen() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.home))
            try await amina.sync()
            try await kari.sync()
            try await kari.markSeen(id)
            try await kari.sync()
            try await amina.sync()
            let record = try await amina.show(id)
            #expect(record.receipt == .seen)
            #expect(try await record.seen.map(\.by) == [kari.status().joined?.person])
            #expect(try await amina.status().receipts[.seen] == 1)
            try await amina.edit(id, ["minutes": 5])
            try await amina.sync()
            #expect(try await amina.show(id).receipt == .server)
        }
    }

    @Test("what the server would not take is set aside and can be thrown away")
    func setAside() async throws {
        try await together { _, amina, kari in
            let id = try await amina.record(NewVisit(.street))
            let promise = try await amina.add(.followUp, ["about": .text(id.text), "what": "work"])
            try await amina.sync()
            try await kari.sync()
            try await kari.edit(promise, ["state": "closed", "outcome": "done"])
            try await kari.sync()
            try await amina.edit(promise, ["state": "closed", "outcome": "not_needed"])
            #expect(try await !amina.isSetAside(promise))
            #expect(try await amina.sync().setAside == 1)
            let aside = try #require(try await amina.status(in: .swedish).setAside.first)
            #expect(aside.id == promise)
            #expect(!aside.reason.isEmpty && !aside.whatToDo.isEmpty)
            #expect(try await amina.isSetAside(promise))
            try await amina.discard(promise)
            #expect(try await amina.status().setAside.isEmpty)
            #expect(try await FollowUp(amina.show(promise))?.outcome == "done")
        }
    }

    @Test("before the join a sync is refused and a background task has nothing to do")
    func alone() async throws {
        try await inFolder { folder in
            let phone = try await phone(folder)
            #expect(await problem { () throws(Problem) in try await phone.sync() } == .refused(code: "not_joined"))
            #expect(try await phone.syncInBackground() == .notJoined)
            let told = await problem { () throws(Problem) in try await phone.join("https://example.org") }
            guard case .invalid = told else {
                Issue.record("\(String(describing: told))")
                return
            }
            #expect(try await phone.status().joined == nil)
        }
    }

    @Test("leaving is refused while something would be lost")
    func leaving() async throws {
        try await together { _, amina, _ in
            try await amina.record(NewVisit(.street))
            #expect(await problem { () throws(Problem) in try await amina.leave() } == .unsent(count: 1))
            try await amina.leave(evenUnsent: true)
            #expect(try await amina.status().joined == nil)
        }
    }
}

/// What was told on any thread.
private final class Kept<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var items: [T] = []

    func keep(_ item: T) { lock.withLock { items.append(item) } }
    var all: [T] { lock.withLock { items } }
}

private final class CountingNetwork: NetworkWatch, @unchecked Sendable {
    private let condition = NSCondition()
    private var started = 0
    private var stopped = 0

    func start(_ changed: @escaping @Sendable (Bool) -> Void) throws {
        condition.withLock { started += 1 }
        changed(true)
    }

    func stop() throws {
        condition.withLock {
            stopped += 1
            condition.broadcast()
        }
    }

    var counts: [Int] { condition.withLock { [started, stopped] } }

    func untilStopped() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread { [self] in
                condition.withLock { while stopped == 0 { condition.wait() } }
                continuation.resume()
            }
        }
    }
}
