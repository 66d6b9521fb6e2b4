// Is what was read a whole bundle? Tag files against the tag manifest, payload against the manifest, entries against
// `transfer.json`, and the counts in `bag-info.txt` against all of them. Pure: bytes in, findings out.

import Crypto

/// What is wrong, and what is merely odd.
package struct BagFindings: Sendable, Equatable {
    package internal(set) var errors: [TransferError] = []
    package internal(set) var warnings: [String] = []

    package init(errors: [TransferError] = []) { self.errors = errors }

    package mutating func add(error: TransferError) { errors.append(error) }
    package mutating func add(warning: String) { warnings.append(warning) }

    /// The first error stands for all, with how many there are.
    func error() -> TransferError? {
        guard let first = errors.first else { return nil }
        let more = errors.count - 1
        return more == 0
            ? first
            : TransferError(first.code, "\(first.message) (and \(more) more; 'spoolctl verify BUNDLE' shows them all)")
    }
}

/// A bundle that was read, with what is known of it.
package struct CheckedBag: Sendable {
    package let contents: BagContents
    package internal(set) var findings = BagFindings()
    /// nil if there is none that can be read.
    package internal(set) var record: TransferRecord?
    /// SHA-256 of the tag manifest: the bundle's own digest.
    package internal(set) var digest: String?

    package var tagManifest: [UInt8] { contents.tags[.tagManifest] ?? [] }
    package var signature: [UInt8]? { contents.tags[.signature] }

    package init(_ contents: BagContents) {
        self.contents = contents
        findings.errors = contents.errors
        do throws(TransferError) { try checkTags() } catch { findings.errors.append(error) }
        do throws(TransferError) { try checkManifest() } catch { findings.errors.append(error) }
        do throws(TransferError) { try checkInfo() } catch { findings.errors.append(error) }
    }

    private mutating func add(_ message: String) { findings.errors.append(.refused(message)) }

    private mutating func checkTags() throws(TransferError) {
        guard let declaration = contents.tags[.bagit] else {
            throw .refused("bagit.txt: is missing; this is no bundle, or not all of one")
        }
        try BagDeclaration.check(declaration)
        guard let bytes = contents.tags[.tagManifest] else {
            throw .refused("tagmanifest-sha256.txt: is missing; this is no bundle, or not all of one")
        }
        digest = Envelope.hex(SHA256.hash(data: bytes))
        let manifest = try BagManifest(parsing: bytes, of: .tagManifest)
        for tag in TagFile.listed {
            guard let stated = manifest[tag.rawValue] else {
                add("\(tag.rawValue): is not listed in tagmanifest-sha256.txt")
                continue
            }
            guard let found = contents.tags[tag] else {
                add("\(tag.rawValue): is missing, though tagmanifest-sha256.txt lists it")
                continue
            }
            if Envelope.hex(SHA256.hash(data: found)) != stated {
                add("\(tag.rawValue): is not what tagmanifest-sha256.txt says: the SHA-256 does not match")
            }
        }
        for path in manifest.digests.keys.sorted() where !TagFile.listed.map(\.rawValue).contains(path) {
            add("\(path): is listed in tagmanifest-sha256.txt, where it does not belong")
        }
    }

    private mutating func checkManifest() throws(TransferError) {
        guard let bytes = contents.tags[.manifest] else { return }
        let manifest = try BagManifest(parsing: bytes, of: .manifest)
        for (path, stated) in manifest.digests.sorted(by: { $0.key < $1.key }) {
            let known = try BagPath(path)
            guard case .entry = known else {
                add("\(path): is listed in manifest-sha256.txt, where it does not belong")
                continue
            }
            guard let found = contents.digests[known] else {
                add("\(path): is missing, though manifest-sha256.txt lists it")
                continue
            }
            if found != stated { add("\(path): is not what manifest-sha256.txt says: the SHA-256 does not match") }
        }
        for path in contents.digests.keys.map(\.description).filter({ manifest[$0] == nil }).sorted() {
            add("\(path): is not listed in manifest-sha256.txt")
        }
        checkRecord()
    }

    private mutating func checkRecord() {
        guard let record = contents.record else { return }
        self.record = record
        var listed: Set<EntryRef> = []
        for item in record.items {
            guard let ref = item.ref else { continue }
            let path = BagPath.entry(ref)
            guard listed.insert(ref).inserted else {
                add("transfer.json: lists \(ref) twice")
                continue
            }
            guard contents.digests[path] != nil else {
                add("\(path.description): is missing, though transfer.json lists it")
                continue
            }
            if let entry = contents.entries[ref],
                entry.envelope.sha256 != item.digest || entry.envelope.bytes != item.bytes
            {
                add("\(path.description): is not the entry that transfer.json lists")
            }
        }
        let unlisted = contents.digests.keys.filter {
            if case .entry(let ref) = $0 { !listed.contains(ref) } else { false }
        }
        for path in unlisted.map(\.description).sorted() { add("\(path): is not listed in transfer.json") }
    }

    private mutating func checkInfo() throws(TransferError) {
        guard let bytes = contents.tags[.info] else { return }
        let info = try BagInfo(parsing: bytes)
        guard let oxum = try info.value("Payload-Oxum") else {
            throw .refused("bag-info.txt: has no Payload-Oxum")
        }
        if oxum != contents.payload.oxum {
            add("bag-info.txt: says Payload-Oxum \(oxum); the bundle has \(contents.payload.oxum)")
        }
        guard let record else { return }
        let expected = BagInfo(record, payload: contents.payload)
        for label in ["External-Identifier", "Bag-Group-Identifier"] {
            let value = try info.value(label)
            if value == nil { findings.warnings.append("bag-info.txt: has no \(label)") }
            if let value, try value != expected.value(label) {
                add("bag-info.txt: says \(label) \(value), which is not what transfer.json says")
            }
        }
        for label in ["Bagging-Date", "Bag-Size", "Bag-Count"] where try info.value(label) == nil {
            findings.warnings.append("bag-info.txt: has no \(label)")
        }
    }
}
