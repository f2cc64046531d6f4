import Foundation

#if canImport(Glibc)
    import Glibc
    private let ofBytes = Int32(SOCK_STREAM.rawValue)
#else
    import Darwin
    private let ofBytes = SOCK_STREAM
#endif

/// A relay to a server that holds what comes down after so many bytes, until it is let go.
final class Relay: @unchecked Sendable {
    let port: Int
    private let listening: Int32
    private let server: Int
    private let condition = NSCondition()
    private var open: [Int32] = []
    private var mayPass = Int.max
    private var isHolding = false

    init(to server: Int) throws {
        self.server = server
        let listening = socket(AF_INET, ofBytes, 0)
        self.listening = listening
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = asGeneric(&address) { bind(listening, $0, length) }
        guard bound == 0, listen(listening, 50) == 0 else { throw Unexpected(what: "no relay: \(errno)") }
        _ = asGeneric(&address) { getsockname(listening, $0, &length) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let phone = accept(listening, nil, nil)
                guard phone >= 0 else { return }
                join(phone)
            }
        }
    }

    /// After so many bytes more, what comes down waits.
    func hold(after bytes: Int) { condition.withLock { mayPass = bytes } }

    /// Waits until something is held.
    func untilHolding() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread { [self] in
                condition.withLock { while !isHolding { condition.wait() } }
                continuation.resume()
            }
        }
    }

    /// What was held goes on, and so does what comes.
    func letGo() {
        condition.withLock {
            mayPass = .max
            isHolding = false
            condition.broadcast()
        }
    }

    func close() {
        letGo()
        condition.withLock {
            for descriptor in open + [listening] { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func join(_ phone: Int32) {
        let server = socket(AF_INET, ofBytes, 0)
        var address = loopback(UInt16(self.server))
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard asGeneric(&address, { connect(server, $0, length) }) == 0 else {
            shutdown(phone, Int32(SHUT_RDWR))
            return
        }
        condition.withLock { open += [phone, server] }
        Thread.detachNewThread { [self] in carry(from: phone, to: server, held: false) }
        Thread.detachNewThread { [self] in carry(from: server, to: phone, held: true) }
    }

    private func carry(from: Int32, to: Int32, held: Bool) {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = read(from, &buffer, buffer.count)
            guard count > 0 else { break }
            if held { wait(for: count) }
            var sent = 0
            while sent < count {
                let more = buffer.withUnsafeBytes { send(to, $0.baseAddress! + sent, count - sent, noSignal) }
                guard more > 0 else { return }
                sent += more
            }
        }
        shutdown(to, Int32(SHUT_WR))
    }

    private func wait(for count: Int) {
        condition.withLock {
            while mayPass < count {
                isHolding = true
                condition.broadcast()
                condition.wait()
            }
            mayPass -= count
        }
    }
}

#if canImport(Glibc)
    /// A phone that has gone is no signal.
    private let noSignal = Int32(MSG_NOSIGNAL)
#else
    private let noSignal: Int32 = 0
#endif

private func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
}

private func asGeneric<T>(_ address: inout sockaddr_in, _ use: (UnsafeMutablePointer<sockaddr>) -> T) -> T {
    withUnsafeMutablePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1, use) }
}
