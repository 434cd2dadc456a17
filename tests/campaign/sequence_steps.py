"""The steps of a made-up day: what people do to files, and which commands they give.

A Maker looks at the state that the last step left (which is the same on both
sides, or the sequence would have ended) and picks something that mostly makes
sense there; now and then something that does not.
"""
import os
import shutil

NAMES = ["a", "b", "notes.txt", "d/one", "d/two", "d/s/deep", "e/one", "e/new.c",
         "lib/x.h", "lib/y.h", "two words", "\u00fcber", "quo\"te", "tool.sh", "d.x", "d-y"]
LINES = ["alpha", "beta", "gamma", "delta", "  indented", "\ttabbed", "", "omega",
         "int main(void)", "{", "}", "return 0;"]
BRANCHES = ["side", "topic", "fix/one", "fix/two", "wild"]
TAGS = ["v1", "v2", "rel/1"]


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


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.files, self.tracked, self.refs, self.special = {}, [], {}, {}
        self.count = 0

    def see(self, state):
        self.files = {n: v for n, v in state["files"].items() if not n.endswith("/")}
        self.tracked = sorted({e[0].decode("utf-8", "surrogateescape")
                               for e in state["index"] if len(e) > 2})
        self.unmerged = any(e[1] for e in state["index"] if len(e) > 2)
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
        if kind < .55:
            return ("write", path, self.edited(path))
        if kind < .7:
            return ("write", rng.choice(NAMES), self.text())
        if kind < .78:
            return ("remove", path)
        if kind < .88:
            to = rng.choice(NAMES)
            if path == to or to.startswith(path + "/") or path.startswith(to + "/"):
                return ("write", to, self.text())
            return ("rename", path, to)
        if kind < .94:
            return ("chmod", path, rng.choice([0o755, 0o644]))
        if kind < .98 and not path.startswith("."):
            return ("link", path, rng.choice(["a", "d", "nowhere", "../outside"]))
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
        if self.special.get("MERGE_HEAD") is not None and rng.random() < .5:
            return changes, self.in_merge()
        makers = ((20, self.read_only), (14, self.stage), (16, self.commit),
                  (12, self.move), (6, self.branches), (9, self.reset),
                  (8, self.restore), (12, self.merge), (4, self.tags), (3, self.plumbing))
        pick = rng.randrange(sum(w for w, _ in makers))
        for weight, maker in makers:
            if pick < weight:
                return changes, maker()
            pick -= weight
        raise AssertionError

    def in_merge(self):
        rng = self.rng
        return rng.choice([["merge", "--abort"], ["merge", "--continue"], ["add", "-A"],
                           ["commit", "-m", f"merged {self.count}"], ["commit", "--no-edit"],
                           ["commit", "-a", "--no-edit"], ["status"], ["diff"],
                           ["checkout", "--ours", "."], ["checkout", "--theirs", self.path()],
                           ["merge", "--quit"],
                           ["rm", "-f", self.path()], ["reset", "--merge"],
                           ["diff", "--cc"],
                           ["ls-files", "-u"], ["restore", "--ours", self.path()],
                           ["commit", "-i", self.path(), "-m", "part"],
                           ["merge", self.branch()], ["status", "-s"]])

    def read_only(self):
        rng = self.rng
        return rng.choice([
            ["status"], ["status", "-s", "-b"], ["status", "--porcelain=v2", "--branch"],
            ["status", "--ignored"], ["status", "-uno"],
            ["diff"], ["diff", "--cached"], ["diff", "HEAD"], ["diff", "--stat"],
            ["diff", self.rev(), self.rev()], ["diff", "-M", self.rev()],
            ["diff", "--name-status", self.rev(), "--", self.place()],
            ["log", "--oneline", "-n", "8"], ["log", "--graph", "--oneline", "--all"],
            ["log", "-p", "-n", "3"], ["log", "--stat", "-n", "4", "--", self.place()],
            ["log", "-g", "--oneline", "-n", "6"], ["reflog"], ["show"], ["show", self.rev()],
            ["show", "--stat", self.rev()], ["show", "HEAD:" + self.path()],
            ["ls-files", "-s", "-t"], ["ls-files", "-o", "--exclude-standard"],
            ["ls-files", "-m", "-d"], ["ls-tree", "-r", self.rev()], ["branch", "-v"],
            ["branch", "-a"], ["branch", "--merged"], ["tag", "-n"],
            ["for-each-ref"], ["show-ref"], ["rev-parse", self.rev()],
            ["rev-parse", "--abbrev-ref", "HEAD"], ["rev-list", "--count", "--all"],
            ["merge-base", self.branch(), self.branch()], ["check-ignore", "-v", self.path()],
            ["rev-list", "--objects", "HEAD"], ["diff-index", "HEAD"], ["diff-files"],
            ["cat-file", "-p", self.rev()], ["var", "GIT_AUTHOR_IDENT"],
            ["log", "--oneline", f"{self.branch()}..{self.branch()}"],
            ["log", "--format=%h %an %d %s", f"{self.branch()}...{self.branch()}"]])

    def stage(self):
        rng = self.rng
        return rng.choice([
            ["add", "-A"], ["add", "-A"], ["add", "."], ["add", "-u"], ["add", self.place()],
            ["add", self.path(), self.path()], ["add", "-N", self.path()],
            ["add", "-v", "."], ["add", "-n", "."], ["add", "-f", self.path()],
            ["add", "--chmod=+x", self.path()], ["add", "--renormalize", "."],
            ["rm", self.path()], ["rm", "--cached", self.path()], ["rm", "-f", self.path()],
            ["rm", "-r", "-f", self.place()], ["rm", "-r", "--cached", self.place()],
            ["rm", "-n", self.path()], ["mv", self.path(), rng.choice(NAMES)],
            ["mv", "-f", self.path(), self.path()], ["mv", self.place(), "moved"],
            ["mv", "-k", self.path(), self.path(), "d"], ["mv", "-v", self.path(), "lib"]])

    def commit(self):
        rng, say = self.rng, f"step {self.count}"
        return rng.choice([
            ["commit", "-m", say], ["commit", "-a", "-m", say], ["commit", "-a", "-m", say],
            ["commit", "-a", "-m", say], ["commit", "-q", "-m", say, "-m", "more of it"],
            ["commit", "--amend", "--no-edit"], ["commit", "--amend", "-m", say],
            ["commit", "-a", "--amend", "--no-edit"], ["commit", "--amend", "--reset-author",
                                                       "--no-edit"],
            ["commit", "-m", say, self.path()], ["commit", "-m", say, "--", self.place()],
            ["commit", "-o", "-m", say, self.path(), self.path()],
            ["commit", "-i", "-m", say, self.path()], ["commit", "--allow-empty", "-m", say],
            ["commit", "-m", say, "--allow-empty", "--author=Eve <eve@example.com>"],
            ["commit", "--dry-run"], ["commit", "-s", "-a", "-m", say],
            ["commit", "-C", self.rev()], ["commit", "--fixup", self.rev()],
            ["commit", "--squash", self.rev(), "-m", say], ["commit"],
            ["commit", "--allow-empty-message", "-a", "-m", ""],
            ["commit", "-a", "-m", say, "--trailer", "Seen-by: Bob"],
            ["commit", "-a", "-m", say, "--date=2001-02-03T04:05:06Z"],
            ["commit", "-v", "-a", "-m", say], ["commit", "--short"],
            ["commit", "-a", "-F", self.path()]])

    def move(self):
        rng = self.rng
        return rng.choice([
            ["switch", self.branch()], ["switch", self.branch()], ["switch", "-"],
            ["switch", "-c", rng.choice(BRANCHES)], ["switch", "-c", rng.choice(BRANCHES),
                                                    self.rev()],
            ["switch", "-C", rng.choice(BRANCHES)], ["switch", "--detach", self.rev()],
            ["switch", "-f", self.branch()],
            ["switch", "--orphan", "fresh"], ["switch", "--discard-changes", self.branch()],
            ["checkout", self.branch()], ["checkout", self.branch()], ["checkout", "-"],
            ["checkout", self.rev()], ["checkout", "-b", rng.choice(BRANCHES)],
            ["checkout", "-B", rng.choice(BRANCHES), self.rev()],
            ["checkout", "-f", self.branch()],
            ["checkout", "--detach"], ["checkout", "--orphan", "fresh"], ["checkout"],
            ["checkout", "-q", self.rev()],
            ["checkout", "--no-overwrite-ignore", self.branch()]])

    def branches(self):
        rng = self.rng
        return rng.choice([
            ["branch", rng.choice(BRANCHES)], ["branch", rng.choice(BRANCHES), self.rev()],
            ["branch", "-f", self.branch(), self.rev()], ["branch", "-d", self.branch()],
            ["branch", "-D", self.branch()], ["branch", "-m", rng.choice(BRANCHES)],
            ["branch", "-m", self.branch(), rng.choice(BRANCHES)],
            ["branch", "-M", self.branch(), rng.choice(BRANCHES)],
            ["branch", "-c", self.branch(), rng.choice(BRANCHES)],
            ["branch", "--track", rng.choice(BRANCHES), self.branch()],
            ["branch", "-u", self.branch()], ["branch", "--unset-upstream"],
            ["branch", "-vv"], ["branch", "--contains", self.rev()],
            ["branch", "--no-merged", self.rev()], ["branch", "--show-current"],
            ["branch", "fix"], ["branch", "--sort=-committerdate"]])

    def reset(self):
        rng = self.rng
        return rng.choice([
            ["reset"], ["reset", "--hard"], ["reset", "--hard", self.rev()],
            ["reset", "--soft", self.rev()], ["reset", "--mixed", self.rev()],
            ["reset", "--keep", self.rev()], ["reset", "--merge", self.rev()],
            ["reset", "-q", self.rev()], ["reset", "--", self.path()],
            ["reset", self.rev(), "--", self.place()], ["reset", self.path()],
            ["reset", "-N"], ["reset", "--hard", "HEAD~1"], ["reset", "-N", self.rev()]])

    def restore(self):
        rng = self.rng
        return rng.choice([
            ["restore", self.path()], ["restore", "."], ["restore", "--staged", self.path()],
            ["restore", "--staged", "."], ["restore", "-s", self.rev(), self.place()],
            ["restore", "-s", self.rev(), "-S", "-W", self.place()],
            ["restore", "-S", "-W", "."], ["restore", "-s", self.rev(), "--no-overlay", "."],
            ["restore", "--overlay", "-s", self.rev(), "."],
            ["checkout", "--", self.path()], ["checkout", "--", "."],
            ["checkout", self.rev(), "--", self.place()], ["checkout", self.path()],
            ["checkout", "--no-overlay", self.rev(), "--", self.place()],
            ["checkout-index", "-f", "-a"], ["checkout-index", self.path()],
            ["update-index", "--refresh"], ["update-index", "--assume-unchanged", self.path()],
            ["update-index", "--no-assume-unchanged", self.path()],
            ["update-index", "--skip-worktree", self.path()],
            ["update-index", "--no-skip-worktree", self.path()],
            ["update-index", "--add", self.path()], ["update-index", "--remove", self.path()]])

    def merge(self):
        rng, say = self.rng, f"merge {self.count}"
        return rng.choice([
            ["merge", self.branch()], ["merge", self.branch()], ["merge", self.branch()],
            ["merge", "--no-ff", self.branch()], ["merge", "--ff-only", self.branch()],
            ["merge", "--squash", self.branch()], ["merge", "--no-commit", self.branch()],
            ["merge", "--no-commit", "--no-ff", self.branch()],
            ["merge", "-m", say, self.rev()], ["merge", "-X", "ours", self.branch()],
            ["merge", "-X", "theirs", self.branch()], ["merge", "-s", "ours", self.branch()],
            ["merge", "--no-stat", self.branch()], ["merge", "--log", self.branch()],
            ["merge", "-q", self.rev()], ["merge", "--allow-unrelated-histories",
                                          self.branch()],
            ["merge", "--abort"],
            ["merge", "-X", "ignore-space-change", self.branch()],
            ["merge", "--edit", "-m", say, self.branch()],
            ["merge", "--signoff", self.branch()], ["merge", "-X", "no-renames", self.branch()],
            ["merge", self.branch(), self.branch()], ["merge"], ["merge", "--continue"]])

    def tags(self):
        rng = self.rng
        return rng.choice([
            ["tag", rng.choice(TAGS)], ["tag", "-f", rng.choice(TAGS), self.rev()],
            ["tag", "-a", "-m", "noted", rng.choice(TAGS)], ["tag", "-d", rng.choice(TAGS)],
            ["tag", "-a", "-f", "-m", "noted", rng.choice(TAGS), self.rev()],
            ["tag", "-l", "v*"], ["tag", "--contains", self.rev()]])

    def plumbing(self):
        rng = self.rng
        return rng.choice([
            ["update-ref", "refs/heads/" + rng.choice(BRANCHES), self.rev()],
            ["update-ref", "-d", "refs/heads/" + self.branch()],
            ["update-ref", "-m", "by hand", "HEAD", self.rev()],
            ["symbolic-ref", "HEAD", "refs/heads/" + self.branch()],
            ["read-tree", self.rev()], ["read-tree", "-m", "-u", "HEAD", self.rev()],
            ["read-tree", "--reset", "-u", self.rev()], ["write-tree"], ["pack-refs", "--all"],
            ["reflog", "expire", "--expire=all", "--all"], ["reflog", "delete", "HEAD@{1}"],
            ["config", "merge.conflictStyle", "diff3"], ["config", "--unset", "merge.ff"]])
