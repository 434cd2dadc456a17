#!/usr/bin/env python3
"""Pushes that race, and pushes whose connection is cut.

  tests/network/push_hard.py QUOIN [--git GIT] [--rounds N] [--cuts N] [--keep] [WORD...]

  race  four clients, git and quoin, push to the same refs at once: one ref, many at
        once with --atomic, many without, hundreds of new ones.  Exactly one wins each
        ref (each push, when atomic), and the ref has its value.
  cut   one push through something that ends it after so many bytes, in one of the two
        directions: nothing or all of an atomic push is there, the client tracks nothing
        that the server does not have, and the same push works when it is done again.

After each: no lock, no quarantine, no file that is half written, and `git fsck
--strict` is silent at both ends.  With WORDs: what has each of them in its name
("race http quoin", "cut ssh git-quoin").
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from carriers import CARRIERS, Missing  # noqa: E402

LIMIT = 180
CLIENTS = 4
# A push that runs a program: cut.py PROGRAM... sits between, told by CUT_AT.
BETWEEN = r"""
import os, subprocess, sys, threading
at, side, count = int(os.environ["CUT_AT"]), os.environ["CUT_SIDE"], os.environ["CUT_COUNT"]
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sums = {"up": 0, "down": 0}
def carry(source, target, name):
    while True:
        data = os.read(source, 65536)
        if not data:
            break
        if at >= 0 and name == side and sums[name] + len(data) >= at:
            data = data[:at - sums[name]]
            try:
                os.write(target, data)
            except OSError:
                pass
            sums[name] += len(data)
            over.set()
            return
        sums[name] += len(data)
        try:
            while data:
                data = data[os.write(target, data):]
        except OSError:
            break
    if name == "up":
        os.close(target)
    else:
        over.set()
over = threading.Event()
for words in ((0, server.stdin.fileno(), "up"), (server.stdout.fileno(), 1, "down")):
    threading.Thread(target=carry, args=words, daemon=True).start()
over.wait()
with open(count, "w") as f:
    f.write("%d %d" % (sums["up"], sums["down"]))
os._exit(0)
"""


class Cutter:
    """A port that passes on to another one, and ends a connection at a byte."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.set(-1, "up")
        threading.Thread(target=self.accept, daemon=True).start()

    def set(self, at, side):
        with self.lock:
            self.at, self.side, self.sums = at, side, {"up": 0, "down": 0}

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client.close()
                continue
            for one, other, side in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self.carry, args=(one, other, side), daemon=True).start()

    def carry(self, source, target, side):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                with self.lock:
                    left = self.at - self.sums[side] if self.at >= 0 and side == self.side else len(data) + 1
                    data = data[:max(left, 0)]
                    self.sums[side] += len(data)
                if data:
                    target.sendall(data)
                if left <= len(data):
                    for end in (source, target):
                        end.shutdown(socket.SHUT_RDWR)
                    return
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.listener.close()


class Fault(Exception):
    pass


class Hard:
    def __init__(self, words):
        self.keep = "--keep" in words
        words = [word for word in words if word != "--keep"]
        values = {"--git": "git", "--rounds": "2", "--cuts": "10"}
        for name in values:
            if name in words:
                i = words.index(name)
                values[name] = words[i + 1]
                del words[i:i + 2]
        if not words:
            sys.exit(__doc__)
        self.quoin = os.path.abspath(words.pop(0))
        self.git = shutil.which(values["--git"]) or os.path.abspath(values["--git"])
        self.rounds, self.cuts, self.words = int(values["--rounds"]), int(values["--cuts"]), words
        self.base = tempfile.mkdtemp(prefix="push-hard.")
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.env.update(HOME=f"{self.base}/home", LC_ALL="C", TZ="UTC", GIT_CONFIG_NOSYSTEM="1",
                        GIT_TERMINAL_PROMPT="0", GIT_AUTHOR_NAME="A", GIT_AUTHOR_EMAIL="a@example.com",
                        GIT_COMMITTER_NAME="C", GIT_COMMITTER_EMAIL="c@example.com")
        os.makedirs(self.env["HOME"])
        with open(f"{self.env['HOME']}/.gitconfig", "w") as f:
            f.write("[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
                    "[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n")
        self.passed = self.failed = 0
        self.skips = {}

    def is_chosen(self, name):
        return all(word in name for word in self.words)

    def judge(self, *words, at):
        done = subprocess.run([self.git, *words], cwd=at, env=self.env, capture_output=True, text=True, timeout=LIMIT)
        if done.returncode:
            raise Fault(f"git {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def start(self, program, words, at, more):
        return subprocess.Popen([program, *words], cwd=at, env={**self.env, **more}, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")

    def wait(self, process):
        try:
            out, err = process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Fault(f"no end within {LIMIT} seconds: {' '.join(process.args)}")
        return process.returncode, out, err

    def refs(self, at):
        return dict(reversed(line.split(" ", 1)) for line in
                    self.judge("for-each-ref", "--format=%(objectname) %(refname)", at=at).splitlines())

    def check(self, at, is_gits=False):
        """Nothing is left behind, and all is sound.  A receive-pack of git that nobody
        listens to any more leaves its quarantine."""
        end = time.time() + LIMIT
        while True:  # a server that was left alone takes a moment
            left = [os.path.join(folder, name) for folder, folders, names in os.walk(at)
                    for name in folders + names if not (is_gits and "tmp_objdir-incoming-" in folder + name)
                    if name.endswith(".lock") or name.startswith(("tmp_", "incoming-", "packed-refs.new"))]
            if not left:
                break
            if time.time() > end:
                raise Fault(f"left behind: {left[:3]}")
            time.sleep(0.02)
        done = subprocess.run([self.git, "fsck", "--strict"], cwd=at, env=self.env, capture_output=True, text=True)
        # What was pushed and lost a race may lie there, of nobody.
        said = [line for line in (done.stdout + done.stderr).splitlines()
                if not line.startswith(("dangling ", "notice: "))]
        if done.returncode or said:
            raise Fault(f"fsck: {said[:3]}")

    def make_far(self, root, name):
        at = f"{root}/{name}.git"
        self.judge("init", "-q", "--bare", at, at=root)
        for key in ("http.receivepack", "daemon.receivepack"):
            self.judge("config", key, "true", at=at)
        near = f"{root}/.seed.{name}"
        self.judge("init", "-q", near, at=root)
        for i in range(6):
            with open(f"{near}/file", "a") as f:
                f.write(f"line {i}\n" * 50)
            self.judge("add", "file", at=near)
            self.judge("commit", "-q", "-m", f"commit {i}", at=near)
        self.judge("push", "-q", at, "main", *(f"main~1:refs/heads/many/{i}" for i in range(20)), at=near)
        return at, near

    # ---- races

    def race(self, carrier, name, kind, number):
        root = carrier.root
        far, near = self.make_far(root, name)
        url, said = carrier.url(f"{name}.git"), []
        clients = []
        for i in range(CLIENTS):
            own = f"{root}/.client.{name}.{i}"
            shutil.copytree(near, own)
            with open(f"{own}/file", "a") as f:
                f.write(f"client {i}\n")
            self.judge("commit", "-q", "-a", "-m", f"client {i}", at=own)
            clients.append((own, self.judge("rev-parse", "main", at=own).strip()))
        specs = {"one": ["main"], "atomic": ["--atomic", "main", *(f"main:refs/heads/many/{i}" for i in range(20))],
                 "some": ["main", *(f"main:refs/heads/many/{i}" for i in range(20))],
                 "new": [f"main:refs/heads/new/{i}/x" for i in range(300)],
                 "new-atomic": ["--atomic", *(f"main:refs/heads/new/{i}/x" for i in range(300))],
                 # "new/7" beside "new/7/x": one of the two kinds for each
                 "clash": [f"main:refs/heads/new/{i}" for i in range(300)]}
        started = []
        for i, (own, tip) in enumerate(clients):
            program = self.git if (i + number) % 2 else self.quoin
            words = specs["new" if kind == "clash" and i % 2 else kind]
            options = [word for word in words if word.startswith("--")]
            started.append(self.start(program, ["push", "--porcelain", *options, *carrier.receive_options(), url,
                                                *words[len(options):]], own, carrier.client_env()))
        for process in started:
            said.append(self.wait(process))
        self.check(far)
        refs = self.refs(far)
        winners = {}
        for (own, tip), (code, out, err) in zip(clients, said):
            done = [line.split("\t")[1].split(":")[1] for line in out.splitlines()
                    if line[:1] in "+ *" and "\t" in line]
            if kind.endswith("atomic") and done and len(done) != len(specs[kind]) - 1:
                raise Fault(f"an atomic push did {len(done)} of {len(specs[kind]) - 1}")
            if (code == 0) != (len(done) == sum(":" in line for line in out.splitlines() if "\t" in line) > 0):
                raise Fault(f"exit code {code} with {len(done)} done: {out[-300:]} {err[-300:]}")
            for ref in done:
                if ref in winners:
                    raise Fault(f"two have won {ref}")
                winners[ref] = tip
        for ref, tip in winners.items():
            if refs.get(ref) != tip:
                raise Fault(f"{ref} was won and is {refs.get(ref)}")
        tips = {tip for own, tip in clients}
        for ref, tip in refs.items():
            if tip in tips and winners.get(ref) != tip:
                raise Fault(f"{ref} has a value of which nobody was told")
        if kind in ("one", "atomic") and len(winners) == 0:
            raise Fault("nobody has won: " + " | ".join(err[-200:] for code, out, err in said))
        for own, tip in clients:
            self.check(own)
            shutil.rmtree(own)
        shutil.rmtree(far)
        shutil.rmtree(near)

    # ---- cuts

    def cut(self, carrier, cutter, program, name, side, at):
        """One push; how many bytes went over in that direction."""
        root = carrier.root
        far, near = self.make_far(root, name)
        own = f"{root}/.cut.{name}"
        env = dict(carrier.client_env())
        url, options = carrier.url(f"{name}.git"), carrier.receive_options()
        if cutter:
            url = url.replace(f":{carrier.port}", f":{cutter.port}")
        else:
            env.update(CUT_AT=str(at), CUT_SIDE=side, CUT_COUNT=f"{root}/.count.{name}")
            options = [f"--receive-pack=python3 {root}/.between.py {carrier.server} receive-pack"]
        self.judge("clone", "-q", far, own, at=root)
        self.judge("config", "remote.origin.url", url, at=own)
        self.judge("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*", at=own)
        with open(f"{own}/file", "a") as f:
            f.writelines(f"more {i} {i * i}\n" for i in range(2000))
        self.judge("commit", "-q", "-a", "-m", "more", at=own)
        tip = self.judge("rev-parse", "main", at=own).strip()
        before = self.refs(far)
        words = ["push", "--atomic", *options, "origin", "main", *(f"main:refs/heads/many/{i}" for i in range(20)),
                 *(f"main:refs/heads/new/{i}" for i in range(20))]
        if cutter:
            cutter.set(at, side)
        code, out, err = self.wait(self.start(program, words, own, env))
        if cutter:
            sums = dict(cutter.sums)
            cutter.set(-1, side)
        else:
            with open(f"{root}/.count.{name}") as f:
                sums = dict(zip(("up", "down"), map(int, f.read().split())))
        if code not in (0, 1, 128, 141):
            raise Fault(f"exit code {code}: {err[-300:]}")
        self.check(far, carrier.server == self.git)
        after = self.refs(far)
        moved = sum(value == tip for value in after.values())
        if moved not in (0, 41):
            raise Fault(f"half applied: {moved} of 41")
        if moved == 0 and after != before:
            raise Fault("something else moved")
        if code == 0 and moved == 0:
            raise Fault(f"success was told of nothing: {out} {err}")
        for ref, value in self.refs(own).items():
            if ref.startswith("refs/remotes/origin/") and value == tip and moved == 0:
                raise Fault(f"{ref} is ahead of the server")
        self.check(own)
        if not cutter:
            env["CUT_AT"] = "-1"
        code, out, err = self.wait(self.start(program, words, own, env))
        if code or sum(value == tip for value in self.refs(far).values()) != 41:
            raise Fault(f"done again: exit code {code}: {err[-300:]}")
        for at in (far, near, own):
            shutil.rmtree(at)
        return sums[side]

    # ---- all of it

    def attempt(self, name, call, *words):
        try:
            result = call(*words)
            self.passed += 1
            return result
        except Fault as fault:
            self.failed += 1
            print(f"FAIL {name}: {fault}", flush=True)
            return None

    def run_carrier(self, kind, server):
        label = f"{kind} {server}"
        races = [(f"race {label} {what} {n}", what, n) for what in ("one", "atomic", "some", "new", "new-atomic", "clash")
                 for n in range(self.rounds) if self.is_chosen(f"race {label} {what} {n}")]
        cuts = [(f"cut {kind} {client}-{server} {side}", client, side) for client in ("git", "quoin")
                for side in ("up", "down") if "quoin" in (client, server)
                and self.is_chosen(f"cut {kind} {client}-{server} {side}")]
        if not races and not cuts:
            return
        root = f"{self.base}/{kind}-{server}"
        os.makedirs(root)
        programs = {"git": self.git, "quoin": self.quoin}
        carrier = CARRIERS[kind](root, f"{root}/.carrier", programs[server], self.env)
        with open(f"{root}/.between.py", "w") as f:
            f.write(BETWEEN)
        try:
            carrier.start()
        except (Missing, OSError, subprocess.CalledProcessError) as problem:
            self.skips[label] = (len(races) + len(cuts), str(problem))
            carrier.stop()
            return
        cutter = Cutter(carrier.port) if kind != "local" else None
        try:
            for name, what, number in races:
                self.attempt(name, self.race, carrier, f"race.{what}.{number}", what, number)
            for name, client, side in cuts:
                stem = f"cut.{client}.{side}"
                total = self.attempt(f"{name} none", self.cut, carrier, cutter, programs[client], f"{stem}.all", side,
                                     -1)
                for i in range(self.cuts if total else 0):
                    at = total * i // self.cuts + (i * 7919) % max(total // self.cuts, 1)
                    self.attempt(f"{name} at {at} of {total}", self.cut, carrier, cutter, programs[client],
                                 f"{stem}.{i}", side, at)
        finally:
            carrier.stop()
            if cutter:
                cutter.close()

    def run(self):
        for kind in ("local", "git", "http", "serve", "ssh"):
            for server in ("quoin", "git"):
                if (kind, server) != ("serve", "git"):
                    self.run_carrier(kind, server)
        for label, (count, reason) in self.skips.items():
            print(f"skipped: {label}: {count}: {reason}")
        if self.keep or self.failed:
            print(self.base)
        else:
            shutil.rmtree(self.base)
        print(f"{self.passed} passed, {self.failed} failed, {sum(n for n, _ in self.skips.values())} skipped")
        return 1 if self.failed else 0


if __name__ == "__main__":
    sys.exit(Hard(sys.argv[1:]).run())
