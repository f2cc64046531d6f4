internal import FootbridgeFFI

/// What can go wrong, and an app can act on. None carries content of a record but ``changed(field:values:)``.
public enum Problem: Error, Hashable, Sendable {
    /// The field cannot be written as given; nothing was. `problem` is `unknown`, `read_only`, `required`,
    /// `wrong_form`, `not_allowed`, `too_long` or `out_of_range`; `allowed` is what would be allowed.
    case invalid(field: String, problem: String, allowed: [String])
    /// There is no such record on this device.
    case notFound
    /// Somebody answered in the field meanwhile; nothing was written. These answers stand there now.
    case changed(field: String, values: [Value])
    /// Not hers to do.
    case forbidden
    /// The key does not open the store, or the platform does not give it; or the device was revoked, and
    /// ``Status/revoked`` says so.
    case locked
    /// So many records are on this device alone and would be lost.
    case unsent(count: Int)
    /// The server cannot be reached; all is kept, and tried again.
    case offline
    /// The server, or the state of this device, says no; the code is for ``Words/explain(refusal:)`` and
    /// ``Words/whatToDo(about:)``. A task that was cancelled is refused with the code `cancelled`.
    case refused(code: String)
    /// The store cannot be read or written: `disk_full`, `damaged`, `newer`, `busy` or `failed`.
    case storage(what: String)
}

extension Problem {
    init(_ error: any Error) {
        guard let known = error as? FootbridgeError else {
            // A panic of the library; it has said so in its log.
            self = .storage(what: "failed")
            return
        }
        switch known {
        case .Invalid(let field, let problem, let allowed):
            self = .invalid(field: field, problem: problem, allowed: allowed)
        case .NotFound: self = .notFound
        case .Changed(let field, let values): self = .changed(field: field, values: values.map(Value.init))
        case .Forbidden: self = .forbidden
        case .Locked: self = .locked
        case .Unsent(let count): self = .unsent(count: Int(count))
        case .Offline: self = .offline
        case .Refused(let code): self = .refused(code: code)
        case .Storage(let what): self = .storage(what: what)
        }
    }
}

/// Runs a call of the library; what it throws becomes a problem.
func told<T: Sendable>(_ call: () async throws -> T) async throws(Problem) -> T {
    do {
        return try await call()
    } catch {
        throw Problem(error)
    }
}
