// What the boundary costs, for the line `boundary` of tests/bench: it is told its folder, then `["record",20]` or
// `["list",20]`, a line each, and answers what one of them took. The same visits as Rust records there.
import FootbridgeKit
import Foundation

struct Fixed: SecretKeeper {
    func load() throws -> Data? { Data(repeating: 7, count: 32) }

    func save(_ secret: Data) throws {}
}

struct Cost: Encodable {
    /// By the clock: the median of the calls.
    let micros: Double
    /// Of the processor, all threads together: the mean.
    let cpu_micros: Double
}

func processorMicros() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1000
}

func micros(since began: ContinuousClock.Instant) -> Double {
    let took = (ContinuousClock.now - began).components
    return Double(took.seconds) * 1e6 + Double(took.attoseconds) / 1e12
}

func visit(_ number: Int) -> NewVisit {
    var visit = NewVisit(.street, district: "Dalhem", topics: ["health", "work"], minutes: number % 60)
    visit.languages = ["so"]
    visit.place = "library"
    return visit
}

guard let told = readLine() else { exit(1) }
let folder = try JSONDecoder().decode(String.self, from: Data(told.utf8))
let phone = try await Footbridge(folder: URL(fileURLWithPath: folder), secrets: Fixed())
var recorded = 0
while let line = readLine() {
    let words = line.split { !$0.isLetter && !$0.isNumber }
    guard words.count == 2, let times = Int(words[1]) else { fatalError("no such call: \(line)") }
    var took: [Double] = []
    let before = processorMicros()
    for _ in 0..<times {
        if words[0] == "record" {
            recorded += 1
            let visit = visit(recorded)
            let began = ContinuousClock.now
            try await phone.record(visit)
            took.append(micros(since: began))
        } else {
            let began = ContinuousClock.now
            let page = try await phone.list(Query(.visit))
            took.append(micros(since: began))
            guard page.items.count == Footbridge.page else { fatalError("a page is not whole") }
        }
    }
    let processor = processorMicros() - before
    let cost = Cost(micros: took.sorted()[times / 2], cpu_micros: processor / Double(times))
    FileHandle.standardOutput.write(try JSONEncoder().encode(cost) + Data("\n".utf8))
}
