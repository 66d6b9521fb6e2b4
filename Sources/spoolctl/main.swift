// The executable: everything is in SpoolCommands, where tests reach it.

import SpoolCommands

await Entrance.main()
