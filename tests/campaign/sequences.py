#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Days of work, made up from a seed: git and quoin do the same things side by side.

  tests/campaign/sequences.py QUOIN [--count N] [--seed N] [--steps N] [--again]
  tests/campaign/sequences.py QUOIN --show SEED [--keep]   one sequence, told
  tests/campaign/sequences.py QUOIN --sample           against recorded-sequences
  tests/campaign/sequences.py [QUOIN] --record         make that from QUOIN_REFERENCE

A sequence is some twenty steps: changes of files, then one command.  After each
step these are compared: exit code, stdout, stderr, index, work tree, refs,
reflogs, the state files (MERGE_HEAD and its kin) and the configuration; at the
end `git fsck --strict`.  In three of four sequences time stands between a command and
the next, so that no file is as new as the index, and nothing is left out of what is
compared; in the fourth, what depends on the clock is (warnings of files that are read
again; stat data is refreshed before diff-files).  In sequences with an even seed each step in our
directory is done by git or by quoin, by lot: each continues what the other began.

The judge is QUOIN_REFERENCE, or the machine's git; one older than 2.55 judges
exit codes and states only.  Finished seeds are noted in build/campaign/sequences
and not run again (but for --again).
"""
import concurrent.futures
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sequence_commands import SETTINGS  # noqa: E402
from sequence_state import difference, read_state  # noqa: E402
from sequence_steps import Maker, apply_change  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
KEEP = "build/campaign/sequences"
SAMPLE = 80
BASE = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "GIT_PAGER": "cat",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no",
        "GIT_AUTHOR_NAME": "Ann Author", "GIT_AUTHOR_EMAIL": "ann@example.com",
        "GIT_COMMITTER_NAME": "Carl", "GIT_COMMITTER_EMAIL": "carl@example.com"}
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "QUOIN_THREADS"):
    if name in os.environ:
        BASE[name] = os.environ[name]


def version_of(git):
    text = subprocess.run([git, "version"], capture_output=True, text=True).stdout
    return tuple(int(n) for n in text.split()[2].split(".")[:2])


class Side:
    """One directory in which things are done."""

    def __init__(self, top, is_settled):
        self.top = top + "/r"
        self.home = top
        self.is_settled = is_settled
        os.makedirs(self.top)

    def run(self, program, words, step):
        when = f"{1700000000 + 60 * step} +0100"
        env = {**BASE, "HOME": self.home, "GIT_AUTHOR_DATE": when,
               "GIT_COMMITTER_DATE": when}
        if not self.is_settled and not {"diff-files", "diff-index"}.isdisjoint(words):
            # They tell of files written in the same moment as the index.
            subprocess.run([program, "update-index", "-q", "--refresh"],
                           cwd=self.top, env=env, capture_output=True)
        try:
            got = subprocess.run([program, *words], cwd=self.top, env=env,
                                 stdin=subprocess.DEVNULL, capture_output=True,
                                 timeout=300)
        except subprocess.TimeoutExpired:
            return 999, b"", b"it hangs"
        out, errors = (x.replace(self.home.encode(), b"TOP")
                       for x in (got.stdout, got.stderr))
        errors = once(errors)
        if self.is_settled:
            self.settle()
        else:
            # Which files are read again, and so warned of, depends on the clock.
            errors = b"".join(line for line in errors.splitlines(keepends=True)
                              if not line.startswith(b"warning: in the working copy of "))
        if got.returncode == 129:
            # Usage texts are each program's own words.
            out, errors = (x.split(b"usage:")[0] for x in (out, errors))
        return got.returncode, out, errors

    def settle(self):
        """As if the index had been written long after the files: none is racy."""
        try:
            os.utime(self.top + "/.git/index", (4000000000, 4000000000))
        except FileNotFoundError:
            pass

    def state(self, reader):
        env = {**BASE, "HOME": self.home}
        return read_state(self.top, reader, env)


def once(errors):
    """Git tells of a gap in a reflog each time that it looks a name up, which it does
    once to five times: once is enough."""
    lines = []
    for line in errors.splitlines(keepends=True):
        if not (lines and line == lines[-1] and line.startswith(b"warning: log for ref ")):
            lines.append(line)
    return b"".join(lines)


def digest(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()[:8]


def ordered(state):
    return [sorted(v.items()) if isinstance(v, dict) else v
            for _, v in sorted(state.items())]


class Sequence:
    """One sequence: what it does, and what was wrong with it (None: nothing)."""

    def __init__(self, seed, steps, tell=None):
        self.seed, self.steps = seed, steps
        self.tell = tell or (lambda text: None)
        self.done = 0
        self.clock = 1600000000

    def begin(self, work, can_reftable):
        rng = random.Random(self.seed)
        init = ["init", "-q", "-b", "main"]
        if rng.random() < .3:
            init.append("--object-format=sha256")
        if rng.random() < .2 and can_reftable:
            init.append("--ref-format=reftable")
        self.init = init + ["."]
        self.settings = []
        for key, values in SETTINGS:
            if rng.random() < .03:
                self.settings.append(["config", key, rng.choice(values)])
        self.is_mixed = self.seed % 2 == 0
        self.is_settled = self.seed % 4 < 3
        return rng

    def both(self, work, git, quoin, judge_text):
        """Run it live; a list of lines on the first difference, or None."""
        rng = self.begin(work, judge_text)
        theirs, ours = (Side(work + name, self.is_settled) for name in ("/a", "/b"))
        reader = git if judge_text else quoin
        maker = Maker(rng)
        for number in range(-1 - len(self.settings), self.steps):
            changes, words = self.step(number, maker, theirs)
            self.tell(f"{number}: {changes} git {' '.join(words)}")
            for change in changes:
                self.clock += 1
                apply_change(theirs.top, change, self.clock)
                apply_change(ours.top, change, self.clock)
            program = git if self.is_mixed and rng.random() < .5 else quoin
            wanted = theirs.run(git, words, number)
            got = ours.run(program, words, number)
            a, b = theirs.state(reader), ours.state(reader)
            wrong = difference(b, a)
            if got[0] != wanted[0]:
                wrong.insert(0, f"exit {got[0]} instead of {wanted[0]}")
            if judge_text:
                for what, x, y in (("stdout", got[1], wanted[1]),
                                   ("stderr", got[2], wanted[2])):
                    if x != y:
                        wrong.append(f"{what}: theirs\n{y.decode(errors='replace')}\n"
                                     f"{what}: ours\n{x.decode(errors='replace')}")
            elif wrong:
                wrong.append(f"{wanted} {got}")
            if wrong:
                who = "git continued" if program == git else "quoin"
                return [f"seed {self.seed} step {number} ({who}): {changes} git "
                        + " ".join(words), *wrong]
            maker.see(a)
            self.done += 1
        if self.final(ours, git) != self.final(theirs, git):
            return [f"seed {self.seed}: fsck at the end: {self.final(ours, git)}"]
        return None

    def step(self, number, maker, side):
        if number == -1 - len(self.settings):
            return [], self.init
        if number < 0:
            return [], self.settings[number]
        return maker.step(number)

    def final(self, side, git):
        code, out, errors = side.run(git, ["fsck", "--strict", "--no-dangling",
                                           "--no-progress"], 0)
        # git now and then names the empty tree without writing it.
        lost = any(x in out for x in (b"missing tree 4b825dc", b"missing tree 6ef19b41"))
        text = b"\n".join(x for x in (out + errors).split(b"\n")
                          if x and not x.startswith(b"notice:")
                          and not x.startswith((b"missing tree 4b825dc",
                                                b"missing tree 6ef19b41")))
        return code if text or not lost else 0, text

    def alone(self, work, program, reader):
        """What one program answers, a digest a step."""
        rng = self.begin(work, True)
        side, maker, out = Side(work + "/a", self.is_settled), Maker(rng), []
        for number in range(-1 - len(self.settings), self.steps):
            changes, words = self.step(number, maker, side)
            for change in changes:
                self.clock += 1
                apply_change(side.top, change, self.clock)
            rng.random() if self.is_mixed else None
            got = side.run(program, words, number)
            state = side.state(reader)
            self.tell((number, changes, words, got, state))
            out.append(digest((got, ordered(state))))
            maker.see(state)
        return out


def run_live(task):
    seed, steps, git, quoin, judge_text = task
    work = tempfile.mkdtemp(prefix="quoin-sequence-")
    try:
        one = Sequence(seed, steps)
        return seed, one.both(work, git, quoin, judge_text), one.done
    except Exception as error: # a generator that stumbles must be seen, too
        return seed, [f"seed {seed}: {type(error).__name__}: {error}"], 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_alone(task):
    seed, steps, program, last = task
    work = tempfile.mkdtemp(prefix="quoin-sequence-")
    steps_seen = []
    try:
        got = Sequence(seed, steps, steps_seen.append).alone(work, program, program)
        return seed, got, steps_seen if last is not None and got != last else []
    finally:
        shutil.rmtree(work, ignore_errors=True)


def campaign(quoin, git, first, count, steps, again):
    os.makedirs(KEEP, exist_ok=True)
    note = f"{KEEP}/state"
    finished = set(open(note).read().split()) if os.path.exists(note) else set()
    todo = [s for s in range(first, first + count) if again or f"{s}/{steps}" not in finished]
    judge_text = version_of(git) >= (2, 55)
    passed = failed = all_steps = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        tasks = [(s, steps, git, quoin, judge_text) for s in todo]
        for seed, wrong, done in pool.map(run_live, tasks, chunksize=4):
            all_steps += done
            if wrong is None:
                passed += 1
                with open(note, "a") as out:
                    out.write(f"{seed}/{steps}\n")
                continue
            failed += 1
            text = "\n".join(wrong)
            with open(f"{KEEP}/{seed}.txt", "w", errors="surrogateescape") as out:
                out.write(text + "\n")
            if failed <= 30:
                print("FAIL " + text.encode("utf-8", "replace").decode()[:700], flush=True)
    print(f"sequences: {count - len(todo)} were done before; {all_steps} steps now")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def record(git, steps, quoin):
    """The first seeds in which nothing varies from run to run (and, with QUOIN, which
    it passes: what is known to differ belongs to the campaign, not to the sample)."""
    with open(HERE + "/recorded-sequences", "w") as out, \
            concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        out.write("# seed, then a digest of answer and state for each step; made by\n"
                  "# sequences.py --record with git " + ".".join(map(str, version_of(git)))
                  + "\n")
        seeds, left = range(1, SAMPLE + 41), SAMPLE
        runs = [pool.map(run_alone, [(s, steps, program, None) for s in seeds])
                for program in (git, git, quoin or git)]
        for one, two, three in zip(*runs):
            if left and one[:2] == two[:2] == three[:2]:
                out.write(f"{one[0]} {' '.join(one[1])}\n")
                left -= 1
    return 0


def sample(quoin, steps):
    rows = [line.split() for line in open(HERE + "/recorded-sequences")
            if not line.startswith("#")]
    passed = failed = 0
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        tasks = [(int(r[0]), steps, quoin, r[1:]) for r in rows]
        for row, (seed, got, seen) in zip(rows, pool.map(run_alone, tasks)):
            if got == row[1:]:
                passed += 1
                continue
            failed += 1
            at = next((i for i, (x, y) in enumerate(zip(got, row[1:])) if x != y), 0)
            number, changes, words, answer, _ = seen[at]
            print(f"FAIL sequence {seed} step {number}: {changes} git {' '.join(words)}\n"
                  f"  answers {answer!r}\n  or the state differs: see "
                  f"QUOIN_REFERENCE=git-2.55 tests/campaign/sequences.py {quoin} "
                  f"--show {seed}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def tell_one(seed, steps, git, quoin, keeps):
    """--show: one sequence, step by step; with --keep its directories stay."""
    work = os.path.abspath(f"{KEEP}/kept-{seed}") if keeps else \
        tempfile.mkdtemp(prefix="quoin-sequence-")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    wrong = Sequence(seed, steps, print).both(work, git, quoin,
                                              version_of(git) >= (2, 55))
    print("\n".join(wrong or ["no difference"]))
    if not keeps:
        shutil.rmtree(work)
    return 1 if wrong else 0


def option(words, name, default):
    if name not in words:
        return default
    at = words.index(name)
    value = words[at + 1]
    del words[at:at + 2]
    return int(value)


def main():
    words = sys.argv[1:]
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    count, first = option(words, "--count", 100), option(words, "--seed", 1)
    steps, show = option(words, "--steps", 20), option(words, "--show", None)
    flags = {w for w in words if w.startswith("--")}
    names = [w for w in words if not w.startswith("--")]
    if "--record" in flags:
        return record(git, steps, os.path.abspath(names[0]) if names else None)
    quoin = os.path.abspath(names[0])
    if "--sample" in flags:
        return sample(quoin, steps)
    if show is not None:
        return tell_one(show, steps, git, quoin, "--keep" in flags)
    return campaign(quoin, git, first, count, steps, "--again" in flags)


if __name__ == "__main__":
    sys.exit(main())
