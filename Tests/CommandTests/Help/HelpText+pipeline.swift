// What `--help` says, word for word: a change of the command line shows here.

extension HelpText {
    static let pipeline: [String: String] = [
        "": #"""
        OVERVIEW: Joe Sandbox analyses become TruSTAR reports, and every hop is a file
        that you can look at.

        Entries are named by ref (inbox/joe-752112), id (joe-752112) or webid (752112);
        '-' reads such names from standard input, one per line.

        Exit status: 0 all well, 1 something failed in this run, 64 usage, 65 bad data,
        66 no such entry or file, 69 remote unavailable, 70 our bug, 73 cannot create,
        74 I/O, 75 try again, 77 refused, 78 configuration.

        USAGE: spoolctl <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        PIPELINE SUBCOMMANDS:
          init                    Make a spool, at the configuration's spool.path or at
                                  a path.
          run                     Run the stages of run.stages until SIGTERM, which
                                  drains; or one pass of each.
          fetch                   Fetch new analyses into the inbox; or just those that
                                  are named, whatever the ledger says of them.
          map                     Make reports in the outbox from the analyses in the
                                  inbox.
          submit                  Submit the reports in the outbox to TruSTAR.

        LOOK SUBCOMMANDS:
          status                  Say on one screen whether all is well, what is stuck,
                                  since when, why, and what to do.
          list                    List entries: all, those of a queue (inbox), of a
                                  state (/failed), or of both (outbox/failed).
          show                    Show one entry: envelope, state, tries, and of a
                                  report what will be submitted.
          why                     Tell the history of an analysis through all stages,
                                  and where it is now.
          config                  Check the configuration, or show what is in force.
          doctor                  Check configuration, secrets, spool, disk, network,
                                  keys, rights and quotas; say what to do.

        ACT SUBCOMMANDS:
          add                     Put Joe Sandbox report files into the inbox, as if
                                  they had been fetched.
          requeue                 Put failed, held or done entries back to work, due
                                  now.
          hold                    Set entries aside until they are released; not one
                                  that is being worked on.
          release                 Put held entries back to work, due now.
          drop                    Remove entries for good (needs --yes).
          prune                   Remove what is done and old, or too much, oldest
                                  first (needs --yes).
          verify                  Look through the whole spool: every name, envelope,
                                  payload and record. Exit 65 if something is wrong.

        AIR GAP SUBCOMMANDS:
          export                  Pack what is ready and due into a bundle for the
                                  other side of an air gap.
          import                  Take bundles from the other side of an air gap into
                                  the spool.
          transfer                See what was sent and what arrived; write and accept
                                  receipts.

        TRY SUBCOMMANDS:
          demo                    Start both mocks, take generated analyses through all
                                  stages, show what TruSTAR received.
          mock                    Serve a mock Joe Sandbox, a mock TruSTAR, or both,
                                  until SIGTERM.

          See 'spoolctl help <subcommand>' for detailed help.
        """#,
        "init": #"""
        OVERVIEW: Make a spool, at the configuration's spool.path or at a path.

        The path must not exist or be an empty folder on a local file system. With
        --restored it is a spool that was put back from a backup: before the first
        stage runs, nothing in it counts as never sent any more.

        USAGE: spoolctl init [<dir>] [--restored] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <dir>                   Where, instead of the configuration's spool.path.

        OPTIONS:
          --restored              It is a spool from a backup: look everything up
                                  before it is sent, complete folders and ledgers.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "run": #"""
        OVERVIEW: Run the stages of run.stages until SIGTERM, which drains; or one pass
        of each.

        USAGE: spoolctl run [--once] [--config <file>] [--quiet] [--json]

        OPTIONS:
          --once                  One pass of each stage, in order, then end.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "fetch": #"""
        OVERVIEW: Fetch new analyses into the inbox; or just those that are named,
        whatever the ledger says of them.

        One process at a time fetches from a source on a spool; a second one ends with
        75.

        USAGE: spoolctl fetch [<id> ...] [--skipped <class>] [--once] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <id>                    Webids or ids to take now; '-' reads them from
                                  standard input.

        OPTIONS:
          --skipped <class>       Take what was skipped for this reason: encrypted,
                                  deleted, filtered, unfinished, …
          --once                  One pass, then end.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "map": #"""
        OVERVIEW: Make reports in the outbox from the analyses in the inbox.

        With --again: make reports anew from analyses that are done, after the mapping
        has changed. What TruSTAR would see a difference of goes to outbox/deferred,
        where submit updates it; --diff only shows it.

        USAGE: spoolctl map [<ref> ...] [--once] [--again] [--diff] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <ref>                   With --again: only these; refs, ids or webids, '-'
                                  reads them from standard input.

        OPTIONS:
          --once                  One pass, then end.
          --again                 Reports of analyses in inbox/done, made anew.
          --diff                  With --again: only show what would change; nothing is
                                  written.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "submit": #"""
        OVERVIEW: Submit the reports in the outbox to TruSTAR.

        USAGE: spoolctl submit [--once] [--dry-run] [--config <file>] [--quiet] [--json]

        OPTIONS:
          --once                  One pass, then end.
          --dry-run               Only show what would be submitted now; nothing is
                                  sent or moved.
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
