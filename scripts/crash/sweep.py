#!/usr/bin/env python3
"""make crash-test: killed before every single call, and at every turn of the talk with the other side.

A debug build counts its calls into the kernel over all threads and kills itself before call N (SPOOL_KILL_BEFORE_CALL).
For each row of `cases.py` N goes up from 1 until the command ends by itself; after each death what was acknowledged is
looked for, then comes a clean run, then the oracle. A death that leaves the very same files and the very same server behind
as one that was followed to its end is not followed a second time: most calls only look. `--quick` takes a sample.
"""

import argparse
import concurrent.futures
import hashlib
import os
import re
import signal
import sys
import time

from cases import CASES, QUICK
from network import network
from oracle import acknowledged, reports
from proof import Proof, new_folder
from traced import traced

BEHIND = 3  # ends by itself so often in a row: threads make the number of calls vary a little
SAMPLE = 83  # of the calls with --quick: every so manieth


def signature(bench, began):
    """Everything on disk that the next run can see, times only as past or future; and what the server holds."""
    lines = []
    inodes = {}
    now = time.time()
    for folder, _, names in os.walk(bench.spool):
        place = os.path.relpath(folder, bench.spool)
        lines.append(place)
        for name in names:
            path = os.path.join(folder, name)
            status = os.lstat(path)
            if place == "journal" or name.startswith("pace-"):
                continue
            called = re.sub(r"\.[0-9a-f]{16}$|\.\d+\.new$", ".*", name)
            due = "" if place != "inbox/deferred" and place != "outbox/deferred" else \
                "future" if status.st_mtime > now else "past" if status.st_mtime < began else "now"
            text = ""
            if place == "ledger":
                with open(path, errors="replace") as file:
                    text = re.sub(r"\d{4}-\d\d-\d\dT\S+", "", file.read())
            twin = inodes.setdefault(status.st_ino, len(inodes)) if status.st_nlink > 1 else ""
            lines.append(f"{place}/{called} {status.st_size} {status.st_nlink} {twin} {due} {text}")
    server = sorted((name, len(copies), copies[0]["tags"]) for name, copies in reports(bench).items())
    return hashlib.sha256(repr((sorted(lines), server)).encode()).hexdigest()


class Sweep(Proof):
    def __init__(self, options, folder):
        super().__init__(options, folder)
        self.kills = self.followed = 0
        self.behind = 1 if options.quick else BEHIND

    def one(self, case, template, state, number, seen):
        """One death; whether it came to it."""
        bench = self.bench()
        bench.configure(bench.spool, case.stages)
        bench.restore(template)
        bench.reset(state)
        began = time.time() - 0.001
        what = f"{case.name}, killed before call {number}"
        try:
            result = bench.run(*case.command, environment={"SPOOL_KILL_BEFORE_CALL": str(number)})
            acknowledged(bench, result, self.tally)
            mark = signature(bench, began)
            with self.lock:
                self.kills += result.was_killed
                is_new = mark not in seen
                seen.add(mark)
            if is_new or not result.was_killed:
                case.recover(bench)
                self.oracle.check(bench, self.tally, case.missing)
                with self.lock:
                    self.followed += 1
            return result.was_killed
        except Exception as error:
            self.fail(what, error)
            return True

    def sweep(self, case, pool):
        template, state, _ = self.prepared[case.name]
        step, behind, seen = self.options.step, 0, set()
        number = step // 2 + 1
        before = self.kills
        running = {}
        while True:
            while len(running) < self.options.workers and behind < self.behind and not self.failures:
                running[pool.submit(self.one, case, template, state, number, seen)] = number
                number += step
            if not running:
                break
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                behind = 0 if future.result() else behind + 1
                del running[future]
        print(f"{case.name}: killed {self.kills - before} times, {len(seen)} different ends", flush=True)

    def run(self):
        began = time.monotonic()
        self.undisturbed()
        chosen = self.options.case or (QUICK if self.options.quick else [case.name for case in CASES])
        cases = [case for case in CASES if case.name in chosen]
        cases = self.prepare(cases)
        with concurrent.futures.ThreadPoolExecutor(self.options.workers) as pool:
            for case in cases:
                self.sweep(case, pool)
            if not self.options.case:
                talks = network(self, pool)
                traces = traced(self)
                print(f"network: {talks} deaths and lost answers in the middle of a call")
                print(traces)
        tally = self.tally
        print(f"crash-test: {self.kills} kills, {self.followed} followed to the end in "
              f"{time.monotonic() - began:.0f} s: lost {tally.lost}, torn {tally.torn}, twice {tally.twice}")
        if tally.other:
            print(f"and {tally.other} other things that are not as they should be")
        return bool(self.failures)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="a debug build of spoolctl")
    parser.add_argument("--quick", action="store_true", help="a sample that takes seconds")
    parser.add_argument("--step", type=int, help="only every so manieth call")
    parser.add_argument("--case", action="append", help="only this row")
    parser.add_argument("--workers", type=int, default=max(4, 2 * (os.cpu_count() or 2)))
    parser.add_argument("--settle", type=float, default=0.6)
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    options.step = options.step or (SAMPLE if options.quick else 1)
    # Told to stop: the servers and the folder go as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sweep = Sweep(options, new_folder())
    try:
        return sweep.run()
    finally:
        sweep.close()


if __name__ == "__main__":
    sys.exit(main())
