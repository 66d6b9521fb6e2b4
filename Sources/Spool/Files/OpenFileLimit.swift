// How many files may be open at a time. A lock on an entry is an open file, and a bundle holds those of all its entries until
// it is complete.

import CFiles

package enum OpenFileLimit {
    /// Raised once to what the process may have.
    private static let raised = Int(clamping: spool_raise_open_files())
    /// For all that is open besides; each lane may have some that are being written out.
    private static let others = 128 + 20 * Lanes.count

    /// Makes holding thousands of them cheap. Before anything else in a process: a thread makes it dear.
    package static func prepare() { spool_widen_open_files() }

    /// Entries that may be held at a time.
    package static var entries: Int { max(16, raised - others) }
}
