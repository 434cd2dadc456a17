#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every two-parent merge of real histories done again through
`merge-tree --stdin` of two programs, compared result by result: tree, stages,
messages.

usage: real_merges.py QUOIN REPO...    (git: $QUOIN_REFERENCE or git)
  LIMIT=n    at most the newest n merges of each
  CONFIG="key=value ..."
"""
import os
import shutil
import subprocess
import sys
import tempfile
import time

quoin = os.path.abspath(sys.argv[1])
git = os.environ.get("QUOIN_REFERENCE", "git")
limit = int(os.environ.get("LIMIT", "0"))
BLANK = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1")


def run(words, env, stdin=b""):
    return subprocess.run(words, input=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=env)


def scratch(program, repo):
    """A bare repository that reads the objects of `repo`."""
    top = tempfile.mkdtemp(prefix="quoin-merges-")
    run([program, "init", "-q", "--bare", top], BLANK)
    common = run([git, "rev-parse", "--git-common-dir"], dict(BLANK, GIT_DIR=repo))
    with open(top + "/objects/info/alternates", "w") as out:
        out.write(os.path.join(repo, common.stdout.decode().strip()) + "/objects\n")
    env = dict(BLANK, GIT_DIR=top)
    for pair in os.environ.get("CONFIG", "").split():
        run([git, "config", *pair.split("=", 1)], env)
    return top, env


def one_by_one(lines, sides):
    bad = 0
    for line in lines:
        words = line.split()
        if len(words) == 4:
            words = ["--merge-base=" + words[0]] + words[2:]
        out = [run([program, "merge-tree", "--messages", *words], env)
               for program, top, env in sides]
        if (out[0].stdout, out[0].returncode) != (out[1].stdout, out[1].returncode):
            bad += 1
            print("differ:", line, flush=True)
            if bad <= int(os.environ.get("SHOW", "3")):
                for name, side in zip(("theirs", "ours"), out):
                    print(name, side.returncode, side.stdout.decode("utf-8", "replace")[:1500],
                          side.stderr.decode("utf-8", "replace")[:300])
    return bad


total = bad = 0
for repo in sys.argv[2:]:
    found = run([git, "rev-list", "--all", "--min-parents=2", "--max-parents=2",
                 "--parents", *(["-n", str(limit)] if limit else [])],
                dict(BLANK, GIT_DIR=repo)).stdout.decode().split("\n")
    lines = [" ".join(line.split()[1:]) for line in found if line]
    sides = [(program, *scratch(program, repo)) for program in (git, quoin)]
    results, times = [], []
    for program, top, env in sides:
        start = time.time()
        results.append(run([program, "merge-tree", "--stdin"], env,
                           ("\n".join(lines) + "\n").encode()))
        times.append(time.time() - start)
    differ = 0
    unclean = results[0].stdout.count(b"\0\0" + b"0\0")
    if (results[0].stdout, results[0].returncode) != (results[1].stdout, results[1].returncode):
        for result in results:
            print(result.returncode, result.stderr[-300:])
        differ = one_by_one(lines, sides)
    print("%s: %d merges, about %d in conflict, %d differ; git %.1f s, quoin %.1f s"
          % (repo, len(lines), unclean, differ, *times), flush=True)
    total += len(lines)
    bad += differ
    for program, top, env in sides:
        shutil.rmtree(top)
print("%d merges, %d differ" % (total, bad))
print("%d passed, %d failed" % (total - bad, bad))
sys.exit(bad != 0)
