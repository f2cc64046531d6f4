// What the boundary costs: records visits and lists the last fifty, as tests/bench does in Rust, and says the medians
// in microseconds. Its argument is an empty folder on the disk that is measured.
import FootbridgeKit
import Foundation

struct Fixed: SecretKeeper {
    func load() throws -> Data? { Data(repeating: 7, count: 32) }

    func save(_ secret: Data) throws {}
}

let visits = 300
let lists = 500
// The first are not counted.
let warmUp = 100
let phone = try await Footbridge(folder: URL(fileURLWithPath: CommandLine.arguments[1]), secrets: Fixed())

func median(_ times: [Duration]) -> Int64 {
    let nanoseconds = times.dropFirst(warmUp).map { time in
        time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000
    }
    return nanoseconds.sorted()[nanoseconds.count / 2] / 1000
}

var recording: [Duration] = []
for number in 0..<visits {
    var visit = NewVisit(.street, district: "Dalhem", topics: ["health", "work"], minutes: number % 60)
    visit.languages = ["so"]
    visit.place = "library"
    let began = ContinuousClock.now
    try await phone.record(visit)
    recording.append(ContinuousClock.now - began)
}
var listing: [Duration] = []
for _ in 0..<lists {
    let began = ContinuousClock.now
    guard try await phone.list(Query(.visit)).items.count == 50 else { fatalError("a page is not whole") }
    listing.append(ContinuousClock.now - began)
}
print("{\"record_us\": \(median(recording)), \"list_50_us\": \(median(listing))}")
