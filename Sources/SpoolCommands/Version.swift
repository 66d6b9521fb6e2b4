// The one place that says which version this is: `--version`, envelopes, and what servers are told.

/// This program's version.
package enum Version {
    package static let current = "0.1.0"
}
