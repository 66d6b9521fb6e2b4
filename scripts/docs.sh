#!/usr/bin/env bash
# Checks the documentation comments of the public modules and renders them, with the toolchain's own docc.
set -euo pipefail
cd "$(dirname "$0")/.."
graphs=.build/symbol-graphs
rm -rf "$graphs" .build/docs && mkdir -p "$graphs"
bin=$(swift build --show-bin-path)
swift build >/dev/null
for module in MockJoe MockTruStar MockKit; do
    swift symbolgraph-extract -module-name "$module" -I "$bin/Modules" -I "$bin" -target "$(uname -m)-unknown-linux-gnu" \
        -output-dir "$graphs" -minimum-access-level public \
        $(find .build/checkouts -path '*/include/module.modulemap' -printf '-I %h ') 2>/dev/null ||
        swift package dump-symbol-graph --minimum-access-level public >/dev/null
done
docc convert --additional-symbol-graph-dir "$graphs" --output-dir .build/docs \
    --fallback-display-name spoolctl --fallback-bundle-identifier spoolctl --warnings-as-errors
echo "documentation: .build/docs"
