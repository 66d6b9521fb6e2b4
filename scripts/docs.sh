#!/usr/bin/env bash
# Checks the documentation comments of the public modules (the mocks) and renders them, with the toolchain's own docc.
set -euo pipefail
cd "$(dirname "$0")/.."
swift package dump-symbol-graph --minimum-access-level public --skip-synthesized-members >/dev/null
graphs=.build/docs-graphs
rm -rf "$graphs" .build/docs && mkdir -p "$graphs"
cp "$(swift build --show-bin-path)/../symbolgraph/"Mock*.symbols.json "$graphs"
docc convert --additional-symbol-graph-dir "$graphs" --output-dir .build/docs \
    --fallback-display-name spoolctl --fallback-bundle-identifier spoolctl --warnings-as-errors
echo "documentation: .build/docs"
