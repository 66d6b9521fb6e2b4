"""Drives every call of the official TruSTAR client (trustar 0.4.3) that the mock serves, against a running mock.

scripts/interop.sh starts the mock and installs the client. The admin routes must be on. Exit 0 when everything matched, 1 with one line for each that did not.
"""

import functools, json, logging, os, sys, tempfile, time, types, urllib.request

logging.disable(logging.CRITICAL)
import requests
from trustar import TruStar, Report, Indicator, Tag
from trustar.models.enum import *

called = set()


def counted(name, call):
    @functools.wraps(call)
    def counting(*a, **k):
        called.add(name)
        return call(*a, **k)

    return counting


# Every call of the client; not what only reads its configuration or makes texts of what it has.
LOCAL = {"get_report_deeplink", "from_dict"}
CALLS = set()
for base in TruStar.__mro__[:-1]:
    for n, c in list(vars(base).items()):
        if isinstance(c, types.FunctionType) and not n.startswith("_") and n not in LOCAL:
            CALLS.add(n)
            setattr(base, n, counted(n, c))

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8181"
ENCLAVE = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"
failures, checks = [], 0


def check(name, ok, detail=""):
    global checks
    checks += 1
    if not ok:
        failures.append(name)
        print("FAILED %s %s" % (name, detail))


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    req = urllib.request.Request(BASE + "/__admin" + path, data=data, method=method)
    try:
        with urllib.request.urlopen(req) as r:
            return r.status, json.loads(r.read() or b"null")
    except urllib.error.HTTPError as e:
        return e.code, json.loads(e.read() or b"null")


def client(**over):
    config = dict(
        auth_endpoint=BASE + "/oauth/token",
        api_endpoint=BASE + "/api/1.3",
        user_api_key="mock-key",
        user_api_secret="mock-secret",
        enclave_ids=[ENCLAVE],
        client_metatag="trustash",
        retry=True,
    )
    config.update(over)
    return TruStar(config=config)


def raises(name, status, call, text=""):
    try:
        call()
    except requests.HTTPError as e:
        ok = (
            e.response is not None
            and e.response.status_code == status
            and text in str(e)
            and "Trace-Id: None" not in str(e)
        )
        check(name, ok, "%s %r" % (getattr(e.response, "status_code", None), str(e)))
        return
    except Exception as e:
        check(name, False, "other exception %r" % e)
        return
    check(name, False, "no exception")


admin("POST", "/reset")
ts = client()

# Account
check("ping", ts.ping() == "pong", repr(ts.ping()))
check("version", ts.get_version() == "1.3", repr(ts.get_version()))
enclaves = ts.get_user_enclaves()
check("enclaves", [e.id for e in enclaves][0] == ENCLAVE and enclaves[0].create and not enclaves[1].create)
quota = ts.get_request_quotas()[0]
check(
    "quota",
    quota.max_requests == 3000
    and quota.time_window == 86400000
    and quota.next_reset_time - quota.last_reset_time == 86400000,
)

# Reports
BODY = json.dumps(
    {
        "ipinfo": {"ip": [{"@ip": "94.102.49.190"}, {"@ip": "192.168.2.1"}]},
        "url": "http://evil.example.com/a?b=1",
        "domain": "WWW.Evil-Domain.com",
        "md5": "44d88612fea8a8f36de82e1278abb02f",
        "mail": "a.b@evil-domain.com",
        "cve": "CVE-2017-0144",
        "btc": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "sha1": "3395856ce81f2b7382dee72602f798b642f14140",
        "sha256": "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
        "key": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Bad Key\\Run",
    },
    indent=4,
)
EXT = "NzUyMTEy"
report = Report(
    title="WbPmrTtnkw",
    body=BODY,
    time_began="2018-12-20T19:48:25+01:00",
    external_id=EXT,
    external_url="https://jbxcloud.joesecurity.org/analysis/744288/0/html",
    is_enclave=True,
    enclave_ids=[ENCLAVE],
)
ts.submit_report(report)
check(
    "submit gives a bare guid",
    len(report.id) == 36 and report.id == report.id.strip().lower(),
    repr(report.id),
)
got = ts.get_report_details(report.id)
check(
    "details",
    got.title == "WbPmrTtnkw"
    and got.body == BODY
    and got.external_id == EXT
    and got.enclave_ids == [ENCLAVE],
)
check("details time", got.time_began == 1545331705000, repr(got.time_began))
check("details url", got.external_url == report.external_url)
check("details by external id", ts.get_report_details(EXT, id_type=IdType.EXTERNAL).id == report.id)
encoded = "MzVlMDkxZGYtZDBlYS00NTIxLTljZjMtNGM2NDJmZjQyNGJmfDc1MjExMg=="
second = ts.submit_report(
    Report(
        title="second",
        body="also 94.102.49.190 and 94.102.49.191",
        external_id=encoded,
        enclave_ids=[ENCLAVE],
    )
)
check("an id with = in the path", ts.get_report_details(encoded, id_type=IdType.EXTERNAL).id == second.id)
blank = ts.submit_report(
    Report(title="blank", body="nothing", external_id="id with blank+plus", enclave_ids=[ENCLAVE])
)
check(
    "an id with blank and + in the path",
    ts.get_report_details("id with blank+plus", id_type=IdType.EXTERNAL).id == blank.id,
)
raises(
    "duplicate external id",
    400,
    lambda: ts.submit_report(Report(title="t", body="b", external_id=EXT, enclave_ids=[ENCLAVE])),
    "already exists",
)
raises("unknown enclave", 403, lambda: ts.submit_report(Report(title="t", body="b", enclave_ids=["nope"])))
raises(
    "closed enclave",
    403,
    lambda: ts.submit_report(Report(title="t", body="b", enclave_ids=[enclaves[2].id])),
    "Could not execute operation due to server error",
)
raises(
    "too large",
    413,
    lambda: ts.submit_report(Report(title="t", body="x" * 2_000_001, enclave_ids=[ENCLAVE])),
    "Payload Too Large" if False else "Incident Report",
)
raises(
    "too many indicators",
    413,
    lambda: ts.submit_report(
        Report(
            title="t",
            body=" ".join("5.%d.%d.9" % (i // 250, i % 250) for i in range(2001)),
            enclave_ids=[ENCLAVE],
        )
    ),
)
raises(
    "unknown report",
    404,
    lambda: ts.get_report_details("00000000-0000-4000-8000-000000000000"),
    "Report not found",
)
report.title = "Changed"
ts.update_report(report)
check("update by internal id", ts.get_report_details(report.id).title == "Changed")
by_ext = Report(title="By external", body=BODY, external_id=EXT, enclave_ids=[ENCLAVE])
ts.update_report(by_ext)
got = ts.get_report_details(report.id)
check(
    "update wipes what is null",
    got.title == "By external" and got.external_url is None,
    repr(got.external_url),
)
by_ext.external_url = report.external_url
ts.update_report(by_ext)
check("status", ts.get_report_status(report.id)["status"] == "SUBMISSION_SUCCESS")
raises("status by external id", 404, lambda: ts.get_report_status(EXT))

# Tags
check("add tag", ts.add_enclave_tag(report.id, "Maliciousness:true") == "Maliciousness:true")
ts.alter_report_tags(report.id, ["confidence:64", "confidence:64", "with a blank"], ["absent"])
check(
    "tags are lower-case",
    sorted(t.name for t in ts.get_enclave_tags(report.id))
    == ["confidence:64", "maliciousness:true", "with a blank"],
)
check(
    "tag id is its name",
    all(t.id == t.name and t.enclave_id == ENCLAVE for t in ts.get_enclave_tags(report.id)),
)
ts.delete_enclave_tag(EXT, "with a blank", id_type=IdType.EXTERNAL)
check(
    "all tags",
    sorted(t.name for t in ts.get_all_enclave_tags([ENCLAVE])) == ["confidence:64", "maliciousness:true"],
)
raises("tag too long", 400, lambda: ts.add_enclave_tag(report.id, "x" * 91))

# Lists
check(
    "list by tag, COMMUNITY ignored",
    [r.id for r in ts.get_reports_page(tag=["confidence:64"]).items] == [report.id],
)
check(
    "list excludes",
    report.id
    not in [r.id for r in ts.get_reports_page(excluded_tags=["confidence:64"], is_enclave=True).items],
)
# the client cuts "now" to the second, so that it misses what changed within it
got = [
    r.id
    for r in ts.get_reports(is_enclave=True, enclave_ids=[ENCLAVE], to_time=int(time.time()) * 1000 + 1000)
]
check(
    "get_reports", set(got) == {report.id, second.id, blank.id}, repr((got, report.id, second.id, blank.id))
)
page = ts.search_reports_page("94.102.49")
check(
    "search",
    {r.id for r in page.items} == {report.id, second.id}
    and page.items[0].body is None
    and page.total_elements == 2,
)
check("search generator", len(list(ts.search_reports("94.102.49"))) == 2)
raises("short search term", 400, lambda: ts.search_reports_page("94"))
check("correlated ids", set(ts.get_correlated_report_ids(["94.102.49.190"])) == {report.id, second.id})
check("correlated", {r.id for r in ts.get_correlated_reports(["94.102.49.191"])} == {second.id})
raises(
    "too many correlated", 400, lambda: ts.get_correlated_report_ids(["94.102.49.%d" % i for i in range(26)])
)

# Indicators of a report
found = {(i.type, i.value) for i in ts.get_indicators_for_report(report.id)}
check(
    "extraction",
    found
    == {
        ("IP", "94.102.49.190"),
        ("URL", "http://evil.example.com/a?b=1"),
        ("URL", "www.evil-domain.com"),
        ("MD5", "44d88612fea8a8f36de82e1278abb02f"),
        ("EMAIL_ADDRESS", "a.b@evil-domain.com"),
        ("CVE", "CVE-2017-0144"),
        ("BITCOIN_ADDRESS", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
        ("SHA1", "3395856ce81f2b7382dee72602f798b642f14140"),
        ("SHA256", "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"),
        ("REGISTRY_KEY", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Bad Key\\Run"),
    },
    repr(found),
)

# Indicators
ts.submit_indicators(
    [
        Indicator(
            "8.8.4.4",
            first_seen=1500000000000,
            last_seen=1500000001000,
            sightings=7,
            source="s",
            notes="n",
            tags=[Tag(name="Bad", enclave_id=ENCLAVE)],
        ),
        Indicator("not an indicator"),
    ],
    [ENCLAVE],
    [Tag(name="common", enclave_id=ENCLAVE)],
)
meta = ts.get_indicators_metadata(
    [Indicator("8.8.4.4"), Indicator("94.102.49.190", type="IP"), Indicator("unknown.com")]
)
check(
    "metadata",
    [m.value for m in meta] == ["8.8.4.4", "94.102.49.190"]
    and meta[0].sightings == 7
    and meta[0].tags[0].name == "bad",
    repr([m.to_dict() for m in meta]),
)
check("one metadata", ts.get_indicator_metadata("8.8.4.4")["indicator"].value == "8.8.4.4")
check("indicator search", "94.102.49.190" in [i.value for i in ts.search_indicators("94.102")])
check(
    "indicator search by type",
    {i.type for i in ts.search_indicators("evil", indicator_types=["URL"])} == {"URL"},
)
check("related", "94.102.49.191" in [i.value for i in ts.get_related_indicators(["94.102.49.190"])])
details = ts.get_indicator_details(["94.102.49.190"])
check("indicator details", details[0].correlation_count == 2 and details[0].whitelisted is False)
summaries = list(ts.get_indicator_summaries(["94.102.49.190"]))
check(
    "summaries",
    len(summaries) == 2
    and {s.severity_level for s in summaries} == {2, None}
    and summaries[0].source.key == "joe_sandbox",
)
trends = ts.get_community_trends(days_back=1)
check("trends", trends[0].value == "94.102.49.190" and trends[0].correlation_count == 2)
check("trends by type", {i.type for i in ts.get_community_trends("MD5", 30)} == {"MD5"})
raises("days back", 400, lambda: ts.get_community_trends(days_back=31))
check("get_indicators", any(i.value == "94.102.49.190" for i in ts.get_indicators()))
tag = ts.add_indicator_tag("94.102.49.190", "Seen", ENCLAVE)
check("indicator tag", tag.name == "seen" and "seen" in [t.name for t in ts.get_all_indicator_tags()])
ts.delete_indicator_tag("94.102.49.190", tag.id)
check("indicator tag deleted", "seen" not in [t.name for t in ts.get_all_indicator_tags()])
export = ts.initiate_indicator_metadata_export("94.102")
check("export", ts.get_indicator_metadata_export_status(export) == "COMPLETE")
with tempfile.TemporaryDirectory() as folder:
    ts.download_indicator_metadata_export(export, os.path.join(folder, "x.csv"))
    check("export rows", "IP,94.102.49.190," in open(os.path.join(folder, "x.csv")).read())

# Whitelist
white = ts.add_terms_to_whitelist(["94.102.49.190", "rubbish"])
check("whitelist add", [(i.type, i.value) for i in white] == [("IP", "94.102.49.190")])
check("whitelist", [i.value for i in ts.get_whitelist()] == ["94.102.49.190"])
check("whitelist applied", "94.102.49.190" not in [i.value for i in ts.get_indicators_for_report(report.id)])
ts.delete_indicator_from_whitelist(Indicator("94.102.49.190", type="IP"))
check("whitelist empty", list(ts.get_whitelist()) == [])

# Copy, move, redaction, triage
archive = enclaves[3].id
raises("copy without create", 403, lambda: ts.copy_report(report.id, archive))
copy = ts.copy_report(report.id, ENCLAVE)
check(
    "copy",
    ts.get_report_details(copy).title == "By external"
    and {t.name for t in ts.get_enclave_tags(copy)} == {"confidence:64", "maliciousness:true"},
)
provided = ts.copy_report(
    report.id,
    ENCLAVE,
    from_provided_submission=True,
    report=Report(title="edited", body="b", enclave_ids=[ENCLAVE]),
    tags=["Only"],
)
check(
    "copy of a provided one",
    ts.get_report_details(provided).title == "edited"
    and [t.name for t in ts.get_enclave_tags(provided)] == ["only"],
)
check("move", ts.move_report(copy, ENCLAVE) == copy)
redacted = ts.redact_report("title", "body")
check("redaction", redacted.title == "title" and redacted.body == "body")
ts.add_enclave_tag(second.id, "phishing")
phish = list(ts.get_phishing_submissions())
check("triage", [p.submission_id for p in phish] == [second.id], repr(phish))
ts.mark_triage_status(second.id, "CONFIRMED")
check("triage status", list(ts.get_phishing_submissions())[0].status == "CONFIRMED")
check(
    "triage indicators", {i.value for i in ts.get_phishing_indicators()} == {"94.102.49.190", "94.102.49.191"}
)

# Delete
ts.delete_report(copy)
raises("deleted", 404, lambda: ts.get_report_details(copy))
ts.delete_report("id with blank+plus", id_type=IdType.EXTERNAL)
raises("deleted by external id", 404, lambda: ts.get_report_details(blank.id))

# Tokens
raises("wrong secret", 401, lambda: client(user_api_secret="wrong").ping(), "unable to get token")
admin("POST", "/clock", {"advance": "11m"})
check("an expired token is renewed", ts.ping() == "pong")
ts._client.token = "never issued"
check("an invalid token is renewed", ts.ping() == "pong")
admin("POST", "/clock", {"resume": True})
admin("PUT", "/faults", [{"fault": "token-expired", "route": "GET /api/1.3/ping", "first": 1}])
check("a token that is said to be expired is renewed", ts.ping() == "pong")
raises(
    "retry=False raises although it renews",
    400,
    lambda: (
        admin("PUT", "/faults", [{"fault": "token-expired", "first": 1, "route": "/api/*"}]),
        client(retry=False).ping(),
    ),
    "",
)

# Limits and faults, as the client sees them
admin("PUT", "/faults", [{"fault": "rate-limited", "waitTime": 1200, "route": "/api/*", "first": 1}])
start = time.time()
check("429 is waited for", client().ping() == "pong" and time.time() - start >= 1.9)
status, verdict = admin("GET", "/verify?assert=waits-honoured")
check("verify: waits honoured", status == 200, json.dumps(verdict))
admin("PUT", "/faults", [{"fault": "rate-limited", "waitTime": 90000, "route": "/api/*"}])
raises("429 beyond max_wait_time", 429, lambda: client().ping(), "Request limit exceeded")
admin("PUT", "/faults", [{"fault": "rate-limited", "waitTime": 10, "route": "/api/*", "first": 1}])
for status in (500, 503):
    name = {500: "internal-error", 503: "unavailable"}[status]
    admin("PUT", "/faults", [{"fault": name, "route": "/api/*"}])
    raises(name, status, lambda: client().ping())
for code, status, text in (
    ("bad-request", 400, "Bad request"),
    ("duplicate-id", 400, "already exists"),
    ("wrong-credentials", 401, "Bad credentials"),
    ("forbidden", 403, "Could not execute operation due to server error"),
    ("not-found", 404, "Not found"),
    ("payload-too-large", 413, "too many indicators"),
    ("query-too-long", 414, ""),
    ("internal-error", 500, ""),
):
    admin("PUT", "/faults", [{"fault": "vendor-error", "code": code, "route": "/api/*"}])
    raises("vendor-error " + code, status, lambda: client().get_request_quotas(), text)
for code in ("expired-token", "invalid-token"):
    admin("PUT", "/faults", [{"fault": "vendor-error", "code": code, "route": "/api/*", "first": 1}])
    check("vendor-error " + code + " is renewed", len(client().get_request_quotas()) == 1)
for name, kind in (
    ("reset-before", requests.ConnectionError),
    ("reset-after", requests.ConnectionError),
    ("close-before", requests.ConnectionError),
    ("truncated", requests.exceptions.ChunkedEncodingError),
    ("truncated-chunked", requests.exceptions.ChunkedEncodingError),
    ("not-http", requests.ConnectionError),
    ("invalid-json", ValueError),
    ("null-body", (AttributeError, TypeError)),
    ("login-page", ValueError),
    ("empty-body", ValueError),
):
    admin("PUT", "/faults", [{"fault": name, "route": "GET /api/1.3/request-quotas"}])
    try:
        client().get_request_quotas()
        check("fault " + name, False, "no exception")
    except kind:
        check("fault " + name, True)
    except Exception as e:
        check("fault " + name, False, repr(e))
admin("DELETE", "/faults")
status, verdict = admin("GET", "/verify?assert=created-once&assert=known-routes")
check("verify", status == 200, json.dumps(verdict))
admin("POST", "/reset")

check("every call of the client", called >= CALLS, "not driven: %s" % sorted(CALLS - called))
print("%d checks, %d failed" % (checks, len(failures)))
sys.exit(1 if failures else 0)
