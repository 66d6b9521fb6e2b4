"""A place to crash in: a folder with a spool, a mock server that survives, and the program that is killed.

The mock runs as a process of its own and must not hide our faults: a second report with the same external id is accepted as
a second report, and look-ups see a new report only after a delay that is shorter than `trustar.settle`.
"""

import http.client
import json
import os
import shutil
import signal
import subprocess
import time

LIVE = ["ready", "active", "deferred", "hold", "failed", "exported"]
STATES = LIVE + ["done"]
QUEUES = ["inbox", "outbox"]


class Failure(Exception):
    """Something that the spool promises did not hold."""


class Server:
    """One of the two mocks, by its admin routes."""

    def __init__(self, url):
        self.host = url.removeprefix("http://")
        self.connection = None

    def call(self, method, path, document=None):
        body = None if document is None else json.dumps(document)
        for attempt in (1, 2):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(self.host, timeout=60)
                self.connection.request(method, "/__admin" + path, body, {"Content-Type": "application/json"})
                answer = self.connection.getresponse()
                text = answer.read()
                if answer.status >= 300:
                    raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
                return json.loads(text)
            except (http.client.HTTPException, ConnectionError):
                self.connection = None
                if attempt == 2:
                    raise


class Result:
    def __init__(self, status, output, errors):
        self.status, self.output, self.errors = status, output, errors

    @property
    def was_killed(self):
        return self.status == -signal.SIGKILL

    @property
    def objects(self):
        """Whole lines of JSON on standard output: what was acknowledged."""
        found = []
        for line in self.output.splitlines(keepends=True):
            if line.startswith("{") and line.endswith("\n"):
                found.append(json.loads(line))
        return found


class Bench:
    """`settle` and `delay` are seconds."""

    def __init__(self, program, folder, analyses=2, settle=0.6, delay=0.2, seed=7):
        self.program, self.folder = program, folder
        self.settle = settle
        self.config = os.path.join(folder, "config.yaml")
        self.spool = os.path.join(folder, "spool")
        os.makedirs(folder, exist_ok=True)
        self.log = open(os.path.join(folder, "mock.log"), "wb")
        self.mock = subprocess.Popen(
            [program, "mock", "--admin", "--joe-port", "0", "--trustar-port", "0", "--json", "--analyses", str(analyses),
             "--seed", str(seed), "--duplicate-ids", "accept", "--visibility-delay", f"{int(delay * 1000)}ms"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log)
        line = self.mock.stdout.readline()
        if not line:
            raise RuntimeError("the mock did not start: " + open(os.path.join(folder, "mock.log")).read())
        urls = json.loads(line)
        self.joe, self.trustar = Server(urls["joe"]["url"]), Server(urls["trustar"]["url"])
        self.urls = urls
        self.configure(self.spool)

    def configure(self, spool, stages=("fetch", "map", "submit")):
        """Writes the configuration for a spool."""
        self.spool = spool
        joe, trustar = self.urls["joe"], self.urls["trustar"]
        with open(self.config, "w") as file:
            file.write(f"""spool:
  path: {spool}
  min_free: 1MB
joe:
  base_url: https://joe.example.org
  api_url: {joe["apiUrl"]}
  api_key: {joe["apiKey"]}
  timeout: 20s
trustar:
  api_url: {trustar["apiUrl"]}
  auth_url: {trustar["authUrl"]}
  api_key: {trustar["apiKey"]}
  api_secret: {trustar["apiSecret"]}
  enclave_id: {trustar["enclave"]}
  calls_per_minute: 1000000
  settle: {int(self.settle * 1000)}ms
  timeout: 20s
retry:
  minimum: 100ms
  maximum: 1s
run:
  stages: [{", ".join(stages)}]
""")
        os.chmod(self.config, 0o600)

    def close(self):
        self.mock.kill()
        self.mock.wait()
        self.log.close()

    def environment(self, extra=None):
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "HOME") if name in os.environ}
        return kept | {"SPOOLCTL_CONFIG": self.config, "NO_COLOR": "1"} | (extra or {})

    def start(self, arguments, environment=None, prefix=()):
        return subprocess.Popen(
            [*prefix, self.program, "-q", *arguments], cwd=self.folder, env=self.environment(environment),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finish(self, process, timeout=120):
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failure(f"{process.args} did not end within {timeout} s")
        return Result(process.returncode, output, errors)

    def run(self, *arguments, environment=None, prefix=()):
        return self.finish(self.start(arguments, environment, prefix))

    def expect(self, *arguments, status=(0,)):
        """Runs what must go well."""
        result = self.run(*arguments)
        if result.status not in status:
            raise Failure(f"{' '.join(arguments)} ended with {result.status}: {result.errors.strip()}{result.output[-300:]}")
        return result

    # The server's memory, and the spool's.

    def reset(self, state=None):
        self.joe.call("POST", "/reset")
        self.trustar.call("POST", "/reset")
        if state is not None:
            self.trustar.call("PUT", "/state", state)

    def server_state(self):
        return self.trustar.call("GET", "/state")

    def save(self, path):
        shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(self.spool):
            subprocess.run(["cp", "-a", self.spool, path], check=True)

    def restore(self, path):
        shutil.rmtree(self.spool, ignore_errors=True)
        self.empty_medium()
        if os.path.exists(path):
            subprocess.run(["cp", "-a", path, self.spool], check=True)

    def empty_medium(self):
        """What bundles are carried on."""
        shutil.rmtree(os.path.join(self.folder, "medium"), ignore_errors=True)
        os.mkdir(os.path.join(self.folder, "medium"))

    def entries(self, states=STATES, queues=QUEUES):
        """(queue, state, id, path) of each entry, by its name alone."""
        found = []
        for queue in queues:
            for state in states:
                top = os.path.join(self.spool, queue, state)
                if not os.path.isdir(top):
                    continue
                folders = [top] if state != "done" else [os.path.join(top, day) for day in os.listdir(top)]
                for folder in folders:
                    for name in os.listdir(folder):
                        if name.endswith(".entry"):
                            found.append((queue, state, name.removesuffix(".entry"), os.path.join(folder, name)))
        return found

    def work_off(self, rounds=15):
        """A clean run: pass after pass, until nothing is under way any more."""
        for _ in range(rounds):
            self.expect("run", "--once", status=(0, 1))
            waiting = self.entries(["ready", "active", "deferred"])
            if not waiting:
                return
            due = [os.lstat(path).st_mtime for _, state, _, path in waiting if state == "deferred"]
            pause = max(due, default=0) - time.time()
            time.sleep(min(max(pause, 0.02), 5))
        raise Failure("not done after a clean run: " + ", ".join(f"{q}/{s}/{i}" for q, s, i, _ in waiting))
