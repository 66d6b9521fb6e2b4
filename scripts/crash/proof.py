"""What both proofs share: benches, the undisturbed run, what is there before each case, and what failed."""

import os
import shutil
import tempfile
import threading

from bench import Bench, Failure
from oracle import Oracle, Tally, reports


ROOM = 3 << 30


class Proof:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.tally = Tally()
        self.lock = threading.Lock()
        self.local = threading.local()
        self.benches = []
        self.failures = []

    def new_bench(self):
        with self.lock:
            name = f"bench{len(self.benches)}"
            bench = Bench(self.options.program, os.path.join(self.folder, name), settle=self.options.settle)
            self.benches.append(bench)
            return bench

    def bench(self):
        """The worker's own."""
        if not hasattr(self.local, "bench"):
            self.local.bench = self.new_bench()
            for name in os.listdir(self.folder):
                if name.endswith((".json", ".tar", ".txt")):
                    shutil.copy(os.path.join(self.folder, name), self.local.bench.folder)
        return self.local.bench

    def fail(self, what, error):
        text = str(error) if isinstance(error, Failure) else repr(error)
        with self.lock:
            self.failures.append(what)
            print(f"FAILED {what}: {text}", flush=True)

    def undisturbed(self):
        """What the server holds after a run that nothing disturbs is what it must hold after any other."""
        self.first = bench = self.new_bench()
        bench.expect("init")
        bench.work_off()
        self.oracle = Oracle(reports(bench))
        self.oracle.check(bench, Tally())

    def prepare(self, cases):
        """Name → (spool as it is beforehand, the server's memory then, the case). Answers with the cases there are."""
        self.prepared = {}
        verbs = self.first.run("--help").output.split()
        for case in [case for case in cases if case.command[0] not in verbs]:
            print(f"{case.name}: left out, this program has no such verb")
        cases = [case for case in cases if case.command[0] in verbs]
        for case in cases:
            template = os.path.join(self.folder, "before " + case.name)
            self.prepared[case.name] = template, case.prepare(self.first, template), case
        for name in os.listdir(self.first.folder):
            if name.endswith((".json", ".tar", ".txt")):
                shutil.copy(os.path.join(self.first.folder, name), self.folder)
        return cases

    def close(self):
        for bench in self.benches:
            bench.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_folder():
    """In memory where there is room: thousands of spools are made."""
    base = "/dev/shm"
    if not os.access(base, os.W_OK) or os.statvfs(base).f_bavail * os.statvfs(base).f_frsize < ROOM:
        base = None
    return tempfile.mkdtemp(prefix="spool-crash-", dir=base)
