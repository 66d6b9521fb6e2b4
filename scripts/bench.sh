#!/usr/bin/env bash
# Speed and memory, measured in one run on this machine: ratios count, not seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release -Xswiftc -static-stdlib --product spoolbench
swift build -c release -Xswiftc -static-stdlib --product spoolctl
built="$(swift build -c release -Xswiftc -static-stdlib --show-bin-path)"
bench="$built/spoolbench"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$bench" generate 20000 "$work/tiny.json" >/dev/null
"$bench" generate 110000000 "$work/large.json" >/dev/null

python=python3
if python3 -m venv "$work/venv" >/dev/null 2>&1 && "$work/venv/bin/pip" install -q orjson >/dev/null 2>&1; then
    python="$work/venv/bin/python3"
else
    echo "orjson: skipped, PyPI cannot be reached"
fi

"$python" scripts/bench_mapping.py "$bench" "$work/tiny.json" "$work/large.json"

strip -o "$work/spoolctl" "$built/spoolctl"
python3 scripts/bench_commands.py "$work/spoolctl" "$work"
