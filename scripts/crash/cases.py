"""What is killed: each stage and each operators' verb, one row each.

A row says what is there beforehand (made by commands, once), the command that is killed, and what an operator does after
the crash, before the clean run: the same verb again, or the next one. A new verb is one more row.
"""

import base64
import os
import shutil
import time


class Case:
    def __init__(self, name, before, command, after=(), finally_=(), missing=(), stages=("fetch", "map", "submit")):
        self.name = name
        self.before = before
        self.command = command
        self.after = after
        self.finally_ = finally_
        self.stages = stages
        # Webids whose report may be missing in the end: an operator has dropped them.
        self.missing = [base64.b64encode(webid.encode()).decode() for webid in missing]

    def prepare(self, bench, template):
        """Makes what is there beforehand, and keeps it; the answer is the server's memory of it."""
        bench.reset()
        shutil.rmtree(bench.spool, ignore_errors=True)
        bench.empty_medium()
        bench.configure(bench.spool, self.stages)
        for step in self.before:
            step(bench) if callable(step) else bench.expect(*step, status=(0, 1))
        bench.save(template)
        return bench.server_state()

    def recover(self, bench):
        """What somebody does who finds the crash."""
        for step in self.after:
            step(bench) if callable(step) else bench.expect(*step, status=(0, 1, 65, 66, 73, 77))
        bench.work_off()
        for step in self.finally_:
            step(bench)


INIT, FETCH, MAP, SUBMIT = ["init"], ["fetch", "--once"], ["map", "--once"], ["submit", "--once"]
HALF = [INIT, FETCH, MAP]
WHOLE = [*HALF, SUBMIT]
A, B = "752112", "753277"


def keep_reports(bench):
    """The analyses as files beside the spool, which is then new again."""
    for command in (INIT, FETCH):
        bench.expect(*command, status=(0, 1))
    for webid in (A, B):
        raw = bench.expect("show", f"inbox/{webid}", "--raw")
        with open(os.path.join(bench.folder, f"{webid}.json"), "w") as file:
            file.write(raw.output)
    shutil.rmtree(bench.spool)
    bench.expect("init")


def carried(bench):
    """A bundle from another spool, which has never sent what is in it; this one is new, and does not fetch."""
    bench.expect("export", "carried.tar", "--to", "here")
    shutil.rmtree(bench.spool)
    bench.expect("init")


def receipted(bench):
    """What was exported has arrived in another spool and was submitted from there; the receipt is back."""
    bundle, far = os.path.join(bench.folder, "away.tar"), os.path.join(bench.folder, "far")
    if os.path.exists(bundle):
        os.remove(bundle)
    shutil.rmtree(far, ignore_errors=True)
    bench.expect("export", bundle, "--to", "there")
    with open(bench.config) as file:
        text = file.read().replace(f"path: {bench.spool}\n", f"path: {far}\n")
    with open(far + ".yaml", "w") as file:
        file.write(text.replace("stages: [fetch, map, submit]", "stages: [map, submit]"))
    os.chmod(far + ".yaml", 0o600)
    for command in ["init"], ["import", bundle], ["submit", "--once"]:
        bench.expect(*command, "--config", far + ".yaml")
    receipt = bench.expect("transfer", "receipt", "--config", far + ".yaml")
    with open(os.path.join(bench.folder, "receipt.txt"), "w") as file:
        file.write(receipt.output)


def entry(bench, webid, queue, state):
    return os.path.join(bench.spool, queue, state, f"joe-{webid}.entry")


def damage(bench):
    """A payload with a flipped bit, a file under two names, a missing folder, a lost ledger, a leftover."""
    with open(entry(bench, A, "outbox", "ready"), "r+b") as file:
        file.seek(2000)
        byte = file.read(1)
        file.seek(2000)
        file.write(bytes([byte[0] ^ 1]))
    os.link(entry(bench, B, "outbox", "ready"), entry(bench, B, "outbox", "active"))
    os.rmdir(os.path.join(bench.spool, "outbox", "exported"))
    os.remove(os.path.join(bench.spool, "ledger", "joe"))


def settled(bench):
    """So much later that what is deferred is due, and may be looked up."""
    time.sleep(bench.settle + 0.1)


def grown_old(bench):
    """What the server holds is not what would be sent now, and an analyst has tagged it."""
    state = bench.server_state()
    for report in state["reports"].values():
        report["title"] = "an older title"
        report["tags"] = ["confidence:1", "reviewed"]
    bench.reset(state)


def reviewed(bench):
    """The analyst's tag must still be there; then it goes, since the undisturbed run has none."""
    state = bench.server_state()
    for report in state["reports"].values():
        assert "reviewed" in report["tags"], f"an analyst's tag is gone: {report['tags']}"
        report["tags"].remove("reviewed")
    bench.reset(state)


def killed(*command, call):
    """The command, killed once before: what is swept then is recovery itself."""
    def step(bench):
        result = bench.run(*command, environment={"SPOOL_KILL_BEFORE_CALL": str(call)})
        assert result.was_killed, f"{command} ended before call {call}: {result.status}"
    return step


def in_the_middle(*command, file):
    """The same, killed at the call that first touches a path with this in it."""
    def step(bench):
        log = os.path.join(bench.folder, "calls")
        probe = os.path.join(bench.folder, "probe")
        bench.save(probe)
        state = bench.server_state()
        bench.run(*command, environment={"SPOOL_LOG_CALLS": log})
        with open(log) as lines:
            number = next(index for index, line in enumerate(lines, 1) if file in line)
        os.remove(log)
        bench.restore(probe)
        bench.reset(state)
        killed(*command, call=number)(bench)
    return step


DAMAGED = ["verify", "--repair", "--yes"]
# After the repair the damaged report is in `failed`; it goes, and its analysis is mapped anew.
MENDED = [DAMAGED, ["drop", "--yes", f"outbox/{A}"], ["requeue", f"inbox/{A}"]]

# What `--quick` takes.
QUICK = ["init", "fetch", "map", "submit", "submit again", "add", "requeue", "drop", "transfer accept"]

CASES = [
    Case("init", [], INIT, after=[INIT]),
    Case("fetch", [INIT], FETCH),
    Case("fetch two", [INIT], ["fetch", A, B]),
    Case("map", [INIT, FETCH], MAP),
    Case("submit", HALF, SUBMIT),
    Case("submit due", [*HALF, ["hold", "--all", "outbox/ready"], ["release", "--all", "/hold"], settled], SUBMIT),
    Case("submit again", [*WHOLE, grown_old, ["requeue", f"outbox/{A}", f"outbox/{B}"], settled], SUBMIT,
         finally_=[reviewed]),
    Case("fetch recovers", [INIT, in_the_middle(*FETCH, file="rename")], FETCH),
    Case("map recovers", [INIT, FETCH, in_the_middle(*MAP, file="inbox/done/")], MAP),
    Case("submit recovers", [*HALF, in_the_middle(*SUBMIT, file="outbox/done/")], SUBMIT),
    Case("add", [keep_reports], ["add", f"{A}.json", f"{B}.json", "--json"]),
    Case("hold", HALF, ["hold", f"outbox/{A}", f"outbox/{B}", "--json"], after=[["release", "--all", "/hold"]]),
    Case("release", [*HALF, ["hold", "--all", "outbox/ready"]], ["release", "--all", "/hold", "--json"],
         after=[["release", "--all", "/hold"]]),
    Case("requeue", WHOLE, ["requeue", f"outbox/{A}", f"inbox/{B}", "--json"]),
    Case("drop", WHOLE, ["drop", "--yes", f"outbox/{A}", f"inbox/{B}", "--json"]),
    Case("drop unsent", HALF, ["drop", "--yes", f"outbox/{A}", "--json"], missing=[A]),
    Case("prune", WHOLE, ["prune", "--older-than", "0s", "--yes", "--json"]),
    Case("repair", [*HALF, damage], DAMAGED, after=MENDED),
    # The medium is lost after the crash, and an operator takes what was exported back.
    Case("export", HALF, ["export", "medium", "--to", "there"],
         after=[["hold", "--all", "/exported"], ["release", "--all", "/hold"]]),
    Case("import", [*HALF, carried], ["import", "carried.tar"], after=[["import", "carried.tar"]],
         stages=("map", "submit")),
    Case("transfer accept", [*HALF, receipted], ["transfer", "accept", "receipt.txt", "--json"],
         after=[["transfer", "accept", "receipt.txt"]]),
    Case("run", [INIT], ["run", "--once"]),
]
