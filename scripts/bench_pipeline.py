"""The whole way, from one mock to the other: `spoolctl run --once` beside the vendors' own Python clients.

The Python program does what the specification says and no more: list, info, download, pick the sections, submit, two tags;
nothing is kept on disk. Each side has mocks of its own, which answer after 20 ms as a near cloud would; time and peak memory
are those of the client's process alone. Speed is judged by many reports of common size, memory by large ones.
"""
import json
import os
import subprocess
import sys
import time

CASES = [("speed", 200, "100kB", 16), ("memory", 40, "10MB", 4)]
LATENCY = {"rules": [{"fault": "latency", "milliseconds": 20}]}

CLIENT = """
import base64, json, logging, sys
logging.disable(logging.CRITICAL)
import jbxapi, requests
from trustar import Report, TruStar
urls = json.loads(sys.argv[1])
joe = jbxapi.JoeSandbox(apikey=urls["joe"]["apiKey"], apiurl=urls["joe"]["apiUrl"], accept_tac=True)
station = TruStar(config={
    "auth_endpoint": urls["trustar"]["authUrl"], "api_endpoint": urls["trustar"]["apiUrl"],
    "user_api_key": urls["trustar"]["apiKey"], "user_api_secret": urls["trustar"]["apiSecret"],
    "enclave_ids": [urls["trustar"]["enclave"]], "client_metatag": "trustash"})
SECTIONS = ["generalinfo", "fileinfo", "comments", "domaininfo", "ipinfo", "urlinfo", "droppedinfo",
            "signaturedetections", "mitreattack"]
sent = 0
for item in joe.analysis_list():
    info = joe.analysis_info(item["webid"])
    if info["status"] != "finished" or info.get("encrypted"):
        continue
    try:
        analysis = json.loads(joe.analysis_download(item["webid"], "jsonfixed", run=0)[1])["analysis"]
    except jbxapi.JoeException:
        continue
    general = analysis["generalinfo"]
    target = general["target"]
    report = Report(
        title=str(target.get("sample") or target.get("url") or item["webid"]), enclave_ids=[urls["trustar"]["enclave"]],
        body=json.dumps({name: analysis.get(name) for name in SECTIONS}, indent=4),
        external_id=base64.b64encode(item["webid"].encode()).decode(),
        external_url=urls["joe"]["url"] + "/analysis/%s/0/html" % general["id"])
    while True:
        try:
            report = station.submit_report(report)
            break
        except requests.HTTPError as error:
            if error.response.status_code != 413:
                raise
            report.body = report.body[:len(report.body) // 2]
    for tag in ["confidence:%s" % info["score"], "Maliciousness:%s" % str(info["detection"] == "malicious").lower()]:
        station.add_enclave_tag(report.id, tag, urls["trustar"]["enclave"])
    sent += 1
print(sent)
"""


def measured(command, allowed, **options):
    """Seconds, peak KiB and standard output of one process."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in allowed:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss, output


def with_mocks(program, work, case, body):
    faults = os.path.join(work, "faults.json")
    with open(faults, "w") as file:
        json.dump(LATENCY, file)
    command = [program, "mock", "--joe-port", "0", "--trustar-port", "0", "--seed", "7", "--analyses", str(case[1]),
               "--report-size", case[2], "--faults", faults, "--json"]
    mock = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        return body(json.loads(mock.stdout.readline()))
    finally:
        mock.terminate()
        mock.wait()


def ours(program, work, case):
    def body(urls):
        folder = os.path.join(work, case[0])
        os.makedirs(folder)
        joe, station = urls["joe"], urls["trustar"]
        with open(os.path.join(folder, "config.yaml"), "w") as file:
            file.write(
                f"spool:\n  path: spool\n  create: true\n"
                f"joe:\n  base_url: {joe['url']}\n  api_key: {joe['apiKey']}\n  concurrency: {case[3]}\n"
                f"trustar:\n  api_url: {station['apiUrl']}\n  auth_url: {station['authUrl']}\n"
                f"  api_key: {station['apiKey']}\n  api_secret: {station['apiSecret']}\n"
                f"  enclave_id: {station['enclave']}\n  calls_per_minute: 1000000\n  concurrency: {case[3]}\n")
        os.chmod(os.path.join(folder, "config.yaml"), 0o600)
        seconds, memory, output = measured([program, "run", "--once", "--quiet"], allowed=(0, 1), cwd=folder)
        done = next(line for line in output.splitlines() if line.startswith("submit"))
        return seconds, memory, int(done.split()[1])
    return with_mocks(program, work, case, body)


def theirs(program, work, case):
    def body(urls):
        seconds, memory, output = measured([sys.executable, "-W", "ignore", "-c", CLIENT, json.dumps(urls)], allowed=(0,))
        return seconds, memory, int(output)
    return with_mocks(program, work, case, body)


def judged(program, work, case):
    name, count, size, width = case
    print(f"the whole way for {count} analyses of about {size}, both services mocked, each answer after 20 ms")
    mine = ours(program, work, case)
    print(f"{'spoolctl':<12}{mine[0]:>8.2f} s{mine[1] / 1024:>8.0f} MiB   {mine[2]} reports, every hop on disk, {width} at a time")
    other = theirs(program, work, case)
    print(f"{'Python':<12}{other[0]:>8.2f} s{other[1] / 1024:>8.0f} MiB   {other[2]} reports, jbxapi and trustar")
    if mine[2] != other[2]:
        sys.exit("the two did not send the same reports")
    if name == "speed":
        faster = other[0] / mine[0]
        print(f"budget: 8 times as fast or more: {faster:.1f}, {'met' if faster >= 8 else 'MISSED'}")
    else:
        share = mine[1] / other[1]
        print(f"budget: a third of the memory or less: {share:.2f}, {'met' if share <= 1 / 3 else 'MISSED'}")


def main():
    program, work = sys.argv[1:3]
    try:
        import jbxapi, trustar  # noqa: F401
    except ImportError:
        print("the whole way beside Python: skipped, jbxapi and trustar are not installed")
        return
    for case in CASES:
        judged(program, work, case)


main()
