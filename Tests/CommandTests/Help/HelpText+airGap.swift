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

        With --watch it goes on until SIGTERM, and packs what is there again and again;
        --again repeats one bundle that was lost on its way, with its number and byte
        for byte, from what is in 'exported' and 'done'.

        USAGE: spoolctl export [<target>] [<ref> ...] [--queue <queue>] [--to <name>] [--volume-size <size>] [--watch <dir>] [--every <time>] [--again <number>] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <target>                Where the bundle goes.
          <ref>                   Only these entries; '-' reads refs from standard
                                  input.

        OPTIONS:
          --queue <queue>         inbox or outbox (else transfer.queue).
          --to <name>             The other side's name (else transfer.destination).
          --volume-size <size>    Split into bundles of at most this size, for example
                                  4GB; each is complete by itself.
          --watch <dir>           Go on, with a bundle into this folder whenever there
                                  is something to send.
          --every <time>          With --watch: how often, for example 5m (else
                                  transfer.every).
          --again <number>        Repeat the bundle of this number.
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

        With --watch it goes on until SIGTERM and takes each bundle that has arrived in
        a folder as soon as it is complete. Nothing in the folder is moved or removed;
        'spoolctl transfer status' shows what waits there.

        USAGE: spoolctl import [<bundle> ...] [--watch <dir>] [--every <time>] [--dry-run] [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <bundle>                Bundles: folders, tar files, folders that hold such,
                                  or '-' for a tar archive on standard input.

        OPTIONS:
          --watch <dir>           Go on, with what arrives in this folder.
          --every <time>          With --watch: how often to look, for example 30s
                                  (else transfer.poll).
          --dry-run               Verify and compare, and change nothing.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "transfer": #"""
        OVERVIEW: See what was sent and what arrived; write and accept receipts.

        USAGE: spoolctl transfer <subcommand>

        OPTIONS:
          --version               Show the version.
          -h, --help              Show help information.

        SUBCOMMANDS:
          status                  Show what was sent, what arrived, and which numbers
                                  are missing; exit 1 if something is.
          receipt                 Write a receipt for what has arrived, as a small text
                                  for 'spoolctl transfer accept' on the other side.
          accept                  Accept a receipt: what it names moves from 'exported'
                                  to 'done'.

          See 'spoolctl help transfer <subcommand>' for detailed help.
        """#,
        "transfer status": #"""
        OVERVIEW: Show what was sent, what arrived, and which numbers are missing; exit
        1 if something is.

        A gap is a report, never a refusal: bundles may arrive in any order. Numbers
        that the sender gave up are no gap. What is missing is repeated by 'spoolctl
        export --again NUMBER' on the other side.

        USAGE: spoolctl transfer status [--config <file>] [--quiet] [--spool <dir>] [--json]

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
        "transfer receipt": #"""
        OVERVIEW: Write a receipt for what has arrived, as a small text for 'spoolctl
        transfer accept' on the other side.

        It names each bundle that was imported whole by number and digest, and the
        numbers that are missing. Signed if transfer.signing_key is given. It may be
        written again at any time, and accepted twice.

        USAGE: spoolctl transfer receipt [<stream>] [--output <file>] [--from <number>] [--config <file>] [--quiet]

        ARGUMENTS:
          <stream>                Of which stream: <spool>/<name>, the beginning of the
                                  spool's id, or the name; needed if there are several.

        OPTIONS:
          -o, --output <file>     Into this file instead of standard output.
          --from <number>         From this number on, instead of the newest 500
                                  bundles.
          --config <file>         Configuration file (else $SPOOLCTL_CONFIG,
                                  ./config.yaml, /etc/spoolctl/config.yaml).
          -q, --quiet             Say nothing on standard error but errors.
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "transfer accept": #"""
        OVERVIEW: Accept a receipt: what it names moves from 'exported' to 'done'.

        Signature (required if transfer.allowed_signers is given), stream, numbers and
        digests are checked first; nothing moves if one of them is wrong (65). Words
        around the receipt, as in a mail, do not matter.

        USAGE: spoolctl transfer accept <file> ... [--config <file>] [--quiet] [--json]

        ARGUMENTS:
          <file>                  Files with a receipt each; '-' reads standard input.

        OPTIONS:
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
