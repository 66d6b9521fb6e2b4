// How the process's memory is managed: reports are large and short-lived, and a process that stays for months must keep no
// more than what it works on.

import CFiles

package enum Memory {
    /// Buffers of 256 KiB and more go back to the system as soon as they are freed, and all threads share two heaps. Before
    /// anything else in a process.
    package static func spare() { spool_spare_memory() }
}
