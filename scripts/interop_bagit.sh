#!/usr/bin/env bash
# interop_bagit.sh PROGRAM BIN WORK: bundles of ours, checked by bagit.py (in BIN), sha256sum and GNU tar; and one that bagit.py
# must find wrong as well. In the folder WORK.
set -euo pipefail
program=$1 bin=$2 work=$3/bagit
mkdir -p "$work/medium" && cd "$work"
cat >c.yaml <<'YAML'
spool: {path: spool, create: true}
run: {stages: [map]}
YAML
spoolctl() { "$program" "$@" -q --config "$work/c.yaml"; }
for number in 1 2 3; do
    printf '{"analysis": {"generalinfo": {"id": %s, "target": {"sample": "s"}, "startdate": "20/12/2018", "starttime": "19:48:25"}}}' \
        "$number" >"report-75211$number.json"
done
spoolctl add report-*.json >/dev/null
spoolctl map --once >/dev/null
validate() { "$bin/bagit.py" --validate "$1" 2>&1 | tail -1; }
if command -v ssh-keygen >/dev/null; then
    ssh-keygen -q -t ed25519 -N '' -C interop -f "$work/key"
    echo "transfer: {signing_key: $work/key}" >>c.yaml
fi
spoolctl export folder outbox/joe-752111 >/dev/null
spoolctl export medium/x.tar outbox/joe-752112 >/dev/null
spoolctl export - outbox/joe-752113 2>/dev/null >stream.tar
tar -xf medium/x.tar && tar -xf stream.tar
bags=(folder peer-*-000002 peer-*-000003)
for bag in "${bags[@]}"; do
    validate "$bag" | grep -q 'is valid$' || { echo "bagit.py does not take $bag:"; validate "$bag"; exit 1; }
    (cd "$bag" && sha256sum -c --quiet --strict manifest-sha256.txt tagmanifest-sha256.txt)
    spoolctl verify "$bag" >/dev/null
    [ ! -e key ] || (cd "$bag" && ssh-keygen -Y check-novalidate -n spool-bundle -s tagmanifest-sha256.txt.sig \
        <tagmanifest-sha256.txt >/dev/null)
done
# A bag that went through stock tar comes back.
tar --format=ustar -cf again.tar peer-*-000002
spoolctl verify again.tar >/dev/null
printf x | dd of=folder/data/outbox/joe-752111.entry bs=1 seek=1100 conv=notrunc status=none
! "$bin/bagit.py" --validate folder >/dev/null 2>&1 || { echo "bagit.py takes a damaged bag"; exit 1; }
! spoolctl verify folder >/dev/null || { echo "spoolctl takes a damaged bag"; exit 1; }
echo "  ${#bags[@]} bags valid for bagit.py, sha256sum, tar and ssh-keygen; a damaged one for nobody"
