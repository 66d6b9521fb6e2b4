// Where bundles go, and what they are called there.

package import SystemPackage

package enum ExportTarget: Sendable {
    /// Into a folder, as a folder called by its number.
    case inside(FilePath)
    /// Into a folder, as a tar file called by its number.
    case tarInside(FilePath)
    /// As this folder.
    case folder(FilePath)
    /// As this file; of several, each with its number before the suffix.
    case tar(FilePath)
    case stream(ByteDrain)

    /// Where there must be room; nil: nowhere that we know.
    var disk: FilePath? {
        switch self {
        case .inside(let folder), .tarInside(let folder): folder
        case .folder(let path), .tar(let path): path.removingLastComponent()
        case .stream: nil
        }
    }

    /// Where the bundle of that number goes. `isOnly`: there will be no other. nil: a stream has no path.
    func path(_ stream: TransferStream, _ number: Int, isOnly: Bool) -> FilePath? {
        switch self {
        case .inside(let folder): folder.appending(stream.bundleName(number))
        case .tarInside(let folder): folder.appending("\(stream.bundleName(number)).tar")
        case .folder(let path): path
        case .tar(let path) where isOnly: path
        case .tar(let path):
            path.removingLastComponent().appending("\(path.stem ?? "bundle")-\(TransferStream.padded(number)).tar")
        case .stream: nil
        }
    }

    /// Whether the number is in the name, which is ours then.
    func namesByNumber(isOnly: Bool) -> Bool {
        switch self {
        case .inside, .tarInside: true
        case .tar: !isOnly
        case .folder, .stream: false
        }
    }

    /// Where one bundle goes: a folder takes its files in any order, so that its entries can go there before anything else.
    enum Opening: Sendable {
        case folder(FolderSink)
        /// An archive says first what is in it, so that is known before it is begun.
        case archive(@Sendable (TransferRecord) throws -> TarSink)

        func sink(_ record: TransferRecord) throws -> any BagSink {
            switch self {
            case .folder(let sink): sink
            case .archive(let begin): try begin(record)
            }
        }

        var takesEntriesFirst: Bool { if case .folder = self { true } else { false } }

        /// Not to be, as far as it is there at all.
        func abandon() { if case .folder(let sink) = self { sink.abandon() } }
    }

    func open(_ path: FilePath?) throws -> Opening {
        if let path, try Kernel.status(path) != nil {
            throw TransferError(.exists, "\(path) is there already; a bundle never takes the place of anything")
        }
        switch (self, path) {
        case (.stream(let stream), _):
            return .archive { TarSink(stream, root: $0.stream.bundleName($0.number), at: Self.time($0)) }
        case (.tar, let path?), (.tarInside, let path?):
            return .archive { try TarSink(path, root: $0.stream.bundleName($0.number), at: Self.time($0)) }
        case (.inside, let path?), (.folder, let path?): return .folder(try FolderSink(path))
        case (_, nil): preconditionFailure("only a stream has no path")
        }
    }

    private static func time(_ record: TransferRecord) -> Timestamp {
        Timestamp(rfc3339: record.created) ?? Timestamp(nanoseconds: 0)
    }
}
