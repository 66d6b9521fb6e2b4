#!/usr/bin/env bash
# How the first poll of a large account behaves: 100,000 analyses on the bundled server, none of them wanted by the filter, so
# that what is measured is the list, one question for each analysis, and the ledger. The second pass finds nothing new.
#
#   scripts/bench_listing.sh [ANALYSES] [PROGRAM]
set -euo pipefail
count=${1:-100000}
program=$(realpath "${2:-.build/spoolctl}")
work=$(mktemp -d)
"$program" mock joe --port 0 --analyses "$count" --json >"$work/url" 2>/dev/null &
mock=$!
trap 'kill "$mock" 2>/dev/null; wait "$mock" 2>/dev/null || true; rm -rf "$work"' EXIT
until [ -s "$work/url" ]; do kill -0 "$mock"; sleep 0.2; done
url=$(sed -E 's/.*"url":"([^"]*)".*/\1/' "$work/url")
key=$(sed -E 's/.*"apiKey":"([^"]*)".*/\1/' "$work/url")

cat >"$work/config.yaml" <<EOF
spool: {path: spool, create: true, min_free: 1MB}
joe:
  base_url: $url
  api_key: $key
  filter: {file_names: [no-sample-has-this-name]}
run: {stages: [fetch]}
EOF

pass() {
    python3 - "$1" "$program" "$work/config.yaml" <<'EOF'
import resource, subprocess, sys, time
name, program, config = sys.argv[1:]
start = time.monotonic()
done = subprocess.run([program, "fetch", "--once", "--json", "-q", "--config", config], capture_output=True, text=True)
took = time.monotonic() - start
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(f"{name}: {took:.1f} s, {memory:.0f} MiB at most, exit {done.returncode}: {done.stdout.strip()}")
EOF
}
pass "first pass"
pass "second pass"
