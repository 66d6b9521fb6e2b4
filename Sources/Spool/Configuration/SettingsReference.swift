// docs/CONFIGURATION.md, made from the same schema that reads the file, so that the page cannot say anything else. A
// test compares the page with this text.

package enum SettingsReference {
    /// The whole page.
    package static var markdown: String {
        (introduction + Settings.schema.map(table)).joined(separator: "\n\n") + "\n"
    }

    private static func table(_ section: SectionFacts) -> String {
        let rows = section.keys.map { key in
            "| `\(key.name)` | \(key.type) | \(key.standard.map(shown) ?? "") | \(key.summary) |"
        }
        let head = [
            "## `\(section.path)`", "", section.summary, "", "| key | type | default | meaning |", "|---|---|---|---|",
        ]
        return (head + rows).joined(separator: "\n")
    }

    /// A default that is a value stands as the file would have it; a note is plain words.
    private static func shown(_ standard: String) -> String {
        standard == "any" || standard.hasPrefix("the ") ? standard : "`\(standard)`"
    }

    private static let introduction = [
        "# Configuration",
        """
        `config.yaml` at the top of the project is the annotated reference; as shipped it works against `spoolctl
        mock`. This page is made from the schema that reads the file. `spoolctl config check` prints everything that
        is wrong, one line each (`config.yaml:12:5: unknown key 'intervall' in 'joe'; did you mean 'interval'?`), and
        exits 78; `spoolctl config show` prints each key with the value in force and where it comes from.
        """,
        "## Which file",
        """
        The first of these: `--config FILE`; `$SPOOLCTL_CONFIG`; `./config.yaml`, only if it is yours and neither its
        group nor others can write it; `/etc/spoolctl/config.yaml`. The one used is named on stderr. A file that was
        named is never replaced by another. Relative paths in a file are relative to its folder.
        """,
        "## What the file may hold",
        """
        One YAML document in UTF-8 without byte order mark, at most 1 MiB. Booleans are `true` and `false`. Anchors,
        aliases, merge keys and tags are refused, and so are unknown and duplicate keys.

        - Durations: whole numbers with units, large to small: `250ms`, `30s`, `15m`, `1h30m`, `7d`.
        - Sizes: `2MB` is 2,000,000 bytes, `64MiB` is 67,108,864; `B kB MB GB TB KiB MiB GiB TiB`; a number alone is
          bytes.
        - URLs: `http` or `https`, without user, password, query or fragment.
        - Variables, in values only and replaced once: `${NAME}`, an error if it is unset; `${NAME:-default}`, also if
          it is empty; `$${` for the characters themselves. What a variable holds is never shown in an error.
        """,
        "## Secrets",
        """
        A secret `NAME` of a section is given as `NAME: ${VARIABLE}`, as `NAME_file:` (one line; mode 0600 or 0400),
        or as the systemd credential `<section>.NAME` in `$CREDENTIALS_DIRECTORY`
        (`LoadCredential=joe.api_key:/etc/spoolctl/joe.key`), which is looked for if the file gives neither. Both ways
        at once are an error. A secret is printed as `<redacted>`, always.

        Refused: a secret written into the file itself (a default in `${NAME:-…}` counts) for any service but this
        machine's own, if others than the owner can read the file; and a secret over plain `http` to anywhere but this
        machine. A password for a proxy goes to it in clear text, as proxies have it, and is warned about.

        The commands that only look at the spool do not read secrets and do not need their variables.
        """,
    ]
}
