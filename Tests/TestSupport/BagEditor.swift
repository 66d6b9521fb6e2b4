// Changes a bundle on its medium so that its manifests still fit: what only a reader that looks further can find.

import Crypto
package import Spool
package import SystemPackage

package struct BagEditor {
    package let bundle: FilePath

    package init(_ bundle: FilePath) {
        self.bundle = bundle
    }

    package func bytes(_ name: String) throws -> [UInt8] {
        try WholeFile.read(bundle.pushing(FilePath(name)), limit: 64 << 20) ?? []
    }

    package func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// Puts a file there, and nothing else.
    package func put(_ name: String, _ bytes: [UInt8]) throws {
        try WholeFile.replace(bundle.pushing(FilePath(name)), with: bytes)
    }

    package func put(_ name: String, _ text: String) throws { try put(name, Array(text.utf8)) }

    package func remove(_ name: String) throws { try Kernel.unlink(bundle.pushing(FilePath(name))) }

    /// Makes `tagmanifest-sha256.txt` fit the tag files that are there.
    package func retag() throws {
        var manifest = BagManifest()
        for tag in TagFile.listed {
            let path = bundle.appending(tag.rawValue)
            guard try Kernel.status(path) != nil else { continue }
            manifest[tag.rawValue] = Envelope.hex(SHA256.hash(data: try bytes(tag.rawValue)))
        }
        try put(TagFile.tagManifest.rawValue, manifest.encoded())
    }

    /// Changes the text of a tag file, and makes the tag manifest fit.
    package func edit(_ tag: TagFile, _ change: (String) -> String) throws {
        try put(tag.rawValue, change(try text(tag.rawValue)))
        try retag()
    }
}
