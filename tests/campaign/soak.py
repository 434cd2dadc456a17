#!/usr/bin/env python3
"""Clients of both kinds push to and fetch from one `quoin serve` while it repacks.

  tests/campaign/soak.py QUOIN [--seconds N] [--seed N] [--clients N] [--keep]

Each client has a clone and a branch of its own, and does by lot, with git or with
quoin, over http or git://: commit and push, fetch, push with force, tags made and
deleted, a fresh clone (whole, shallow, partial), and races for one branch that all
push to.  Meanwhile `gc`, `repack -ad` and `pack-refs` of the served repository run
in a loop.  In the end: every push that was said to have worked is there, a race has
one winner at a time (its history is a line), `git fsck --strict` is silent
everywhere, and what is served is what all clients fetch.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

WORDS = sys.argv[1:]


def option(name, fallback):
    return int(WORDS[WORDS.index(name) + 1]) if name in WORDS else fallback


QUOIN = os.path.abspath(WORDS[0]) if WORDS else sys.exit(__doc__)
GIT = shutil.which("git")
SECONDS, SEED = option("--seconds", 60), option("--seed", 1)
CLIENTS = option("--clients", 4)
TOP = tempfile.mkdtemp(prefix="soak.")
SERVED = os.path.join(TOP, "served")
BARE = os.path.join(SERVED, "r.git")
ENVIRONMENT = {**os.environ, "HOME": TOP, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
               "XDG_CONFIG_HOME": TOP, "GIT_TERMINAL_PROMPT": "0",
               "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
               "GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.com"}
END = time.time() + SECONDS
FAULTS, COUNTS = [], {}
LOCK = threading.Lock()


def fault(text):
    with LOCK:
        FAULTS.append(text)
    print("FAULT", text, flush=True)


def count(what):
    with LOCK:
        COUNTS[what] = COUNTS.get(what, 0) + 1


def run(program, *words, cwd, timeout=600):
    try:
        return subprocess.run([program, *words], cwd=cwd, env=ENVIRONMENT, text=True,
                              capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        fault(f"{os.path.basename(program)} {' '.join(words)} hangs")
        return subprocess.CompletedProcess(words, 255, "", "")


def git(*words, cwd):
    done = run(GIT, *words, cwd=cwd)
    if done.returncode:
        raise RuntimeError(f"git {' '.join(words)}: {done.stderr}")
    return done.stdout.strip()


class Client(threading.Thread):
    def __init__(self, number, urls):
        super().__init__()
        self.number, self.urls = number, urls
        self.lot = random.Random(SEED * 1000 + number)
        self.path = os.path.join(TOP, f"client{number}")
        self.pushed = {}  # what the server said it has
        self.serial = 0

    def program(self):
        return self.lot.choice([GIT, QUOIN])

    def url(self):
        return self.lot.choice(self.urls)

    def commit(self, branch, parent=None):
        """A commit on top of what `branch` is here, without a work tree."""
        self.serial += 1
        blob = subprocess.run([GIT, "hash-object", "-w", "--stdin"], cwd=self.path,
                              env=ENVIRONMENT, text=True, capture_output=True,
                              input="%d %d\n" % (self.number, self.serial) *
                              self.lot.randint(1, 2000)).stdout.strip()
        tree = subprocess.run([GIT, "mktree"], cwd=self.path, env=ENVIRONMENT, text=True,
                              capture_output=True,
                              input=f"100644 blob {blob}\tf{self.number}\n").stdout.strip()
        known = run(GIT, "rev-parse", "-q", "--verify", parent or branch,
                    cwd=self.path).stdout.strip()
        words = ["commit-tree", "-m", f"{self.number} {self.serial}", tree]
        made = git(*words, *(["-p", known] if known else []), cwd=self.path)
        git("update-ref", branch, made, cwd=self.path)
        return made

    def push(self, *words, may_fail=False):
        program, url = self.program(), self.url()
        done = run(program, "push", "-q", url, *words, cwd=self.path)
        count("push")
        if done.returncode and not may_fail:
            fault(f"client {self.number}: {os.path.basename(program)} push {url} "
                  f"{' '.join(words)}: {done.stderr}")
        return done.returncode == 0

    def own(self):
        branch = f"refs/heads/own{self.number}"
        for _ in range(self.lot.randint(1, 5)):
            made = self.commit(branch)
        if self.push(f"{branch}:{branch}"):
            self.pushed[branch] = made

    def forced(self):
        branch = f"refs/heads/forced{self.number}"
        made = self.commit(branch, self.lot.choice([branch, f"{branch}~1", "none"]))
        if self.push(f"+{branch}:{branch}"):
            self.pushed[branch] = made

    def tag(self):
        name = f"refs/tags/t{self.number}-{self.lot.randint(0, 5)}"
        if name in self.pushed:
            if self.push(f":{name}"):
                del self.pushed[name]
            return
        made = self.commit(f"refs/heads/own{self.number}")
        git("update-ref", name, made, cwd=self.path)
        if self.push(f"+{name}:{name}"):
            self.pushed[name] = made

    def race(self):
        run(self.program(), "fetch", "-q", self.url(), "+refs/heads/race:refs/heads/race",
            cwd=self.path)
        made = self.commit("refs/heads/race")
        if self.push("refs/heads/race:refs/heads/race", may_fail=True):
            count("race won")
            with LOCK:
                WON.append(made)
        else:
            count("race lost")

    def fetch(self):
        program, url = self.program(), self.url()
        done = run(program, "fetch", "-q", "--prune", url, "+refs/*:refs/remotes/all/*",
                   cwd=self.path)
        count("fetch")
        if done.returncode:
            fault(f"client {self.number}: {os.path.basename(program)} fetch {url}: "
                  f"{done.stderr}")

    def clone(self):
        program, url = self.program(), self.url()
        words = self.lot.choice([[], ["--depth=3"], ["--filter=blob:none"], ["--mirror"],
                                 ["--single-branch"]])
        where = os.path.join(TOP, f"fresh{self.number}")
        shutil.rmtree(where, ignore_errors=True)
        done = run(program, "clone", "-q", *words, "--bare", url, where, cwd=TOP)
        count("clone")
        if done.returncode:
            fault(f"client {self.number}: {os.path.basename(program)} clone "
                  f"{' '.join(words)} {url}: {done.stderr}")
            return
        done = run(GIT, "fsck", "--strict", "--no-dangling", cwd=where)
        if done.returncode or "error" in done.stderr + done.stdout:
            fault(f"client {self.number}: clone {' '.join(words)} {url} by {program}: fsck: "
                  f"{done.stdout}{done.stderr}")
        shutil.rmtree(where, ignore_errors=True)

    def run(self):
        git("init", "-q", self.path, cwd=TOP)
        # Git's own prune takes an empty folder of objects away while git makes a file in
        # it: here what is served is looked at, so clients tidy up in their own time.
        for key in ("gc.autoDetach", "maintenance.autoDetach"):
            git("config", key, "false", cwd=self.path)
        while time.time() < END and len(FAULTS) < 10:
            getattr(self, self.lot.choice(["own", "own", "forced", "tag", "race", "race",
                                           "fetch", "fetch", "clone"]))()


def housekeeping():
    lot = random.Random(SEED)
    while time.time() < END:
        words = lot.choice([["gc", "-q"], ["repack", "-adq"], ["pack-refs", "--all"],
                            ["repack", "-q", "--geometric=2", "--write-midx"],
                            ["gc", "-q", "--prune=now"]])
        done = run(QUOIN, *words, cwd=BARE)
        count(" ".join(words))
        if done.returncode:
            fault(f"{' '.join(words)}: {done.stderr}")
        time.sleep(lot.random())


def serve():
    with open(os.path.join(TOP, "access"), "w") as out:
        out.write("repository *\n    force anyone\n    delete anyone\n")
    log = open(os.path.join(TOP, "log"), "w")
    server = subprocess.Popen([QUOIN, "serve", "--listen=127.0.0.1:0",
                               "--git-listen=127.0.0.1:0", "--allow-git-push", "--quiet",
                               f"--access={TOP}/access", SERVED],
                              env=ENVIRONMENT, stderr=log, stdout=log)
    end = time.time() + 60
    while server.poll() is None and time.time() < end:
        time.sleep(0.05)
        ports = [line.split()[-1] for line in open(os.path.join(TOP, "log"))
                 if " on port " in line and line.endswith("\n")]
        if len(ports) == 2:
            return server, [f"http://127.0.0.1:{ports[0]}/r.git",
                            f"git://127.0.0.1:{ports[1]}/r.git"]
    sys.exit("the server does not listen: " + open(os.path.join(TOP, "log")).read())


def judge(clients):
    refs = dict(line.split()[::-1] for line in
                git("for-each-ref", "--format=%(objectname) %(refname)",
                    cwd=BARE).splitlines())
    for client in clients:
        for name, made in client.pushed.items():
            if refs.get(name) != made:
                fault(f"{name} is {refs.get(name)}, {made} was pushed")
        if os.path.isdir(client.path):
            done = run(GIT, "fsck", "--strict", "--no-dangling", cwd=client.path)
            if done.returncode or done.stdout or "error" in done.stderr:
                fault(f"client {client.number}: fsck: {done.stdout}{done.stderr}")
    line = set(git("rev-list", "--first-parent", "refs/heads/race", cwd=BARE).split()) \
        if "refs/heads/race" in refs else set()
    for made in WON:
        if made not in line:
            fault(f"{made} won a race and is lost")
    done = run(GIT, "fsck", "--strict", "--no-dangling", cwd=BARE)
    if done.returncode or done.stdout or done.stderr:
        fault(f"fsck of what is served: {done.stdout}{done.stderr}")
    left = [name for _, _, files in os.walk(BARE) for name in files
            if name.endswith(".lock") or name.startswith("tmp_")]
    if left:
        fault(f"left behind: {left}")


WON = []


def main():
    os.makedirs(SERVED)
    git("init", "-q", "--bare", BARE, cwd=TOP)
    git("symbolic-ref", "HEAD", "refs/heads/own0", cwd=BARE)
    # Who packs refs holds their lock; a push waits for it, however busy the machine is.
    for key in ("core.packedRefsTimeout", "core.filesRefLockTimeout"):
        git("config", key, "120000", cwd=BARE)
    server, urls = serve()
    clients = [Client(i, urls) for i in range(CLIENTS)]
    keeper = threading.Thread(target=housekeeping)
    for thread in [keeper, *clients]:
        thread.start()
    for thread in [keeper, *clients]:
        thread.join()
    if server.poll() is not None:
        fault(f"the server ended: {server.returncode}")
    server.send_signal(signal.SIGTERM)
    try:
        server.wait(120)
    except subprocess.TimeoutExpired:
        fault("the server does not end")
        server.kill()
    judge(clients)
    print(", ".join(f"{n} {what}" for what, n in sorted(COUNTS.items())))
    print(f"{sum(COUNTS.values())} passed, {len(FAULTS)} failed")
    if "--keep" not in WORDS:
        shutil.rmtree(TOP, ignore_errors=True)
    else:
        print(TOP)
    sys.exit(1 if FAULTS else 0)


main()
