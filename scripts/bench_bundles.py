"""Bundles beside bagit-python: making and validating a bag of 2,000 entries of 64 KiB, in one run on one disk. The two together
are to take at most half as long.

bench_bundles.py SPOOLCTL BAGIT.PY

Making: ours claims, copies, hashes, syncs and moves the entries; bagit.py, which works in place, is given a copy to make, and a
sync, since a bag on a medium that is not synced is none. Both use SHA-256 alone. Validating: both the same bag of ours.
"""
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

COUNT, SIZE, ROUNDS = 2000, 64 << 10, 3


def entry(webid, payload):
    """As docs/SPOOL.md has it."""
    head = {
        "analysisid": webid, "bytes": len(payload), "created": "2026-11-23T09:15:00.000Z", "id": f"joe-{webid}",
        "kind": "report", "origin": "https://joe.example.org", "program": "bench", "self": "0" * 64,
        "sha256": hashlib.sha256(payload).hexdigest(), "source": "joe", "spool": 1, "webid": webid,
    }
    block = json.dumps(head, sort_keys=True, separators=(",", ":")).encode().ljust(1023) + b"\n"
    digest = hashlib.sha256(block).hexdigest().encode()
    return block.replace(b'"self":"' + b"0" * 64, b'"self":"' + digest) + payload


def settle(work):
    """Waits if the disk is slow to make files: ext4 looks at each inode that was freed in the last five minutes before it takes
    another, which right after an earlier run takes longer than all that is measured here."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", work], capture_output=True, text=True).stdout.strip()
    start = time.perf_counter()
    for number in range(500):
        open(os.path.join(work, f"pace-{number}"), "w").close()
    pace = (time.perf_counter() - start) / 500
    if kind == "ext2/ext3" and pace > 60e-6:
        print(f"bundles: waiting 330 s, since many files were removed lately ({pace * 1e6:.0f} us for a new one)", flush=True)
        time.sleep(330)


def timed(*command):
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main():
    spoolctl, bagit = sys.argv[1:3]
    with tempfile.TemporaryDirectory() as work:
        plain = os.path.join(work, "plain")
        os.mkdir(plain)
        for number in range(COUNT):
            with open(os.path.join(plain, f"joe-{number}.entry"), "wb") as file:
                file.write(entry(str(number), os.urandom(SIZE)))
        settle(work)
        best = {}

        def note(what, seconds):
            best[what] = min(best.get(what, seconds), seconds)

        for turn in range(ROUNDS):
            spool, bag, other = (os.path.join(work, f"{name}{turn}") for name in ("spool", "bag", "other"))
            config = os.path.join(work, f"{turn}.yaml")
            with open(config, "w") as file:
                file.write(f"spool: {{path: spool{turn}}}\nrun: {{stages: [map]}}\n")
            os.chmod(config, 0o600)
            subprocess.run([spoolctl, "init", "-q", "--config", config], check=True, stdout=subprocess.DEVNULL)
            ready = os.path.join(spool, "outbox", "ready")
            os.rmdir(ready)
            shutil.copytree(plain, ready)
            os.chmod(ready, 0o700)
            os.sync()
            note("make", timed(spoolctl, "export", bag, "-q", "--config", config))
            note("bagit make", timed("cp", "-r", plain, other) + timed(bagit, "--sha256", other) + timed("sync", "-f", other))
            note("validate", timed(spoolctl, "verify", bag, "-q", "--config", config))
            note("bagit validate", timed(bagit, "--validate", bag))
            # Nothing is removed before the end (see `settle`).
        print(f"bundles of {COUNT:,} x {SIZE >> 10} KiB, best of {ROUNDS}:")
        best["both"] = best["make"] + best["validate"]
        best["bagit both"] = best["bagit make"] + best["bagit validate"]
        for what in ("make", "validate", "both"):
            ours, theirs = best[what], best[f"bagit {what}"]
            verdict = f" (at least 2) {'met' if ours * 2 <= theirs else 'MISSED'}" if what == "both" else ""
            print(f"  {what:9} {ours:6.3f} s   bagit-python {theirs:6.3f} s   {theirs / ours:4.2f} x{verdict}")


main()
