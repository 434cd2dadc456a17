#!/usr/bin/env python3
"""HTTP as a client: what is asked of a server, what is said when it goes wrong.

usage: http_client.py QUOIN [--git GIT] [WORD...]     WORD: only tests with it

Servers are http_server.py (which keeps each request it got), apache2 with
http-backend, and a proxy of a few lines; each on a free port, ended by its id.
With GIT in the place of QUOIN the same is asked of git: what is expected here was
read from 2.55 so.
"""
import base64
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(HERE))
from ports import free_port, wait_for_port  # noqa: E402

QUOIN = os.path.abspath(sys.argv[1])
REST = sys.argv[2:]
GIT = REST[REST.index("--git") + 1] if "--git" in REST else "git"
WORDS = [w for i, w in enumerate(REST) if w != "--git" and
         (i == 0 or REST[i - 1] != "--git")]
TOP = tempfile.mkdtemp(prefix="quoin-http-")
ROOT = os.path.join(TOP, "root")
STARTED, TESTS = [], []
ENV = {k: v for k, v in os.environ.items()
       if not k.startswith(("GIT_", "LC_", "LANG", "http", "HTTP", "no_proxy",
                            "NO_PROXY", "all_proxy", "ALL_PROXY", "XDG_"))}
ENV.update(HOME=os.path.join(TOP, "home"), GIT_CONFIG_NOSYSTEM="1",
           GIT_TERMINAL_PROMPT="0", GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@b",
           GIT_COMMITTER_NAME="A", GIT_COMMITTER_EMAIL="a@b",
           GIT_AUTHOR_DATE="1700000000 +0000", LC_ALL="C",
           GIT_COMMITTER_DATE="1700000000 +0000")
HELPER = ("!f() { echo \"$1\" >>\"$LOG\"; cat >>\"$LOG\"; test $1 = get && "
          "printf \"$SAYS\"; }; f")


class Skip(Exception):
    pass


def test(function):
    TESTS.append(function)
    return function


def run(*command, directory=None, **variables):
    done = subprocess.run(command, cwd=directory or TOP, capture_output=True,
                          env={**ENV, **variables}, timeout=180)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def git(*words, **more):
    code, out, err = run(GIT, *words, **more)
    assert code == 0, err
    return out.strip()


def quoin(*words, **more):
    return run(QUOIN, *words, **more)


def start(*command, **more):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=ENV, **more)
    STARTED.append(process)
    return process


class Recorder:
    def __init__(self, *options):
        self.log = tempfile.mktemp(dir=TOP, prefix="log")
        process = start(sys.executable, os.path.join(HERE, "http_server.py"),
                        ROOT, self.log, "--git", GIT, *options)
        self.port = int(process.stdout.readline())
        self.base = "http%s://127.0.0.1:%d" % (
            "s" if "--tls" in options else "", self.port)

    def clear(self):
        open(self.log, "w").close()

    def rows(self):
        with open(self.log) as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            row["h"] = {k.lower(): v for k, v in row["headers"]}
        return rows


def says(err, *patterns):
    for pattern in patterns:
        assert re.search(pattern, err), "%r not in %r" % (pattern, err)


def fails(result, *patterns):
    assert result[0] == 128, result
    says(result[2], *patterns)


def works(result):
    assert result[0] == 0, result
    return result[1]


def ls(path, *config, base=None, **variables):
    words = [w for c in config for w in ("-c", c)]
    return quoin(*words, "ls-remote", (base or SERVER.base) + path, **variables)


def prepare():
    global SERVER, REFS
    os.makedirs(ENV["HOME"])
    os.makedirs(ROOT)
    work = os.path.join(TOP, "work")
    git("init", "-q", "-b", "main", work)
    for i in range(20):
        with open(os.path.join(work, "file%d" % i), "w") as file:
            file.write("line\n" * i)
        git("add", "-A", directory=work)
        git("commit", "-q", "-m", "commit %d" % i, directory=work)
    git("tag", "-a", "-m", "t", "v1", directory=work)
    git("clone", "-q", "--bare", work, os.path.join(ROOT, "q.git"))
    git("clone", "-q", "--bare", work, os.path.join(ROOT, "packed.git"))
    shutil.rmtree(os.path.join(ROOT, "q.git", "objects"))
    shutil.copytree(os.path.join(work, ".git", "objects"),
                    os.path.join(ROOT, "q.git", "objects"))
    git("repack", "-a", "-d", "-q", directory=os.path.join(ROOT, "packed.git"))
    for name in ("q.git", "packed.git"):
        git("update-server-info", directory=os.path.join(ROOT, name))
        git("config", "http.receivepack", "true",
            directory=os.path.join(ROOT, name))
    SERVER = Recorder()
    REFS = git("ls-remote", os.path.join(ROOT, "q.git"))


# ---- what is asked

@test
def plain_requests():
    SERVER.clear()
    assert works(ls("/plain/q.git")).strip() == REFS
    get, post = SERVER.rows()
    assert get["path"] == "/plain/q.git/info/refs?service=git-upload-pack"
    assert get["h"]["git-protocol"] == "version=2"
    assert get["h"]["pragma"] == "no-cache" and get["h"]["accept"] == "*/*"
    assert "gzip" in get["h"]["accept-encoding"]
    assert "accept-language" not in get["h"]
    assert post["path"] == "/plain/q.git/git-upload-pack"
    names = [k for k, v in post["headers"] if k not in (
        "Host", "User-Agent", "Accept-Encoding")]
    assert names == ["Content-Type", "Accept", "Git-Protocol",
                     "Content-Length"], names
    assert post["h"]["content-type"] == "application/x-git-upload-pack-request"
    assert post["h"]["accept"] == "application/x-git-upload-pack-result"


@test
def versions():
    for version in "01":
        SERVER.clear()
        works(ls("/plain/q.git", "protocol.version=" + version))
        rows = SERVER.rows()
        assert len(rows) == 1
        assert rows[0]["h"].get("git-protocol") == (
            "version=1" if version == "1" else None)


@test
def languages():
    for value, wanted in (("de_DE.UTF-8", "de-DE, *;q=0.9"),
                          ("de:en_US:fr", "de, en-US;q=0.9, fr;q=0.8, *;q=0.7"),
                          ("a:b:c:d:e:f:g:h:i:j", "a, b;q=0.99, c;q=0.98, "
                           "d;q=0.97, e;q=0.96, f;q=0.95, g;q=0.94, h;q=0.93, "
                           "i;q=0.92, j;q=0.91, *;q=0.90"),
                          ("sr_RS@latin:de", "sr-RS, de;q=0.9, *;q=0.8")):
        SERVER.clear()
        works(ls("/plain/q.git", LANGUAGE=value))
        assert SERVER.rows()[0]["h"]["accept-language"] == wanted
        assert SERVER.rows()[1]["h"]["accept-language"] == wanted


@test
def extra_headers():
    base = SERVER.base
    for config, wanted in (
            (["http.extraHeader=X: a", "http.%s/.extraHeader=X: b" % base], "ab"),
            (["http.%s/.extraHeader=X: b" % base, "http.extraHeader=X: a"], "b"),
            (["http.%s/.extraHeader=X: b" % base,
              "http.%s/plain/.extraHeader=" % base,
              "http.%s/plain.extraHeader=X: c" % base], "c")):
        SERVER.clear()
        works(ls("/plain/q.git", *config))
        for row in SERVER.rows():
            assert "".join(v for k, v in row["headers"] if k == "X") == wanted
    SERVER.clear()
    works(ls("/plain/q.git", "http.userAgent=me/1"))
    assert SERVER.rows()[1]["h"]["user-agent"] == "me/1"
    works(ls("/plain/q.git", GIT_HTTP_USER_AGENT="me/2"))
    assert SERVER.rows()[-1]["h"]["user-agent"] == "me/2"


def many_refs():
    path = os.path.join(ROOT, "many.git")
    if not os.path.isdir(path):
        shutil.copytree(os.path.join(ROOT, "q.git"), path)
        tip = git("rev-parse", "main", directory=path)
        ids = git("rev-list", "main", directory=path).split()
        shutil.rmtree(os.path.join(path, "refs", "heads"))
        os.mkdir(os.path.join(path, "refs", "heads"))
        with open(os.path.join(path, "packed-refs"), "w") as file:
            file.write("# pack-refs with: peeled fully-peeled sorted \n")
            for i in range(60):
                file.write("%s refs/heads/b%03d\n" % (ids[i % 19], i))
            file.write("%s refs/heads/main\n" % tip)
    return path


@test
def packed_bodies():
    many_refs()
    here = os.path.join(TOP, "gzip")
    git("init", "-q", here)
    SERVER.clear()
    works(quoin("fetch", "-q", SERVER.base + "/plain/many.git",
                "refs/heads/*:refs/x/*", directory=here))
    rows = [r for r in SERVER.rows() if r["plain_size"] > 1024]
    assert rows and all(r["h"]["content-encoding"] == "gzip" for r in rows)
    assert all(r["size"] < r["plain_size"] for r in rows)
    assert "command=fetch" in rows[0]["body"]
    git("fsck", directory=here)


@test
def bodies_in_pieces():
    path = os.path.join(ROOT, "wide.git")
    git("init", "-q", "--bare", path)
    text = "".join("commit refs/heads/b%04d\ncommitter A <a@b> %d +0000\n"
                   "data 2\nx\n" % (i, 1700000000 + i) for i in range(1600))
    subprocess.run([GIT, "fast-import", "--quiet"], cwd=path, env=ENV,
                   input=text.encode(), check=True)
    for version in "02":
        here = tempfile.mkdtemp(dir=TOP)
        git("init", "-q", here)
        SERVER.clear()
        result, told = ask("/auth/q.git", GOOD)
        SERVER.clear()
        works(quoin("-c", "http.postBuffer=65521", "-c",
                    "protocol.version=" + version, "-c",
                    "credential.helper=" + HELPER, "fetch", "-q",
                    SERVER.base + "/auth/wide.git", "refs/heads/*:refs/x/*",
                    directory=here, LOG=at("widelog"), SAYS=GOOD))
        rows = [r for r in SERVER.rows() if r["method"] == "POST"]
        probe, pieces = rows[-2:]
        assert probe["body"] == "0000" and probe["h"]["content-length"] == "4"
        assert pieces["h"]["transfer-encoding"] == "chunked"
        assert "content-length" not in pieces["h"]
        assert "expect" not in pieces["h"] and pieces["size"] > 65521
        assert len(git("for-each-ref", directory=here).splitlines()) == 1600


@test
def url_with_query():
    SERVER.clear()
    fails(ls("/plain/q.git?a=b"), r"repository '.*/plain/q.git\?a=b/' not found")
    assert SERVER.rows()[0]["path"] == \
        "/plain/q.git?a=b/info/refs&service=git-upload-pack"


@test
def fetches():
    for how in ("plain", "chunked", "slow", "wrongtype", "moved"):
        for version in "02":
            here = tempfile.mkdtemp(dir=TOP)
            git("init", "-q", "-b", "x", here)
            works(quoin("-c", "protocol.version=" + version, "fetch", "-q",
                        SERVER.base + "/%s/q.git" % how, "main:main",
                        "v1:refs/tags/v1", directory=here))
            git("fsck", "--strict", directory=here)
            assert git("rev-parse", "main", directory=here) in REFS


# ---- what goes wrong

@test
def statuses():
    url = r"'http://127.0.0.1:\d+/status-%s/q.git/'"
    for code in (400, 403, 407, 410, 429, 500, 503):
        fails(ls("/status-%d/q.git" % code), "^remote: as you wish\n",
              "fatal: unable to access " + url % code +
              ": The requested URL returned error: %d" % code)
    fails(ls("/status-404/q.git"), "^remote: as you wish\nfatal: repository " +
          url % 404 + " not found\n$")
    fails(ls("/plain/none.git"), "^fatal: repository .* not found\n$")


@test
def answers_that_are_none():
    fails(ls("/say/q.git"),
          "^fatal: .*/say/q.git/info/refs not valid: is this a git repository")
    fails(ls("/hangup/q.git"), "^fatal: unable to access .*: Empty reply from ")
    fails(ls("/garbage/q.git"),
          "^fatal: protocol error: bad line length character: this")
    fails(ls("/short/q.git"), "^error: RPC failed; curl 18 ",
          "fatal: expected flush after ref listing")
    code, out, err = ls("/error/q.git")
    assert code == 128 and "\x1b" not in err, err
    says(err, "remote error: keep .*out")
    fails(quoin("ls-remote", "http://127.0.0.1:1/x"),
          "^fatal: unable to access 'http://127.0.0.1:1/x/': Failed to connect")
    fails(quoin("ls-remote", "http://u:secret@127.0.0.1:1/x"),
          "unable to access 'http://127.0.0.1:1/x/'")
    fails(quoin("ls-remote", "http://127.0.0.1:1/a%0ab"),
          "^warning: url contains a newline in its path component: ",
          "fatal: credential url cannot be parsed: ")


@test
def cut_packs():
    here = os.path.join(TOP, "cut")
    git("init", "-q", here)
    code, out, err = quoin("-c", "protocol.version=0", "fetch",
                           SERVER.base + "/short/q.git", "main", directory=here)
    assert code != 0
    says(err, "RPC failed; curl 18")
    assert git("count-objects", directory=here).startswith("0 objects")
    left = [n for _, _, names in os.walk(os.path.join(here, ".git", "objects"))
            for n in names]
    assert not left, left


@test
def low_speed():
    over = threading.Event()

    class Silent(socketserver.BaseRequestHandler):
        def handle(self):
            self.request.recv(4096)
            over.wait(180)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Silent)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    fails(quoin("-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=1",
                "ls-remote", "http://127.0.0.1:%d/x" % server.server_address[1]),
          "unable to access .*: Operation too slow")
    over.set()
    server.shutdown()


@test
def cut_packets():
    cut = "^error: RPC failed; curl 18 .*\n"
    for size, wanted in ((3, "error: 3 bytes of length header were received\n"),
                         (4, r"error: 76 bytes of body are still expected\n")):
        fails(ls("/postcut-%d/q.git" % size),
              cut + wanted + "fatal: expected flush after ref listing\n$")
    fails(ls("/postgarbage/q.git"), "^fatal: remote-curl: bad line length character: "
          "this\nfatal: expected flush after ref listing\n$")


# ---- redirects

@test
def redirects():
    code, out, err = ls("/moved/q.git")
    assert code == 0 and out.strip() == REFS
    assert err == "warning: redirecting to %s/plain/q.git/\n" % SERVER.base
    fails(ls("/moved/q.git", "http.followRedirects=false"),
          "unable to access .*: The requested URL returned error: 301")
    fails(ls("/postmoved/q.git"), "^error: RPC failed; HTTP 307 curl 22 The "
          "requested URL returned error: 307\nfatal: ")
    assert works(ls("/postmoved/q.git", "http.followRedirects=true")).strip() == \
        REFS
    for how, name in (("tofile", "file"), ("toother", "ftp")):
        for policy in ("initial", "true"):
            fails(ls("/%s/q.git" % how, "http.followRedirects=" + policy),
                  "unable to access .*: Protocol \"%s\" " % name)
    fails(ls("/loop/q.git"), r"Maximum \(20\) redirects followed")
    fails(ls("/elsewhere/q.git"), "repository '.*/elsewhere/q.git/' not found")
    fails(ls("/plain/q.git", "protocol.http.allow=never"),
          "^fatal: transport 'http' not allowed")
    fails(ls("/moved/q.git", GIT_ALLOW_PROTOCOL="https"),
          "^fatal: transport 'http' not allowed")


@test
def secrets_stay_with_their_host():
    other = Recorder()
    class Away(socketserver.StreamRequestHandler):
        def handle(self):
            line = self.rfile.readline().split()
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: %s\r\n"
                             b"Content-Length: 0\r\n\r\n" % (
                                 other.base.encode() + line[1]))
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Away)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    other.clear()
    works(quoin("ls-remote", "http://bob:hidden@127.0.0.1:%d/plain/q.git" %
                server.server_address[1]))
    for row in other.rows():
        assert "authorization" not in row["h"], row
    server.shutdown()


# ---- busy servers

@test
def busy():
    fails(ls("/busy-1-0/q.git"), "returned error: 429")
    code, out, err = ls("/busy-2-1/q.git", "http.maxRetries=3")
    assert code == 0, err
    assert err == "warning: rate limited, waiting 1 seconds before retry\n" * 2
    fails(ls("/busy-9-1000/q.git", "http.maxRetries=3"),
          "^error: response requested a delay greater than http.maxRetryTime "
          r"\(1000 > 300 seconds\)\nfatal: unable to access .*: 429")
    fails(ls("/busy-9-/q.git", "http.maxRetries=3", "http.retryAfter=400"),
          "^error: configured http.retryAfter exceeds http.maxRetryTime "
          r"\(400 > 300 seconds\)\nfatal: ")
    fails(ls("/busy-8-/q.git", "http.maxRetries=2"),
          "^remote: busy\nfatal: rate limited by '.*/busy-8-/q.git/', please "
          "try again later")
    works(ls("/busy-3-/q.git", GIT_HTTP_MAX_RETRIES="4"))
    fails(ls("/busy-9-400/q.git", "http.maxRetries=1"),
          "^remote: busy\nfatal: rate limited by '.*/busy-9-400/q.git/', please "
          "try again in 400 seconds\n$")
    works(ls("/busy-5-/q.git", "http.maxRetries=-1"))  # as often as it takes
    SERVER.clear()
    fails(ls("/busy-7-/q.git", "http.maxRetries=3", "http.retryAfter=-1"),
          "^fatal: unable to access .*: 429\n$")
    assert len(SERVER.rows()) == 1


# ---- who one is

def ask(path, reply, *config, **more):
    log = tempfile.mktemp(dir=TOP)
    result = ls(path, "credential.helper=" + HELPER, *config, LOG=log,
                SAYS=reply, **more)
    told = open(log).read() if os.path.exists(log) else ""
    return result, told


GOOD = "username=alice\\npassword=wonder%%land\\n"


@test
def basic():
    SERVER.clear()
    result, told = ask("/auth/q.git", GOOD)
    assert works(result).strip() == REFS
    assert told == (
        "get\ncapability[]=authtype\ncapability[]=state\nprotocol=http\n"
        "host=127.0.0.1:%d\nwwwauth[]=Basic realm=\"test\"\n"
        "store\nprotocol=http\nhost=127.0.0.1:%d\nusername=alice\n"
        "password=wonder%%land\n" % (SERVER.port, SERVER.port)), told
    assert [("authorization" in r["h"]) for r in SERVER.rows()] == [
        False, True, True]
    fails(ls("/auth/q.git"), "^fatal: could not read Username for "
          "'http://127.0.0.1:%d': terminal prompts disabled\n$" % SERVER.port)
    works(quoin("ls-remote", "http://alice:wonder%%25land@127.0.0.1:%d/auth/"
                "q.git" % SERVER.port))
    fails(quoin("ls-remote", "http://alice@127.0.0.1:%d/auth/q.git" %
                SERVER.port), "could not read Password for "
          "'http://alice@127.0.0.1:%d'" % SERVER.port)


@test
def wrong_password():
    result, told = ask("/auth/q.git", "username=alice\\npassword=no\\n")
    fails(result, "^remote: who are you\\?\nfatal: Authentication failed for "
          "'http://127.0.0.1:%d/auth/q.git/'\n$" % SERVER.port)
    assert "erase\nprotocol=http\n" in told and "password=no" in told
    result, told = ask("/auth/q.git", "quit=1\\n")
    fails(result, "^fatal: credential helper '.*' told us to quit")


@test
def bearer():
    SERVER.clear()
    result, told = ask("/bearer/q.git", "capability[]=authtype\\n"
                       "authtype=Bearer\\ncredential=token-1\\n")
    works(result)
    assert "store\ncapability[]=authtype\nauthtype=Bearer\n" \
        "credential=token-1\n" in told
    assert SERVER.rows()[-1]["h"]["authorization"] == "Bearer token-1"
    result, told = ask("/bearer/q.git", "capability[]=authtype\\n"
                       "capability[]=state\\nauthtype=Bearer\\n"
                       "credential=tok\\nstate[]=h:1\\ncontinue=1\\n")
    assert result[0] == 128 and "\nstate[]=h:1\n" in told


@test
def several_challenges():
    SERVER.clear()
    result, told = ask("/multi/q.git", GOOD)
    assert "wwwauth[]=Negotiate\nwwwauth[]=Basic realm=\"a, b\",\n" \
        "wwwauth[]=Digest realm=\"x\", nonce=\"1\"\n" in told, told
    assert any(r["h"].get("authorization", "").startswith("Digest ")
               for r in SERVER.rows())


@test
def proactive():
    for value, challenge in (("auto", ""), ("basic", "wwwauth[]=Basic\n")):
        SERVER.clear()
        result, told = ask("/auth/q.git", GOOD, "http.proactiveAuth=" + value)
        works(result)
        assert len(SERVER.rows()) == 2
        assert told.startswith(
            "get\ncapability[]=authtype\ncapability[]=state\nprotocol=http\n"
            "host=127.0.0.1:%d\n%sstore\n" % (SERVER.port, challenge)), told


@test
def netrc():
    path = os.path.join(ENV["HOME"], ".netrc")
    with open(path, "w") as file:
        file.write("machine 127.0.0.1 login alice password wonder%land\n")
    try:
        works(ls("/auth/q.git"))
    finally:
        os.unlink(path)


@test
def asked_by_program():
    script = os.path.join(TOP, "ask")
    with open(script, "w") as file:
        file.write("#!/bin/sh\ncase $1 in User*) echo alice;; "
                   "*) echo 'wonder%land';; esac\necho \"<$1>\" >&2\n")
    os.chmod(script, 0o755)
    code, out, err = ls("/auth/q.git", GIT_ASKPASS=script)
    assert code == 0 and err == (
        "<Username for 'http://127.0.0.1:%d': >\n"
        "<Password for 'http://alice@127.0.0.1:%d': >\n" % (
            SERVER.port, SERVER.port)), err


# ---- cookies, traces

@test
def cookies():
    jar = os.path.join(TOP, "cookies")
    fails(ls("/cookie/q.git"), "RPC failed; HTTP 403 curl 22")
    works(ls("/cookie/q.git", "http.cookieFile="))
    ignored = "warning: ignoring http.savecookies for empty http.cookiefile\n"
    result = ls("/cookie/q.git", "http.cookieFile=", "http.saveCookies=true")
    assert works(result) and result[2] == ignored, result
    fails(ls("/cookie/q.git", "http.cookieFile=-", "http.saveCookies=true"),
          "^warning: refusing to read cookies from http.cookiefile '-'\n" + ignored)
    works(ls("/cookie/q.git", "http.cookieFile=" + jar))
    assert not os.path.exists(jar)
    works(ls("/cookie/q.git", "http.cookieFile=" + jar, "http.saveCookies=true"))
    assert "session" in open(jar).read()
    SERVER.clear()
    works(ls("/plain/q.git", "http.cookieFile=" + jar))
    assert SERVER.rows()[0]["h"]["cookie"] == "session=sweet"


@test
def traces():
    headers = ["http.extraHeader=Cookie: a=hush; c=hush2",
               "http.extraHeader=Authorization: Foo hush3"]
    err = ls("/cookie/q.git", *headers, GIT_TRACE_CURL="1")[2]
    says(err, "=> Send header: Cookie: a=<redacted>; c=<redacted>\n",
         "=> Send header: Authorization: Foo <redacted>\n",
         r"=> Send header, 0000000\d+ bytes \(0x0000", "<= Recv header:\n",
         "<= Recv data: 000eversion 2", "== Info: ")
    assert "hush" not in err and "sweet" not in err
    err = ls("/plain/q.git", *headers, GIT_TRACE_CURL="1",
             GIT_TRACE_REDACT="0")[2]
    assert "hush3" in err
    for more in ({"GIT_TRACE_CURL": "1", "GIT_TRACE_CURL_NO_DATA": "1"},
                 {"GIT_CURL_VERBOSE": "1"}):
        err = ls("/plain/q.git", *headers, **more)[2]
        assert "Recv header: HTTP/1.1 200 OK" in err, err
        assert "Recv data" not in err and "hush" not in err
    result, _ = ask("/auth/q.git", GOOD, GIT_TRACE_CURL="1")
    assert base64.b64encode(b"alice:wonder%land").decode() not in result[2]


# ---- settings

@test
def bad_settings():
    for setting, message in (
            ("http.sslVersion=foo",
             "warning: unsupported ssl version foo: using default"),
            ("http.version=HTTP/9",
             "warning: unknown value given to http.version: 'HTTP/9'"),
            ("http.proxyAuthMethod=zz", "warning: unsupported proxy "
             "authentication method zz: using anyauth"),
            ("http.delegation=zz",
             "warning: Unknown delegation method 'zz': using default"),
            ("http.proactiveAuth=zz",
             "warning: Unknown value for http.proactiveauth")):
        code, out, err = ls("/plain/q.git", setting)
        assert code == 0 and err == message + "\n", (setting, err)
    for key in ("followRedirects", "emptyAuth", "sslVerify", "saveCookies",
                "sslTry", "noEPSV", "sslCertPasswordProtected"):
        fails(ls("/plain/q.git", "http.%s=zz" % key), "^fatal: bad boolean "
              "config value 'zz' for 'http.%s'\nfatal: remote helper 'http' aborted session\n$" % key.lower())
    for key in ("postBuffer", "maxRequests", "lowSpeedLimit", "keepAliveIdle"):
        fails(ls("/plain/q.git", "http.%s=zz" % key), "^fatal: bad numeric "
              "config value 'zz' for 'http.%s': invalid unit\nfatal: remote helper 'http' "
              "aborted session\n$" % key.lower())
    fails(ls("/plain/q.git", "http.extraHeader"),
          "^error: missing value for 'http.extraheader'\nfatal: unable to parse "
          "'http.extraheader' from command-line config\nfatal: remote "
          "helper 'http' aborted session\n$")
    code, out, err = ls("/plain/q.git", GIT_HTTP_LOW_SPEED_LIMIT="zz")
    assert err == "warning: failed to parse GIT_HTTP_LOW_SPEED_LIMIT\n"


@test
def resolve():
    works(quoin("-c", "http.curloptResolve=some.host.invalid:%d:127.0.0.1" %
                SERVER.port, "ls-remote",
                "http://some.host.invalid:%d/plain/q.git" % SERVER.port))


@test
def without_module():
    fails(ls("/plain/q.git", QUOIN_HTTP_MODULE="/no/such.so"),
          "^fatal: no http here without libquoin-http: cannot load ")


# ---- proxies

class Proxy(socketserver.StreamRequestHandler):
    seen, password = [], None

    def handle(self):
        first = self.rfile.readline()
        lines = []
        while True:
            line = self.rfile.readline()
            if not line.strip():
                break
            lines.append(line)
        Proxy.seen.append(first.decode().strip())
        head = b"".join(lines).lower()
        if Proxy.password and b"proxy-authorization: basic " + \
                base64.b64encode(Proxy.password).lower() not in head:
            self.wfile.write(b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic "
                             b"realm=\"p\"\r\nContent-Length: 0\r\n"
                             b"Connection: close\r\n\r\n")
            return
        method, url, version = first.split()
        host, _, path = url[7:].partition(b"/")
        name, _, port = host.partition(b":")
        size = 0
        for line in lines:
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        with socket.create_connection((name.decode(), int(port))) as there:
            there.sendall(b"%s /%s HTTP/1.0\r\n" % (method, path) + b"".join(
                l for l in lines if not l.lower().startswith(
                    (b"connection", b"proxy"))) + b"\r\n" +
                self.rfile.read(size))
            there.shutdown(socket.SHUT_WR)
            while True:
                piece = there.recv(65536)
                if not piece:
                    break
                self.wfile.write(piece)


@test
def proxies():
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = "127.0.0.1:%d" % server.server_address[1]
    url = SERVER.base + "/plain/q.git"
    for words, variables in ((["-c", "http.proxy=" + at], {}),
                             (["-c", "http.proxy=http://" + at], {}),
                             ([], {"http_proxy": at}),
                             ([], {"ALL_PROXY": "http://" + at})):
        Proxy.seen.clear()
        works(quoin(*words, "ls-remote", url, **variables))
        assert Proxy.seen and url in Proxy.seen[0]
    for words, variables in ((["-c", "http.proxy=" + at, "-c", "http.proxy="],
                              {}),
                             ([], {"http_proxy": at, "no_proxy": "127.0.0.1"}),
                             (["-c", "http.proxy="], {"http_proxy": at}),
                             (["-c", "http.proxy=" + at],
                              {"NO_PROXY": "127.0.0.1"})):
        Proxy.seen.clear()
        works(quoin(*words, "ls-remote", url, **variables))
        assert not Proxy.seen, (words, variables)
    here = os.path.join(TOP, "proxied")
    git("init", "-q", here)
    git("config", "remote.r.url", url, directory=here)
    git("config", "remote.r.proxy", at, directory=here)
    Proxy.seen.clear()
    works(quoin("ls-remote", "r", directory=here))
    assert Proxy.seen
    Proxy.password = b"pat:p:w"
    fails(quoin("-c", "http.proxy=" + at, "ls-remote", url), "407")
    works(quoin("-c", "http.proxy=http://pat:p%3Aw@" + at, "ls-remote", url))
    fails(quoin("-c", "http.proxy=http://pat@" + at, "ls-remote", url),
          "could not read Password for 'http://pat@%s'" % at)
    log = os.path.join(TOP, "proxylog")
    works(quoin("-c", "http.proxy=http://pat@" + at, "-c",
                "http.proxyAuthMethod=basic", "-c",
                "credential.helper=" + HELPER, "ls-remote", url, LOG=log,
                SAYS="password=p:w\\n"))
    assert "store\nprotocol=http\nhost=%s\nusername=pat\n" % at in \
        open(log).read()
    Proxy.password = None
    fails(quoin("-c", "http.proxy=foo://" + at, "ls-remote", url),
          "^fatal: Invalid proxy URL 'foo://%s': unsupported proxy scheme "
          "'foo'" % at)
    fails(quoin("-c", "http.proxy=http://nohost.invalid", "ls-remote", url),
          "Could not resolve proxy: nohost.invalid")
    server.shutdown()


# ---- TLS

def openssl(*words):
    done = subprocess.run(["openssl", *words], cwd=TOP, capture_output=True)
    assert done.returncode == 0, done.stderr


def make_certificates():
    if not shutil.which("openssl"):
        raise Skip("openssl")
    if os.path.exists(os.path.join(TOP, "ca.pem")):
        return
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=own ca")
    for name, password in (("server", None), ("client", None),
                           ("locked", "sesame")):
        lock = ["-aes256", "-passout", "pass:" + password] if password else []
        openssl("genrsa", *lock, "-out", name + ".key", "2048")
        with open(os.path.join(TOP, name + ".ext"), "w") as file:
            file.write("subjectAltName=IP:127.0.0.1\n")
        more = ["-passin", "pass:" + password] if password else []
        openssl("req", "-new", "-key", name + ".key", *more, "-out",
                name + ".csr", "-subj", "/CN=" + name)
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey",
                "ca.key", "-CAcreateserial", "-days", "2", "-extfile",
                name + ".ext", "-out", name + ".pem")


def at(name):
    return os.path.join(TOP, name)


@test
def own_authority():
    make_certificates()
    server = Recorder("--tls", at("server.pem"), at("server.key"))
    ca = "http.sslCAInfo=" + at("ca.pem")
    fails(ls("/plain/q.git", base=server.base), "unable to access .*certificate")
    works(ls("/plain/q.git", ca, base=server.base))
    works(ls("/plain/q.git", "http.%s.sslCAInfo=%s" % (server.base, at("ca.pem")),
             base=server.base))
    works(ls("/plain/q.git", base=server.base, GIT_SSL_CAINFO=at("ca.pem")))
    works(ls("/plain/q.git", "http.sslVerify=false", base=server.base))
    works(ls("/plain/q.git", base=server.base, GIT_SSL_NO_VERIFY="1"))
    works(ls("/plain/q.git", ca, "http.sslVersion=tlsv1.2", base=server.base))
    works(ls("/plain/q.git", ca, "http.version=HTTP/1.1", base=server.base))
    works(ls("/plain/q.git", ca, "http.version=HTTP/2", base=server.base))
    works(ls("/plain/q.git", ca, "http.sslBackend=openssl", base=server.base))
    fails(ls("/plain/q.git", ca, "http.sslBackend=zz", base=server.base),
          "^fatal: Unsupported SSL backend 'zz'. Supported SSL backends:\n\t")
    fails(ls("/plain/q.git", ca, "http.sslCipherList=nonsense",
             base=server.base), "unable to access")
    fails(ls("/plain/q.git", ca, "http.pinnedPubkey=sha256//" + "A" * 43 + "=",
             base=server.base),
          "unable to access '.*' with http.pinnedPubkey configuration: ")


@test
def own_certificate():
    make_certificates()
    server = Recorder("--tls", at("server.pem"), at("server.key"), at("ca.pem"))
    ca = "http.sslCAInfo=" + at("ca.pem")
    fails(ls("/plain/q.git", ca, base=server.base), "unable to access")
    works(ls("/plain/q.git", ca, "http.sslCert=" + at("client.pem"),
             "http.sslKey=" + at("client.key"), base=server.base))
    works(ls("/plain/q.git", ca, base=server.base,
             GIT_SSL_CERT=at("client.pem"), GIT_SSL_KEY=at("client.key")))
    locked = [ca, "http.sslCert=" + at("locked.pem"),
              "http.sslKey=" + at("locked.key"),
              "http.sslCertPasswordProtected=true"]
    result, told = ask("/plain/q.git", "password=sesame\\n", *locked,
                       base=server.base)
    works(result)
    assert "get\nprotocol=cert\nhost=\npath=%s\nusername=\n" % \
        at("locked.pem") in told, told
    assert "store\nprotocol=cert\n" in told
    result, told = ask("/plain/q.git", "password=wrong\\n", *locked,
                       base=server.base)
    fails(result, "Authentication failed for ")
    assert "erase\nprotocol=cert\n" in told


# ---- pushing

@test
def pushes():
    here = os.path.join(TOP, "pusher")
    git("clone", "-q", os.path.join(ROOT, "q.git"), here)
    target = os.path.join(ROOT, "target.git")
    git("clone", "-q", "--bare", os.path.join(ROOT, "q.git"), target)
    git("config", "http.receivepack", "true", directory=target)

    def push(how, *words):
        SERVER.clear()
        return quoin("-c", "credential.helper=" + HELPER, "push",
                     SERVER.base + "/%s/target.git" % how, *words,
                     directory=here, LOG=at("pushlog"), SAYS=GOOD)

    git("commit", "-q", "--allow-empty", "-m", "small", directory=here)
    works(push("auth", "HEAD:refs/heads/small"))
    get, again, post = SERVER.rows()
    assert post["h"]["content-type"] == "application/x-git-receive-pack-request"
    assert post["h"]["accept"] == "application/x-git-receive-pack-result"
    assert "content-encoding" not in post["h"]
    with open(os.path.join(here, "big"), "wb") as file:
        file.write(os.urandom(3000000))
    git("add", "big", directory=here)
    git("commit", "-q", "-m", "big", directory=here)
    works(push("auth", "HEAD:refs/heads/big"))
    get, again, probe, post = SERVER.rows()
    assert probe["body"] == "0000"
    assert post["h"]["transfer-encoding"] == "chunked"
    assert post["size"] > 3000000 and "expect" not in post["h"]
    tip = git("rev-parse", "HEAD", directory=here)
    assert git("rev-parse", "big", directory=target) == tip
    works(push("plain", ":small", ":big"))
    assert "big" not in git("for-each-ref", directory=target)
    works(push("plain", "HEAD:refs/heads/again"))
    git("fsck", "--strict", directory=target)
    result = push("short", "HEAD:refs/heads/cut")
    assert result[0] != 0
    says(result[2], "RPC failed; curl 18", "the remote end hung up")
    result = push("status-403", "HEAD:refs/heads/no")
    fails(result, "unable to access .*: 403")
    git("update-server-info", directory=target)
    result = push("dumb", "HEAD:refs/heads/no")
    assert result[0] != 0 and "http-push: " in result[2], result
    assert len(SERVER.rows()) == 2


# ---- plain files

@test
def dumb():
    for name in ("q.git", "packed.git"):
        here = tempfile.mkdtemp(dir=TOP)
        git("init", "-q", "-b", "x", here)
        url = SERVER.base + "/dumb/" + name
        assert works(quoin("ls-remote", url)).strip() == REFS
        works(quoin("fetch", "-q", url, "refs/heads/*:refs/heads/*",
                    "refs/tags/*:refs/tags/*", directory=here))
        git("fsck", "--strict", directory=here)
        assert git("rev-parse", "v1^{commit}", directory=here) in REFS
    result, told = None, None
    here = tempfile.mkdtemp(dir=TOP)
    git("init", "-q", here)
    log = os.path.join(TOP, "dumblog")
    works(quoin("-c", "credential.helper=" + HELPER, "fetch", "-q",
                SERVER.base + "/authdumb/q.git", "main", directory=here,
                LOG=log, SAYS=GOOD))
    git("fsck", directory=here)
    fails(quoin("fetch", "--depth=1", SERVER.base + "/dumb/q.git", "main",
                directory=here),
          "dumb http transport does not support shallow capabilities")


@test
def dumb_alternates():
    path = os.path.join(ROOT, "alt.git")
    git("init", "-q", "--bare", path)
    shutil.copy(os.path.join(ROOT, "q.git", "info", "refs"),
                os.path.join(path, "info"))
    with open(os.path.join(path, "objects", "info", "http-alternates"),
              "w") as file:
        file.write("/dumb/q.git/objects\n")
    here = tempfile.mkdtemp(dir=TOP)
    git("init", "-q", here)
    code, out, err = quoin("fetch", SERVER.base + "/dumb/alt.git", "main",
                           directory=here)
    assert code != 0
    says(err, "^warning: alternate disabled by http.followRedirects: "
         "http://.*/dumb/q.git/\nerror: Unable to find [0-9a-f]{40} under "
         "http://.*/dumb/alt.git\nCannot obtain needed object [0-9a-f]{40}\n")
    code, out, err = quoin("-c", "http.followRedirects=true", "fetch",
                           SERVER.base + "/dumb/alt.git", "main",
                           directory=here)
    assert code == 0
    says(err, "^warning: adding alternate object store: http://.*/dumb/q.git/\n")
    git("fsck", directory=here)


@test
def lying_files():
    path = os.path.join(ROOT, "lies.git")
    shutil.copytree(os.path.join(ROOT, "q.git"), path)
    tip = git("rev-parse", "main", directory=path)
    other = git("rev-parse", "main~1", directory=path)
    name = os.path.join(path, "objects", tip[:2], tip[2:])
    os.chmod(name, 0o644)
    shutil.copy(os.path.join(path, "objects", other[:2], other[2:]), name)
    here = tempfile.mkdtemp(dir=TOP)
    git("init", "-q", here)
    code, out, err = quoin("fetch", SERVER.base + "/dumb/lies.git", "main",
                           directory=here)
    assert code != 0 and "has bad hash" in err, err
    for content in (b"", b"x", b"\x78\x9c\x03\x00\x00\x00\x00\x01"):
        os.unlink(name)
        with open(name, "wb") as file:
            file.write(content)
        code, out, err = quoin("fetch", SERVER.base + "/dumb/lies.git", "main",
                               directory=here)
        assert code != 0 and "corrupt" in err, err
    assert run(GIT, "rev-parse", "-q", "--verify", "FETCH_HEAD",
               directory=here)[0] != 0


@test
def http_fetch():
    here = tempfile.mkdtemp(dir=TOP)
    git("init", "-q", here)
    url = SERVER.base + "/dumb/q.git"
    tip = git("rev-parse", "main", directory=os.path.join(ROOT, "q.git"))
    code, out, err = quoin("http-fetch", "-v", "-a", "-w", "heads/x", tip, url,
                           directory=here)
    assert code == 0 and err.startswith("got %s\nwalk %s\n" % (tip, tip))
    assert git("rev-parse", "x", directory=here) == tip
    assert "fetch from %s/" % url in open(
        os.path.join(here, ".git/logs/refs/heads/x")).read()
    git("fsck", "--strict", directory=here)
    code, out, err = quoin("http-fetch", "1" * 40, url, directory=here)
    assert code == 255 and err == (
        "error: Unable to find %s under %s\nCannot obtain needed object %s\n" %
        ("1" * 40, url, "1" * 40)), err
    code, out, err = quoin("http-fetch", "heads/main", url, directory=here)
    assert code == 255 and "Could not interpret response from server" in err
    assert quoin("http-fetch", directory=here)[0] == 129
    packed = tempfile.mkdtemp(dir=TOP)
    git("init", "-q", packed)
    packs = os.path.join(ROOT, "packed.git", "objects", "pack")
    name = [n for n in os.listdir(packs) if n.endswith(".pack")][0]
    code, out, err = quoin(
        "http-fetch", "--packfile=" + tip,
        "--index-pack-args=--stdin --ke%65p",
        SERVER.base + "/dumb/packed.git/objects/pack/" + name, directory=packed)
    assert code == 0 and out == "keep\t%s\n" % name[5:45], (out, err)


# ---- the real thing

@test
def apache():
    binary = shutil.which("apache2") or "/usr/sbin/apache2"
    modules = "/usr/lib/apache2/modules"
    if not os.path.exists(binary) or not os.path.isdir(modules):
        raise Skip("apache2")
    backend = os.path.join(git("--exec-path"), "git-http-backend")
    port, tls_port = free_port(), free_port()
    names = ["mpm_event", "ssl", "http2", "socache_shmcb", "authn_core", "authn_file", "authz_core",
             "authz_user", "auth_basic", "alias", "cgid",
             "env", "setenvif", "unixd"]
    have = [n for n in names
            if os.path.exists("%s/mod_%s.so" % (modules, n))]
    salt = subprocess.run(["openssl", "passwd", "-apr1", "wonder%land"],
                          capture_output=True, text=True)
    if salt.returncode:
        raise Skip("openssl")
    make_certificates()
    tls = ("Listen 127.0.0.1:%d\n<VirtualHost 127.0.0.1:%d>\nSSLEngine on\n"
           "SSLCertificateFile %s\nSSLCertificateKeyFile %s\n"
           "Protocols h2 http/1.1\n</VirtualHost>" % (
               tls_port, tls_port, at("server.pem"), at("server.key")))
    if not {"ssl", "http2"} <= set(have):
        tls = ""
    with open(at("users"), "w") as file:
        file.write("alice:" + salt.stdout)
    os.chmod(TOP, 0o755)
    with open(at("apache.conf"), "w") as file:
        for name in have:
            file.write("LoadModule %s_module %s/mod_%s.so\n" % (
                name, modules, name))
        file.write("""
ServerName localhost
%s
Listen 127.0.0.1:%d
PidFile %s
ErrorLog %s
DocumentRoot %s
Mutex file:%s
SetEnv GIT_PROJECT_ROOT %s
SetEnv GIT_HTTP_EXPORT_ALL
SetEnv GIT_CONFIG_COUNT 1
SetEnv GIT_CONFIG_KEY_0 safe.directory
SetEnv GIT_CONFIG_VALUE_0 *
SetEnvIf Git-Protocol ".*" GIT_PROTOCOL=$0
ScriptAlias /git/ %s/
ScriptAlias /closed/ %s/
ScriptSock %s
%s
<Location /git/>
  Require all granted
</Location>
<Location /closed/>
  AuthType Basic
  AuthName "closed, really"
  AuthUserFile %s
  Require valid-user
</Location>
""" % ("User www-data" if os.getuid() == 0 else "", port, at("apache.pid"), at("apache.log"), ROOT, TOP, ROOT, backend,
            backend, at("cgisock"), tls, at("users")))
    for top, _, _ in os.walk(ROOT):
        os.chmod(top, 0o755)
    server = start(binary, "-X", "-f", at("apache.conf"), stderr=subprocess.DEVNULL)
    assert wait_for_port(port, server), "apache2 does not start: %s" % server.poll()
    base = "http://127.0.0.1:%d" % port
    assert works(quoin("ls-remote", base + "/git/q.git")).strip() == REFS
    for version in "012":
        here = tempfile.mkdtemp(dir=TOP)
        git("init", "-q", here)
        works(quoin("-c", "protocol.version=" + version, "-c",
                    "credential.helper=" + HELPER, "fetch", "-q",
                    base + "/closed/q.git", "main:y", directory=here,
                    LOG=at("alog"), SAYS=GOOD))
        git("fsck", "--strict", directory=here)
    assert 'wwwauth[]=Basic realm="closed, really"\n' in open(at("alog")).read()
    if tls:
        here = tempfile.mkdtemp(dir=TOP)
        git("init", "-q", here)
        code, out, err = quoin(
            "-c", "http.sslCAInfo=" + at("ca.pem"), "-c", "http.extraHeader="
            "Authorization: Basic aHVzaGh1c2g=", "fetch", "-q",
            "https://127.0.0.1:%d/git/q.git" % tls_port, "main:y",
            directory=here, GIT_TRACE_CURL="1")
        assert code == 0, err
        assert "<= Recv header: HTTP/2 200" in err and "aHVzaGh1c2g" not in err
        git("fsck", "--strict", directory=here)
    fails(quoin("ls-remote", base + "/git/none.git"), "not found")
    fails(quoin("-c", "credential.helper=!echo username=x; echo password=y;:",
                "ls-remote", base + "/closed/q.git"), "Authentication failed")


def main():
    passed = failed = 0
    skipped = []
    prepare()
    for function in TESTS:
        if WORDS and not any(w in function.__name__ for w in WORDS):
            continue
        try:
            function()
            passed += 1
        except Skip as what:
            skipped.append("%s (%s)" % (function.__name__, what))
        except Exception as fault:
            failed += 1
            line = fault.__traceback__
            while line.tb_next and line.tb_next.tb_frame.f_code.co_name not in (
                    "fails", "works", "says", "git"):
                line = line.tb_next
            print("FAIL %s, line %d: %s: %s" % (
                function.__name__, line.tb_lineno, type(fault).__name__,
                str(fault)[:1500]))
    for name in skipped:
        print("skipped: " + name)
    print("%d passed, %d failed, %d skipped" % (passed, failed, len(skipped)))
    return 1 if failed else 0


try:
    code = main()
finally:
    for process in STARTED:
        process.send_signal(signal.SIGTERM)
    for process in STARTED:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
    os.environ.get("KEEP") or shutil.rmtree(TOP, ignore_errors=True)
sys.exit(code)
