#!/usr/bin/env python3
"""A whole repository through everything that makes and reads packs.

  tests/campaign/round_trip.py QUOIN [--repo PATH] [--git GIT]

A copy of PATH (or of a made-up history) is repacked from nothing, collected,
checked; exported and imported as a stream; sent as a bundle; received as a pack.
After each, git's `fsck --strict` is silent and the list of objects (and for the
stream, of refs) is what it was.
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ENV, History  # noqa: E402


class Trip:
    def __init__(self, quoin, git, top):
        self.quoin, self.git, self.top = os.path.abspath(quoin), git, top
        self.passed = self.failed = 0

    def run(self, program, words, repo, **more):
        return subprocess.run([program, *words], cwd=repo, env=ENV, check=False,
                              capture_output="stdout" not in more, **more)

    def check(self, what, is_good, said=b""):
        self.passed += bool(is_good)
        self.failed += not is_good
        if not is_good:
            print(f"FAIL {what}: {said.decode(errors='replace')[:400]}", flush=True)

    def do(self, what, words, repo, **more):
        begun = time.time()
        got = self.run(self.quoin, words, repo, **more)
        print(f"{what}: {time.time() - begun:.1f} s", flush=True)
        self.check(what, got.returncode == 0, (got.stderr or b"") + (got.stdout or b""))

    def objects(self, repo):
        return self.run(self.git, ["cat-file", "--batch-all-objects", "--batch-check"],
                        repo).stdout

    def refs(self, repo):
        return self.run(self.git, ["for-each-ref", "--format=%(refname) %(objectname)"],
                        repo).stdout

    def judge(self, what, repo, objects, refs=None):
        got = self.run(self.git, ["fsck", "--strict", "--no-dangling", "--no-progress"], repo)
        said = b"".join(line + b"\n" for line in (got.stdout + got.stderr).split(b"\n")
                        if line and not line.startswith((b"notice:", b"warning in")))
        self.check(what + ": fsck", got.returncode in (0, self.wanted) and
                   (not said or said == self.said), said)
        self.check(what + ": objects", self.objects(repo) == objects)
        if refs is not None:
            self.check(what + ": refs", self.refs(repo) == refs)

    def begin(self, repo):
        """What git says of the repository before: old histories are not all clean."""
        self.wanted, self.said = 0, b""
        got = self.run(self.git, ["fsck", "--strict", "--no-dangling", "--no-progress"], repo)
        self.wanted = got.returncode
        self.said = b"".join(line + b"\n" for line in (got.stdout + got.stderr).split(b"\n")
                             if line and not line.startswith((b"notice:", b"warning in")))
        return self.objects(repo), self.refs(repo)


def new_repo(trip, name):
    path = f"{trip.top}/{name}"
    trip.run(trip.quoin, ["init", "-q", "--bare", "-b", "main", path], trip.top)
    return path


def go(trip, source):
    repo = trip.top + "/repo"
    trip.do("clone", ["clone", "-q", "--bare", "--no-local", source, repo], trip.top)
    # What no ref reaches is not in a stream nor in a bundle.
    objects, refs = trip.begin(repo)
    for words in (["repack", "-adfq"], ["gc", "-q"], ["repack", "-adbq"],
                  ["repack", "-q", "--geometric=2", "-d"], ["gc", "-q", "--prune=now"]):
        trip.do(" ".join(words), words, repo)
        trip.judge(" ".join(words), repo, objects, refs)
    got = trip.run(trip.quoin, ["fsck", "--no-dangling", "--no-progress"], repo)
    trip.check("our fsck", got.returncode == 0, got.stdout + got.stderr)

    imported = new_repo(trip, "imported")
    begun = time.time()
    export = subprocess.Popen([trip.quoin, "fast-export", "--all", "--signed-tags=verbatim",
                               "--signed-commits=verbatim", "--reencode=no",
                               "--show-original-ids"],
                              cwd=repo, env=ENV, stdout=subprocess.PIPE)
    got = trip.run(trip.quoin, ["fast-import", "--quiet"], imported, stdin=export.stdout)
    export.stdout.close()
    trip.check("fast-export", export.wait() == 0)
    trip.check("fast-import", got.returncode == 0, got.stderr)
    print(f"fast-export | fast-import: {time.time() - begun:.1f} s", flush=True)
    if trip.refs(imported) == refs:
        trip.judge("fast-import", imported, objects, refs)
    else: # there are commits that no stream can tell: then what git makes of it counts
        theirs = new_repo(trip, "theirs")
        with open(trip.top + "/stream", "wb") as stream:
            trip.run(trip.git, ["fast-export", "--all", "--signed-tags=verbatim",
                                "--reencode=no"], repo, stdout=stream)
        with open(trip.top + "/stream", "rb") as stream:
            trip.run(trip.git, ["fast-import", "--quiet"], theirs, stdin=stream)
        trip.judge("fast-import as git's", imported, trip.objects(theirs), trip.refs(theirs))

    bundle = trip.top + "/all.bundle"
    trip.do("bundle create", ["bundle", "create", "-q", bundle, "--all"], repo)
    trip.do("bundle verify", ["bundle", "verify", "-q", bundle], repo)
    unbundled = new_repo(trip, "unbundled")
    trip.do("bundle unbundle", ["bundle", "unbundle", bundle], unbundled)
    trip.judge("bundle", unbundled, objects)

    received = new_repo(trip, "received")
    with open(trip.top + "/all.pack", "wb") as pack:
        trip.do("pack-objects", ["pack-objects", "-q", "--all", "--stdout"], repo, stdout=pack,
                stdin=subprocess.DEVNULL)
    with open(trip.top + "/all.pack", "rb") as pack:
        trip.do("index-pack", ["index-pack", "--stdin", "--strict"], received, stdin=pack)
    trip.judge("index-pack", received, objects)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--repo")
    parser.add_argument("--git", default=os.environ.get("QUOIN_REFERENCE", "git"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as top:
        trip = Trip(options.quoin, options.git, top)
        source = options.repo and os.path.abspath(options.repo)
        if not source:
            source = top + "/source"
            History(options.seed, 150).write(options.git, source)
        go(trip, source)
    print(f"{trip.passed} passed, {trip.failed} failed")
    return 1 if trip.failed else 0


if __name__ == "__main__":
    sys.exit(main())
