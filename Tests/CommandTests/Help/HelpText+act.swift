// What `--help` says, word for word: a change of the command line shows here.

extension HelpText {
    static let act: [String: String] = [
        "add": #"""
        OVERVIEW: Put Joe Sandbox report files into the inbox, as if they had been
        fetched.

        The webid is that of --webid, else the digits in the file's name, else the
        analysis id in the report (said so). What is not a Joe Sandbox report in JSON
        is refused (65).

        USAGE: spoolctl add <file> ... [--webid <webid>] [--source <source>] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <file>                  Report files (json, jsonfixed or their light forms).

        OPTIONS:
          --webid <webid>         The webid, if one file is given.
          --source <source>       First part of the entry's name (else joe.source).
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "requeue": #"""
        OVERVIEW: Put failed, held or done entries back to work, due now.

        An analysis is refused while its report is outside 'done': requeue or drop that
        report first. --all alone means /failed.

        USAGE: spoolctl requeue [<ref> ...] [--all] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <ref>                   Refs, ids or webids; '-' reads them from standard
                                  input.

        OPTIONS:
          --all                   Act on everything in the queues or states given
                                  (QUEUE, QUEUE/STATE, /STATE).
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "hold": #"""
        OVERVIEW: Set entries aside until they are released; not one that is being
        worked on.

        --all needs QUEUE, QUEUE/STATE or /STATE; a queue alone means what waits in it
        (ready, deferred).

        USAGE: spoolctl hold [<ref> ...] [--all] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <ref>                   Refs, ids or webids; '-' reads them from standard
                                  input.

        OPTIONS:
          --all                   Act on everything in the queues or states given
                                  (QUEUE, QUEUE/STATE, /STATE).
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "release": #"""
        OVERVIEW: Put held entries back to work, due now.

        --all alone means /hold.

        USAGE: spoolctl release [<ref> ...] [--all] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <ref>                   Refs, ids or webids; '-' reads them from standard
                                  input.

        OPTIONS:
          --all                   Act on everything in the queues or states given
                                  (QUEUE, QUEUE/STATE, /STATE).
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "drop": #"""
        OVERVIEW: Remove entries for good (needs --yes).

        The ledger keeps its line: what was dropped is not fetched again by itself, but
        by 'spoolctl fetch ID'. --all needs QUEUE/STATE or /STATE.

        USAGE: spoolctl drop [<ref> ...] [--all] [--yes] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <ref>                   Refs, ids or webids; '-' reads them from standard
                                  input.

        OPTIONS:
          --all                   Act on everything in the queues or states given
                                  (QUEUE, QUEUE/STATE, /STATE).
          --yes                   Yes, remove them.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "prune": #"""
        OVERVIEW: Remove what is done and old, or too much, oldest first (needs --yes).

        Only 'done', unless other states are named (/failed, /hold, /exported); never
        what the ledger does not know, since it would be fetched again.

        USAGE: spoolctl prune [<queue/state> ...] [--older-than <time>] [--keep <size>] [--dry-run] [--yes] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <queue/state>           QUEUE, QUEUE/STATE or /STATE; else /done.

        OPTIONS:
          --older-than <time>     What is in its state for longer than this, for
                                  example 30d.
          --keep <size>           The oldest, until no more than this is left, for
                                  example 20GB.
          --dry-run               Only show what would be removed.
          --yes                   Yes, remove it.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "verify": #"""
        OVERVIEW: Look through the whole spool: every name, envelope, payload and
        record. Exit 65 if something is wrong.

        With BUNDLE, looks through that instead, without a spool: a folder, a tar file,
        or '-' for standard input.

        Changes nothing by itself, and may run beside the stages. --repair shows what
        it would do, and does it with --yes; nothing is ever deleted by it.

        USAGE: spoolctl verify [<bundle> ...] [--repair] [--yes] [--quick] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <bundle>                Bundles to look through instead of the spool.

        OPTIONS:
          --repair                Show the remedy of each finding; with --yes carry
                                  them out.
          --yes                   With --repair: yes, do it.
          --quick                 Names and envelopes only, without reading payloads.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --spool <dir>           This spool instead of the configuration's, which is
                                  then not read.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
    ]
}
