#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A real repository read by git and by quoin: the same bytes?

  tests/campaign/real_history.py QUOIN --repo PATH [--count N] [--seed N]

For N revisions (1000 when not said) picked from its history by the seed: show with
patch and statistics, log of a stretch from there (with a path for every second
one), rev-list of the range between two, diff-tree of pairs near and far, ls-tree;
for N paths: the log of each, and the file at a revision.  In a clone with a work
tree: 40 rounds of changes, checkouts and `status` in all its forms.

The judge is QUOIN_REFERENCE, or the machine's git.  Ends with `N passed, N failed`.
"""
import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import Campaign, ENV, lines  # noqa: E402

SHOW = [["--stat", "-p"], ["--raw", "--format=fuller"], ["-p", "-M", "--format=raw"],
        ["--numstat", "--summary", "-M"], ["--cc"], ["-m", "--name-status"],
        ["--format=%H %P %an %ae %ad %cn %cd %s%n%b", "--date=iso-strict"]]
LOG = [["--oneline"], ["--stat"], ["-p"], ["--graph", "--oneline"], ["--format=%H %T %D"],
       ["--topo-order", "--format=%h %an"], ["--name-status", "-M"], ["--no-merges", "-p"],
       ["--merges", "--format=fuller"], ["--first-parent", "--shortstat"]]
WALK = [[], ["--count"], ["--topo-order"], ["--parents"], ["--left-right"],
        ["--objects", "-n", "40"], ["--boundary"], ["--no-merges", "--count"]]
DIFF = [["-p"], ["-p", "-M"], ["--stat", "-M"], ["--raw"], ["--numstat"], ["-p", "--histogram"],
        ["-p", "-w"], ["-p", "--patience"], ["--name-status", "-C"], ["-p", "-U0"]]
STATUS = [["status"], ["status", "-s", "-b"], ["status", "--porcelain=v2"],
          ["status", "-uall", "--porcelain"], ["diff", "--stat"], ["diff"],
          ["diff", "--cached", "--raw"], ["diff-files"], ["ls-files", "-m", "-d", "-o"]]


def groups(items, size):
    for at in range(0, len(items), size):
        yield items[at:at + size]


def read_revisions(campaign, rng, repo, tips, paths):
    for number, group in enumerate(groups(tips, 20)):
        campaign.compare("show", ["show", *SHOW[number % len(SHOW)], *group], repo,
                         weight=len(group))
        campaign.compare("ls-tree", ["ls-tree", "-r", "-t", "-l", group[0]], repo)
    for number, tip in enumerate(tips):
        where = ["--", rng.choice(paths)] if number % 2 else []
        how = LOG[number % len(LOG)]
        campaign.compare("log", ["log", *how, "-n", "12", f"{tip}~100..{tip}", *where]
                         if number % 3 == 0 and rng.random() < .2 else
                         ["log", *how, "-n", str(rng.randint(1, 5)), tip, *where[:0]], repo)
    for number in range(0, len(tips) - 1, 5):
        a, b = tips[number], tips[number + 1]
        how = WALK[(number // 5) % len(WALK)]
        campaign.compare("rev-list", ["rev-list", *how, "-n", "2000", f"{a}...{b}"], repo)
        campaign.compare("merge-base", ["merge-base", "--all", a, b], repo)
    pairs = [f"{a} {b}\n" for a, b in zip(tips, tips[1:])]
    near = lines(campaign.git, ["rev-list", "--parents", "--no-walk=unsorted",
                                *tips[:400]], repo)
    near = [f"{row.split()[1]} {row.split()[0]}\n" for row in near if " " in row]
    for number, group in enumerate(groups(near, 40)):
        campaign.compare("diff-tree", ["diff-tree", "--stdin", "-r",
                                       *DIFF[number % len(DIFF)]], repo,
                         text="".join(group), weight=len(group))
    for number, group in enumerate(groups(pairs[:60], 4)):
        campaign.compare("diff-far", ["diff-tree", "--stdin", "-r",
                                      *DIFF[2 + number % 3]], repo, text="".join(group),
                         weight=len(group))


def read_paths(campaign, rng, repo, tips, paths):
    names = "".join(f"{rng.choice(tips)}:{p}\n" for p in paths)
    for how in ("--batch", "--batch-check"):
        campaign.compare("cat-file", ["cat-file", how], repo, text=names,
                         weight=len(paths))
    for number, path in enumerate(paths[:60]):
        campaign.compare("log-path", ["log", "--format=%h %s", "-n", "4", "--", path], repo)
    for group in groups(paths, 50):
        campaign.compare("log-paths", ["log", "--format=%h", "--raw", "-n", "20", "--",
                                       *group], repo, weight=len(group))


def mess(rng, top, files):
    for path in rng.sample(files, min(25, len(files))):
        full, kind = os.path.join(top, path), rng.random()
        try:
            if kind < .5:
                with open(full, "ab") as out:
                    out.write(b"changed\n")
            elif kind < .65:
                os.unlink(full)
            elif kind < .8:
                os.rename(full, full + ".moved")
            elif kind < .9:
                os.chmod(full, 0o755)
            else:
                with open(full + ".new", "w") as out:
                    out.write("new\n")
        except OSError:
            pass # an earlier step took it away


def read_status(campaign, rng, repo, tips, work):
    top = work + "/tree"
    subprocess.run([campaign.git, "clone", "-q", "--shared", "--no-checkout", repo, top],
                   env=ENV, check=True)
    for number in range(40):
        tip = rng.choice(tips)
        program = campaign.quoin if number % 2 else campaign.git
        got = campaign.run(program, ["checkout", "-q", "-f", "--detach", tip], top)
        campaign.run(campaign.git, ["clean", "-fdq"], top)
        same = campaign.run(campaign.git, ["status", "--porcelain"], top)
        if got[0] or same[0] or same[1]:
            campaign.failed += 1
            print(f"FAIL checkout {tip}: {got[2][:200]!r} {same[1][:200]!r}", flush=True)
        else:
            campaign.passed += 1
        files = lines(campaign.git, ["-c", "core.quotePath=false", "ls-files"], top)
        mess(rng, top, files)
        if number % 3 == 0:
            campaign.run(program, ["add", "-A", "."], top)
            mess(rng, top, files)
        for words in STATUS:
            campaign.compare(words[0], words, top)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--repo", required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    campaign = Campaign(args.quoin, git, "build/campaign")
    rng, repo = random.Random(args.seed), os.path.abspath(args.repo)
    tips = lines(git, ["rev-list", "HEAD"], repo)
    tips = rng.sample(tips, min(args.count, len(tips)))
    paths = set()
    for tip in tips[:12]:
        paths |= set(lines(git, ["-c", "core.quotePath=false", "ls-tree", "-r", "--name-only",
                                 tip], repo))
    paths = rng.sample(sorted(paths), min(args.count, len(paths)))
    work = tempfile.mkdtemp(prefix="quoin-real-")
    try:
        read_revisions(campaign, rng, repo, tips, paths)
        print(f"revisions: {campaign.passed} passed, {campaign.failed} failed", flush=True)
        read_paths(campaign, rng, repo, tips, paths)
        print(f"paths: {campaign.passed} passed, {campaign.failed} failed", flush=True)
        read_status(campaign, rng, repo, tips, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return campaign.done()


sys.exit(main())
