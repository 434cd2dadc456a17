#!/usr/bin/env python3
"""Packs that go while they are read: git repacks in a loop, quoin reads on.

  tests/campaign/vanishing_packs.py QUOIN [--seconds N] [--seed N] [--git GIT]

Every object is asked for again and again, by one process each; none may be
missing, and each must be what it was.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, ENV, History  # noqa: E402

HOW = [["repack", "-adq"], ["repack", "-adq", "-f", "--depth=5"],
       ["repack", "-Adq", "--max-pack-size=1m"], ["repack", "-adqb"],
       ["multi-pack-index", "write"], ["repack", "-dq"]]


def main():
    campaign, options = begin("vanish", seconds=10)
    repo = campaign.top + "/r"
    History(options.seed, 200).write(options.git, repo)
    ids = subprocess.run([options.git, "rev-list", "--objects", "--all",
                          "--no-object-names"], cwd=repo, env=ENV, check=True,
                         capture_output=True).stdout.decode()
    want = campaign.run(options.git, ["cat-file", "--batch"], repo, ids)[:2]
    walk = campaign.run(options.git, ["log", "--all", "--stat", "--format=%H"],
                        repo)[:2]
    end = time.time() + options.seconds
    count = 0
    while time.time() < end:
        readers = [subprocess.Popen([campaign.quoin, *words], cwd=repo, env=ENV,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                   for words in (["cat-file", "--batch"],
                                 ["log", "--all", "--stat", "--format=%H"])]
        # The first half is asked before a repack, the second behind it.
        half = len(ids) // 2 // 41 * 41
        readers[0].stdin.write(ids[:half].encode())
        readers[0].stdin.flush()
        subprocess.run([options.git, *HOW[count % len(HOW)]], cwd=repo, env=ENV,
                       capture_output=True, check=False)
        out = readers[0].communicate(ids[half:].encode())[0]
        log = readers[1].communicate()[0]
        for name, got, expected, code in (("cat-file", out, want, readers[0].returncode),
                                          ("log", log, walk, readers[1].returncode)):
            if (code, got) == expected:
                campaign.passed += 1
            else:
                campaign.failed += 1
                campaign.report(name, HOW[count % len(HOW)], (code, got), expected)
        count += 1
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
