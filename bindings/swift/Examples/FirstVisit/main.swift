// A first visit: recorded without network, found again, and synced where an invitation's link is given.
import FootbridgeKit
import Foundation

/// An app keeps its key in the Keychain; this store goes when the example is over.
struct ForThisRun: SecretKeeper {
    func load() throws -> Data? { Data(repeating: 7, count: 32) }
    func save(_ secret: Data) throws {}
}

let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
defer { try? FileManager.default.removeItem(at: folder) }
let phone = try await Footbridge(folder: folder, secrets: ForThisRun())

let visit = try await phone.record(NewVisit(.street, topics: ["work"], minutes: 20))
try await phone.note(on: visit, "Hon vill läsa svenska på kvällen.")

print("visits on this phone: \(try await phone.list(Query(.visit)).items.count)")
print("found by \"lasa kval\": \(try await phone.search("lasa kval").items.count)")

if let link = CommandLine.arguments.dropFirst().first {
    let joined = try await phone.join(link)
    let report = try await phone.sync()
    print("joined as \(joined.role), \(report.pushed) items sent")
}
print("records that are on this phone alone: \(try await phone.status().unsent)")
