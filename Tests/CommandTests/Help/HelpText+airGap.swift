// What `--help` says, word for word: a change of the command line shows here.

extension HelpText {
    static let airGap: [String: String] = [
        "export": #"""
        OVERVIEW: Pack what is ready and due into a bundle for the other side of an air
        gap.

        TARGET is a folder (the bundle becomes a folder in it, called by its number),
        the name of a folder that is not there yet (which becomes the bundle), a file
        called ….tar, or '-' for a tar archive on standard output.

        A bundle is a BagIt bag: bagit.py --validate and sha256sum -c check it,
        'spoolctl verify' and 'spoolctl import' do more. See docs/AIRGAP.md.

        USAGE: spoolctl export <target> [<ref> ...] [--queue <queue>] [--to <name>] [--volume-size <size>] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <target>                Where the bundle goes.
          <ref>                   Only these entries; '-' reads refs from standard
                                  input.

        OPTIONS:
          --queue <queue>         inbox or outbox (else transfer.queue).
          --to <name>             The other side's name (else transfer.destination).
          --volume-size <size>    Split into bundles of at most this size, for example
                                  4GB; each is complete by itself.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "import": #"""
        OVERVIEW: Take bundles from the other side of an air gap into the spool.

        Everything is verified before anything is taken: a bundle comes in as a whole
        or not at all (65). What is here already is counted and skipped, so that a
        bundle may be imported again at any time.

        USAGE: spoolctl import <bundle> ... [--dry-run] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <bundle>                Bundles: folders, tar files, folders that hold such,
                                  or '-' for a tar archive on standard input.

        OPTIONS:
          --dry-run               Verify and compare, and change nothing.
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
