#!/usr/bin/env python3
"""Negotiation: what a fetch asks for and tells of, and what it is answered.

  tests/campaign/negotiation.py QUOIN [--sample] [--seed N] [--count N] [--show SEED]

A seed makes two repositories out of one random history (lines, merges, many
branches, tags, work of one's own, several roots, clocks that go wrong) and a
fetch between them: version 0, 1 or 2, "consecutive", "skipping" or "noop", with
--negotiation-tip, --negotiate-only, --depth and others.  Compared is the
conversation: wants, haves, flushes, "done" and the answers, each in its order,
and with -v -v what is said of it.  What is told again in version 2 comes in the
order of a table in git, and is sorted, as are the ends of a history.

--sample compares with what git 2.55 said at both ends (recorded-negotiation),
with quoin at both ends; otherwise QUOIN_REFERENCE, or the machine's git, is run
beside, and serves both.  --record writes the sample (QUOIN_REFERENCE=git-2.55).
"""
import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ENV  # noqa: E402

RECORD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded-negotiation")
SAMPLE = range(1, 61)


class History:
    """Commits by number: parents and times."""

    def __init__(self, rng):
        self.parents, self.times = [], []
        roots, merges = rng.choice([0, 0, 0, .02]), rng.choice([0, .1, .3])
        branches, width = rng.choice([0, .02, .2]), rng.choice([1, 2, 4, 8])
        skewed, crowded = rng.random() < .3, rng.random() < .2
        time, tips = 1600000000, []
        for number in range(rng.choice([5, 20, 60, 150, 400])):
            what = rng.random()
            if not tips or rng.random() < roots:
                parents = []
            elif what < merges and len(tips) > 1:
                parents = rng.sample(tips, min(len(tips), rng.choice([2, 2, 2, 3])))
            elif what < merges + branches:
                parents = [rng.randrange(number)]
            else:
                parents = [rng.choice(tips)]
            if not (crowded and rng.random() < .7):
                time += rng.choice([1, 60, 3600])
            off = rng.randint(-50000, 50000) if skewed and rng.random() < .2 else 0
            self.add(parents, time + off)
            tips = [tip for tip in tips if tip not in parents] + [number]
            if len(tips) > width:
                tips.pop(rng.randrange(len(tips)))

    def add(self, parents, time):
        self.parents.append(parents)
        self.times.append(time)
        return len(self.times) - 1

    def below(self, tips):
        seen, todo = set(), list(tips)
        while todo:
            commit = todo.pop()
            if commit not in seen:
                seen.add(commit)
                todo += self.parents[commit]
        return seen

    def stream(self, refs, tags):
        """For fast-import."""
        out = []
        for i in sorted(self.below([*refs.values(), *[commit for _, commit in tags]])):
            out.append(f"commit refs/made/{i}\nmark :{i + 1}\ncommitter A <a@b> "
                       f"{self.times[i]} +0000\ndata {len(str(i)) + 1}\nc{i}\n")
            for k, parent in enumerate(self.parents[i]):
                out.append(f"{'merge' if k else 'from'} :{parent + 1}\n")
            if i % 7 == 0:
                out.append(f"M 644 inline f{i % 5}\ndata {len(str(i))}\n{i}\n")
            out.append(f"\nreset refs/made/{i}\nfrom {'0' * 40}\n\n")
        out += [f"reset {name}\nfrom :{commit + 1}\n\n" for name, commit in refs.items()]
        out += [f"tag {name}\nfrom :{commit + 1}\ntagger A <a@b> {self.times[commit]} "
                "+0000\ndata 2\nt\n" for name, commit in tags]
        return "".join(out)


class Case:
    """Two repositories and a fetch."""

    def __init__(self, seed, maker, top):
        rng = random.Random(seed)
        history = History(rng)
        size = len(history.times)

        def some(count, most):
            return [rng.randrange(most) for _ in range(count)]

        mode = rng.choice(["ahead", "diverged", "random", "random", "behind", "equal"])
        theirs, ours = some(rng.choice([1, 2, 5, 12]), size), some(rng.choice([1, 2, 5, 12]), size)
        if mode == "ahead":
            theirs, ours = theirs + [size - 1], some(len(ours), max(1, size * 2 // 3))
        elif mode == "behind":
            ours, theirs = ours + [size - 1], some(len(theirs), max(1, size * 2 // 3))
        elif mode == "equal":
            ours += theirs[:1]
        elif mode == "diverged":
            self.grow(rng, history, ours, rng.choice([1, 10, 40, 100, 330]))
        refs = {f"refs/heads/s{k}": commit for k, commit in enumerate(theirs)}
        if rng.random() < .5:
            refs["refs/heads/main"] = rng.choice(theirs)
        self.own = {f"refs/{'remotes/origin/s' if rng.random() < .5 else 'heads/l'}{k}": commit
                    for k, commit in enumerate(ours)}
        tags = [(f"v{k}", rng.choice(sorted(history.below(theirs))))
                for k in range(rng.choice([0, 0, 2, 5]))]
        own_tags = [(f"w{k}", rng.choice(sorted(history.below(ours))))
                    for k in range(rng.choice([0, 0, 2]))]
        if rng.random() < .5:
            own_tags += [tag for tag in tags if tag[1] in history.below(ours)][:2]
        self.top, self.there, self.here = top, f"{top}/there", f"{top}/here"
        for path, which, named in ((self.there, refs, tags), (self.here, self.own, own_tags)):
            run([maker, "init", "-q", "--bare", path])
            run([maker, "fast-import", "--quiet"], cwd=path,
                text=history.stream(which, named))
            shutil.rmtree(f"{path}/objects/info", ignore_errors=True)  # no graph
        with open(f"{self.there}/config", "a") as config:
            config.write("[uploadpack]\n\tallowFilter = true\n")
        self.choose(rng, refs)

    @staticmethod
    def grow(rng, history, ours, count):
        """A line of one's own on top of what is common."""
        tip = ours[0]
        time = history.times[tip] + rng.randint(-1000, 100000)
        for _ in range(count):
            time += rng.choice([1, 100])
            tip = history.add([tip], time)
        ours[0] = tip

    def choose(self, rng, refs):
        self.version = rng.choice("0122")
        self.algorithm = rng.choice(["consecutive", "consecutive", "skipping", "skipping",
                                     "noop"])
        what, tip = rng.random(), rng.choice(list(self.own))
        self.words = []
        if what < .2:
            self.words = [f"--negotiation-tip={tip}"]
        elif what < .3 and self.version == "2":
            self.words = [f"--negotiation-tip={tip}", "--negotiate-only"]
        elif what < .4:
            self.words = [f"--depth={rng.randint(1, 5)}"]
        elif what < .45:
            self.words = [rng.choice(["--tags", "--no-tags", "--refetch"])]
        elif what < .5:
            self.words = [f"--negotiation-tip={tip}", "--negotiation-tip=refs/heads/*"]
        self.only = "--negotiate-only" in self.words
        self.specs = ["+refs/heads/*:refs/remotes/origin/*"]
        if self.only:
            self.specs = []
        elif "--depth" in "".join(self.words) or rng.random() < .3:
            self.specs = [rng.choice(list(refs)) + ":refs/got/x"]  # one end of history

    def fetch(self, client, server):
        work, trace = f"{self.top}/work", f"{self.top}/trace"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self.here, work)
        if os.path.exists(trace):
            os.unlink(trace)
        words = [client, "-c", "maintenance.auto=false", "-c", "gc.auto=0",
                 "-c", f"protocol.version={self.version}", "-c",
                 f"fetch.negotiationAlgorithm={self.algorithm}", "fetch", "-v", "-v",
                 f"--upload-pack={server} upload-pack", *self.words,
                 f"file://{self.there}", *self.specs]
        got = run(words, cwd=work, env={"GIT_TRACE_PACKET": trace}, check=False)
        return "\n".join([f"exit {got.returncode}", *sorted(got.stdout.split("\n")),
                          *said(got.stderr), *conversation(trace)])


def run(words, cwd=None, text=None, env=None, check=True):
    got = subprocess.run(words, cwd=cwd, input=text, capture_output=True, text=True,
                         env={**ENV, **(env or {})}, errors="replace", timeout=120)
    if check and got.returncode:
        sys.exit(f"{' '.join(words)[:200]}: {got.stderr}")
    return got


SAID = re.compile(r"(Marking|already have|want|have|got ack|giving up|done$|Server supports|"
                  r"warning: no common)")
LINE = re.compile(r"packet: +fetch([<>]) (.*)")
ANSWER = re.compile(r"(ACK|NAK|ready|shallow |unshallow |acknowl|packfile)")


def said(text):
    return [line for line in re.split("[\r\n]", text) if SAID.match(line)]


def conversation(trace):
    lines = []
    if os.path.exists(trace):
        for line in open(trace, errors="replace"):
            met = LINE.search(line)
            if met and (met[1] == ">" or ANSWER.match(met[2])):
                lines.append(f"{met[1]} " + re.sub(r"agent=\S+", "agent=", met[2]))
    is_2 = any(line.startswith("> command=fetch") for line in lines)
    return in_order(lines, is_2)


def in_order(lines, is_2):
    """Sort ends of history, and in version 2 what is told again, and what is
    acknowledged at once."""
    out, told, again = [], set(), []
    for line in [*lines, ""]:
        if line.startswith(("< shallow", "< unshallow")) or is_2 and (
                line.startswith("< ACK") or line.startswith("> have") and line in told):
            again.append(line)
            continue
        out += sorted(again) + [line]
        again = []
        told.add(line)
    return out[:-1]


def both(seed, quoin, git):
    top = tempfile.mkdtemp(prefix="negotiation")
    try:
        case = Case(seed, git, top)
        return case.fetch(quoin, git), case.fetch(git, git), case
    finally:
        shutil.rmtree(top, ignore_errors=True)


def alone(seed, program):
    top = tempfile.mkdtemp(prefix="negotiation", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
    try:
        return Case(seed, program, top).fetch(program, program)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def sample(quoin):
    failed = 0
    known = dict(line.split() for line in open(RECORD))
    for seed, wanted in known.items():
        if digest(alone(int(seed), quoin)) != wanted:
            failed += 1
            print(f"FAIL negotiation: seed {seed} (--show {seed} with QUOIN_REFERENCE)")
    print(f"{len(known) - failed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--show", type=int)
    args = parser.parse_args()
    quoin = os.path.abspath(args.quoin)
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    if args.sample:
        return sample(quoin)
    if args.record:
        with open(RECORD, "w") as out:
            out.writelines(f"{seed} {digest(alone(seed, git))}\n" for seed in SAMPLE)
        return 0
    if args.show is not None:
        ours, theirs, case = both(args.show, quoin, git)
        print(f"version {case.version} {case.algorithm} {case.words} {case.specs}")
        for name, text in (("ours", ours), ("theirs", theirs)):
            with open(f"negotiation.{name}", "w") as out:
                out.write(text + "\n")
        return subprocess.run(["diff", "-u", "negotiation.theirs", "negotiation.ours"],
                              check=False).returncode
    failed = 0
    for seed in range(args.seed, args.seed + args.count):
        ours, theirs, case = both(seed, quoin, git)
        if ours != theirs:
            failed += 1
            print(f"FAIL negotiation: seed {seed}: version {case.version} {case.algorithm} "
                  f"{' '.join(case.words)}", flush=True)
    print(f"{args.count - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
