"""The steps of a made-up day: what people do to files, and which commands they give.

A Maker looks at the state that the last step left (which is the same on both
sides, or the sequence would have ended) and picks something that mostly makes
sense there; now and then something that does not.
"""
import os
import shutil

from sequence_commands import BRANCHES, NAMES, Commands

LINES = ["alpha", "beta", "gamma", "delta", "  indented", "\ttabbed", "", "omega",
         "int main(void)", "{", "}", "return 0;"]


def apply_change(top, change, when):
    """One change of files, as an editor or a shell would do it.

    What is written is of the second `when`, long ago and another one each time:
    whether a file is read again shall not depend on how fast the machine is."""
    kind, path = change[0], os.path.join(top, change[1])
    if kind == "write":
        clear_way(top, change[1])
        if os.path.islink(path):
            os.unlink(path)
        with open(path, "w", newline="") as out:
            out.write(change[2])
        os.utime(path, (when, when))
    elif kind == "remove":
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif os.path.lexists(path):
            os.unlink(path)
    elif kind == "rename":
        if os.path.lexists(path):
            clear_way(top, change[2])
            to = os.path.join(top, change[2])
            if os.path.isdir(to) and not os.path.islink(to):
                shutil.rmtree(to)
            elif os.path.lexists(to):
                os.unlink(to)
            if os.path.lexists(path): # it may have been in the way
                os.rename(path, to)
    elif kind == "chmod":
        if os.path.isfile(path) and not os.path.islink(path):
            os.chmod(path, change[2])
    elif kind == "link":
        clear_way(top, change[1])
        if os.path.lexists(path):
            os.unlink(path)
        os.symlink(change[2], path)
    elif kind == "touch":
        if os.path.isfile(path) and not os.path.islink(path):
            os.utime(path, (when, when))
    elif kind == "hook":
        path = os.path.join(top, ".git/hooks", change[1])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as out:
            out.write(f'#!/bin/sh\necho "{change[1]} $*"\nexit {change[2]}\n')
        os.chmod(path, 0o755)


def clear_way(top, name):
    """Make the directories that lead to a name; files in the way go, and so does a
    directory of that name."""
    parts, at = name.split("/"), top
    for part in parts[:-1]:
        at = os.path.join(at, part)
        if os.path.islink(at) or (os.path.lexists(at) and not os.path.isdir(at)):
            os.unlink(at)
        if not os.path.isdir(at):
            os.mkdir(at)
    at = os.path.join(at, parts[-1])
    if os.path.isdir(at) and not os.path.islink(at):
        shutil.rmtree(at)


class Maker(Commands):
    def __init__(self, rng):
        self.rng = rng
        self.files, self.tracked, self.refs, self.special = {}, [], {}, {}
        self.blobs = []
        self.count = 0

    def see(self, state):
        self.files = {n: v for n, v in state["files"].items() if not n.endswith("/")}
        self.tracked = sorted({e[0].decode("utf-8", "surrogateescape")
                               for e in state["index"] if len(e) > 2})
        self.blobs = sorted({e[3] for e in state["index"]
                             if len(e) > 2 and e[2] in ("0o100644", "0o100755")})
        self.refs, self.special = state["refs"], state["special"]

    # What to name.

    def text(self):
        rng = self.rng
        return "".join(rng.choice(LINES) + f" {rng.randint(0, 9)}\n"
                       for _ in range(rng.randint(3, 14)))

    def path(self):
        """Mostly a file that is there."""
        have = sorted(self.files) if self.rng.random() < .6 else self.tracked
        have = [n for n in have if not n.startswith(".")]
        if have and self.rng.random() < .9:
            return self.rng.choice(have)
        return self.rng.choice(NAMES)

    def place(self):
        """A path, a directory, or a pattern."""
        rng, path = self.rng, self.path()
        kind = rng.random()
        if kind < .6:
            return path
        if kind < .75:
            return os.path.dirname(path) or "."
        return rng.choice([".", "d", "lib", "*.h", ":/", "nothing", "e", ":!a"])

    def branch(self):
        have = [n[11:] for n in sorted(self.refs) if n.startswith("refs/heads/")]
        return self.rng.choice(have) if have and self.rng.random() < .9 else \
            self.rng.choice(BRANCHES)

    def rev(self):
        rng = self.rng
        tags = [n[10:] for n in sorted(self.refs) if n.startswith("refs/tags/")]
        kind = rng.random()
        if kind < .45:
            return self.branch()
        if kind < .55 and tags:
            return rng.choice(tags)
        return rng.choice(["HEAD", "HEAD~1", "HEAD^", "HEAD~2", "HEAD^2", "@{-1}",
                           "HEAD@{1}", "HEAD@{2}", "ORIG_HEAD", "@",
                           "main~1", ":/step", "HEAD^{tree}", "HEAD^0"])

    # Changes of files.

    def edited(self, path):
        rng = self.rng
        value = self.files.get(path)
        if not value or value[0] != "file" or rng.random() < .1:
            return self.text()
        text = value[2].decode("utf-8", "replace").splitlines(keepends=True)
        for _ in range(rng.randint(1, 2)):
            at = rng.randint(0, len(text))
            text[at:at + rng.randint(0, 2)] = [
                rng.choice(LINES) + f" {rng.randint(0, 99)}\n"
                for _ in range(rng.randint(0, 2))]
        out = "".join(text)
        if rng.random() < .05:
            out = out.rstrip("\n")
        if rng.random() < .03:
            out = out.replace("\n", "\r\n")
        return out

    def change(self):
        rng, path = self.rng, self.path()
        kind = rng.random()
        if kind < .5:
            return ("write", path, self.edited(path))
        if kind < .62:
            return ("write", rng.choice(NAMES), self.text())
        if kind < .7:
            return ("remove", path)
        if kind < .8:
            if rng.random() < .2:
                path = os.path.dirname(path) or path
            to = rng.choice(NAMES + ["moved", "e", "d"])
            if path == to or to.startswith(path + "/") or path.startswith(to + "/"):
                return ("write", to, self.text())
            return ("rename", path, to)
        if kind < .88:
            return ("chmod", path, rng.choice([0o755, 0o644]))
        if kind < .92:
            return ("link", path, rng.choice(["a", "d", "nowhere", "../outside"]))
        if kind < .95:
            return ("touch", path)
        if kind < .96:
            return ("write", path, "alpha\0" + self.text())
        if kind < .97:
            return ("hook", rng.choice(["pre-commit", "commit-msg", "post-commit",
                                        "prepare-commit-msg", "post-checkout",
                                        "pre-merge-commit", "post-merge", "post-rewrite",
                                        "reference-transaction"]),
                    int(rng.random() < .1))
        return ("write", path + "/inner", self.text())

    # Commands.

    def step(self, number):
        rng = self.rng
        self.count = number
        if number < 2:
            changes = [("write", rng.choice(NAMES), self.text()) for _ in range(6)]
            return changes, (["add", "-A"] if number == 0 else
                             ["commit", "-a", "-m", "step one"])
        changes = [self.change() for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))]
        if rng.random() < .04:
            changes.append(("write", ".gitignore", rng.choice(["*.h\n", "d/\n!d/one\n",
                                                               "/e\n*.txt\n"])))
        if rng.random() < .02:
            changes.append(("write", ".gitattributes",
                            rng.choice(["*.c text eol=crlf\n", "a -text\n",
                                        "*.h merge=union\n", "b binary\n"])))
        if rng.random() < .02:
            changes.append(("write", ".git/info/sparse-checkout",
                            rng.choice(["/*\n!/d/\n", "/a\n/lib/\n", "/*\n!/*/\n", "/*\n"])))
            return changes, ["config", "core.sparseCheckout", rng.choice(["true", "false"])]
        words = self.command()
        if rng.random() < .07:
            words = self.from_below(words)
        return changes, words

    def command(self):
        rng = self.rng
        if self.special.get("MERGE_HEAD") is not None and rng.random() < .5:
            return self.in_merge()
        makers = ((20, self.read_only), (14, self.stage), (16, self.commit),
                  (12, self.move), (6, self.branches), (9, self.reset),
                  (8, self.restore), (12, self.merge), (4, self.tags), (3, self.plumbing))
        pick = rng.randrange(sum(w for w, _ in makers))
        for weight, maker in makers:
            if pick < weight:
                return maker()
            pick -= weight
        raise AssertionError

    def from_below(self, words):
        """The same as said in a directory of the work tree."""
        below = sorted({os.path.dirname(n) for n in self.files} - {""})
        if not below:
            return words
        place = self.rng.choice(below)
        return ["-C", place] + [os.path.relpath(w, place) if w in self.files or
                                w in self.tracked else w for w in words]
