#!/usr/bin/env python3
"""Readers beside a repack: quoin repacks in a loop, quoin and git read on; and refs.

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
       ["repack", "-adqF", "--max-pack-size=1m"], ["repack", "-adq", "-k"],
       ["repack", "-adqb"], ["repack", "-dq"], ["multi-pack-index", "write", "--no-progress"],
       ["repack", "-dq", "--geometric=2", "--write-midx"],
       ["multi-pack-index", "repack", "--no-progress"],
       ["multi-pack-index", "expire", "--no-progress"], ["gc", "-q", "--no-prune"],
       ["repack", "-adqb", "--write-midx"], ["prune-packed", "-q"],
       ["maintenance", "run", "--quiet", "--task=incremental-repack"],
       ["maintenance", "run", "--quiet", "--task=loose-objects"],
       ["commit-graph", "write", "--reachable", "--no-progress", "--split"],
       ["gc", "-q", "--prune=2.weeks.ago"], ["pack-refs", "--all"]]


def ref_readers(campaign, seconds):
    """Refs, too: packed in a loop in a reftable repository, each there at every look."""
    repo = campaign.top + "/refs"
    run = lambda *words, **more: subprocess.run([campaign.quoin, *words], cwd=campaign.top, env=ENV,
                                                capture_output=True, check=True, **more).stdout
    for store in ("reftable", "files"):
        run("init", "-q", "--bare", "--ref-format=" + store, repo)
        blob = run("-C", repo, "hash-object", "-w", "--stdin", input=b"x").decode().strip()
        names = [f"refs/tags/t{i:03d}" for i in range(200)]
        run("-C", repo, "update-ref", "--stdin",
            input="".join(f"create {name} {blob}\n" for name in names).encode())
        want = "".join(f"{blob} {name}\n" for name in names).encode()
        end, count = time.time() + seconds, 0
        while time.time() < end:
            writers = [subprocess.Popen([campaign.quoin, "-C", repo, *words], env=ENV,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                       for words in (["pack-refs", "--all"],
                                     ["update-ref", f"refs/notes/n{count}", blob])]
            for _ in range(4):
                got = run("-C", repo, "for-each-ref", "--format=%(objectname) %(refname)",
                          "refs/tags")
                check(campaign, "refs reader", [store], got, want)
            for writer in writers:
                words = writer.communicate()
                # Two may want one lock: said, and nothing changed.
                is_late = writer.returncode != 0 and b"lock" in words[1].lower()
                check(campaign, "refs writer", [store],
                      (0, b"", b"") if is_late else (writer.returncode, *words), (0, b"", b""))
            count += 1
        subprocess.run(["rm", "-rf", repo], check=True)


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
        # Something new and loose each time that is not reached, and often a small pack.
        if count % 3 == 0:
            subprocess.run([options.git, "commit-tree", "-m", str(count), "HEAD^{tree}"],
                           cwd=repo, env=ENV, capture_output=True, check=True)
            subprocess.run([options.git, "repack", "-q"], cwd=repo, env=ENV,
                           capture_output=True, check=True)
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
        if b"is not done yet" in words[1]:
            count += 1
            continue
        check(campaign, "repack", how, (repack.returncode, *words), (0, b"", b""))
        count += 1
    ref_readers(campaign, options.seconds / 8)
    got = subprocess.run([options.git, "fsck", "--strict", "--no-dangling",
                          "--no-progress"], cwd=repo, env=ENV, capture_output=True,
                         check=False)
    check(campaign, "fsck", [], (got.returncode, got.stderr), (0, b""))
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
