#!/usr/bin/env python3
"""Random ref transactions on both ref stores, done by both programs, compared.

  tests/campaign/ref_transactions.py QUOIN [--rounds N] [--seed N] [--git GIT]

A round is two copies of a repository: git works on one, quoin on the other, with
the same input to `update-ref --stdin` (and symbolic-ref, pack-refs, branch -m).
After each step output, refs, symbolic refs and reflogs are the same; at the end
git reads what quoin wrote.
"""
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, ENV  # noqa: E402

NAMES = ["refs/heads/a", "refs/heads/b", "refs/heads/a/b", "refs/heads/main",
         "refs/heads/c/d/e", "refs/heads/c", "refs/heads/c/d", "refs/tags/t",
         "refs/tags/t/u", "refs/remotes/o/x", "refs/x", "refs/notes/commits",
         "HEAD", "ORIG_HEAD", "refs/heads/sym", "refs/heads/loop1", "refs/heads/loop2",
         "refs/bisect/bad", "refs/worktree/w", "FETCH_HEAD", "refs/heads/dangling"]
BAD = ["refs/heads/..", "refs/heads/x.lock", "bad", "refs/heads/", "refs//x", "heads/x",
       "refs/heads/a b", "refs/heads/-x", "@", "refs/heads/x~", "", "../x", "head"]


class Maker:
    def __init__(self, rng, commits, others, null):
        self.rng, self.commits, self.others, self.null = rng, commits, others, null

    def name(self):
        rng = self.rng
        return rng.choice(NAMES) if rng.random() < .95 else rng.choice(BAD)

    def new(self):
        rng = self.rng
        return rng.choice([*self.commits, *self.commits, "main", "HEAD~1", self.null,
                           rng.choice(self.others), "refs/heads/a",
                           "1" * len(self.null), "nosuch"])

    def old(self):
        rng = self.rng
        return rng.choice(["", "", "", self.null, *self.commits, "refs/heads/a",
                           "nosuch"])

    def line(self):
        rng = self.rng
        kind = rng.choice(["update"] * 5 + ["create"] * 3 + ["delete"] * 3 +
                          ["verify"] * 2 + ["symref-update"] * 2 + ["symref-create"] +
                          ["symref-delete"] + ["symref-verify"] + ["option"])
        name, target = self.name(), self.name()
        parts = {"update": [name, self.new(), self.old()],
                 "create": [name, self.new()], "delete": [name, self.old()],
                 "verify": [name, self.old()],
                 "symref-update": [name, target,
                                   rng.choice(["", "", "ref " + self.name(),
                                               "oid " + rng.choice(self.commits)])],
                 "symref-create": [name, target],
                 "symref-delete": [name, rng.choice(["", target])],
                 "symref-verify": [name, rng.choice(["", target])],
                 "option": ["no-deref"]}[kind]
        while parts and parts[-1] == "":
            parts.pop()
        if rng.random() < .02:
            parts.append("extra")
        return " ".join([kind, *parts])

    def script(self):
        rng = self.rng
        rows = [self.line() for _ in range(rng.choice([1, 1, 2, 3, 5]))]
        how = rng.random()
        if how < .15:
            rows = ["start", *rows, rng.choice(["commit", "abort", "prepare\ncommit",
                                                "prepare\nabort", "prepare"])]
        elif how < .2:
            rows = ["start", *rows, "commit", "start", self.line(), "commit"]
        return "\n".join(rows) + "\n"

    def step(self):
        """(words, input)"""
        rng = self.rng
        kind = rng.randint(0, 19)
        if kind < 12:
            more = rng.choice([[], [], [], ["--no-deref"], ["-m", "why not"],
                               ["--create-reflog"], ["--batch-updates"],
                               ["--batch-updates"]])
            return ["update-ref", *more, "--stdin"], self.script()
        name = self.name()
        if kind < 14:
            return ["update-ref", *rng.choice([[], ["--no-deref"], ["-m", "msg"]]), name,
                    self.new(), *([self.old()] if rng.random() < .3 else [])], ""
        if kind < 15:
            return ["update-ref", "-d", *rng.choice([[], ["--no-deref"]]), name,
                    *([self.old()] if rng.random() < .3 else [])], ""
        if kind < 17:
            return rng.choice([["symbolic-ref", name, self.name()],
                               ["symbolic-ref", "-m", "sym", name, self.name()],
                               ["symbolic-ref", "-d", name], ["symbolic-ref", name],
                               ["symbolic-ref", "--short", name],
                               ["symbolic-ref", "--no-recurse", name]]), ""
        if kind < 18:
            return rng.choice([["pack-refs", "--all"], ["pack-refs"],
                               ["pack-refs", "--all", "--no-prune"],
                               ["pack-refs", "--all", "--prune"]]), ""
        some = ["a", "b", "c", "c/d", "main", "a/b", "new", "sym"]
        short = rng.choice(some)
        return rng.choice([["branch", "-m", short, rng.choice(some)],
                           ["branch", "-D", short], ["branch", "-c", short, "copied"],
                           ["branch", short], ["tag", "-d", short],
                           ["branch", "-f", short, "HEAD"]]), ""


LOOK = [["for-each-ref", "--include-root-refs",
         "--format=%(refname) %(objectname) %(symref)"],
        ["symbolic-ref", "HEAD"], ["reflog", "list"]]


def state(campaign, program, repo, names):
    found = [campaign.run(program, words, repo) for words in LOOK]
    for name in names:
        found.append(campaign.run(program, ["reflog", "show", "--format=%H %gs",
                                            name, "--"], repo)[:2])
    return found


def raw_logs(repo):
    """The reflog files (none with reftable)."""
    rows = []
    for where, _, files in sorted(os.walk(os.path.join(repo, ".git", "logs"))):
        for name in sorted(files):
            with open(os.path.join(where, name), "rb") as log:
                # For `verify` of HEAD's branch git logs that nothing became nothing.
                kept = [x for x in log if set(x.split(b" ", 2)[0]) != {48}
                        or set(x.split(b" ", 2)[1]) != {48}]
            if kept:
                rows.append((0, os.path.relpath(where, repo).encode() + name.encode(),
                             b"".join(kept)))
    return rows


def one_round(campaign, rng, top, steps):
    fmt, hash_name = rng.choice(["files", "reftable"]), rng.choice(["sha1", "sha1", "sha256"])
    first = os.path.join(top, "theirs", "r")
    os.makedirs(first)

    def git(*words, text=""):
        return subprocess.run([campaign.git, *words], cwd=first, env=ENV, text=True,
                              input=text, capture_output=True).stdout.strip()

    git("init", "-q", "-b", "main", "--ref-format=" + fmt, "--object-format=" + hash_name,
        ".")
    tree = git("mktree")
    commits, parent = [], []
    for i in range(4):
        commits.append(git("commit-tree", "-m", str(i), *parent, tree))
        parent = ["-p", commits[-1]]
    git("update-ref", "refs/heads/main", commits[-1])
    blob = git("hash-object", "-w", "--stdin", text="x")
    tag = git("mktag", text=f"object {commits[0]}\ntype commit\ntag t\n"
              "tagger A <a@b.c> 1 +0000\n\nx\n")
    if rng.random() < .3:
        git("config", "core.logAllRefUpdates", rng.choice(["always", "false", "true"]))
    second = os.path.join(top, "oursss", "r")
    shutil.copytree(first, second)
    maker = Maker(rng, commits, [blob, tree, tag], "0" * len(commits[0]))
    for _ in range(steps):
        words, text = maker.step()
        mine = campaign.run(campaign.quoin, words, second, text)
        his = campaign.run(campaign.git, words, first, text)
        mine = (*mine[:2], mine[2].replace(b"/oursss/", b"/theirs/"))
        if mine[0] == his[0] == 129:
            mine, his = (129, b"", b""), (129, b"", b"")
        names = rng.sample(NAMES, 3)
        mine_now = state(campaign, campaign.git, second, names) + raw_logs(second)
        his_now = state(campaign, campaign.git, first, names) + raw_logs(first)
        read = state(campaign, campaign.quoin, second, names) + raw_logs(second)
        if mine == his and mine_now == his_now and read == mine_now:
            campaign.passed += 1
            continue
        campaign.failed += 1
        parts = [b"\n".join([str(x[0]).encode(), *x[1:]])
                 for x in (*mine_now, *read)]
        others = [b"\n".join([str(x[0]).encode(), *x[1:]])
                  for x in (*his_now, *his_now)]
        campaign.report(fmt, [*words, repr(text)],
                        (*mine, b"\n--\n", *parts), (*his, b"\n--\n", *others))
        if campaign.failed <= 5:
            shutil.copytree(second, f"{campaign.keep}/{campaign.failed}.repo")
        if mine_now != his_now:
            shutil.rmtree(second)
            shutil.copytree(first, second)
    shutil.rmtree(top)


def main():
    campaign, options = begin("refs", rounds=5, steps=30)
    for i in range(options.rounds):
        one_round(campaign, random.Random(f"{options.seed}.{i}"),
                  os.path.join(campaign.top, str(i)), options.steps)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
