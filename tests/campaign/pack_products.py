#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random command lines about packs, by git 2.55 and by quoin, in equal repositories.

  tests/campaign/pack_products.py QUOIN [--seconds N] [--seed N] [--show NUMBER]
                                  [--only WORD]...

Lines are of pack_lines.py.  Each is run in two copies of one of nine small
repositories, of either hash.  Compared are exit code, stdout, stderr (usage texts
are not), and the files that are there then: names, modes, headers, and which
objects each pack has (packs differ in bytes).  Where files differ, and for a sample
of the rest, git judges the result: fsck, verify of indexes and graphs, bitmaps; it
must find no more fault than in what git itself made.

What is known to differ is in KNOWN below, with its reason, and counted as skipped.
The judge is QUOIN_REFERENCE, or the machine's git when it is 2.55 or later.
"""
import argparse
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import pack_lines  # noqa: E402

REPOSITORIES = ["empty", "loose", "packs", "full", "bitmap", "partial", "chain", "reftable", "alt"]
SETTINGS = """[user]
name = A U
email = a@example.com
[quoin]
maintenance = false
[gc]
autoDetach = false
[maintenance]
autoDetach = false
[init]
defaultBranch = main
[protocol "file"]
allow = always
"""
# (words match, what of the outcome differs, reason)
KNOWN = [
    (r"^unpack-file", "out", "the name of the file is made up"),
    (r"^unpack-file", "files", "the name of the file is made up"),
    (r"^fast-import", "files", "what was begun is left behind by git"),
    (r"^bundle create", "files", "packs differ in bytes"),
    (r"^fast-import", "err", "branches are told of in the order of git's hash table"),
    (r"^(index-pack|unpack-objects)", "files", "what was begun is left behind by git"),
    (r"^(index-pack|unpack-objects|verify-pack|fsck)", "err", "which fault of a damaged pack is found first"),
    (r"^repo structure", "out", "which of equally large objects is named"),
    (r"^fsck", "out", "lines come in the order of git's hash table"),
    (r"^(bundle create|pack-objects|repack|gc)", "err", "numbers of progress"),
    (r"--progress|-v$", "err", "numbers of progress"),
    (r"^bundle create", "out", "git has written a head when it refuses"),
    (r"-geometric-repack|^maintenance|^repack|^gc", "files", "which packs are joined depends on sizes in bytes"),
]
HEX = re.compile(r"[0-9a-f]{64}|[0-9a-f]{40}")


class World:
    """The repositories of one hash, made by git."""

    def __init__(self, git, top, hash_name, env):
        self.program, self.hash, self.env = git, hash_name, env
        self.top, self.known = f"{top}/{hash_name}", {}
        os.makedirs(self.top)
        self.clock = 1600000000
        self.make()

    def call(self, where, *words, text=b"", env=None):
        return subprocess.run([self.program, *words], cwd=f"{self.top}/{where}", input=text, capture_output=True,
                              env={**self.env, **(env or {})}, timeout=60)

    def git(self, where, *words, **more):
        got = self.call(where, *words, **more)
        if got.returncode:
            raise RuntimeError(f"{words}: {got.stderr}")
        return got.stdout

    def commit(self, where, message, **files):
        for name, text in files.items():
            path = f"{self.top}/{where}/{name.replace('__', '/').replace('_', '.')}"
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as out:
                out.write(text)
        self.git(where, "add", "-A")
        self.clock += 1000
        date = f"{self.clock} +0100"
        self.git(where, "commit", "-q", "-m", message, env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})

    def fill(self, where):
        for i in range(6):
            self.commit(where, f"c{i}", a_txt=text_of(120, 1) + text_of(i + 1, i), **{f"dir__b{i % 3}_c": text_of(20, i)})
        self.git(where, "tag", "v1")
        self.git(where, "tag", "-a", "-m", "annotated", "v2")
        self.git(where, "checkout", "-q", "-b", "side", "HEAD~3")
        self.commit(where, "side1", side__x=text_of(30, 99))
        self.commit(where, "side2", side__y=text_of(30, 98), a_txt=text_of(5, 2))
        self.git(where, "checkout", "-q", "main")
        self.git(where, "merge", "-q", "-s", "ours", "-m", "merge", "side")

    def junk(self, where):
        """What nothing reaches, old and new."""
        for i in range(4):
            name = self.git(where, "hash-object", "-w", "--stdin", text=f"unreached {i}\n".encode()).decode().strip()
            when = 1650000000 if i < 2 else time.time() - 300
            os.utime(f"{self.top}/{where}/.git/objects/{name[:2]}/{name[2:]}", (when, when))
        self.git(where, "commit-tree", "-m", "lost", self.git(where, "write-tree").decode().strip())

    def begin(self, name, *more):
        self.git(".", "init", "-q", f"--object-format={self.hash}", *more, name)
        if name != "empty":
            self.fill(name)

    def pack(self, where, name):
        self.commit(where, name, **{name: text_of(30, 55)})
        self.git(where, "repack", "-dq")

    def make(self):
        for name in ("empty", "loose", "packs", "full", "bitmap", "src", "chain"):
            self.begin(name)
        self.begin("reftable", "--ref-format=reftable")
        self.junk("loose")
        self.git("packs", "repack", "-adq")
        self.pack("packs", "n1")
        self.pack("packs", "n2")
        open(f"{self.top}/packs/.git/objects/pack/{self.packs('packs')[0][:-5]}.keep", "w").close()
        self.junk("packs")
        self.junk("full")
        self.git("full", "repack", "-adq", "--cruft")
        self.pack("full", "n1")
        self.git("full", "multi-pack-index", "write", "--bitmap")
        self.git("full", "commit-graph", "write", "--reachable", "--changed-paths")
        self.commit("full", "n2", n2="few\n")
        self.git("full", "pack-refs", "--all")
        self.git("bitmap", "repack", "-adbq")
        self.commit("bitmap", "n1", n1="one\n")
        self.junk("bitmap")
        self.git("bitmap", "commit-graph", "write", "--reachable", "--split")
        self.git("src", "config", "uploadpack.allowFilter", "true")
        self.git(".", "clone", "-q", "--no-local", "--filter=blob:none", "--no-checkout", "src", "partial")
        self.git(".", "clone", "-q", "--shared", "src", "alt")
        self.commit("alt", "own", own="own\n")
        self.git("alt", "repack", "-dlq")
        self.git("chain", "repack", "-adq")
        self.git("chain", "multi-pack-index", "write", "--incremental", "--bitmap")
        self.pack("chain", "n1")
        self.git("chain", "multi-pack-index", "write", "--incremental", "--bitmap")
        self.git("chain", "commit-graph", "write", "--reachable", "--split=no-merge")
        self.pack("chain", "n2")
        self.git("chain", "commit-graph", "write", "--reachable", "--split=no-merge")
        self.known = {}

    def keep(self, key, make):
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def packs(self, name):
        path = f"{self.top}/{name}/.git/objects/pack"
        return self.keep(("packs", name), lambda: sorted(x for x in os.listdir(path) if x.endswith(".pack")))

    def pack_data(self, name, file):
        with open(f"{self.top}/{name}/.git/objects/pack/{file}", "rb") as data:
            return data.read()

    def objects(self, name):
        if name == "partial":
            return []
        return self.keep(("objects", name), lambda: self.git(
            name, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").decode().split())

    def tip(self, name):
        return self.keep(("tip", name), lambda: "" if name == "empty" else self.git(
            name, "rev-parse", "main").decode().strip())

    def layers(self, name):
        path = f"{self.top}/{name}/.git/objects/pack/multi-pack-index.d/multi-pack-index-chain"
        return open(path).read().split() if os.path.exists(path) else []


def text_of(count, seed):
    r = random.Random(seed)
    return "".join(f"line {i} {r.randrange(10 ** 6)}\n" for i in range(count))


def read(path):
    with open(path, "rb") as data:
        return data.read()


def digest(data):
    return hashlib.sha1(data).hexdigest()[:10]


def ids_of(data, size):
    """The ids that an index of a pack has, v2 or v1."""
    front, step, skip = (8, size, 0) if data[:4] == b"\xfftOc" else (0, size + 4, 4)
    count = int.from_bytes(data[front + 1020:front + 1024], "big")
    start = front + 1024
    return b"".join(data[start + i * step + skip:start + (i + 1) * step] for i in range(min(count, 10**5)))


def files_of(directory, hash_name):
    """What is in a repository: rows that are equal when both did the same; names of packs."""
    size, names, rows, paths = 20 if hash_name == "sha1" else 32, {}, [], []
    for root, _, files in os.walk(directory):
        paths += [os.path.relpath(f"{root}/{name}", directory) for name in files]
    for path in paths:
        found = re.search(r"([0-9a-f]{40,64})\.idx$", path)
        if found:
            ids = ids_of(read(f"{directory}/{path}"), size)
            names[found.group(1)] = f"P{len(ids) // size}-{digest(ids)}"
    for path in paths:
        if path in (".git/index",) or path.startswith(".git/hooks/"):
            continue
        full, what = f"{directory}/{path}", ""
        shown = re.sub(r"tmp_(\w+?)_\w+", r"tmp_\1_X", with_names(path, names))
        if "crash_" in path:  # it holds process ids and times
            rows.append(re.sub(r"crash_\d+", "crash_N", shown))
            continue
        data = read(full) if not os.path.islink(full) else b""
        if re.search(r"multi-pack-index|\.bitmap$", path):
            shown, what = HEX.sub("X", shown), data[:12].hex() if not path.endswith("chain") else data.count(b"\n")
        elif re.search(r"\.(rev|mtimes|idx)$", path):
            what = f"{data[:8].hex()} {len(data)}"
        elif re.search(r"\.pack$|objects/[0-9a-f]{2}/", path):
            pass
        elif path.startswith(".git/reftable/"):
            shown = re.sub(r"0x\w+-0x\w+-\w+", "T", shown)
        else:
            rows_in = with_names(data.decode("latin1"), names).splitlines()
            what = digest("\n".join(sorted(rows_in)).encode())
        rows.append(f"{shown} {os.lstat(full).st_mode & 0o777:o} {what}")
    return sorted(rows), names


def with_names(text, names):
    for long, short in names.items():
        text = text.replace(long, short)
    return text


def plain(data, directory, names, is_error):
    """Text without what differs by its nature: directories, names of packs, speed, usage."""
    text = with_names(data.decode("latin1").replace(directory, "<D>"), names)
    text = re.sub(r"crash_\d+", "crash_N", re.sub(r"tmp_(\w+?)_\w{6}", r"tmp_\1_X", text))
    if is_error:
        text = "usage" if text.startswith("usage:") else text.split("\nusage:")[0]
        text = re.sub(r"[^\r\n]*\r(?!\n)", "", text)
        text = re.sub(r", [0-9.]+ [KM]?i?B(ytes)?( \| [0-9.]+ [KMG]?i?B(ytes)?/s)?", "", text)
        text = re.sub(r"using up to \d+ threads?", "using T threads", text)
    return text


class Products:
    def __init__(self, quoin, git, top):
        self.quoin, self.top = quoin, top
        home = f"{top}/home"
        os.makedirs(home)
        with open(f"{home}/.gitconfig", "w") as out:
            out.write(SETTINGS)
        self.env = {"HOME": home, "PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "GIT_CONFIG_NOSYSTEM": "1",
                    "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
                    "GIT_CEILING_DIRECTORIES": top, "ASAN_OPTIONS": "detect_leaks=0"}
        self.git, self.worlds = git, {}

    def world(self, hash_name):
        if hash_name not in self.worlds:
            self.worlds[hash_name] = World(self.git, self.top, hash_name, self.env)
        return self.worlds[hash_name]

    def run(self, program, words, where, text=b""):
        try:
            got = subprocess.run([program, *words], cwd=where, input=text, capture_output=True, env=self.env, timeout=60)
        except subprocess.TimeoutExpired:
            return "too long", b"", b""
        return got.returncode, got.stdout, got.stderr

    def judge(self, where):
        """What git finds fault with."""
        faults, packs, info = [], f"{where}/.git/objects/pack", f"{where}/.git/objects/info"
        tests = [["fsck", "--strict", "--no-dangling"]]
        names = [name for _, _, files in os.walk(packs) for name in files]
        if any(name.startswith("multi-pack-index") for name in names):
            tests.append(["multi-pack-index", "verify"])
        if any("commit-graph" in name for name in os.listdir(info) if os.path.isdir(info)):
            tests.append(["commit-graph", "verify"])
        if any(name.endswith(".bitmap") for name in names):
            tests.append(["rev-list", "--test-bitmap", "HEAD"])
        for words in tests:
            if self.run(self.git, words, where)[0] != 0:
                faults.append(words[0])
        return faults

    def pack_text(self, world, repo, data):
        """A pack on stdout: how many objects, whether git takes it, and which they are."""
        where = f"{self.top}/taker"
        for source in ("empty", repo):
            shutil.rmtree(where, ignore_errors=True)
            shutil.copytree(f"{world.top}/{source}", where, symlinks=True)
            code, said, _ = self.run(self.git, ["index-pack", "--stdin", "--fix-thin"], where, data)
            if code == 0:
                name = said.decode().split()[-1]
                ids = ids_of(read(f"{where}/.git/objects/pack/pack-{name}.idx"), 20 if world.hash == "sha1" else 32)
                return f"pack of {int.from_bytes(data[8:12], 'big')}, {digest(ids)}"
        return "a pack that git does not take"

    def outcome(self, program, world, repo, words, text):
        where = f"{self.top}/work/{'quoin' if program == self.quoin else 'git'}"
        shutil.rmtree(where, ignore_errors=True)
        shutil.copytree(f"{world.top}/{repo}", where, symlinks=True)
        code, out, err = self.run(program, words, where, text(where) if callable(text) else text)
        rows, names = files_of(where, world.hash)
        shown = self.pack_text(world, repo, out) if out[:4] == b"PACK" else plain(out, where, names, False)
        return where, {"exit": code, "out": shown, "err": plain(err, where, names, True), "files": rows}

    def differences(self, seed, number, only):
        world, repo, words, text = pack_lines.one(seed, number, self.world, only, REPOSITORIES)
        a, theirs = self.outcome(self.git, world, repo, words, text)
        b, ours = self.outcome(self.quoin, world, repo, words, text)
        if theirs["exit"] == ours["exit"] == 129:
            theirs["err"] = ours["err"] = ""
        found = {key: (theirs[key], ours[key]) for key in theirs if theirs[key] != ours[key]}
        if isinstance(theirs["exit"], int) and theirs["exit"] < 0 and ours["exit"] in (1, 128, 129):
            found = {}  # git dies of it
        if "files" in found:
            git_has, we_have = (set(rows) for rows in found["files"])
            found["files"] = (sorted(git_has - we_have), sorted(we_have - git_has))
        if "files" in found or number % 7 == 0:
            faults = self.judge(b)
            if faults and set(faults) - set(self.judge(a)):
                found["judge"] = ([], faults)
        line = f"{world.hash} {repo}: {' '.join(words)}"
        return line, words, found


def is_known(words, found):
    text = " ".join(words)
    return all(any(re.search(pattern, text) and kind == what for pattern, kind, _ in KNOWN) for what in found)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("quoin")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int)
    parser.add_argument("--only", action="append", default=[])
    args = parser.parse_args()
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    version = subprocess.run([git, "version"], capture_output=True, text=True).stdout.split()[2]
    if tuple(int(n) for n in version.split(".")[:2]) < (2, 55):
        print("skipped: pack products: needs git 2.55 (QUOIN_REFERENCE)\n0 passed, 0 failed, 1 skipped")
        return 0
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="quoin-products-") as top:
        products = Products(os.path.abspath(args.quoin), os.path.abspath(git), top)
        number, end = args.show or 0, time.time() + args.seconds
        while time.time() < end:
            line, words, found = products.differences(args.seed, number, args.only)
            if not found:
                passed += 1
            elif is_known(words, found) and args.show is None:
                skipped += 1
            else:
                failed += 1
                print(f"FAIL --seed {args.seed} --show {number}  {line}", flush=True)
                for what, (theirs, ours) in found.items():
                    print(f"  {what}\n    git:   {str(theirs)[:600]!r}\n    quoin: {str(ours)[:600]!r}", flush=True)
            if args.show is not None:
                break
            number += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
