#!/usr/bin/env python3
"""make powercut-test: the plug is pulled while spoolctl works, on ext4, XFS and btrfs.

For each file system and each row of `cases.py`: the command is stopped (at a call chosen from those that it makes, at a
moment chosen by the clock, or by its own end), the image of its file system is copied as it is on the medium, and the copy
is mounted. What had been acknowledged by then must be on it: lines that were printed, commands that answered, what the
server was told, what the ledger says. Then comes a clean run beside the server, which has gone on, and the oracle.

The same with the folders' syncs switched off (SPOOL_SKIP_DIRECTORY_SYNC) must find losses on each file system: a test that
finds none then proves nothing, and fails.
"""

import argparse
import base64
import concurrent.futures
import os
import random
import signal
import sys
import time

import plug
from bench import Failure
from cases import CASES
from oracle import Tally, acknowledged, reports
from proof import Proof, new_folder

# Stages and verbs; those left out differ from these in nothing that reaches a disk.
ROWS = ["init", "fetch", "map", "submit", "submit due", "submit again", "add", "hold", "release", "requeue", "drop",
        "prune", "repair", "export", "import", "transfer accept"]
CONTROL = ["fetch", "submit", "add", "hold", "release", "requeue", "drop"]
LOOKS = ("open", "read", "stat", "statfs", "readdir", "flock", "realpath", "close")


class PowerCut(Proof):
    def __init__(self, options, folder):
        super().__init__(options, folder)
        self.cuts = 0
        self.losses = {}
        self.random = random.Random(options.seed)

    def moments(self, name, count):
        """Calls to be stopped before: just after one that changed something, spread over the run."""
        template, state, case = self.prepared[name]
        bench, log = self.first, os.path.join(self.folder, "calls")
        bench.configure(bench.spool, case.stages)
        bench.restore(template)
        bench.reset(state)
        bench.run(*case.command, environment={"SPOOL_LOG_CALLS": log})
        with open(log) as lines:
            changes = [index + 1 for index, line in enumerate(lines, 1) if line.split(" ", 1)[0] not in LOOKS]
        os.remove(log)
        # The first ones are the folders that every command makes if they are missing.
        changes = changes[len(changes) // 4:]
        width = max(1, len(changes) // count)
        return [self.random.choice(changes[start:start + width]) for start in range(0, width * count, width)
                if changes[start:start + width]]

    def plug(self, kind):
        plugs = self.local.__dict__.setdefault("plugs", {})
        if kind not in plugs:
            plugs[kind] = plug.Plug(self.plugs, kind, os.path.basename(self.bench().folder))
        return plugs[kind]

    def until_cut(self, kind, name, moment, environment):
        """Runs the command until then and pulls the plug; what it had answered, and what is on the medium."""
        bench, disk = self.bench(), self.plug(kind)
        template, state, case = self.prepared[name]
        bench.configure(os.path.join(disk.place, "spool"), case.stages)
        bench.empty_medium()
        running, cut = disk.image("running"), disk.image("cut")
        disk.copy(disk.before(name, template), running)
        disk.mount(running)
        bench.reset(state)
        try:
            if isinstance(moment, float):
                process = bench.start(case.command, environment)
                time.sleep(moment)
                process.send_signal(signal.SIGSTOP)
                disk.copy(running, cut)
                process.kill()
                result = bench.finish(process)
            else:
                extra = {"SPOOL_KILL_BEFORE_CALL": str(moment)} if moment else {}
                result = bench.run(*case.command, environment=environment | extra)
                disk.copy(running, cut)
        finally:
            disk.unmount()
        disk.mount(cut)
        return result

    def one(self, kind, name, moment):
        bench, disk = self.bench(), self.plug(kind)
        case = self.prepared[name][2]
        try:
            result = self.until_cut(kind, name, moment, {})
            kept(bench, case, result, self.tally)
            if case.name == "init" and not os.path.exists(os.path.join(bench.spool, "format")):
                if result.status == 0:
                    raise Failure("made and answered, but no spool")
            case.recover(bench)
            self.oracle.check(bench, self.tally, case.missing)
            with self.lock:
                self.cuts += 1
        except Exception as error:
            self.fail(f"{name} on {kind}, cut at {moment or 'its end'}", error)
        finally:
            disk.unmount()

    def without_sync(self, kind, name):
        """Whether the cut lost something, as it must somewhere."""
        bench, disk = self.bench(), self.plug(kind)
        case = self.prepared[name][2]
        tally = Tally()
        try:
            result = self.until_cut(kind, name, None, {"SPOOL_SKIP_DIRECTORY_SYNC": "1"})
            kept(bench, case, result, tally)
        except Failure:
            with self.lock:
                self.losses.setdefault(kind, []).append(name)
        except Exception as error:
            self.fail(f"{name} on {kind} without sync", error)
        finally:
            disk.unmount()

    def run(self):
        began = time.monotonic()
        self.undisturbed()
        rows = [case.name for case in self.prepare([case for case in CASES if case.name in ROWS])]
        self.plugs = plug.Plugs(self.folder)
        jobs = []
        kinds = self.options.kind or list(plug.KINDS)
        for name in rows:
            for kind in kinds:
                moments = self.moments(name, self.options.cuts)
                jobs += [(kind, name, moment) for moment in [None, self.random.uniform(0.03, 0.2), *moments]]
        with concurrent.futures.ThreadPoolExecutor(self.options.workers) as pool:
            list(pool.map(lambda job: self.one(*job), jobs))
            list(pool.map(lambda job: self.without_sync(*job), [(kind, name) for kind in kinds for name in CONTROL]))
        for kind in kinds:
            found = sorted(self.losses.get(kind, []))
            print(f"without the folders' syncs, lost on {kind}: {', '.join(found) or 'nothing'}")
            if not found:
                self.failures.append("the control found nothing")
        tally = self.tally
        print(f"powercut-test: {self.cuts} cuts on {', '.join(kinds)} in {time.monotonic() - began:.0f} s "
              f"(seed {self.options.seed}): lost {tally.lost}, torn {tally.torn}, twice {tally.twice}")
        return bool(self.failures)


def kept(bench, case, result, tally):
    """What was acknowledged by word, by deed or in the ledger is on the medium; looked at before anything recovers."""
    if not os.path.isdir(bench.spool):
        if result.objects or result.status == 0:
            tally.lost += 1
            raise Failure("answered, but there is no spool")
        return
    acknowledged(bench, result, tally)
    wrong = []
    places = {}
    for queue, state, name, _ in bench.entries():
        places.setdefault((queue, name.removeprefix("joe-")), []).append(state)
    if case.name.startswith("submit"):
        # What the server was told comes from what is known never to be told again as new.
        for name in reports(bench):
            webid = base64.b64decode(name).decode()
            states = places.get(("outbox", webid), [])
            if not states or states == ["ready"]:
                wrong.append(f"sent, but on the medium it is in {states or 'no state'}: {webid}")
    for webid in ledger(bench):
        if case.name in ("fetch", "add") and ("inbox", webid) not in places:
            wrong.append(f"in the ledger, but not in the inbox: {webid}")
    if case.name == "export" and result.status == 0:
        # Whoever holds the bundle may send what is in it: here it must not go on as if nothing had been.
        wrong += [f"exported and answered, but in {states}: {place}" for place, states in places.items()
                  if place[0] == "outbox" and states != ["exported"]]
    if case.name in ("fetch", "map", "import") and result.status in (0, 1):
        queue = "inbox" if case.name == "fetch" else "outbox"
        if len([place for place in places if place[0] == queue]) < 2:
            wrong.append(f"{case.name} answered, but {queue} holds {places}")
    if wrong:
        tally.lost += len(wrong)
        raise Failure("; ".join(wrong))


def ledger(bench):
    path = os.path.join(bench.spool, "ledger", "joe")
    if not os.path.exists(path):
        return []
    with open(path, errors="replace") as file:
        return [line.split()[0] for line in file if line.endswith("\n") and " taken " in line]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="a debug build of spoolctl")
    parser.add_argument("--cuts", type=int, default=3, help="per row and file system, beside two more")
    parser.add_argument("--kind", action="append", choices=list(plug.KINDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=max(4, 2 * (os.cpu_count() or 2)))
    parser.add_argument("--settle", type=float, default=0.6)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    reason = plug.why_not()
    if reason is None and "SPOOL_OWN_MOUNTS" not in os.environ:
        # Once more, in a mount namespace of our own.
        os.execvpe("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv],
                   os.environ | {"SPOOL_OWN_MOUNTS": "1"})
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    test = PowerCut(options, new_folder())
    try:
        if reason is None:
            try:
                plug.Plugs(os.path.join(test.folder, "trial")).close()
            except (OSError, RuntimeError) as error:
                reason = str(error)
        if reason is not None:
            print(f"powercut-test: skipped, {reason}")
            return 0
        return test.run()
    finally:
        if hasattr(test, "plugs"):
            test.plugs.close()
        test.close()


if __name__ == "__main__":
    sys.exit(main())
