#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Objects above 4 GiB, in bounded memory.

  tests/campaign/large_objects.py QUOIN [--size BYTES] [--git GIT]

A stream of a file of zeros goes through fast-import; then index-pack, verify-pack,
fsck, repack -adF, cat-file, unpack-objects and fast-export.  Each must succeed,
know the size, and take less than LIMIT of memory; git's fsck judges what is left.
Takes some ten minutes, and 100 MB of disk.
"""
import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile

LIMIT = 300 << 20  # bytes, resident
PIECE = bytes(1 << 20)
ENV = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
       "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}


def run(words, where, feed=None, out=None):
    """(exit code, bytes of stdout, most memory)"""
    child = subprocess.Popen(words, cwd=where, env=ENV, stdin=subprocess.PIPE if feed else
                             subprocess.DEVNULL, stdout=subprocess.PIPE)
    if feed and os.fork() == 0:
        child.stdout.close()
        try:
            feed(child.stdin)
            child.stdin.close()
        except BrokenPipeError:
            pass
        os._exit(0)
    if feed:
        child.stdin.close()
    count, text = 0, b""
    while piece := child.stdout.read(1 << 20):
        count += len(piece)
        text = text if len(text) > 1 << 16 else text + piece
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if out is not None:
        out.append(text)
    return child.returncode, count, used.ru_maxrss << 10


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--size", type=int, default=(1 << 32) + (512 << 20))
    parser.add_argument("--git", default=os.environ.get("QUOIN_REFERENCE", "git"))
    options = parser.parse_args()
    quoin, size = os.path.abspath(options.quoin), options.size
    top = tempfile.mkdtemp()
    repo, passed, failed = top + "/r", 0, 0

    def stream(to):
        to.write(b"blob\nmark :1\ndata %d\n" % size)
        for _ in range(size // len(PIECE)):
            to.write(PIECE)
        to.write(bytes(size % len(PIECE)))
        to.write(b"\ncommit refs/heads/main\ncommitter A <a@x> 1700000000 +0000\ndata 2\nc\n"
                 b"M 100644 :1 zeros\n\n")

    def pack():
        return glob.glob(repo + "/.git/objects/pack/*.pack")[0]

    def give(to):
        with open(pack(), "rb") as file:
            shutil.copyfileobj(file, to)

    def check(name, words, where=repo, feed=None, least=0, says=None):
        nonlocal passed, failed
        text = []
        code, count, memory = run([quoin, *words], where, feed, text)
        is_good = (code == 0 and count >= least and memory < LIMIT
                   and (says is None or says in text[0]))
        passed, failed = passed + is_good, failed + (not is_good)
        print(f"{'ok' if is_good else 'FAIL'} {name}: exit {code}, {count} bytes, "
              f"{memory >> 20} MiB", flush=True)

    subprocess.run([options.git, "init", "-q", "-b", "main", repo], env=ENV, check=True)
    subprocess.run([options.git, "init", "-q", "-b", "main", top + "/other"], env=ENV, check=True)
    subprocess.run([options.git, "init", "-q", "-b", "main", top + "/loose"], env=ENV, check=True)
    number = str(size).encode()
    check("fast-import", ["fast-import", "--quiet"], feed=stream)
    check("size", ["cat-file", "-s", "main:zeros"], says=number)
    check("verify-pack", ["verify-pack", "-v", pack()], says=number)
    check("index-pack", ["index-pack", "--stdin"], top + "/other", give)
    check("fsck", ["fsck"], top + "/other")
    check("repack", ["repack", "-adFq"])
    check("cat-file", ["cat-file", "blob", "main:zeros"], least=size)
    check("cat-file --batch", ["cat-file", "--batch-all-objects", "--batch"], least=size)
    check("fast-export", ["fast-export", "main"], least=size)
    check("unpack-objects", ["unpack-objects", "-q"], top + "/loose", give)
    check("fsck of loose ones", ["fsck"], top + "/loose")
    for where in (repo, top + "/loose"):
        is_good = subprocess.run([options.git, "fsck"], cwd=where, env=ENV,
                                 capture_output=True).returncode == 0
        passed, failed = passed + is_good, failed + (not is_good)
    shutil.rmtree(top)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
