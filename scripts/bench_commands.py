"""What people wait for, and what a service takes while it waits: status and list on a full spool, the start, idle memory."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

LIVE, DONE = 10_000, 100_000


def best(command, times=5, accept=(0,)):
    seconds = 1e9
    for _ in range(times):
        start = time.perf_counter()
        code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        seconds = min(seconds, time.perf_counter() - start)
        assert code in accept, (command, code)
    return seconds


def fill(folder, first, count):
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        (folder / f"joe-{number}.entry").write_bytes(b"{}")


def row(what, value, unit, budget):
    print(f"{what:<52}{value:>9.3f} {unit:<4} budget {budget:g}: {'met' if value <= budget else 'MISSED'}")


def idle(program, work):
    """Resident memory of `run` with all stages, after everything there was to do."""
    mock = subprocess.Popen([program, "mock", "--joe-port", "0", "--trustar-port", "0", "--analyses", "5", "--json"],
                            stdout=subprocess.PIPE, text=True)
    try:
        urls = json.loads(mock.stdout.readline())
        joe, trustar = urls["joe"], urls["trustar"]
        config = work / "config.yaml"
        config.write_text(f"""
spool: {{path: idle, create: true}}
joe: {{base_url: "{joe['url']}", api_key: "{joe['apiKey']}"}}
trustar: {{api_url: "{trustar['apiUrl']}", auth_url: "{trustar['authUrl']}", api_key: "{trustar['apiKey']}",
  api_secret: "{trustar['apiSecret']}", enclave_id: "{trustar['enclave']}", calls_per_minute: 100000}}
metrics: {{textfile: out.prom, listen: "127.0.0.1:0"}}
""")
        config.chmod(0o600)
        run = subprocess.Popen([program, "run", "-q", "--config", config], stderr=subprocess.DEVNULL)
        time.sleep(8)
        kib = next(int(line.split()[1]) for line in open(f"/proc/{run.pid}/status") if line.startswith("VmRSS:"))
        run.send_signal(signal.SIGTERM)
        assert run.wait(30) == 0
        return kib / 1024
    finally:
        mock.send_signal(signal.SIGTERM)
        mock.wait(30)


def main():
    program, work = sys.argv[1], pathlib.Path(sys.argv[2])
    spool = work / "spool"
    subprocess.run([program, "init", spool], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    fill(spool / "inbox/ready", 0, LIVE // 2)
    fill(spool / "outbox/deferred", 0, LIVE // 2)
    for day in range(10):
        fill(spool / f"outbox/done/2026-11-{day + 1:02}", LIVE + day * DONE // 10, DONE // 10)
    row(f"status, {LIVE} live and {DONE} done", best([program, "status", "--spool", spool], accept=(0, 1)), "s", 0.1)
    row(f"list of {DONE}", best([program, "list", "outbox/done", "--spool", spool]), "s", 0.4)
    row("--version", best([program, "--version"], times=20) * 1000, "ms", 15)
    row("run, idle", idle(program, work), "MiB", 25)
    size = os.stat(program).st_size / 1e6
    row("binary", size, "MB", 40)


main()
