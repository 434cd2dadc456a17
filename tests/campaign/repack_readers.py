#!/usr/bin/env python3
"""Readers beside a repack: quoin repacks in a loop, quoin and git read on.

  tests/campaign/repack_readers.py QUOIN [--seconds N] [--seed N] [--git GIT]

Two processes of each reader are asked for half of the objects before each
repack and for the others while it runs and behind it; none may be missing, and
each must be what it was.  At the end git's fsck judges.
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin, ENV, History  # noqa: E402

def check(campaign, name, how, got, want):
    if got == want:
        campaign.passed += 1
    else:
        campaign.failed += 1
        campaign.report(name, how, got, want)


HOW = [["repack", "-adq"], ["repack", "-adqf", "--depth=5"], ["repack", "-Adq"],
       ["repack", "-dq", "--geometric=2"], ["repack", "--cruft", "-dq"],
       ["repack", "-adqF", "--max-pack-size=1m"], ["repack", "-adq", "-k"]]


def main():
    campaign, options = begin("repack-readers", seconds=10)
    repo = campaign.top + "/r"
    History(options.seed, 200).write(options.git, repo)
    ids = subprocess.run([options.git, "rev-list", "--objects", "--all",
                          "--no-object-names"], cwd=repo, env=ENV, check=True,
                         capture_output=True).stdout.decode()
    want = campaign.run(options.git, ["cat-file", "--batch"], repo, ids)[:2]
    end = time.time() + options.seconds
    count = 0
    while time.time() < end:
        # Something new and loose each time, and something that is not reached.
        subprocess.run([options.git, "hash-object", "-w", "--stdin"], cwd=repo,
                       env=ENV, input=b"lost %d" % count, capture_output=True,
                       check=True)
        readers = [subprocess.Popen([program, "cat-file", "--batch"], cwd=repo,
                                    env=ENV, stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                   for program in (campaign.quoin, options.git)]
        half = len(ids) // 2 // 41 * 41
        for reader in readers:
            reader.stdin.write(ids[:half].encode())
            reader.stdin.flush()
        how = HOW[count % len(HOW)]
        repack = subprocess.Popen([campaign.quoin, *how], cwd=repo, env=ENV,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for reader in readers:
            out = reader.communicate(ids[half:].encode())[0]
            check(campaign, "reader", how,
                  (reader.returncode, out), want)
        words = repack.communicate()
        check(campaign, "repack", how, (repack.returncode, *words), (0, b"", b""))
        count += 1
    got = subprocess.run([options.git, "fsck", "--strict", "--no-dangling",
                          "--no-progress"], cwd=repo, env=ENV, capture_output=True,
                         check=False)
    check(campaign, "fsck", [], (got.returncode, got.stderr), (0, b""))
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
