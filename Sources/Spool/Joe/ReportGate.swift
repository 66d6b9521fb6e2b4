// Decides from the first bytes of a download whether it is a report. A pure value; JoeClient+download.swift feeds it.

import NIOCore

struct ReportGate {
    enum Admission: Equatable {
        /// Not enough seen yet; the bytes are kept.
        case wait
        case pass(ByteBuffer)
        case refuse(OutcomeTable.BodyProblem, String)
        /// An error envelope that came with a status of success.
        case error(ByteBuffer)
    }

    /// Enough for any beginning; every real report is longer.
    private static let enough = 1_024
    /// An error envelope is never longer.
    private static let longestError = 65_536

    private var held = ByteBuffer()
    private var isOpen: Bool
    private let isHTML: Bool

    init(expectsJSON: Bool, isHTML: Bool) {
        // Other types (pdf, zip, …) have no beginning that could be checked, and HTML may be what was asked for.
        isOpen = !expectsJSON
        self.isHTML = isHTML
    }

    mutating func admit(_ piece: ByteBuffer) -> Admission {
        if isOpen { return .pass(piece) }
        if isHTML { return .refuse(.html, "") }
        held.writeImmutableBuffer(piece)
        guard held.readableBytes >= Self.enough else { return .wait }
        if beginsWithErrors {
            guard held.readableBytes <= Self.longestError else { return .refuse(.malformed, "it begins with errors") }
            return .wait
        }
        return decide()
    }

    /// At the end of the body, once it is known to be complete.
    mutating func finish() -> Admission {
        if isOpen { return .wait }
        if isHTML { return .refuse(.html, "") }
        if JoeError(in: held) != nil { return .error(held) }
        return decide()
    }

    private mutating func decide() -> Admission {
        switch AnswerStart(held.readableBytesView) {
        case .json:
            isOpen = true
            defer { held = ByteBuffer() }
            return .pass(held)
        case .html: return .refuse(.html, "")
        case .zip: return .refuse(.encrypted, "")
        case .empty: return .refuse(.notJSON, "it is empty")
        case .other: return .refuse(.notJSON, "")
        }
    }

    /// `{"errors"`, with any blanks.
    private var beginsWithErrors: Bool {
        var rest = held.readableBytesView[...]
        for part in ["{", "\"errors\""] {
            rest = rest.drop { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0d) }
            guard rest.starts(with: part.utf8) else { return false }
            rest = rest.dropFirst(part.utf8.count)
        }
        return true
    }
}
