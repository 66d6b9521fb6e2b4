#!/usr/bin/env bash
# interop_metrics.sh PROGRAM URLS PYTHON: three verbs against running mocks (URLS: what `mock --json` printed) write a
# metrics file, which Prometheus' own parser reads.
set -euo pipefail
program=$1 urls=$2 python=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" - "$urls" >"$work/config.yaml" <<'PY'
import json, sys
urls = json.load(open(sys.argv[1]))
joe, trustar = urls["joe"], urls["trustar"]
print(f"""
spool: {{path: spool, create: true}}
joe: {{base_url: "{joe['url']}", api_key: "{joe['apiKey']}"}}
trustar:
  api_url: "{trustar['apiUrl']}"
  auth_url: "{trustar['authUrl']}"
  api_key: "{trustar['apiKey']}"
  api_secret: "{trustar['apiSecret']}"
  enclave_id: "{trustar['enclave']}"
  calls_per_minute: 1000000
metrics: {{textfile: spoolctl.prom}}
""")
PY
chmod 600 "$work/config.yaml"
for verb in fetch map submit; do
    # 1: some of the mocks' analyses cannot be taken.
    "$program" "$verb" --once -q --config "$work/config.yaml" >/dev/null || [ $? = 1 ]
done
"$python" Tests/Interop/metrics_text.py "$work/spoolctl.prom"
