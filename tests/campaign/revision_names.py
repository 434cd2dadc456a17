#!/usr/bin/env python3
"""Random revision expressions (gitrevisions) over weird repositories, compared.

  tests/campaign/revision_names.py QUOIN [--rounds N] [--seed N] [--git GIT]
                                   [--repo PATH]

Each round makes a small repository (branches, tags, tags of tags, remotes, names
that are ambiguous, symbolic refs, reflogs, a conflicted index) and asks rev-parse
for hundreds of expressions; stdout, stderr and exit code are compared.
"""
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, ENV, lines  # noqa: E402


def make(git, directory, rng):
    def run(*words, text=None, when=None):
        env = dict(ENV)
        if when:
            env["GIT_AUTHOR_DATE"] = env["GIT_COMMITTER_DATE"] = f"{when} +0000"
        return subprocess.run([git, *words], cwd=directory, env=env, text=True,
                              input=text, capture_output=True).stdout.strip()

    os.makedirs(directory)
    run("init", "-q", "-b", "main", ".",
        *(["--ref-format=reftable"] if rng.random() < .3 else []))
    commits, when = [], 1500000000
    for number in range(rng.randint(8, 16)):
        when += rng.choice([1, 60, 3600, 86400 * 3])
        if commits and rng.random() < .3:
            run("checkout", "-q", rng.choice(commits), when=when)
            run("checkout", "-q", "-B", rng.choice(["main", "topic", "x", "a/b", "v1"]),
                when=when)
        for _ in range(2):
            path = rng.choice(["a", "b", "dir/c", "dir/deep/d", "dir/e", "f g", "x"])
            full = os.path.join(directory, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as out:
                out.write(f"{rng.randint(0, 5)}\n")
        run("add", "-A")
        message = rng.choice(["fix: one", "Add two", "note (x) [y]", "fix: again",
                              "wip", "Revert \"it\"", "!bang", "späß"]) + f"\n\n{number}\n"
        run("commit", "-q", "--allow-empty", "-m", message, when=when)
        if len(commits) > 2 and rng.random() < .3:
            run("merge", "-q", "-s", "ours", "-m", f"merge {number}",
                rng.choice(commits), when=when)
        commits.append(run("rev-parse", "HEAD"))
    for name in rng.sample(["main", "v1", "v2", "topic", "x", "HEAD", "a/b", "deadbeef",
                            "stash", "@{x}", "v1.0-rc1", "origin", "dup"], 7):
        kind = rng.choice(["tag", "tag", "annotated", "annotated", "branch", "ref",
                           "remote", "tree", "blob"])
        target = rng.choice(commits)
        if kind == "tag":
            run("tag", name, target)
        elif kind == "annotated":
            run("tag", "-a", "-m", "tag " + name, name,
                rng.choice([target, target, "v1", target + "^{tree}", target + ":a"]))
        elif kind == "branch":
            run("branch", name, target)
        elif kind == "ref":
            run("update-ref", "refs/" + name, target)
        elif kind == "remote":
            run("update-ref", "refs/remotes/" + name, target)
        else:
            run("tag", name, target + ("^{tree}" if kind == "tree" else ":a"))
    run("update-ref", "refs/remotes/origin/main", rng.choice(commits))
    run("update-ref", "refs/remotes/origin/topic", rng.choice(commits))
    run("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    run("symbolic-ref", "refs/heads/sym", "refs/heads/" + rng.choice(["main", "gone"]))
    run("config", "remote.origin.url", "../o")
    run("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")
    run("config", "branch.main.remote", rng.choice(["origin", ".", "gone"]))
    run("config", "branch.main.merge", "refs/heads/" + rng.choice(["main", "x"]))
    if rng.random() < .5:
        run("config", "branch.topic.remote", "origin")
    if rng.random() < .5:
        run("config", "push.default", rng.choice(["simple", "current", "upstream",
                                                  "matching", "nothing"]))
    if rng.random() < .3:
        run("config", "remote.pushdefault", "origin")
    if rng.random() < .3:
        run("config", "core.warnAmbiguousRefs", "false")
    if rng.random() < .3:
        run("config", "core.abbrev", rng.choice(["4", "7", "40", "no"]))
    run("checkout", "-q", rng.choice(["main", "topic", commits[0]]), when=when + 10)
    if rng.random() < .5:  # blobs that share a prefix, for ambiguous names
        for i in range(300):
            run_text = f"{i}\n"
            run("hash-object", "-w", "--stdin", text=run_text)
    if rng.random() < .5:
        text = "".join(f"100644 {run('rev-parse', 'HEAD:a') or '0' * 40} {stage}\ta\n"
                       for stage in (1, 2, 3))
        run("update-index", "--index-info", text="0 " + "0" * 40 + "\ta\n" + text)
    run("update-ref", "ORIG_HEAD", rng.choice(commits))
    return commits


class Maker:
    def __init__(self, rng, commits, objects):
        self.rng, self.commits, self.objects = rng, commits, objects

    def base(self):
        rng = self.rng
        names = ["HEAD", "@", "main", "v1", "v2", "topic", "x", "a/b", "origin", "dup",
                 "origin/main", "heads/main", "tags/v1", "refs/heads/main", "sym",
                 "remotes/origin", "deadbeef", "stash", "nosuch", "ORIG_HEAD",
                 "FETCH_HEAD", "refs/x", "v1.0-rc1", "main-3-g", "", "a", "heads",
                 "refs/heads", "-x", "@{x}", "HEAD:", "origin/HEAD", "dir", "f g"]
        kind = rng.randint(0, 9)
        if kind < 6:
            return rng.choice(names)
        if kind == 6:
            return rng.choice(self.objects)
        if kind == 7:
            return rng.choice(self.objects)[:rng.choice([1, 2, 3, 4, 4, 4, 5, 6, 7, 10])]
        if kind == 8:
            return ("v1-2-g" + rng.choice(self.commits)[:rng.choice([4, 7, 12])]
                    + rng.choice(["", "", "-dirty"]))
        return rng.choice(self.commits)[:rng.choice([3, 5, 8])].upper()

    def suffix(self):
        rng = self.rng
        return rng.choice(
            ["^", "^2", "^0", "^3", "~", "~2", "~0", "~~", "^^", "^{}", "^{commit}",
             "^{tree}", "^{blob}", "^{tag}", "^{object}", "^{/fix}", "^{/}", "^{/!-wip}",
             "^{/!!bang}", "^{/!x}", "^{/nomatch}", "^{/[}", "^{nosuch}", "^{commit",
             "@{0}", "@{1}", "@{99}", "@{-1}", "@{-2}", "@{-9}", "@{u}", "@{upstream}",
             "@{UPSTREAM}", "@{push}", "@{now}", "@{yesterday}", "@{2017-07-14}",
             "@{1 day ago}", "@{x}", "@{}", "@{-0}", "@{1", "@{u}@{u}", "@{1}~1",
             ":a", ":dir", ":dir/c", ":./a", ":../a", ":nosuch", ":", ":/", ":dir/",
             ":a/b", ":dir/deep/d", ":./", ":dir//c", ":/a", "^{tree}:a", "~1:b",
             "^@", "^!", "^-", "^-1", "^-2", "^-0", "^-x", "^-9", "...", "..", "~99",
             "^99", "^x", "~x", "~18446744073709551617", "^{/fix:.*one}"])

    def expression(self):
        rng = self.rng
        kind = rng.randint(0, 19)
        if kind < 9:
            return self.base() + "".join(self.suffix()
                                         for _ in range(rng.choice([0, 1, 1, 1, 2, 3])))
        if kind < 12:
            return (self.base() + rng.choice(["..", "..."]) + self.base()
                    + rng.choice(["", "", "^", "~1"]))
        if kind < 14:
            return rng.choice([":/fix", ":/again", ":/", ":/!-fix", ":/!!bang", ":/!x",
                               ":/nomatch", ":/two$", ":/^[0-9]", ":/sp", ":/[", ":/\\(x",
                               ":/f.*e"])
        if kind < 16:
            return rng.choice([":", ":0:", ":1:", ":2:", ":3:", ":4:", ":0", ":1"]) + \
                rng.choice(["a", "b", "dir/c", "dir", "nosuch", "./a", "../a", "f g", ""])
        if kind < 17:
            return "^" + self.base()
        return self.base()

    def words(self):
        rng = self.rng
        one = self.expression()
        how = rng.choice([["--verify"], ["--verify"], ["--verify", "-q"], [], [], [],
                          ["--symbolic-full-name"], ["--abbrev-ref"], ["--short"],
                          ["--symbolic"], ["--revs-only"], ["--no-revs"], ["--not"],
                          ["--abbrev-ref=loose"], ["--verify", "--short=6"],
                          ["--disambiguate=" + rng.choice(self.objects)[:4]],
                          ["--verify", "--end-of-options"]])
        return ["rev-parse", *how, one, *([self.expression()] if rng.random() < .1 else []),
                *(["--"] if rng.random() < .2 else [])]


def ask(campaign, words, cwd, text="", weight=1):
    """Git complains of one object once or more often: that is not compared."""
    def clean(got):
        kept = []
        for line in got[2].split(b"\n"):
            if line in kept and line.startswith((b"error: ", b"warning: ")):
                continue
            if line != b"warning: refname '' is ambiguous.":
                kept.append(line)
        return got[0], got[1], b"\n".join(kept)

    ours, theirs = (clean(campaign.run(program, words, cwd, text))
                    for program in (campaign.quoin, campaign.git))
    if ours == theirs:
        campaign.passed += weight
        return
    campaign.failed += 1
    campaign.report(words[0], words, ours, theirs)


def one_round(campaign, rng, repo, commits, count):
    listed = lines(campaign.git, ["cat-file", "--batch-check=%(objectname)",
                                  "--batch-all-objects"], repo)
    if len(listed) > 5000:
        listed = rng.sample(listed, 5000)
    maker = Maker(rng, commits, listed)
    where = [repo, repo, repo, os.path.join(repo, "dir")]
    for _ in range(count):
        cwd = rng.choice(where)
        words = maker.words()
        if any("@{now" in w or "ago}" in w or "yesterday" in w for w in words):
            words = [w.replace("@{now}", "@{2030-01-01}") for w in words]
        ask(campaign, words, cwd if os.path.isdir(cwd) else repo)
    asked = "".join(maker.expression() + "\n" for _ in range(count))
    ask(campaign, ["cat-file", "--batch-check"], repo, asked, count)


def main():
    campaign, options = begin("names", texts=["repo"], rounds=5, count=200)
    for i in range(options.rounds):
        rng = random.Random(f"{options.seed}.{i}")
        if options.repo:
            repo = options.repo
            commits = lines(options.git, ["rev-list", "-n", "500", "--all"], repo)
        else:
            repo = os.path.join(campaign.top, str(i))
            commits = make(options.git, repo, rng)
        before = campaign.failed
        one_round(campaign, rng, repo, commits, options.count)
        if campaign.failed == before and not options.repo:
            shutil.rmtree(repo)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
