"""How long `spoolctl mock` takes from its start until both URLs are printed and answer. Usage: bench_ready.py SPOOLCTL"""

import json
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

RUNS = 20
BUDGET = 100


def answers(url):
    try:
        urllib.request.urlopen(url).close()
    except urllib.error.HTTPError:
        pass  # a refusal is an answer


def ready(program):
    start = time.perf_counter()
    mock = subprocess.Popen([program, "mock", "--port", "0", "--json"], stdout=subprocess.PIPE)
    try:
        urls = json.loads(mock.stdout.readline())
        for name in ("joe", "trustar"):
            answers(urls[name]["url"] + "/")
        return (time.perf_counter() - start) * 1000
    finally:
        mock.terminate()
        mock.wait()


times = sorted(ready(sys.argv[1]) for _ in range(RUNS))
median = statistics.median(times)
print(f"mock, from start to answer, {RUNS} runs: median {median:.0f} ms, worst {times[-1]:.0f} ms")
print(f"budget: {BUDGET} ms or less: {'met' if median <= BUDGET else 'MISSED'}")
