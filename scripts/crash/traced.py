"""The counter itself, checked by strace.

Whatever the kernel is asked to change below the spool must be a call that the program counted: the two lists, made in one
run, are compared by name. And a sample of kills by strace's own injection (which counts per thread, so that N means another
call than ours), each followed by the oracle.
"""

import collections
import os
import re
import shutil

from bench import Failure

# What strace calls it, and what the program does.
CHANGES = {
    "rename": "rename", "renameat": "rename", "renameat2": "rename", "unlink": "unlink", "unlinkat": "unlink",
    "mkdir": "mkdir", "mkdirat": "mkdir", "rmdir": "rmdir", "fsync": "fsync", "fdatasync": "fsync", "write": "write",
    "pwrite64": "write", "writev": "write", "pwritev": "write", "utimensat": "utimens", "fallocate": "allocate",
    "ftruncate": "truncate", "truncate": "truncate", "chmod": "chmod", "fchmod": "chmod", "fchmodat": "chmod",
    "link": "link", "linkat": "link", "symlink": "symlink", "symlinkat": "symlink", "sync": "sync", "syncfs": "syncfs",
    "sync_file_range": "sync", "copy_file_range": "copy", "sendfile": "copy", "setxattr": "xattr", "fsetxattr": "xattr",
}


def traced(sweep):
    if shutil.which("strace") is None:
        return "strace: skipped, it is not installed"
    bench = sweep.first
    if bench.run("--version", prefix=("strace", "-f", "-o", "/dev/null")).status != 0:
        return "strace: skipped, it is not allowed here"
    compared = injected = 0
    quick = sweep.options.quick
    names = ["fetch"] if quick else ["init", "fetch", "map", "submit", "add", "requeue", "drop", "import"]
    for name in [name for name in names if name in sweep.prepared]:
        try:
            compared += compare(sweep, bench, name)
            calls = ["renameat2", "fsync", "write", "unlink"]
            for call in calls[:1] if quick else calls:
                for number in (2,) if quick else (1, 2, 3, 5):
                    injected += inject(sweep, bench, name, call, number)
        except Exception as error:
            sweep.fail(f"{name} under strace", error)
    return f"strace: {compared} changing calls seen by it and all of them counted; {injected} kills by its injection"


def set_up(sweep, bench, name):
    template, state, case = sweep.prepared[name]
    bench.configure(bench.spool, case.stages)
    bench.restore(template)
    bench.reset(state)
    return case


def compare(sweep, bench, name):
    """How many changing calls both saw."""
    case = set_up(sweep, bench, name)
    ours, theirs = os.path.join(bench.folder, "calls"), os.path.join(bench.folder, "strace")
    result = bench.run(
        *case.command, environment={"SPOOL_LOG_CALLS": ours},
        prefix=("strace", "-f", "-qq", "-y", "-s", "0", "-e", "signal=none", "-e", "trace=" + ",".join(
            "?" + call for call in CHANGES), "-o", theirs))
    if result.status not in (0, 1):
        raise Failure(f"ended with {result.status}: {result.errors[-300:]}")
    counted, seen = collections.Counter(), collections.Counter()
    with open(ours) as lines:
        for line in lines:
            call, path = line.rstrip("\n").split(" ", 1)
            if call in CHANGES.values() and path.startswith(bench.spool):
                counted[call] += 1
    with open(theirs) as lines:
        for line in lines:
            match = re.match(r"\d+ +(\w+)\(", line)
            # A call that was interrupted is told in two lines; the second one has no name of a file.
            if match and bench.spool in line:
                seen[CHANGES[match[1]]] += 1
    os.remove(ours)
    os.remove(theirs)
    if counted != seen or not seen:
        raise Failure(f"strace saw {dict(seen)}, the program counted {dict(counted)}")
    return sum(seen.values())


def inject(sweep, bench, name, call, number):
    case = set_up(sweep, bench, name)
    result = bench.run(*case.command, prefix=(
        "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
        "-e", f"inject={call}:signal=SIGKILL:when={number}"))
    case.recover(bench)
    sweep.oracle.check(bench, sweep.tally, case.missing)
    return 1
