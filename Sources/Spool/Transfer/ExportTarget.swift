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

    /// `isOnly`: there will be no other. nil: a stream has no path.
    func path(of record: TransferRecord, isOnly: Bool) -> FilePath? {
        switch self {
        case .inside(let folder): folder.appending(record.bundleName)
        case .tarInside(let folder): folder.appending("\(record.bundleName).tar")
        case .folder(let path): path
        case .tar(let path) where isOnly: path
        case .tar(let path):
            path.removingLastComponent().appending("\(path.stem ?? "bundle")-\(record.paddedNumber).tar")
        case .stream: nil
        }
    }

    func sink(_ record: TransferRecord, _ path: FilePath?) throws -> any BagSink {
        let time = Timestamp(rfc3339: record.created) ?? Timestamp(nanoseconds: 0)
        if let path, try Kernel.status(path) != nil {
            throw TransferError(.exists, "\(path) is there already; a bundle never takes the place of anything")
        }
        switch (self, path) {
        case (.stream(let stream), _): return TarSink(stream, root: record.bundleName, at: time)
        case (.tar, let path?), (.tarInside, let path?): return try TarSink(path, root: record.bundleName, at: time)
        case (.inside, let path?), (.folder, let path?): return try FolderSink(path)
        case (_, nil): preconditionFailure("only a stream has no path")
        }
    }
}
