#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random command lines of blame, annotate and archive over a real repository.

  tests/campaign/mixed_lines.py QUOIN --repo PATH [--count N] [--seed N] [--only WORD]

Each line has one to four options of all there are, with good, odd and bad values, a
revision and a path of the history (or none, or a wrong one).  Compared are exit code,
stdout and stderr, of what ends in usage the code only.  --only blame|annotate|archive.

The judge is QUOIN_REFERENCE, or the machine's git.  Ends with `N passed, N failed`.
"""
import hashlib
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, lines  # noqa: E402

BLAME = ["-p", "--porcelain", "--line-porcelain", "--incremental", "-s", "-n", "-f", "-e", "-l", "-t", "-c", "-b",
         "-w", "--root", "--first-parent", "--show-stats", "--score-debug", "--minimal", "--patience", "--histogram",
         "--no-indent-heuristic", "--indent-heuristic", "--color-lines", "--color-by-age", "--show-name",
         "--show-number", "--show-email", "--no-show-email", "--no-porcelain", "--no-root", "--no-color-lines",
         "--ignore-space-change", "--ignore-all-space", "--ignore-space-at-eol", "--ignore-blank-lines",
         "--ignore-cr-at-eol", "--textconv", "--no-textconv", "--no-progress", "--no-minimal",
         "--abbrev=4", "--abbrev=12", "--abbrev=40", "--abbrev=0", "--abbrev=99", "--no-abbrev", "--abbrev=x", "--abbrev",
         "--date=iso", "--date=raw", "--date=unix", "--date=short", "--date=format:%Y %z", "--date=rfc", "--date=nope",
         "--diff-algorithm=histogram", "--diff-algorithm=minimal", "--diff-algorithm=nope", "--encoding=UTF-8",
         "--encoding=none", "-M", "-M5", "-M200", "-C", "-C10", "-CC", "-C -C", "-C -M", "-Mx", "--since=2013-01-01", "--since=5.years",
         "--after=2010-01-01", "--max-age=1300000000", "--no-merges", "-n -n", "--nonsense", "-z", "-h", "-q",
         "-L {a},{b}", "-L {a}", "-L ,{b}", "-L {a},+{c}", "-L {b},-{c}", "-L {a},{b} -L {c},+3", "-L /int/", "-L /int/,/}}/",
         "-L ^/static/,+3", "-L :[a-z]*", "-L {a},{b} -L /return/", "-L 999999", "-L 0,3", "-L x", "-L 5,2", "-L ,",
         "-L /[/", "--contents {file}", "--contents /nope", "IGNORE", "IGNORE -w", "--ignore-rev nope", "--ignore-revs-file /nope",
         "--ignore-revs-file=", "-S /nope", "RANGE", "RANGE", "REVERSE", "REVERSE", "RANGE --boundary", "--not HEAD~5"]
CONFIG = ["blame.showRoot=true", "blame.showEmail=true", "blame.blankBoundary=true", "blame.date=iso", "blame.coloring=repeatedLines",
          "blame.coloring=highlightRecent", "blame.coloring=nope", "color.blame.repeatedLines=red", "core.abbrev=9", "log.date=short",
          "blame.markIgnoredLines=true", "blame.markUnblamableLines=true", "diff.algorithm=patience", "blame.showRoot=x",
          "diff.renames=false", "blame.ignoreRevsFile=/nope", "color.ui=always"]
ARCHIVE = ["--format=tar", "--format=zip", "--format=tgz", "--format=tar.gz", "--format=nope", "--prefix=a/", "--prefix=a",
           "--prefix=", "--prefix=a//b/", "--no-prefix", "-v", "--verbose", "-0", "-1", "-5", "-9", "--list", "-l",
           "--worktree-attributes", "--mtime=2001-02-03T04:05:06", "--mtime=1000000000", "--mtime=nope",
           "--add-virtual-file=v/x:text", "--add-virtual-file=x", "--add-file=/nope", "--add-file={file}",
           "--prefix=p/ --add-file={file} --prefix=q/", "--output=/nope/x", "--no-output", "--exec=x", "--nonsense", "-h"]
ARCHIVE_CONFIG = ["tar.umask=user", "tar.umask=0077", "tar.umask=x", "tar.tar.xz.command=cat", "tar.tgz.command=cat", "core.autocrlf=true"]


class Maker:
    def __init__(self, campaign, repo, rng):
        self.campaign, self.repo, self.rng = campaign, repo, rng
        every = lines(campaign.git, ["rev-list", "--all", "--min-parents=1"], repo)
        self.tips = rng.sample(every, min(len(every), 30))
        self.trees = {}

    def paths(self, tip):
        if tip not in self.trees:
            self.trees[tip] = [line.split("\t", 1)[1] for line in
                               lines(self.campaign.git, ["ls-tree", "-r", tip], self.repo) if line.startswith("100")]
        return self.trees[tip]

    def configured(self, table):
        return [] if self.rng.random() < 0.6 else ["-c", self.rng.choice(table)]

    def blame(self, command):
        rng = self.rng
        tip = rng.choice(self.tips)
        path = rng.choice([p for p in self.paths(tip) if p.endswith((".c", ".h"))] or self.paths(tip))
        a = rng.randint(1, 40)
        spots = {"a": a, "b": a + rng.randint(0, 30), "c": rng.randint(1, 20), "file": __file__}
        out, rev = [], tip
        for word in rng.choices(BLAME, k=rng.randint(1, 4)):
            older = f"{tip}~{rng.randint(1, 40)}"
            if word.startswith("RANGE"):
                rev = f"{older}..{tip}"
            elif word == "REVERSE":
                out.append("--reverse")
                rev = f"{older}..{tip}"
            elif word.startswith("IGNORE"):
                made = lines(self.campaign.git, ["log", "--format=%H", "-n", "12", tip, "--", path], self.repo)
                for rev_id in rng.sample(made, min(len(made), 2)):
                    out += ["--ignore-rev", rev_id]
            else:
                out += [one.format(**spots) for one in word.split(" ")] if not word.startswith("--date") else [word]
        odd = rng.random()
        tail = ["--", path] if odd < 0.9 else [path] if odd < 0.94 else ["--", "nope"] if odd < 0.97 else []
        return [*self.configured(CONFIG), command, *out, *([rev] if rng.random() < 0.96 else []), *tail]

    def archive(self, command):
        rng = self.rng
        tip = rng.choice(self.tips)
        paths = self.paths(tip)
        out = [one.format(file=__file__) for word in rng.choices(ARCHIVE, k=rng.randint(1, 3)) for one in word.split(" ")]
        wanted = rng.choice([tip, tip, f"{tip}^{{tree}}", f"{tip}:src", "nope", f"{tip}~3"])
        if "tree" in wanted or ":" in wanted:  # what has no date is of now
            out.append("--mtime=1000000000")
        names = [os.path.dirname(rng.choice(paths)) or ".", "*.c", ":!*.h", "nope", "src", rng.choice(paths)]
        return [*self.configured(ARCHIVE_CONFIG), command, *out, wanted, *rng.sample(names, rng.randint(1, 2))]


def settle(got, command):
    """What is compared of one run."""
    code, out, err = got
    if code == 129:
        return code, b"", b""
    err = b"\n".join(sorted(err.split(b"\n")))  # what the other side says comes when it comes
    return code, hashlib.sha256(out).digest() if len(out) > 1 << 20 else out, err


def main():
    campaign, options = begin("mixed_lines", texts=("repo", "only"), count=1000)
    rng = random.Random(options.seed)
    maker = Maker(campaign, options.repo, rng)
    commands = [options.only] if options.only else ["blame", "blame", "annotate", "archive"]
    for number in range(options.count):
        command = commands[number % len(commands)]
        words = (maker.archive if command == "archive" else maker.blame)(command)
        ours, theirs = (settle(campaign.run(program, words, options.repo), command)
                        for program in (campaign.quoin, campaign.git))
        if ours == theirs:
            campaign.passed += 1
        else:
            campaign.failed += 1
            campaign.report("mixed", words, ours, theirs)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
