#!/usr/bin/env bash
# Speed and memory, measured in one run on this machine: ratios count, not seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
read -ra flags <<<"${RELEASE_FLAGS:?is set by make bench}"
swift build "${flags[@]}" --product spoolbench
swift build "${flags[@]}" --product spoolctl
built="$(swift build "${flags[@]}" --show-bin-path)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$built/spoolbench" "$built/spoolctl" "$work" && strip "$work/spoolctl"

# The peers, from PyPI: what cannot be installed is skipped with a word.
python=python3
if python3 -m venv "$work/venv" >/dev/null 2>&1; then
    python="$work/venv/bin/python3"
    "$python" -m pip install -q --disable-pip-version-check orjson >/dev/null 2>&1 || echo "orjson: cannot be installed"
    "$python" -m pip install -q --disable-pip-version-check 'setuptools<58' jbxapi==3.25.0 trustar==0.4.3 >/dev/null 2>&1 \
        || echo "jbxapi, trustar: cannot be installed"
fi

"$work/spoolbench" generate 20000 "$work/tiny.json" >/dev/null
"$work/spoolbench" generate 110000000 "$work/large.json" >/dev/null
"$python" scripts/bench_mapping.py "$work/spoolbench" "$work/tiny.json" "$work/large.json"
rm "$work/large.json"

echo
cc -O2 -pthread -o "$work/commits" Benchmarks/commits/commits.c
"$python" scripts/bench_commits.py "$work/spoolbench" "$work/commits" "$work"

echo
"$python" scripts/bench_pipeline.py "$work/spoolctl" "$work"

echo
"$python" scripts/bench_commands.py "$work/spoolctl" "$work"

echo
"$python" scripts/bench_ready.py "$work/spoolctl"

echo
size=$(stat -c %s "$work/spoolctl")
echo "the program, stripped, with Swift's library inside: $((size / 1000000)) MB (budget: 40 MB: $([ "$size" -le 40000000 ] && echo met || echo MISSED))"
