"""What must be true in the end, whatever went wrong on the way.

Every analysis that can be fetched is at the mock, created exactly once, with its title, body and tags as in a run that
nothing disturbed; the spool holds nothing that is half done; `spoolctl verify` is clean.
"""

import os

from bench import Failure


class Tally:
    """What is counted, and printed in the end."""

    def __init__(self):
        self.lost = self.torn = self.twice = self.other = 0


def reports(bench):
    """External id → [(title, body, tags)], from the server's memory."""
    found = {}
    for report in bench.server_state()["reports"].values():
        content = {name: report.get(name) for name in ("title", "body", "timeBegan", "url", "enclaveID")}
        content["tags"] = sorted(report["tags"])
        found.setdefault(report["externalID"], []).append(content)
    return found


class Oracle:
    def __init__(self, reference):
        """`reference`: the reports after a run that nothing disturbed."""
        if not reference or any(len(copies) != 1 for copies in reference.values()):
            raise Failure(f"the undisturbed run is no reference: {[(k, len(v)) for k, v in reference.items()]}")
        self.reference = reference

    def check(self, bench, tally, may_be_missing=()):
        """Raises a Failure that names everything that is wrong."""
        wrong = []
        found = reports(bench)
        for name, copies in self.reference.items():
            there = found.get(name, [])
            if not there and name not in may_be_missing:
                tally.lost += 1
                wrong.append(f"lost: {name}")
            if len(there) > 1:
                tally.twice += 1
                wrong.append(f"twice: {name}")
            for copy in there:
                if copy != copies[0]:
                    tally.torn += 1
                    parts = [part for part in copy if copy[part] != copies[0][part]]
                    wrong.append(f"torn: {name}: {', '.join(parts)}: {[str(copy[part])[:80] for part in parts]}")
        for name in found.keys() - self.reference.keys():
            tally.other += 1
            wrong.append(f"nobody's: {name}")
        wrong += self.spool(bench, tally)
        if wrong:
            raise Failure("; ".join(wrong))

    def spool(self, bench, tally):
        wrong = []
        for queue, state, name, _ in bench.entries(["ready", "active", "deferred", "hold", "failed", "exported"]):
            wrong.append(f"not done: {queue}/{state}/{name}")
        for queue in ("inbox", "outbox"):
            for name in os.listdir(os.path.join(bench.spool, queue, "tmp")):
                wrong.append(f"left over: {queue}/tmp/{name}")
        verified = bench.run("verify", "--json")
        if verified.status != 0:
            wrong.append(f"verify: {verified.status} {verified.output[-400:]}{verified.errors[-200:]}")
        tally.other += len(wrong)
        return wrong


def acknowledged(bench, result, tally):
    """What a verb has said is done is done, at this very moment: looked at before anything recovers."""
    wrong = []
    places = {}
    for queue, state, name, path in bench.entries():
        places.setdefault(f"{queue}/{name}", []).append((state, path))
    for line in result.objects:
        if "moved" in line:
            # A receipt that was accepted.
            wrong += [f"receipted and answered, but not done: {ref}" for ref in line["refs"]
                      if {state for state, _ in places.get(ref, [])} != {"done"}]
        ref = line.get("ref")
        if ref is None:
            continue
        states = {state for state, _ in places.get(ref, [])}
        event, target = line.get("event"), line.get("to")
        if event in ("dropped", "pruned", "removed"):
            if line.get("from", line.get("state")) in states:
                wrong.append(f"{event}, and there again: {ref}")
        elif target is not None and target not in states:
            wrong.append(f"{event} and answered, but not in '{target}': {ref} in {sorted(states)}")
        elif "state" in line and not states:
            wrong.append(f"added and answered, but gone: {ref}")
    for ref, found in places.items():
        if len(found) > 1 and len({os.lstat(path).st_ino for _, path in found}) == 1:
            # Two names of one file: the next to lock it keeps one.
            continue
        live = [state for state, _ in found if state != "done"]
        if len(live) > 1:
            wrong.append(f"two of one name: {ref} in {live}")
    if wrong:
        tally.lost += len(wrong)
        raise Failure("; ".join(wrong))
