"""What the tests of servers share: repositories to serve, quoin-serve on free ports of the
loopback, and git as the client that judges.  Used by `run` and `hostile`."""
import base64
import gzip
import hashlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from ports import PATIENCE, free_port, wait_for_port  # noqa: E402,F401

BUILD = os.path.abspath(sys.argv[1])
ONLY = sys.argv[2:]
GIT = os.environ.get("GIT", "git")
QUOIN, SERVE = BUILD + "/cli/quoin", BUILD + "/server/quoin-serve"
WORK = tempfile.mkdtemp(prefix="quoin-server-test.")
FOLDER = WORK + "/folder"
ENV = {**os.environ, "HOME": WORK + "/home", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0",
       "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
       "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
       "GIT_COMMITTER_DATE": "1700000000 +0000", "TMPDIR": WORK}
for name in list(ENV):
    if name.startswith(("GIT_DIR", "GIT_TRACE", "GIT_WORK", "GIT_SSL", "SSL_CERT")) or name.endswith("_proxy"):
        del ENV[name]
COUNTS, skipped = {"passed": 0, "failed": 0}, []


def check(what, ok, detail=""):
    COUNTS["passed" if ok else "failed"] += 1
    if not ok:
        print(f"FAIL {what}: {str(detail)[:600]}", flush=True)


def git(*words, cwd=WORK, code=0, env=None, data=None):
    run = subprocess.run([GIT, *words], cwd=cwd, env={**ENV, **(env or {})}, input=data,
                         capture_output=True, timeout=PATIENCE * 3)
    if code is not None and run.returncode != code:
        raise RuntimeError(f"git {' '.join(words)}: exit {run.returncode}: {run.stderr.decode(errors='replace')[-500:]}")
    return run.stdout.decode(errors="replace")


def until(holds, seconds=PATIENCE):
    """Wait for a state, long: whether it came.  What is asserted is that it comes, not when."""
    end = time.time() + seconds
    while not holds():
        if time.time() > end:
            return False
        time.sleep(0.02)
    return True


class Server:
    """quoin-serve; `options` beside folder and ports."""

    def __init__(self, *options, folders=None, env=None, host="127.0.0.1"):
        self.host = host
        shown = f"[{host}]" if ":" in host else host
        self.log = tempfile.NamedTemporaryFile("w+", dir=WORK, suffix=".log", delete=False)
        self.process = subprocess.Popen(
            [SERVE, f"--listen={shown}:0", f"--git-listen={shown}:0", *options, *(folders or [FOLDER])],
            stderr=self.log, env={**ENV, **(env or {})})
        ports = lambda: re.findall(r"serving (?:git:// )?on port (\d+).*\n", self.text())  # noqa: E731
        until(lambda: len(ports()) == 2 or self.process.poll() is not None)
        if len(ports()) != 2:
            self.process.kill()
            raise RuntimeError("quoin-serve does not start: " + self.text())
        self.port, self.git_port = map(int, ports())
        self.url = f"http://{shown}:{self.port}"
        self.git_url = f"git://{shown}:{self.git_port}"

    def text(self):
        with open(self.log.name, errors="replace") as f:
            return f.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = "did not end"
        check("ends when told to", code == 0, code)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def raw(self, data, timeout=PATIENCE, tls=None, pieces=None, wait=0.0):
        """Send bytes (until nobody takes them any more), read to the end; `sent`: how many went,
        `ended`: the server ended it, not our patience."""
        s = socket.create_connection((self.host, self.port), PATIENCE)
        s.settimeout(timeout)
        if tls:
            s = tls.wrap_socket(s)
        answer, self.sent, self.ended = bytearray(), 0, True
        try:
            for i in range(0, len(data), pieces or len(data) or 1):
                s.sendall(data[i:i + (pieces or len(data))])
                self.sent += len(data[i:i + (pieces or len(data))])
                time.sleep(wait)
        except OSError:
            pass  # what it said before it went is still to be read
        try:
            while True:
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
        except socket.timeout:
            self.ended = False
        except OSError:
            pass
        s.close()
        return bytes(answer)

    def get(self, path, headers="", tls=None, method="GET", body=b""):
        data = (f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}"
                + (f"Content-Length: {len(body)}\r\n" if body else "") + "\r\n").encode() + body
        answer = self.raw(data, tls=tls)
        head, _, rest = answer.partition(b"\r\n\r\n")
        words = head.split(b" ")
        status = int(words[1]) if len(words) > 1 else 0
        if b"transfer-encoding: chunked" in head.lower():
            out = b""
            while rest:
                size, _, rest = rest.partition(b"\r\n")
                n = int(size, 16)
                out, rest = out + rest[:n], rest[n + 2:]
                if n == 0:
                    break
            rest = out
        return status, head.decode(errors="replace"), rest

    def is_well(self):
        return self.get("/health")[2] == b"ok\n"


def pkt(text):
    data = text.encode() if isinstance(text, str) else text
    return b"%04x" % (len(data) + 4) + data


def ls_refs():
    return pkt("command=ls-refs\n") + pkt("object-format=sha1") + b"0001" + pkt("peel\n") + pkt("symrefs\n") + b"0000"


POST = "Content-Type: application/x-git-upload-pack-request\r\nGit-Protocol: version=2\r\n"


def make_repositories():
    os.makedirs(FOLDER + "/team")
    os.makedirs(ENV["HOME"])
    with open(ENV["HOME"] + "/.gitconfig", "w") as f:
        f.write("[protocol \"file\"]\n\tallow = always\n[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n[safe]\n\tdirectory = *\n")
    for algorithm in ("sha1", "sha256"):
        work = f"{WORK}/work-{algorithm}"
        git("init", "-q", "--object-format=" + algorithm, work)
        for i in range(30):
            os.makedirs(work + "/d", exist_ok=True)
            with open(f"{work}/d/f{i % 7}", "w") as f:
                f.write(f"{i}\n" * (i * 40))
            git("add", "-A", cwd=work)
            git("commit", "-q", "-m", f"commit {i}", cwd=work,
                env={"GIT_COMMITTER_DATE": f"{1700000000 + i * 60} +0000"})
            if i % 10 == 5:
                git("tag", "-a", "-m", f"tag {i}", f"v{i}", cwd=work)
        git("branch", "side", "HEAD~7", cwd=work)
        git("clone", "-q", "--bare", work, f"{FOLDER}/{algorithm}.git")
        git("config", "uploadpack.allowFilter", "true", cwd=f"{FOLDER}/{algorithm}.git")
        git("clone", "-q", "--bare", work, f"{FOLDER}/pushed-{algorithm}.git")
        for key in ("http.receivepack", "daemon.receivepack"):
            git("config", key, "true", cwd=f"{FOLDER}/pushed-{algorithm}.git")
    git("clone", "-q", WORK + "/work-sha1", FOLDER + "/team/tree")
    git("init", "-q", "--bare", FOLDER + "/empty.git")
    git("clone", "-q", "--bare", WORK + "/work-sha1", WORK + "/outside.git")
    os.symlink(WORK + "/outside.git", FOLDER + "/link.git")
    os.makedirs(FOLDER + "/gitfile")
    with open(FOLDER + "/gitfile/.git", "w") as f:
        f.write(f"gitdir: {WORK}/outside.git\n")
    git("clone", "-q", "--bare", WORK + "/work-sha1", FOLDER + "/objects-out.git")
    os.rename(FOLDER + "/objects-out.git/objects", WORK + "/objects-out")
    os.symlink(WORK + "/objects-out", FOLDER + "/objects-out.git/objects")
    os.makedirs(FOLDER + "/common-out.git/refs")
    os.makedirs(FOLDER + "/common-out.git/objects")
    shutil.copy(WORK + "/outside.git/HEAD", FOLDER + "/common-out.git")
    with open(FOLDER + "/common-out.git/commondir", "w") as f:
        f.write(WORK + "/outside.git\n")
    os.makedirs(FOLDER + "/-x.git")
    git("clone", "-q", "--bare", WORK + "/work-sha1", FOLDER + "/.hidden.git")


# ------------------------------------------------------------------ clients

def same_as(url, original, what, *options, env=None):
    """A clone of `url` has the refs of `original`, and is sound."""
    target = tempfile.mkdtemp(dir=WORK) + "/c.git"
    try:
        git(*options, "clone", "-q", "--mirror", url, target, env=env)
        refs = git("for-each-ref", cwd=target)
        check(what, refs == git("for-each-ref", cwd=original), refs)
        check(what + ": fsck", git("fsck", "--strict", cwd=target, code=None) == "")
    except (RuntimeError, subprocess.TimeoutExpired) as e:
        check(what, False, e)
    shutil.rmtree(os.path.dirname(target))


def clones(name, base, git_base=None):
    for algorithm in ("sha1", "sha256"):
        original = f"{FOLDER}/{algorithm}.git"
        for version in "012":
            for address in [base] + ([git_base] if git_base else []):
                same_as(f"{address}/{algorithm}.git", original,
                        f"{name} clone {address.split(':')[0]} v{version} {algorithm}", "-c", "protocol.version=" + version)
    partial(name, base)
    if git_base:
        partial(name, git_base)


def partial(name, base):
    for version in "02":
        option = ["-c", "protocol.version=" + version]
        place = tempfile.mkdtemp(dir=WORK)
        what = f"{name} {base.split(':')[0]} v{version}"
        try:
            git(*option, "clone", "-q", "--bare", "--depth", "3", base + "/sha1.git", "shallow", cwd=place)
            check(what + " shallow", git("rev-list", "--count", "main", cwd=place + "/shallow") == "3\n")
            git(*option, "fetch", "-q", "--deepen", "4", "origin", "main", cwd=place + "/shallow")
            check(what + " deepen", git("rev-list", "--count", "main", cwd=place + "/shallow") == "7\n")
            git(*option, "fetch", "-q", "--unshallow", "origin", "main", cwd=place + "/shallow")
            check(what + " unshallow", git("rev-list", "--count", "main", cwd=place + "/shallow") == "30\n")
            git(*option, "clone", "-q", "--bare", "--filter=blob:none", base + "/sha1.git", "blobless", cwd=place)
            missing = git("rev-list", "--objects", "--missing=print", "--all", cwd=place + "/blobless")
            check(what + " filter", "?" in missing)
            git(*option, "clone", "-q", "--bare", "--single-branch", "--branch", "side", base + "/sha1.git", "old", cwd=place)
            git(*option, "fetch", "-q", base + "/sha1.git", "+refs/*:refs/*", cwd=place + "/old")
            check(what + " fetch", git("for-each-ref", cwd=place + "/old") == git("for-each-ref", cwd=FOLDER + "/sha1.git"))
            check(what + " nothing new", git(*option, "fetch", base + "/sha1.git", "+refs/*:refs/*", cwd=place + "/old") == "")
        except (RuntimeError, subprocess.TimeoutExpired) as e:
            check(what, False, e)
        shutil.rmtree(place)


def pushes(name, base):
    """New branches, a move back, a deletion, through servers that take pushes from anyone."""
    for algorithm in ("sha1", "sha256"):
        bare, work = f"{FOLDER}/pushed-{algorithm}.git", f"{WORK}/work-{algorithm}"
        for version in "012":
            what = f"{name} push v{version} {algorithm}"
            try:
                option, url = ["-c", "protocol.version=" + version], f"{base}/pushed-{algorithm}.git"
                git(*option, "push", "-q", url, "main:refs/heads/one", "main~2:refs/heads/two", cwd=work)
                git(*option, "push", "-q", url, "+main~5:refs/heads/one", ":refs/heads/two", cwd=work)
                refs = git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/one", "refs/heads/two", cwd=bare)
                check(what, refs == git("rev-parse", "main~5", cwd=work).strip() + " refs/heads/one\n", refs)
                git(*option, "push", "-q", url, ":refs/heads/one", cwd=work)
            except (RuntimeError, subprocess.TimeoutExpired) as e:
                check(what, False, e)
        check(name + " push: fsck", git("fsck", "--strict", cwd=bare, code=None) == "")


def metric(s, name):
    text = s.get("/metrics")[2].decode()
    return float(re.search(rf"^{name} (\S+)$", text, re.M).group(1))


def settles(s, most):
    """Whether all these numbers come down at once to what is given; and the last that were seen.

    What was asked last is told, never asked anew: a request is counted until its worker is
    done, a moment after its answer is here, so two questions in a row may see two."""
    seen = {}

    def is_so():
        text = s.get("/metrics")[2].decode()
        seen.update({name: float(re.search(rf"^{name} (\S+)$", text, re.M).group(1)) for name in most})
        return all(seen[name] <= most[name] for name in most)

    return until(is_so), seen


def fetch_all():
    tips = git("for-each-ref", "--format=%(objectname)", cwd=FOLDER + "/sha1.git").split()
    body = pkt("command=fetch") + pkt("object-format=sha1") + b"0001"
    for tip in sorted(set(tips)):
        body += pkt(f"want {tip}\n")
    return body + pkt("done\n") + b"0000"


def wait_for(s, text, count=1):
    """The log has it so often."""
    if not until(lambda: s.text().count(text) >= count):
        raise RuntimeError(f"the log has not {count} times {text!r}: {s.text()[-600:]}")


def spent(process):
    """Processor seconds of a process: what it does costs this, whatever runs beside it."""
    return time.clock_gettime(~process.pid << 3 | 2)  # clock_getcpuclockid(3), of Linux


def git_bytes(*words, cwd=WORK, data=None):
    return subprocess.run([GIT, *words], cwd=cwd, env=ENV, input=data, capture_output=True, timeout=PATIENCE * 3).stdout


def hash_of(password):
    run = subprocess.run([SERVE, "--hash-password"], input=password.encode(), capture_output=True, env=ENV)
    return run.stdout.decode().strip()


def main(tests, needs_serve=lambda name: True):
    """Run the tests of `tests` (a module's names), or those that were asked for."""
    make_repositories()
    for name, run in [(name[5:], run) for name, run in tests.items() if name.startswith("test_")]:
        if ONLY and name not in ONLY:
            continue
        if needs_serve(name) and not os.path.exists(SERVE):
            skipped.append(name + " (quoin-serve was not built)")
            continue
        began = time.time()
        try:
            run()
        except Exception as e:  # one that breaks does not hide the others
            check(name, False, "".join(traceback.format_exception(e))[-600:])
        if "TIMES" in os.environ:
            print(f"{name}: {time.time() - began:.1f} s")
    for name in skipped:
        print(f"skipped: {name}: 1")
    print(f"{COUNTS['passed']} passed, {COUNTS['failed']} failed, {len(skipped)} skipped")
    shutil.rmtree(WORK, ignore_errors=True)
    return 1 if COUNTS["failed"] else 0
