"""What the campaigns share: programs, seeds, comparison, and a history made up."""
import argparse
import os
import random
import shutil
import subprocess
import tempfile
import time

ENV = {**{k: v for k, v in os.environ.items() if not k.startswith("GIT_")},
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
       "GIT_PAGER": "cat", "LC_ALL": "C", "TZ": "UTC",
       "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
       "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
       "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}


class Campaign:
    """One campaign: counts what passed and failed, keeps the failures' texts."""

    def __init__(self, quoin, git, keep):
        self.quoin, self.git, self.keep = os.path.abspath(quoin), git, keep
        self.top = None  # a folder of its own (begin), gone when nothing failed
        self.passed = self.failed = self.skipped = 0
        self.skips = {}
        os.makedirs(keep, exist_ok=True)
        version = subprocess.run([git, "version"], capture_output=True, text=True)
        # What is compared is 2.55; an older judge cannot judge all of it.
        self.is_old = tuple(int(n) for n in version.stdout.split()[2].split(".")[:2]
                            if n.isdigit()) < (2, 55)

    def run(self, program, words, cwd, text=""):
        got = subprocess.run([program, *words], cwd=cwd, env=ENV,
                             input=text.encode("utf-8", "surrogateescape"),
                             capture_output=True, timeout=600)
        return got.returncode, got.stdout, got.stderr

    def compare(self, name, words, cwd, text="", weight=1, errors=False):
        """Run both; the same stdout and exit code count `weight` cases."""
        ours = self.run(self.quoin, words, cwd, text)
        theirs = self.run(self.git, words, cwd, text)
        if not errors:
            ours, theirs = ours[:2], theirs[:2]
        if ours == theirs:
            self.passed += weight
            return True
        self.failed += 1
        self.report(name, words, ours, theirs)
        return False

    def report(self, name, words, ours, theirs):
        path = f"{self.keep}/{name}-{self.failed}"
        for side, got in (("ours", ours), ("theirs", theirs)):
            with open(f"{path}.{side}", "wb") as out:
                out.write(b"".join(b if isinstance(b, bytes) else f"{b}\n".encode()
                                   for b in got))
        if self.failed <= 20:
            print(f"FAIL {name}: {' '.join(words)[:200]}  ({path}.ours, .theirs)",
                  flush=True)

    def skip(self, why, count=1):
        self.skipped += count
        self.skips[why] = self.skips.get(why, 0) + count

    def done(self):
        if self.top and not self.failed:
            shutil.rmtree(self.top)
        for why, count in self.skips.items():
            print(f"skipped: {why}: {count}")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def begin(name, texts=(), **numbers):
    """A campaign with a folder of its own, and what the command line says: the
    program, --git, --seed, --<text> and --<number> with these defaults."""
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--git", default=os.environ.get("QUOIN_REFERENCE", "git"))
    for number, default in {"seed": 1, **numbers}.items():
        parser.add_argument("--" + number, type=int, default=default)
    for text in texts:
        parser.add_argument("--" + text)
    options = parser.parse_args()
    top = tempfile.mkdtemp(prefix=f"quoin-{name}-")
    campaign = Campaign(options.quoin, options.git, os.path.join(top, "failed"))
    campaign.top = top
    return campaign, options


def lines(git, words, cwd):
    got = subprocess.run([git, *words], cwd=cwd, env=ENV, capture_output=True,
                         check=True)
    return got.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]


WORDS = """alpha beta gamma delta int char return if else for while { } ( ) ; = +
    static struct void const size data buf ctx status out NULL 0 1 2 /* */ //""".split()


def make_line(rng):
    indent = rng.choice(["", "", "    ", "        ", "\t"])
    return indent + " ".join(rng.choice(WORDS) for _ in range(rng.randint(0, 6)))


def make_text(rng, size):
    return [make_line(rng) for _ in range(rng.randint(0, size))]


def edit_text(rng, text):
    """A few of what people do: change, insert, delete, move, copy a block."""
    text = list(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(text))
        block = rng.randint(1, 5)
        kind = rng.randint(0, 5)
        if kind == 0:
            text[at:at + 1] = [make_line(rng)]
        elif kind == 1:
            text[at:at] = [make_line(rng) for _ in range(block)]
        elif kind == 2:
            del text[at:at + block]
        elif kind == 3:
            moved = text[at:at + block]
            del text[at:at + block]
            to = rng.randint(0, len(text))
            text[to:to] = moved
        elif kind == 4:
            text[at:at] = text[at:at + block]
        elif text:
            i = rng.randrange(len(text))
            text[i] = text[i] + rng.choice([" ", "\t", " x", ""])
    return text


class History:
    """A repository made up from a seed: edits, renames, modes, symlinks, merges."""

    def __init__(self, seed, commits, size=40):
        self.rng = random.Random(seed)
        self.commits, self.size = commits, size

    def path(self):
        rng = self.rng
        return "/".join(rng.choice("abcdef") + str(rng.randint(0, 3))
                        for _ in range(rng.randint(1, 3))) + rng.choice(
                            [".c", ".txt", ".py", ""])

    def change(self, files):
        rng, files = self.rng, dict(files)
        for _ in range(rng.randint(1, 4)):
            names = sorted(files)
            kind = rng.randint(0, 9)
            if kind < 2 or not names:
                self.put(files, self.path(), ("100644", make_text(rng, self.size)))
            elif kind < 6:
                name = rng.choice(names)
                mode, text = files[name]
                files[name] = (mode, edit_text(rng, text))
            elif kind == 6:
                del files[rng.choice(names)]
            elif kind == 7:
                name = rng.choice(names)
                mode, text = files.pop(name)
                self.put(files, self.path(),
                         (mode, edit_text(rng, text) if rng.random() < .5 else text))
            elif kind == 8:
                name = rng.choice(names)
                mode = rng.choice(["100755", "100644", "120000"])
                files[name] = (mode, files[name][1])
            else:
                old = rng.choice(names).split("/")[0]
                new = rng.choice("ghij") + str(rng.randint(0, 9))
                for name in [n for n in names if n.startswith(old + "/")]:
                    self.put(files, new + name[len(old):], files.pop(name))
        return files

    @staticmethod
    def put(files, path, value):
        for name in list(files):
            if name.startswith(path + "/") or path.startswith(name + "/"):
                del files[name]
        files[path] = value

    def write(self, git, directory):
        subprocess.run([git, "init", "-q", "-b", "master", directory], env=ENV,
                       check=True)
        rng, out = self.rng, []
        tips, time_now = [], 1500000000
        for number in range(1, self.commits + 1):
            time_now += rng.choice([0, 1, 60, 3600, -30])
            parents = []
            if tips:
                parents = [rng.choice(tips[-4:])]
                if len(tips) > 3 and rng.random() < .25:
                    other = rng.choice(tips[-6:])
                    if other[0] != parents[0][0]:
                        parents.append(other)
            base = dict(parents[0][1]) if parents else {}
            if len(parents) == 2:
                for name, value in parents[1][1].items():
                    if rng.random() < .7:
                        self.put(base, name, value)
            files = self.change(base)
            message = f"commit {number}\n\n" + "\n".join(make_text(rng, 4)) + "\n"
            out.append(f"commit refs/heads/b{number}\nmark :{number}\n"
                       f"author Ann <ann@example.com> {time_now} +0130\n"
                       f"committer Bob <bob@example.com> {time_now} -0200\n"
                       f"data {len(message)}\n{message}")
            for i, parent in enumerate(parents):
                out.append(("from" if i == 0 else "merge") + f" :{parent[0]}\n")
            out.append("deleteall\n")
            for name, (mode, text) in sorted(files.items()):
                data = "\n".join(text) + ("\n" if rng.random() < .95 else "")
                out.append(f"M {mode} inline {name}\ndata {len(data)}\n{data}\n")
            tips.append((number, files))
        out.append(f"reset refs/heads/master\nfrom :{self.commits}\n\n")
        subprocess.run([git, "fast-import", "--quiet"], cwd=directory, env=ENV,
                       input="".join(out).encode(), check=True)


class Feed:
    """Commits of whole trees {path: (mode, bytes)}, each on a branch m<number>."""

    def __init__(self):
        self.parts, self.count = [], 0

    def commit(self, tree, parents, when):
        self.count += 1
        self.parts.append(b"commit refs/heads/m%d\nmark :%d\ncommitter a <a@b> %d +0000\n"
                          b"data 0\n\n" % (self.count, self.count, when))
        for i, parent in enumerate(parents):
            self.parts.append((b"from" if i == 0 else b"merge") + b" :%d\n" % parent)
        self.parts.append(b"deleteall\n")
        for path, (mode, data) in sorted(tree.items()):
            name = path.encode().replace(b"\t", b"\\t")
            self.parts.append(b'M %s inline "%s"\ndata %d\n%s\n'
                              % (mode.encode(), name, len(data), data))
        return self.count

    def write(self, git, env):
        subprocess.run([git, "fast-import", "--quiet"], input=b"".join(self.parts),
                       check=True, env=env)


class Clock:
    def __init__(self, seconds):
        self.end = time.time() + seconds

    def is_over(self):
        return time.time() > self.end
