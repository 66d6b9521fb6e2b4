#!/usr/bin/env bash
# The systemd units of packaging/, checked by systemd itself: that they are understood, and how much they let through.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v systemd-analyze >/dev/null || { echo "units: skipped, systemd-analyze is not here"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp packaging/systemd/*.service packaging/systemd/*.timer "$work"
# What is not installed here cannot be started; that says nothing about the unit.
sed -i 's|^ExecStart=/usr/bin/spoolctl|ExecStart=/bin/true|' "$work"/*.service
said=$(cd "$work" && SYSTEMD_UNIT_PATH="$work:" systemd-analyze verify ./spoolctl.service ./spoolctl@*.timer 2>&1) || true
[ -z "$said" ] || { echo "$said" >&2; exit 1; }
# 0 is closed, 10 open, in tenths.
for unit in spoolctl.service spoolctl@fetch.service; do
    [ -e "$work/$unit" ] || cp "$work/spoolctl@.service" "$work/$unit"
    systemd-analyze security --offline=yes --threshold=20 --no-pager "$work/$unit" | tail -1
done
