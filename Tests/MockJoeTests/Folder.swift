// A folder of files for one test.

import Glibc
import MockKit

struct Folder {
    let path: String
    private let names: [String]

    init(_ files: [String: [UInt8]]) throws {
        var template = Array("/tmp/mockjoe-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw MockError("cannot make a folder") }
        path = String(cString: made)
        names = files.keys.sorted()
        for (name, bytes) in files {
            guard let file = fopen("\(path)/\(name)", "w") else { throw MockError("cannot make \(name)") }
            defer { fclose(file) }
            guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw MockError("cannot write \(name)") }
        }
    }

    func remove() {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }
}
