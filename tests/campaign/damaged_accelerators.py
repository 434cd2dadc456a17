#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What only makes reading quicker, damaged: reads answer as if it were not there.

  tests/campaign/damaged_accelerators.py QUOIN [--step N] [--seed N] [--only WORD]

Small repositories of both hashes with a commit-graph (one file, and a chain), a
multi-pack-index (the same), bitmaps and reverse indexes.  Each Nth byte of each of
these files is changed, one at a time, and a few of some twenty reading commands are
run: exit code and stdout are those that are had without the file, whatever git
says.  Then the same with the checksum at the end of the file made right again, as
for a file that is too large to be proven when it is opened: no command fails, and
those that read the objects they name answer right, but where nothing that is read
can tell (docs/decisions/damaged-accelerators.md).
"""
import hashlib
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ENV, begin  # noqa: E402

FIXTURE = """
set -e
g() { "$GIT" "$@"; }
q() { "$QUOIN" "$@"; }
at() { export GIT_COMMITTER_DATE="$1 +0000" GIT_AUTHOR_DATE="$1 +0000"; }
g init -q -b main --object-format=$HASH .
g config gc.auto 0; g config maintenance.auto false; g config quoin.maintenance false
mkdir -p dir/deep src
i=0
while [ $i -lt 12 ]; do
    i=$((i + 1)); at $((1700000000 + i * 60))
    seq $i $((i + 30)) >dir/a; echo $i >src/f$((i % 3)); echo $i >dir/deep/b$((i % 2)); echo $i >top$((i % 5))
    g add -A; g commit -qm "commit $i"
    test $i != 5 || { at 4000000000; g commit -q --allow-empty -m later; }
    test $i != 7 || g tag -a -m noted v1
    test $((i % 4)) != 0 || g repack -dq
done
for side in one two three; do
    g checkout -q -b $side HEAD~3; echo $side >src/$side; g add -A; at $((1700001000 + ${#side})); g commit -qm $side
done
g checkout -q main; at 1700002000; g merge -q -m octopus one two three
echo last >dir/a; g add -A; g commit -qm last; g repack -dq
"""
KINDS = {
    "graph": "q commit-graph write --reachable --changed-paths",
    "graph-chain": "g rev-list HEAD~4 | q commit-graph write --stdin-commits --changed-paths --split=no-merge; "
                   "q commit-graph write --reachable --changed-paths --split=no-merge",
    "midx": "q multi-pack-index write",
    "midx-bitmap": "q multi-pack-index write --bitmap",
    "midx-chain": """mkdir away; for f in $(ls .git/objects/pack/*.idx | head -n 2); do mv ${f%.idx}.* away; done
                     q multi-pack-index write --incremental; mv away/* .git/objects/pack; rmdir away
                     q multi-pack-index write --incremental""",
    "bitmap": "q repack -adqb",
}
COMMANDS = """log --oneline|log --format=%H_%P_%T_%ct --all|log --oneline -- dir|log --oneline -- src/one|log -p -- dir/deep
log --graph --oneline --all|log -n 3 --stat|shortlog -s -n HEAD|rev-list --all|rev-list --count HEAD ^one|rev-list --topo-order HEAD
rev-list --objects --all|rev-list --objects --all --count --use-bitmap-index|rev-list --objects HEAD ^HEAD~3 --use-bitmap-index
merge-base main one|merge-base --is-ancestor HEAD~5 HEAD|branch --contains v1|rev-parse HEAD~6|show HEAD~3|diff --stat HEAD~6 HEAD
cat-file --batch-check|cat-file --batch|cat-file -p HEAD~2:dir/a|cat-file -t v1|ls-tree -r HEAD~4|describe HEAD
for-each-ref --contains HEAD~4|fast-export --all|pack-objects --all --revs -q --stdout|last-modified -r HEAD""".replace("\n", "|").split("|")
# These read each commit that they name.
READERS = ("log", "shortlog", "show", "fast-export", "cat-file", "diff", "ls-tree")


def is_accelerator(path):
    inside = path.rsplit("/objects/", 1)[1]
    return "commit-graph" in inside or "multi-pack-index" in inside or path.endswith((".bitmap", ".rev"))


def make(campaign, where, hash_name, kind):
    os.makedirs(where)
    script = FIXTURE + KINDS[kind] + "\n"
    subprocess.run(["sh", "-c", script], cwd=where, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**ENV, "GIT": campaign.git, "QUOIN": campaign.quoin, "HASH": hash_name})
    files = []
    for root, _, names in os.walk(where + "/.git/objects"):
        files += [root + "/" + name for name in names if is_accelerator(root + "/" + name)]
    return sorted(f for f in files if not f.endswith("-chain"))


def answer(campaign, repo, words, ids):
    code, out, err = campaign.run(campaign.quoin, words, repo, ids)
    if out.startswith(b"PACK"):
        out = b"a pack of %d" % int.from_bytes(out[8:12], "big")
    return code, out, err


def region(data, at, id_size):
    """The chunk of a file with a table of chunks that the byte is in; "" elsewhere."""
    if data[:4] not in (b"CGPH", b"MIDX"):
        return "", 0
    row = 8 if data[:4] == b"CGPH" else 12
    chunks = []
    while row + 12 <= len(data):
        chunks.append((int.from_bytes(data[row + 4:row + 12], "big"), data[row:row + 4]))
        if data[row:row + 4] == b"\0\0\0\0":
            break
        row += 12
    name, start = "", 0
    for offset, chunk in sorted(chunks):
        if offset <= at:
            name, start = chunk.decode("latin1"), offset
    return name, at - start


def is_seen(data, at, words, id_size):
    """Can a reader who does not look at the checksum notice the change?"""
    chunk, within = region(data, at, id_size)
    if words[0] not in READERS:
        return False
    if data[:4] == b"CGPH":
        return chunk == "OIDL" or chunk == "CDAT" and within % (id_size + 16) < id_size
    return False


def run_kind(campaign, options, hash_name, kind):
    work = f"{campaign.top}/{kind}-{hash_name}"
    files = make(campaign, work, hash_name, kind)
    id_size = 20 if hash_name == "sha1" else 32
    ids = campaign.run(campaign.git, ["rev-list", "--objects", "--all", "--no-object-names"], work)[1].decode()
    bare = work + "-bare"
    shutil.copytree(work, bare, symlinks=True)
    for root, _, names in os.walk(bare + "/.git/objects"):
        for name in names:
            if is_accelerator(root + "/" + name):
                os.unlink(root + "/" + name)
    truth = {words: answer(campaign, bare, words.split(), ids)[:2] for words in COMMANDS}
    rng = random.Random(options.seed)
    for path in files:
        with open(path, "rb") as f:
            good = f.read()
        os.chmod(path, 0o644)
        for at in range(rng.randrange(options.step), len(good), options.step):
            bad = bytearray(good)
            bad[at] ^= 1 << rng.randrange(8)
            again = bytearray(bad[:-id_size])
            again += hashlib.new(hash_name, again).digest()
            for data, is_summed in ((bad, False), (again, True)):
                with open(path, "wb") as f:
                    f.write(data)
                for words in rng.sample(COMMANDS, 4):
                    got = answer(campaign, work, words.split(), ids)
                    # a whole checksum over what no reader can tell: it may lie, not break
                    judged = not is_summed or is_seen(good, at, words.split(), id_size)
                    ok = got[:2] == truth[words] if judged else got[0] == truth[words][0]
                    if ok:
                        campaign.passed += 1
                        continue
                    campaign.failed += 1
                    campaign.report(f"{kind}-{hash_name}", [os.path.basename(path), str(at), str(region(good, at, id_size)),
                                                            "summed" if is_summed else "flipped", *words.split()],
                                    got, truth[words])
        with open(path, "wb") as f:
            f.write(good)


def main():
    campaign, options = begin("damaged", texts=("only",), step=97)
    for kind in KINDS:
        for hash_name in ("sha1", "sha256"):
            if not options.only or options.only in f"{kind}-{hash_name}":
                run_kind(campaign, options, hash_name, kind)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
