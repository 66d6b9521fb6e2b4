// The executable: everything is in SpoolCommands, where tests reach it.

import Glibc
import SpoolCommands

// Reports are large and short-lived: their buffers go back to the system at once, and all threads share two heaps, so that a
// process that stays keeps no more than what it works on. (Refused, nothing but memory is lost.)
_ = mallopt(M_MMAP_THRESHOLD, 256 << 10)
_ = mallopt(M_ARENA_MAX, 2)

await Entrance.main()
