#!/usr/bin/env bash
# The vendors' own clients, from PyPI, against the bundled servers: every call of theirs that the mocks serve; what we write
# for Prometheus through Prometheus' own parser; and the Library of Congress's bagit.py, sha256sum and tar against our bundles.
# Skipped with a word only if PyPI cannot be reached.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build --product spoolctl
program="$(swift build --show-bin-path)/spoolctl"
venvs="$PWD/.build/interop"
work=$(mktemp -d)
mock=
trap '[ -z "$mock" ] || kill "$mock" 2>/dev/null; rm -rf "$work"' EXIT

install() { # NAME PACKAGE…
    local venv="$venvs/$1"; shift
    [ -e "$venv/.complete" ] && return 0
    python3 -m venv --clear "$venv" && "$venv/bin/pip" install -q --disable-pip-version-check "$@" && touch "$venv/.complete"
}
# Old setuptools first: the trustar package cannot be installed with a new one.
python3 -m venv --without-pip "$work/venv" && python3 -c 'import ensurepip' || {
    echo "interop: python3 cannot make a venv; install python3-venv" >&2
    exit 1
}
if ! install joe 'jbxapi==3.25.0' pyzipper || ! install trustar 'setuptools<58' 'trustar==0.4.3' \
    || ! install prometheus 'prometheus_client==0.21.1' || ! install bagit 'bagit==1.9.0'; then
    if "$venvs/joe/bin/pip" download -q --no-deps -d "$work" six >/dev/null 2>&1; then
        echo "interop: PyPI is there, but the clients cannot be installed" >&2
        exit 1
    fi
    echo "interop: skipped, PyPI cannot be reached"
    exit 0
fi

"$program" mock --admin --port 0 --json >"$work/urls" &
mock=$!
for _ in $(seq 300); do [ -s "$work/urls" ] && break; sleep 0.1; done
url() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]]["url"])' "$work/urls" "$1"; }

echo "jbxapi:"
"$venvs/joe/bin/python" Tests/Interop/joe_client.py "$(url joe)"
echo "trustar:"
"$venvs/trustar/bin/python" Tests/Interop/trustar_client.py "$(url trustar)"
echo "prometheus_client:"
scripts/interop_metrics.sh "$program" "$work/urls" "$venvs/prometheus/bin/python"
echo "bagit:"
scripts/interop_bagit.sh "$program" "$venvs/bagit/bin" "$work"
