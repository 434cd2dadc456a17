#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files of a real repository blamed by git and by quoin: the same bytes?

  tests/campaign/blame.py QUOIN --repo PATH [--count N] [--seed N] [--only WORD]

N cases: a revision picked from the history by the seed, a file of it, and one of
many sets of options; ranges of revisions and of lines among them.

The judge is QUOIN_REFERENCE, or the machine's git.  Ends with `N passed, N failed`.
"""
import os
import random
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, lines  # noqa: E402

# What is often asked, and (from the second list) what costs.
PLAIN = [[], ["-p"], ["--line-porcelain"], ["--incremental"], ["-s", "-n", "-f"], ["-e", "-l"],
         ["-c"], ["-w"], ["-w", "-p"], ["--first-parent"], ["--root", "-t"], ["-b"],
         ["--date=short"], ["--date=format:%d.%m.%Y"], ["--minimal"], ["--diff-algorithm=histogram"],
         ["--diff-algorithm=patience"], ["--no-indent-heuristic"], ["--abbrev=6"],
         ["--color-lines"], ["--color-by-age", "--date=iso-strict"], ["--ignore-space-change"], ["--patience"], ["--histogram"], ["--ignore-space-at-eol"],
         ["-L", "{a},{b}"], ["-L", "{a},+10", "-p"], ["-L", "/[a-z]*(/,+5"], ["-L", "{a},{b}", "-L", "{c},{d}"],
         ["RANGE"], ["RANGE", "-p"], ["--since=2012-01-01"], ["--since=2015-06-01", "-s"], ["REVERSE"],
         ["REVERSE", "-p"], ["REVERSE", "--first-parent"], ["-L", "{a},-5", "-s"]]
COSTLY = [["-M"], ["-M", "-p"], ["-C"], ["-C", "-p"], ["-M10", "-s"], ["-C", "-C"], ["-C", "-C", "--incremental"],
          ["-C", "-w"], ["-M", "--score-debug"], ["-C", "--score-debug"]]
IGNORE = [["IGNORE"], ["IGNORE", "-p"], ["IGNORE", "-w"]]


def make(rng, campaign, repo, head, tips, pool, words):
    """The words of one case."""
    tip = rng.choice(tips)
    paths = pool.get(tip)
    if paths is None:
        paths = pool[tip] = [line.split("\t", 1)[1] for line in
                             lines(campaign.git, ["ls-tree", "-r", tip], repo)
                             if line.startswith("100")]
    path = rng.choice([p for p in paths if p.endswith((".c", ".h", ".py", ".rst", ".txt", ".lua"))] or paths)
    a, c = rng.randint(1, 40), rng.randint(1, 60)
    spots = {"a": a, "b": a + rng.randint(0, 30), "c": c, "d": c + rng.randint(0, 9)}
    out, rev = [], tip
    for word in words:
        older = f"{tip}~{rng.randint(1, 60)}"
        if word == "RANGE":
            rev = f"{older}..{tip}"
        elif word == "REVERSE":
            out.append("--reverse")
            rev = f"{older}..{tip}"
        elif word == "IGNORE":
            made = lines(campaign.git, ["log", "--format=%H", "-n", "12", tip, "--", path], repo)
            for rev_id in rng.sample(made, min(len(made), 3)):
                out += ["--ignore-rev", rev_id]
        else:
            out.append(word.format(**spots) if "{" in word else word)
    return ["blame", *out, rev, "--", path]


def main():
    campaign, options = begin("blame", texts=("repo", "only"), count=1000)
    rng = random.Random(options.seed)
    repo = options.repo
    every = lines(campaign.git, ["rev-list", "--all", "--min-parents=1"], repo)
    tips = [every[0]] + rng.sample(every, min(len(every), 60))
    pool, spent = {}, [0.0, 0.0]
    tables = {"plain": PLAIN, "costly": COSTLY, "ignore": IGNORE}
    kinds = [options.only] if options.only else ["plain"] * 8 + ["costly"]
    for number in range(options.count):
        kind = kinds[number % len(kinds)]
        words = make(rng, campaign, repo, every[0], tips, pool, tables[kind][number // len(kinds) % len(tables[kind])])
        start = time.time()
        ours = campaign.run(campaign.quoin, words, repo)
        middle = time.time()
        theirs = campaign.run(campaign.git, words, repo)
        spent[0] += middle - start
        spent[1] += time.time() - middle
        if ours[0] and theirs[0]:
            ours, theirs = (ours[0], b"", ours[2]), (theirs[0], b"", theirs[2])
        if ours == theirs:
            campaign.passed += 1
        else:
            campaign.failed += 1
            campaign.report("blame", words, ours, theirs)
    print(f"seconds: {spent[0]:.1f} here, {spent[1]:.1f} there")
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
