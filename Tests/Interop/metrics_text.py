"""What the program writes for Prometheus, read by Prometheus' own Python parser."""
import sys

from prometheus_client.parser import text_string_to_metric_families

text = open(sys.argv[1], encoding="utf-8").read()
families = {family.name: family for family in text_string_to_metric_families(text)}
expected = {line.split()[2]: line.split()[3] for line in text.splitlines() if line.startswith("# TYPE ")}
assert expected and len(families) == len(expected), (sorted(families), sorted(expected))
for name, kind in expected.items():
    # The parser calls a counter by its name without _total.
    family = families[name.removesuffix("_total") if kind == "counter" else name]
    assert family.type == kind, (name, kind, family.type)
    assert family.documentation.endswith("."), name
    assert family.samples, name
    assert all(sample.timestamp is None for sample in family.samples), name
seen = [(sample.name, tuple(sorted(sample.labels.items()))) for family in families.values() for sample in family.samples]
assert len(seen) == len(set(seen)), "a series stands there twice"
done = {sample.labels["stage"]: sample.value for sample in families["spoolctl_outcomes"].samples
        if sample.labels["outcome"] == "done"}
assert done.keys() == {"fetch", "map", "submit"} and len(set(done.values())) == 1, done
print(f"  {len(families)} families, {len(seen)} samples, the same as written")
