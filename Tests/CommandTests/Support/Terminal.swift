// A pseudo-terminal, to see what the program says to one.

import Glibc
import Spool

enum Terminal {
    struct NotMade: Error {}

    static var isThere: Bool { access("/dev/ptmx", R_OK | W_OK) == 0 && access("/dev/pts", X_OK) == 0 }

    /// TIOCSPTLCK and TIOCGPTN of asm-generic/ioctls.h, macros that Swift cannot import.
    private static let unlock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// Everything that the program writes to a terminal of this width.
    static func run(_ arguments: [String], columns: UInt16, environment: [String] = []) async throws -> String {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, UInt32) = (0, 0)
        guard master >= 0, ioctl(master, unlock, &lock) == 0, ioctl(master, getNumber, &number) == 0 else {
            throw NotMade()
        }
        defer { close(master) }
        let slave = "/dev/pts/\(number)"
        let ours = open(slave, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard ours >= 0, ioctl(ours, UInt(TIOCSWINSZ), &size) == 0 else { throw NotMade() }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, descriptor, slave, O_RDWR, 0) }
        let pid = try Program.Running.spawn(arguments, &actions, environment: environment)
        return try await BlockingPool.shared.run {
            _ = Program.wait(pid)
            close(ours)
            var text: [UInt8] = []
            var window = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(master, &window, window.count)
                if count <= 0 { return String(decoding: text, as: UTF8.self) }
                text += window[..<count]
            }
        }
    }
}
