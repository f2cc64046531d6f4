// A phone that records one visit in a process of its own, says its id, and waits to be killed.
import FootbridgeKit
import Foundation

struct SecretInFile: SecretKeeper {
    let file: URL

    func load() throws -> Data? { FileManager.default.contents(atPath: file.path) }

    func save(_ secret: Data) throws { try secret.write(to: file) }
}

let folder = URL(fileURLWithPath: CommandLine.arguments[1])
let secrets = SecretInFile(file: folder.appendingPathComponent("secret"))
let phone = try await Footbridge(folder: folder.appendingPathComponent("store"), secrets: secrets)
let id = try await phone.record(NewVisit(.street, minutes: 20))
FileHandle.standardOutput.write(Data("\(id)\n".utf8))
try await Task.sleep(for: .seconds(3600))
