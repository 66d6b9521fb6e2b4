// What `--help` says, word for word: a change of the command line shows here.

extension HelpText {
    static let tryOut: [String: String] = [
        "demo": #"""
        OVERVIEW: Start both mocks, take generated analyses through all stages, show
        what TruSTAR received.

        Ends with 0 if TruSTAR then holds exactly one report per analysis that can be
        fetched. Leaves nothing behind but with --keep.

        USAGE: spoolctl demo [--analyses <number>] [--seed <number>] [--keep <dir>]

        OPTIONS:
          --analyses <number>     How many analyses. (default: 25)
          --seed <number>         The same seed gives the same analyses. (default: 7)
          --keep <dir>            Make the spool in this new folder and keep it.
          --version               Show the version.
          -h, --help              Show help information.

        """#,
        "mock": #"""
        OVERVIEW: Serve a mock Joe Sandbox, a mock TruSTAR, or both, until SIGTERM.

        The URLs are printed once both answer. As shipped, the configuration leads to
        them, unedited.

        USAGE: spoolctl mock [<options>] [<server>]

        ARGUMENTS:
          <server>                joe or trustar; both if neither is named. (values:
                                  joe, trustar)

        WHERE:
          --host <host>           Address to listen on. (default: 127.0.0.1)
          --joe-port <port>       Joe Sandbox's port; 0 takes a free one. (default:
                                  8180)
          --trustar-port <port>   TruSTAR's port; 0 takes a free one. (default: 8181)
          --port <port>           The port of the one that is named; 0 takes a free one
                                  for each.
          --tls                   Serve https with a certificate made for the occasion.
          --ca-file <file>        With --tls: where to write the authority's
                                  certificate.
          --tls-flaw <what>       With --tls: what is wrong with it: expired,
                                  other-name, or old (TLS 1.1).
          --admin                 Serve /__admin too: journal, assertions, state,
                                  faults, clock.
          --state <dir>           Keep the state in this folder over restarts.

        WHAT IT SERVES:
          --seed <number>         The same seed gives the same analyses, byte for byte.
                                  (default: 1)
          --analyses <number>     How many analyses are generated. (default: 25)
          --report-size <size>    Size of each report, for example 110MB.
          --reports <dir>         Serve the report files of this folder instead.
          --duplicate-ids <what>  TruSTAR, given an external id that it has: reject,
                                  accept or update. (default: reject)
          --visibility-delay <time>
                                  TruSTAR's look-ups see a new report so much later.
          --unknown-enclave <status>
                                  TruSTAR, given an enclave that it does not know: 403
                                  or 404. (default: 403)
          --faults <file>         Fault plan (YAML): what goes wrong, and when.

        OPTIONS:
          --json                  Print JSON: exact, and stable in its names
                                  (docs/CLI.md).
          --version               Show the version.
          -h, --help              Show help information.

        """#,
    ]
}
