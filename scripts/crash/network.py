"""Deaths around the calls to the other side.

The mock cuts the connection before it has processed a request, after it, in the middle of its answer, or answers with a
failure after it has accepted; the program meets that, alone and killed at a sample of its own calls in the same run. And
by a signal from outside: killed while a request is under way, or while an answer is half there.
"""

import os
import signal
import time

from bench import Failure
from oracle import acknowledged

CUTS = [
    {"fault": "reset-before"}, {"fault": "close-before"}, {"fault": "reset-after"}, {"fault": "close-after"},
    {"fault": "truncated"}, {"fault": "truncated-chunked"}, {"fault": "answer-lost"},
    {"fault": "answer-lost", "status": 503}, {"fault": "unavailable"},
]
IN_FLIGHT = [{"fault": "hang", "seconds": 30}, {"fault": "hang-after", "seconds": 30},
             {"fault": "slow-body", "bytesPerSecond": 40}]
ROUTES = {
    "submit": ("trustar", ["POST */reports", "POST */alter-tags", "POST */token"]),
    "submit due": ("trustar", ["GET */reports/*", "POST */reports"]),
    "submit again": ("trustar", ["GET */reports/*", "PUT */reports/*", "POST */alter-tags"]),
    "fetch": ("joe", ["*analysis/download", "*analysis/info", "*analysis/list"]),
}


def network(sweep, pool):
    """How many there were."""
    quick = sweep.options.quick
    jobs = []
    turn = 0
    for name, (server, routes) in ROUTES.items():
        if name not in sweep.prepared:
            continue
        for route in routes:
            for fault in CUTS:
                turn += 1
                # Alone, and at calls that differ from fault to fault, so that together they cover the run.
                numbers = [None] + [turn % 7 * 4 + base for base in (90, 135, 180)]
                if quick:
                    numbers = [None] if turn % 11 == 0 else []
                jobs += [(name, server, dict(fault, route=route, first=2), number) for number in numbers]
            for fault in IN_FLIGHT:
                turn += 1
                if not quick or turn % 5 == 0:
                    jobs.append((name, server, dict(fault, route=route, first=1), "signal"))
    return sum(pool.map(lambda job: one(sweep, *job), jobs))


def one(sweep, name, server, rule, number):
    bench = sweep.bench()
    template, state, case = sweep.prepared[name]
    bench.configure(bench.spool, case.stages)
    bench.restore(template)
    bench.reset(state)
    talker = getattr(bench, server)
    try:
        talker.call("PUT", "/faults", {"seed": 7, "rules": [rule]})
        if number == "signal":
            killed_in_flight(bench, talker, case)
        else:
            environment = {} if number is None else {"SPOOL_KILL_BEFORE_CALL": str(number)}
            result = bench.run(*case.command, environment=environment)
            acknowledged(bench, result, sweep.tally)
            if number is None and not hits(talker):
                raise Failure("the fault hit nothing")
        talker.call("DELETE", "/faults")
        case.recover(bench)
        sweep.oracle.check(bench, sweep.tally, case.missing)
        return 1
    except Exception as error:
        sweep.fail(f"{name}, {rule}, {number}", error)
        return 0


def hits(talker):
    return sum(rule["hits"] for rule in talker.call("GET", "/faults"))


def killed_in_flight(bench, talker, case):
    process = bench.start(case.command)
    until = time.monotonic() + 20
    while process.poll() is None and not hits(talker) and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(0.02)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.communicate()
