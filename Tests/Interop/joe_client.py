"""Drives every call of the official Joe Sandbox client (jbxapi 3.25.0, joelab left out) against a running mock.

scripts/interop.sh starts the mock and installs the client. The admin routes must be on. Exit 0 when everything matched, 1 with
a line for each check that did not.
"""
import io, json, os, subprocess, sys, tempfile, time, jbxapi, requests

url = sys.argv[1]
KEY = "mock" * 16
J = lambda **k: jbxapi.JoeSandbox(
    apikey=k.pop("key", KEY), apiurl=url + "/api", accept_tac=k.pop("tac", True), **k
)


def admin(method, path, **k):
    r = requests.request(method, url + "/__admin/" + path, **k)
    return r


called = set()


def counted(name, call):
    def counting(*a, **k):
        called.add(name)
        return call(*a, **k)

    return counting


CALLS = {
    n for n, c in vars(jbxapi.JoeSandbox).items() if not n.startswith(("_", "joelab")) and callable(c)
}
for n in CALLS:
    setattr(jbxapi.JoeSandbox, n, counted(n, getattr(jbxapi.JoeSandbox, n)))

joe = J()
ok = failed = 0


def check(c, what):
    global ok, failed
    if not c:
        failed += 1
        print("FAILED", what)
    else:
        ok += 1


ids = [a["webid"] for a in joe.analysis_list()]
check(len(ids) == 25 and ids[-1] == "752112", ("list", len(ids), ids[-1:]))
pages = list(joe.analysis_list_paged())
check([p["webid"] for p in pages] == ids, "paged")
r = J(reverser=True).analysis_list()
check({x["analysis_type"] for x in r} == {"sandbox", "reverser"} and len(r) > 25, "reverser")
rev = [x["webid"] for x in r if x["analysis_type"] == "reverser"]
check(joe.server_online() == {"online": True}, "online")
check("queuesize" in joe.server_info(), "info")
check(any(s["name"] == "w10x64_office" for s in joe.server_systems()), "systems")
check(joe.server_lia_countries()[0] == {"name": "Argentina"}, "lia")
check("name" in joe.server_languages_and_locales()[0], "locales")
a = joe.account_info()
check(a["quota"]["daily"]["current"] == 0, "account")
i = joe.analysis_info("752112")
check(
    i["analysisid"] == "744288"
    and i["status"] == "finished"
    and i["score"] == 64
    and i["time"] == "2018-12-20T19:48:24+01:00",
    i,
)


def raises(cls, f, code=None):
    try:
        f()
    except jbxapi.ApiError as e:
        check(type(e) is cls and (code is None or e.code == code), (cls, type(e), e.code, e.message))
    else:
        check(False, ("no error", cls))


raises(jbxapi.InvalidParameterError, lambda: joe.analysis_info("1"), 3)
raises(jbxapi.MissingParameterError, lambda: joe.analysis_info(""), 2)
raises(jbxapi.InvalidApiKeyError, lambda: J(key="x").analysis_list(), 4)
raises(
    jbxapi.UnknownEndpointError,
    lambda: joe._raise_or_extract(joe._post(url + "/api/v2/nothing/here", data={"apikey": KEY})),
    8,
)
raises(jbxapi.InvalidParameterError, lambda: joe.analysis_download("752112", "nonsense"), 3)
raises(jbxapi.InvalidParameterError, lambda: joe.analysis_download("752112", "json", run=7), 3)
raises(jbxapi.InvalidParameterError, lambda: J(tac=False).submit_url("http://x"), 3)
raises(jbxapi.InvalidParameterError, lambda: joe.submit_url("http://x", params={"systems": ["nope"]}), 3)
raises(jbxapi.InvalidParameterError, lambda: joe.submission_info("99999"), 3)
for code, cls in (
    (1, jbxapi.ApiError),
    (2, jbxapi.MissingParameterError),
    (3, jbxapi.InvalidParameterError),
    (4, jbxapi.InvalidApiKeyError),
    (5, jbxapi.ServerOfflineError),
    (6, jbxapi.InternalServerError),
    (7, jbxapi.PermissionError),
    (8, jbxapi.UnknownEndpointError),
):
    r = admin("PUT", "faults", json={"rules": [{"fault": "vendor-error", "code": code, "first": 1}]})
    assert r.ok, r.text
    raises(cls, lambda: joe.server_info(), code)
admin("PUT", "faults", json={"rules": []})
enc = brk = unf = 0
for w in ids:
    inf = joe.analysis_info(w)
    if inf["status"] != "finished":
        unf += 1
        raises(jbxapi.InvalidParameterError, lambda: joe.analysis_download(w, "jsonfixed"), 3)
        continue
    if inf["encrypted"]:
        enc += 1
        for pw in (b"infected",):
            n, b = joe.analysis_download(w, "jsonfixed", password=pw)
            check(json.loads(b)["analysis"]["generalinfo"]["id"] == int(inf["analysisid"]), "decrypted")
        try:
            joe.analysis_download(w, "jsonfixed", password=b"wrong")
            check(False, "wrong password")
        except jbxapi.JoeException as e:
            check("password" in str(e).lower(), str(e))
        continue
    try:
        n, b = joe.analysis_download(w, "jsonfixed")
    except jbxapi.InvalidParameterError as e:
        brk += 1
        continue
    g = json.loads(b)["analysis"]
    check(n.startswith("report-") and n.endswith(".json"), n)
    check(g["generalinfo"]["id"] == int(inf["analysisid"]), "id")
    e = g["signaturedetections"]["strategy"][1]
    check(e["score"] == inf["score"] and e[inf["detection"]] is True, ("verdict", w, e, inf))
    if inf["md5"]:
        check(g["fileinfo"]["md5"] == inf["md5"], "md5")
    else:
        check(g["fileinfo"] is None or g["fileinfo"] == "", "fi")
    for t in "json lightjson lightjsonfixed irjson irjsonfixed xml html pcap".split():
        n, b = joe.analysis_download(w, t)
        check(len(b) > 20, "len")
        if "json" in t:
            json.loads(b)
        if t == "xml":
            import xml.dom.minidom

            xml.dom.minidom.parseString(b)
    for r in range(len(inf["runs"])):
        n, b = joe.analysis_download(w, "jsonfixed", run=r)
        check(
            json.loads(b)["analysis"]["signaturedetections"]["strategy"][1]["score"]
            == inf["runs"][r]["score"],
            "run",
        )
check((enc, brk) == (1, 1) and unf > 0, (enc, brk, unf))
check(joe.analysis_info(rev[0])["analysis_type"] == "reverser", "rev info")
raises(jbxapi.InvalidParameterError, lambda: joe.analysis_download(rev[0], "json"))
check(len(joe.analysis_download(rev[0], "html")[1]) > 50, "rev html")
check([x["webid"] for x in joe.analysis_search(i["md5"])] == ["752112"], "search md5")
check(any(x["webid"] == "752112" for x in joe.analysis_search("wbpmr")), "search")
check(joe.analysis_search("zzzzzzzz") == [], "none")


def sub(f):
    s = f()["submission_id"]
    x = joe.submission_info(s)
    check(x["status"] == "accepted" and "analyses" not in x, x)
    return s


admin("POST", "clock", json={"freeze": True})
import hashlib

big = bytes(range(256)) * 82000  # 21 MB: three chunks
subs = {}
subs["chunked"] = sub(
    lambda: joe.submit_sample(
        ("größe clean.exe", io.BytesIO(big)),
        params={"comments": "äöü", "tags": ["a", "b"], "systems": ["w7", "w10x64"]},
    )
)
subs["classic"] = sub(
    lambda: joe.submit_sample(('malicious "x".doc', io.BytesIO(b"hello")), _chunked_upload=False)
)
subs["cookbook+sample"] = sub(
    lambda: joe.submit_sample(("a.js", io.BytesIO(b"x")), cookbook=("my.jbs", io.BytesIO(b"y")))
)
subs["empty"] = sub(lambda: joe.submit_sample(("empty.exe", io.BytesIO(b""))))
subs["url"] = sub(lambda: joe.submit_url("http://suspicious.example/ä?x=1&y=2"))
subs["surl"] = sub(lambda: joe.submit_sample_url("http://example.com/a/b.exe?x"))
subs["cmd"] = sub(lambda: joe.submit_command_line("cmd.exe /c dir"))
subs["cook"] = sub(lambda: joe.submit_cookbook(("c.jbs", io.BytesIO(b"z"))))
subs["zip"] = sub(
    lambda: joe.submit_sample(("mail.zip", io.BytesIO(b"PK")), params={"encrypt-with-password": "geheim"})
)
check(joe.account_info()["quota"]["daily"]["current"] == 9, joe.account_info())
seen = []
for step in range(4):
    seen.append({k: joe.submission_info(s)["status"] for k, s in subs.items()})
    r = admin("POST", "clock", json={"advance": {0: 2500, 1: 3000, 2: 20000, 3: 0}[step]})
    assert r.ok, r.text
for k in subs:
    check([x[k] for x in seen] == ["accepted", "submitted", "running", "finished"], (k, [x[k] for x in seen]))
for k, s in subs.items():
    x = joe.submission_info(s)
    if k == "empty":
        check(x["analyses"] == [] and x["most_relevant_analysis"] is None, x)
        continue
    check(len(x["analyses"]) == (2 if k == "zip" else 1), (k, x))
    an = x["analyses"][0]
    check(an["status"] == "finished" and an["webid"] in [y["webid"] for y in joe.analysis_list()][:12], k)
    pw = dict(password=b"geheim") if k == "zip" else {}
    n, b = joe.analysis_download(an["webid"], "jsonfixed", **pw)
    d = json.loads(b)["analysis"]
    if k == "chunked":
        check(
            an["sha256"] == hashlib.sha256(big).hexdigest() == d["fileinfo"]["sha256"]
            and an["filename"] == "größe clean.exe"
            and an["detection"] == "clean"
            and [r["system"] for r in an["runs"]] == ["w7", "w10x64"]
            and an["tags"] == ["a", "b"]
            and an["comments"] == "äöü",
            an,
        )
    if k == "classic":
        check(
            an["md5"] == hashlib.md5(b"hello").hexdigest()
            and an["filename"] == 'malicious "x".doc'
            and an["detection"] == "malicious",
            an,
        )
    if k == "url":
        check(
            d["generalinfo"]["target"]["url"] == "http://suspicious.example/ä?x=1&y=2"
            and an["detection"] == "suspicious",
            an["filename"],
        )
    if k == "cook":
        check(an["scriptname"] == "c.jbs", an)
lst = [x["submission_id"] for x in joe.submission_list()]
check(lst == sorted(subs.values(), key=int, reverse=True), lst)
check([x["submission_id"] for x in joe.submission_list(include_shared=True)] == lst, "shared")
check(joe.submission_delete(subs["url"]) == {"deleted": True}, "sdel")
raises(jbxapi.InvalidParameterError, lambda: joe.submission_info(subs["url"]))
check(joe.analysis_delete("752112") == {"deleted": True}, "del")
raises(jbxapi.InvalidParameterError, lambda: joe.analysis_info("752112"))
check("752112" not in [x["webid"] for x in joe.analysis_list()], "gone")
st = admin("GET", "state").json()
admin("POST", "reset")
check(len(joe.analysis_list()) == 25, "reset")
r = admin("PUT", "state", json=st)
check(r.ok, r.text)
check("752112" not in [x["webid"] for x in joe.analysis_list()], "loaded")
admin("POST", "reset")


def command(*arguments, status=0):
    """The `jbxapi` command; its exit status for an ApiError is the code + 100."""
    program = os.path.join(os.path.dirname(sys.executable), "jbxapi")
    result = subprocess.run(
        [program, *arguments, "--apikey", KEY, "--apiurl", url + "/api", "--accept-tac"],
        capture_output=True,
        text=True,
    )
    check(result.returncode == status, (arguments, result.returncode, result.stderr[-300:]))
    return result.stdout


def told(*arguments):
    """What the command prints."""
    return json.loads(command(*arguments) or "null")


check(len(told("analysis", "list")) == 25, "jbxapi analysis list")
check(len(told("analysis", "list", "--reverser")) > 25, "jbxapi analysis list --reverser")
check(told("analysis", "info", "752112")["analysisid"] == "744288", "jbxapi analysis info")
check([x["webid"] for x in told("analysis", "search", i["md5"])] == ["752112"], "jbxapi analysis search")
check(told("analysis", "report", "752112") is not None, "jbxapi analysis report")
check(told("server", "online")["online"] is True, "jbxapi server online")
check("queuesize" in told("server", "info"), "jbxapi server info")
check(any(x["name"] == "w10x64_office" for x in told("server", "systems")), "jbxapi server systems")
check(told("server", "lia_countries")[0] == {"name": "Argentina"}, "jbxapi server lia_countries")
check("name" in told("server", "languages_and_locales")[0], "jbxapi server languages_and_locales")
check(told("account", "info")["quota"]["daily"]["limit"] > 0, "jbxapi account info")
with tempfile.TemporaryDirectory() as folder:
    paths = told("analysis", "download", "752112", "jsonfixed", "html", "--dir", folder)
    check(sorted(paths) == ["html", "jsonfixed"], paths)
    check(all(os.path.getsize(p) > 50 for p in paths.values()), paths)
    paths = told("analysis", "download", "752112", "html", "memdumps", "--dir", folder, "--ignore-errors")
    check(paths["memdumps"] is None and paths["html"], paths)
    sample, cookbook = os.path.join(folder, "clean.exe"), os.path.join(folder, "my.jbs")
    for path in (sample, cookbook):
        with open(path, "wb") as f:
            f.write(b"MZ")
    ids = [
        told("submit", sample, "--comments", "by command")["submission_id"],
        told("submit", sample, "--cookbook", cookbook)["submission_id"],
        told("submit", "--url", "http://clean.example/")["submission_id"],
        told("submit", "--sample-url", "http://example.com/a.exe")["submission_id"],
        told("submit", "--command-line", "cmd.exe /c dir")["submission_id"],
    ]
check([x["submission_id"] for x in told("submission", "list")] == ids[::-1], "jbxapi submission list")
check(told("submission", "info", ids[0])["name"] == "clean.exe", "jbxapi submission info")
check(told("submission", "delete", ids[0]) == {"deleted": True}, "jbxapi submission delete")
command("submission", "info", ids[0], status=103)
check(told("analysis", "delete", "752112") == {"deleted": True}, "jbxapi analysis delete")
command("analysis", "info", "752112", status=103)
for code in range(1, 9):
    r = admin("PUT", "faults", json=[{"fault": "vendor-error", "code": code}])
    assert r.ok, r.text
    command("server", "info", status=100 + code)

# What is no answer of Joe Sandbox at all: the client's own exceptions.
for fault, kind in (
    ("rate-limited", jbxapi.ApiError),
    ("token-expired", jbxapi.InvalidApiKeyError),
    ("wrong-credentials", jbxapi.InvalidApiKeyError),
    ("internal-error", jbxapi.InternalServerError),
    ("unavailable", jbxapi.ServerOfflineError),
    ("bad-gateway", jbxapi.JoeException),
    ("gateway-timeout", jbxapi.JoeException),
    ("login-page", jbxapi.JoeException),
    ("invalid-json", jbxapi.JoeException),
    ("empty-body", jbxapi.JoeException),
    ("truncated", jbxapi.ConnectionError),
    ("truncated-chunked", jbxapi.ConnectionError),
    ("reset-before", jbxapi.ConnectionError),
    ("close-before", jbxapi.ConnectionError),
    ("reset-after", jbxapi.ConnectionError),
    ("not-http", jbxapi.ConnectionError),
):
    r = admin("PUT", "faults", json=[{"fault": fault}])
    assert r.ok, r.text
    try:
        J().server_info()
        check(False, (fault, "no exception"))
    except jbxapi.JoeException as e:
        check(isinstance(e, kind), (fault, e))
    except Exception as e:
        check(False, (fault, "another exception", e))
admin("POST", "reset")

# Half a report passes for a whole one when nothing frames it: the client's known weakness, and the mock shows it.
admin("PUT", "faults", json=[{"fault": "truncated-silently", "route": "*/analysis/download"}])
try:
    json.loads(joe.analysis_download("752112", "jsonfixed")[1])
    check(False, "half a report is JSON")
except ValueError:
    check(True, "half a report")
admin("POST", "reset")

check(called == CALLS, ("calls of the client that were not driven", sorted(CALLS - called)))
print("%d checks, %d failed" % (ok + failed, failed))
sys.exit(1 if failed else 0)
