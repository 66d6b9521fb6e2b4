// What `--help` says, word for word: a change of the command line shows here.

extension HelpText {
    static let look: [String: String] = [
        "status": #"""
        OVERVIEW: Say on one screen whether all is well, what is stuck, since when,
        why, and what to do.

        Exit status 1 if something needs attention: failed entries, a stopped stage, no
        room, nobody at work.

        USAGE: spoolctl status [--config <file>] [--quiet] [--spool <dir>] [--json]

        OPTIONS:
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
        "list": #"""
        OVERVIEW: List entries: all, those of a queue (inbox), of a state (/failed), or
        of both (outbox/failed).

        USAGE: spoolctl list [<queue/state>] [--long] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <queue/state>           QUEUE, QUEUE/STATE or /STATE.

        OPTIONS:
          --long                  Read each envelope too: time, size of the payload,
                                  digest, origin.
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
        "show": #"""
        OVERVIEW: Show one entry: envelope, state, tries, and of a report what will be
        submitted.

        USAGE: spoolctl show <ref> [--body] [--raw] [--indicators] [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <ref>                   Ref (inbox/joe-752112), id or webid; the entry
                                  furthest along is shown.

        OPTIONS:
          --body                  A report's body.
          --raw                   The payload, byte for byte (on a terminal with
                                  control characters written out).
          --indicators            A report's indicators.
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
        "why": #"""
        OVERVIEW: Tell the history of an analysis through all stages, and where it is
        now.

        USAGE: spoolctl why <id> [--config <file>] [--quiet] [--spool <dir>] [--json]

        ARGUMENTS:
          <id>                    Id (joe-752112), webid (752112) or ref.

        OPTIONS:
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
        "config": #"""
        OVERVIEW: Check the configuration, or show what is in force.

        USAGE: spoolctl config <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          check                   Find everything that is wrong with the configuration,
                                  one line each; exit 78 if there is something.
          show                    Show every key with the value in force and where it
                                  comes from; secrets redacted.

          See 'spoolctl help config <subcommand>' for detailed help.
        """#,
        "config check": #"""
        OVERVIEW: Find everything that is wrong with the configuration, one line each;
        exit 78 if there is something.

        USAGE: spoolctl config check [--config <file>] [--quiet] [--json]

        OPTIONS:
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "config show": #"""
        OVERVIEW: Show every key with the value in force and where it comes from;
        secrets redacted.

        USAGE: spoolctl config show [--config <file>] [--quiet] [--json]

        OPTIONS:
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "doctor": #"""
        OVERVIEW: Check configuration, secrets, spool, disk, network, keys, rights and
        quotas; say what to do.

        Nothing is changed, no report is sent, and no call is made that counts to a
        quota. A broken configuration is told, and what can be checked all the same is.
        Exit status: 0 if nothing fails, else that of the first line that does.

        USAGE: spoolctl doctor [--offline] [--config <file>] [--quiet] [--json]

        OPTIONS:
          --offline               Only what is on this machine: no call, no name is
                                  looked up.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
    ]
}
