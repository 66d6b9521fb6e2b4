"""Mapping of a large report, beside Python's json and orjson doing the same selection.

Each contender runs in a process of its own: the best of three timed passes, peak resident memory from the kernel.
"""
import json
import subprocess
import sys

SECTIONS = ["generalinfo", "fileinfo", "comments", "domaininfo", "ipinfo", "urlinfo", "droppedinfo",
            "signaturedetections", "mitreattack"]

OTHER = """
import importlib, json, resource, sys, time
module = importlib.import_module(sys.argv[1])
best = 1e9
for _ in range(3):
    start = time.perf_counter()
    with open(sys.argv[2], "rb") as file:
        analysis = module.loads(file.read())["analysis"]
    body = module.dumps({name: analysis.get(name) for name in sys.argv[3].split(",")})
    del analysis
    best = min(best, time.perf_counter() - start)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": best, "rss_kib": peak, "body": len(body)}))
"""


def run(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def row(name, result, base, megabytes):
    print(f"{name:<12}{megabytes / result['seconds']:>10.0f} MB/s{(result['rss_kib'] - base['rss_kib']) / 1024:>10.1f} MiB more")


def main():
    bench, tiny, large = sys.argv[1:4]
    base, ours = run(bench, "map", tiny), run(bench, "map", large)
    megabytes = ours["bytes"] / 1e6
    print(f"mapping a report of {megabytes:.0f} MB; memory is what the large report takes beyond a tiny one")
    row("spoolctl", ours, base, megabytes)
    for module in ["json", "orjson"]:
        try:
            small = run(sys.executable, "-c", OTHER, module, tiny, ",".join(SECTIONS))
            result = run(sys.executable, "-c", OTHER, module, large, ",".join(SECTIONS))
        except subprocess.CalledProcessError:
            print(f"{module:<12} skipped: not installed")
            continue
        row(module, result, small, megabytes)
    speed = megabytes / ours["seconds"]
    extra = (ours["rss_kib"] - base["rss_kib"]) / 1024
    print(f"budget: 500 MB/s or more: {'met' if speed >= 500 else 'MISSED'}; 64 MiB more or less: {'met' if extra <= 64 else 'MISSED'}")


main()
