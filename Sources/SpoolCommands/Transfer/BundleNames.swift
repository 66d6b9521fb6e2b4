// From what a user typed to where a bundle is, or is to be.

import Spool
import SystemPackage

enum BundleNames {
    /// `-`; a tar file; a bundle's folder; or a folder with bundles in it.
    static func locations(_ names: [String], _ watch: TransferWatch) throws -> [BundleLocation] {
        guard names.filter({ $0 == "-" }).count <= 1 else {
            throw CommandFailure(.usage, "'-' may be given once: there is one standard input")
        }
        return try names.flatMap { try locations($0, watch) }
    }

    private static func locations(_ name: String, _ watch: TransferWatch) throws -> [BundleLocation] {
        guard name != "-" else { return [.stream(input(watch), named: "standard input")] }
        guard let path = try Kernel.resolved(Paths.absolute(name)), let kind = try Kernel.status(path)?.kind else {
            throw CommandFailure(.missing, "\(name): no such bundle; is its medium mounted?")
        }
        guard kind == .directory else { return [.tar(path)] }
        guard try !isBundle(path) else { return [.folder(path)] }
        let inside = try bundles(in: path)
        guard inside.isEmpty else { return inside }
        // A bundle that has lost its first file, or nothing at all.
        let parts = Set(TagFile.allCases.map(\.rawValue) + ["data"])
        guard try Folder.names(path).contains(where: parts.contains) else {
            throw CommandFailure(.missing, "\(name): there is no bundle in it; is its medium mounted?")
        }
        return [.folder(path)]
    }

    /// Standard input, which may keep us waiting for hours, but not when we are told to stop.
    private static func input(_ watch: TransferWatch) -> ByteStream {
        let surroundings = Surroundings.current
        return { buffer in
            while !surroundings.hasInput() { try watch.check() }
            return try surroundings.inputStream(buffer)
        }
    }

    /// A folder that bundles go into, or come in.
    static func watched(_ name: String) throws -> FilePath {
        guard let path = try Kernel.resolved(Paths.absolute(name)), try Kernel.status(path)?.kind == .directory else {
            throw CommandFailure(.missing, "\(name): no such folder; is its medium mounted?")
        }
        return path
    }

    private static func isBundle(_ path: FilePath) throws -> Bool {
        try Kernel.status(path.appending(TagFile.bagit.rawValue)) != nil
    }

    /// What is complete has a name without a dot in front.
    private static func bundles(in folder: FilePath) throws -> [BundleLocation] {
        try Folder.contents(folder).filter { !$0.name.hasPrefix(".") }.sorted { $0.name < $1.name }.compactMap {
            let path = folder.appending($0.name)
            switch $0.status.kind {
            case .directory: return try isBundle(path) ? .folder(path) : nil
            case .regular: return $0.name.hasSuffix(".tar") ? .tar(path) : nil
            case .symlink, .other: return nil
            }
        }
    }

    /// `-`; a file that is called `….tar`; a folder that is there, for bundles called by their numbers; or one that is not, which
    /// becomes the bundle itself (or, with volumes, holds them).
    static func target(_ name: String, hasVolumes: Bool, _ watch: TransferWatch) throws -> ExportTarget {
        guard name != "-" else { return try stream(hasVolumes: hasVolumes, watch) }
        let path = Paths.absolute(name).lexicallyNormalized()
        if let there = try Kernel.resolved(path) {
            guard try Kernel.status(there)?.kind == .directory else {
                throw CommandFailure(
                    .cannotCreate, "\(name) is there already; a bundle never takes the place of anything")
            }
            guard try !isBundle(there) else {
                throw CommandFailure(.cannotCreate, "\(name) is a bundle already; give another name, or its folder")
            }
            return .inside(there)
        }
        guard let parent = try Kernel.resolved(path.removingLastComponent()), let last = path.lastComponent else {
            throw CommandFailure(
                .missing, "\(name): the folder that it would be in is not there; is the medium mounted?")
        }
        let target = parent.appending(last)
        if path.extension == "tar" { return .tar(target) }
        guard hasVolumes else { return .folder(target) }
        try Kernel.makeDirectory(target)
        return .inside(target)
    }

    /// Standard output, whose reader may keep us waiting for hours, but not when we are told to stop.
    private static func stream(hasVolumes: Bool, _ watch: TransferWatch) throws -> ExportTarget {
        let out = Surroundings.current.out
        guard !out.style.isTerminal else {
            throw CommandFailure(.usage, "a bundle is nothing for a terminal; send it into a file or a pipe")
        }
        guard !hasVolumes else {
            throw CommandFailure(.usage, "--volume-size needs a folder or a .tar file: one stream holds one bundle")
        }
        return .stream { bytes in
            do {
                try out.pass(bytes) { try watch.check() }
            } catch is ReaderGone {
                throw TransferError(.readerGone, "the reader of the bundle went away before it was complete")
            }
        }
    }
}
