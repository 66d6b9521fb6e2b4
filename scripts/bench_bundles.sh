#!/usr/bin/env bash
# Bundles, beside bagit-python, measured in one run on this machine: ratios count, not seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra flags <<<"${RELEASE_FLAGS:?is set by make bench}"
swift build "${flags[@]}" --product spoolctl
spoolctl="$(swift build "${flags[@]}" --show-bin-path)/spoolctl"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if python3 -m venv "$work/venv" >/dev/null 2>&1 && "$work/venv/bin/pip" install -q 'bagit==1.9.0' >/dev/null 2>&1; then
    "$work/venv/bin/python3" scripts/bench_bundles.py "$spoolctl" "$work/venv/bin/bagit.py"
else
    echo "bundles: skipped, PyPI cannot be reached"
fi
