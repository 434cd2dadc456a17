#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Damage: every kind of file of a repository broken, then read with git and quoin.

  tests/campaign/corrupt.py QUOIN [--sample] [--show]

For each file (loose objects, pack, its index, commit-graph, multi-pack-index,
index, refs, packed-refs, HEAD, reflog, configuration, reftables) and each damage
(gone, empty, cut in half, cut by a byte, rubbish in front, bytes flipped along
the way): some thirty commands.  quoin must exit as git does, with the same
output, or read everything in spite of the damage; a failure must say something,
and never end by a signal or hang.  Where git answers as if nothing were wrong, but
wrongly, quoin may refuse.  Then the hostile trees: names that must
not be written.

The judge is QUOIN_REFERENCE, or the machine's git (reftables: from 2.45 on).
"""
import os
import shutil
import subprocess
import sys
import tempfile

ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "GIT_PAGER": "cat",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": "/nonexistent",
       "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
       "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
       "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
       "GIT_OPTIONAL_LOCKS": "0", "GIT_EDITOR": "true"}
FIXTURE = """
echo one >a; echo two >b; mkdir d; seq 1 2000 >d/c; ln -s a l; git add -A; git commit -qm first
git branch side; git tag -a -m noted v1; seq 2 2000 >d/c; git commit -qam second
git pack-refs --all; git repack -qad; git commit-graph write --reachable 2>/dev/null
git multi-pack-index write
git checkout -q side; echo side >e; git add e; git commit -qm side; git tag light
git checkout -q main; echo more >>a; git commit -qam third; echo dirty >>b; echo new >n; git add n
"""
COMMANDS = """log --oneline --all|log -p|rev-list --objects --all|rev-list --all --count
show HEAD|show v1|cat-file -p HEAD|cat-file -p HEAD:a|cat-file -p HEAD:d/c|cat-file -t side
cat-file --batch-all-objects --batch-check|ls-files -s|status|status --porcelain=v2 --branch
diff|diff --cached|diff HEAD~1 HEAD|diff --stat side main|for-each-ref|show-ref|branch -a -v
tag -n|rev-parse HEAD|rev-parse side^{tree}|ls-tree -r HEAD|ls-tree -r side|config --list
reflog|merge-base main side|symbolic-ref HEAD|log -1 --format=%s side|count-objects""".replace(
    "\n", "|").split("|")


def git_version(git):
    text = subprocess.run([git, "version"], capture_output=True, text=True).stdout
    return tuple(int(n) for n in text.split()[2].split(".")[:2])


def make(git, work, store):
    path = f"{work}/{store}"
    subprocess.run([git, "init", "-q", "-b", "main",
                    *(["--ref-format=reftable"] if store == "reftable" else []), path],
                   env=ENV, check=True)
    bin_dir = f"{work}/bin"
    os.makedirs(bin_dir, exist_ok=True)
    if not os.path.exists(bin_dir + "/git"):
        os.symlink(os.path.abspath(git), bin_dir + "/git")
    subprocess.run(["sh", "-ec", FIXTURE], cwd=path, check=True, stdout=subprocess.DEVNULL,
                   env={**ENV, "PATH": bin_dir + ":" + ENV["PATH"]})
    return path


def targets(git, path, store):
    """[(kind, file)]"""
    def answer(*words):
        return subprocess.run([git, *words], cwd=path, env=ENV, capture_output=True,
                              text=True).stdout.strip()

    def loose(name):
        ident = answer("rev-parse", name)
        return f".git/objects/{ident[:2]}/{ident[2:]}"

    found = [("loose commit", loose("HEAD")), ("loose tree", loose("HEAD^{tree}")),
             ("loose blob", loose("HEAD:a")), ("index", ".git/index"),
             ("config", ".git/config"), ("HEAD", ".git/HEAD")]
    pack = path + "/.git/objects/pack"
    for name in sorted(os.listdir(pack)):
        found.append(("pack " + name.rsplit(".", 1)[-1][:12], f".git/objects/pack/{name}"))
    if os.path.exists(path + "/.git/objects/info/commit-graph"):
        found.append(("commit-graph", ".git/objects/info/commit-graph"))
    if store == "files":
        found += [("ref", ".git/refs/heads/side"), ("packed-refs", ".git/packed-refs"),
                  ("reflog", ".git/logs/HEAD"), ("light tag", ".git/refs/tags/light")]
    else:
        found = [f for f in found if f[0] in ("loose commit", "config", "HEAD")]
        tables = path + "/.git/reftable"
        found += [("reftable " + ("list" if n.endswith("list") else "table"),
                   f".git/reftable/{n}") for n in sorted(os.listdir(tables))]
    return found


def damages(data, is_sample):
    yield "gone", None
    yield "empty", b""
    yield "half", data[:len(data) // 2]
    if not is_sample:
        yield "one byte short", data[:-1]
        yield "rubbish", b"\xff\x00rubbish\n" * 8
        yield "rubbish in front", b"\n\xffx" + data
        yield "a byte more", data + b"x"
    count = 3 if is_sample else 12
    for i in range(count):
        at = min(len(data) - 1, i * len(data) // count + i % 3)
        if data:
            yield f"flip at {at}", data[:at] + bytes([data[at] ^ (1 << i % 8 or 1)]) + \
                data[at + 1:]


def run(program, words, path):
    try:
        got = subprocess.run([program, *words.split()], cwd=path, env=ENV,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return got.returncode, got.stdout, got.stderr
    except subprocess.TimeoutExpired:
        return "hangs", b"", b""


def judge(command, ours, theirs, healthy, compares_output):
    """What is wrong with our answer; or None.  `healthy`: git's before the damage."""
    if not isinstance(ours[0], int) or ours[0] < 0:
        return f"ends by {ours[0]}"
    if b"Sanitizer" in ours[2]:
        return "sanitizer: " + ours[2].decode(errors="replace")[:300]
    if ours[:2] == healthy[:2]:
        return None # all could still be read
    if ours[0] and not ours[2] and theirs[2]:
        return "fails without a word"
    if ours[0] == theirs[0]:
        if ours[0] == 0 and compares_output and ours[1] != theirs[1]:
            return "another output"
        return None
    if theirs[0] < 0 or (ours[0] == 128 and ours[2] and theirs[0] == 0 and
                         theirs[1] != healthy[1]):
        return None # git falls over, or answers as if nothing were wrong
    if ours[0] == 128 and ours[2] and theirs[0] == 1 and not theirs[2]:
        return None # git fails without a word
    if command == "diff --cached" and ours[0] == 128 and ours[2]:
        return None # git answers from the trees that the index remembers
    return f"exit {ours[0]}, git {theirs[0]}"


HOSTILE = [".git", ".GIT", ".Git", "git~1", "GIT~1", ".git.", ".git ", ".git...", ".g\u200cit",
           ".gi\u200dt", "\u200e.git", ".git\u206a", "..", ".", ".git::$INDEX_ALLOCATION",
           ".git:x", "a/../../x", "/abs", "d/.git/config", ".git\\hooks",
           ".gitmodules/../.git", "d//x", ".\ufeffgit"]


def tree_of(quoin, path, name, mode, content):
    """A tree with just that name in it, made by hand, slashes and all."""
    import hashlib
    import zlib

    def put(kind, data):
        full = f"{kind} {len(data)}".encode() + b"\0" + data
        ident = hashlib.sha1(full).hexdigest()
        where = f"{path}/.git/objects/{ident[:2]}"
        os.makedirs(where, exist_ok=True)
        with open(f"{where}/{ident[2:]}", "wb") as out:
            out.write(zlib.compress(full))
        return ident

    blob = put("blob", content)
    entry = mode.encode() + b" " + name.encode() + b"\0" + bytes.fromhex(blob)
    tree = put("tree", entry)
    return put("commit", f"tree {tree}\nauthor A <a@example.com> 1700000000 +0000\n"
                         f"committer A <a@example.com> 1700000000 +0000\n\nevil\n".encode())


def snapshot(top):
    seen = {}
    for directory, names, leaves in os.walk(top):
        if "objects" in names and directory.endswith(".git"):
            names.remove("objects")
        for leaf in leaves:
            full = os.path.join(directory, leaf)
            if leaf not in ("index", "HEAD", "ORIG_HEAD") and "/logs" not in directory:
                seen[full] = os.readlink(full) if os.path.islink(full) else \
                    open(full, "rb").read()
    return seen


def hostile(quoin, work, tell):
    """Each name must be refused or written inside the work tree; nothing else moves."""
    passed = failed = 0
    for number, name in enumerate(HOSTILE):
        for how in (["checkout", "-f"], ["reset", "--hard"], ["read-tree", "-u", "-m"],
                    ["restore", "-W", "-S", "--source"]):
            top = f"{work}/hostile/{number}"
            shutil.rmtree(top, ignore_errors=True)
            os.makedirs(top + "/outer")
            path = top + "/outer/r"
            subprocess.run([quoin, "init", "-q", path], env=ENV, check=True,
                           stderr=subprocess.DEVNULL)
            for key in ("core.protectHFS", "core.protectNTFS"):
                subprocess.run([quoin, "config", key, "true"], cwd=path, env=ENV, check=True)
            commit = tree_of(quoin, path, name, "100644", b"evil\n")
            before = snapshot(top)
            words = [*how, commit] + (["."] if how[0] == "restore" else [])
            got = subprocess.run([quoin, *words], cwd=path, env=ENV, capture_output=True,
                                 timeout=120)
            changed = {n for n, v in snapshot(top).items() if before.get(n) != v}
            if got.returncode < 0 or changed or got.returncode == 0:
                failed += 1
                tell(f"FAIL hostile {name!r} {how}: exit {got.returncode}, wrote {changed}, "
                     f"{got.stderr[:120]!r}")
            else:
                passed += 1
    # A symbolic link in the way: what is under it is not written.
    top = work + "/links"
    os.makedirs(top + "/victim")
    script = ('"$QUOIN" init -q r 2>/dev/null; cd r; mkdir d; echo evil >d/x; "$QUOIN" add -A;'
              '"$QUOIN" commit -qm one; rm -r d; ln -s ../victim d; "$QUOIN" %s; '
              'test ! -e ../victim/x')
    for command in ("checkout -f", "reset -q --hard", "checkout-index -f -a", "restore .",
                    "checkout -- d/x", "read-tree -u --reset HEAD"):
        shutil.rmtree(top + "/r", ignore_errors=True)
        got = subprocess.run(["sh", "-c", script % command], cwd=top,
                             env={**ENV, "QUOIN": quoin}, capture_output=True)
        if got.returncode:
            failed += 1
            tell(f"FAIL link in the way: {command}: written through it")
        else:
            passed += 1
    return passed, failed


def main():
    words = sys.argv[1:]
    is_sample = "--sample" in words
    quoin = os.path.abspath([w for w in words if not w.startswith("--")][0])
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    version, passed, failed, faults = git_version(git), 0, 0, {}
    compares_output = version >= (2, 55)
    with tempfile.TemporaryDirectory() as work:
        for store in ("files", "reftable"):
            if store == "reftable" and version < (2, 45):
                print("skipped: damaged reftables: 1: the machine's git does not know them")
                continue
            path = make(git, work, store)
            healthy = {c: run(git, c, path) for c in COMMANDS}
            for kind, name in targets(git, path, store):
                data = open(f"{path}/{name}", "rb").read()
                for damage, broken in damages(data, is_sample):
                    os.chmod(f"{path}/{name}", 0o644)
                    if broken is None:
                        os.rename(f"{path}/{name}", f"{work}/kept")
                    else:
                        with open(f"{path}/{name}", "wb") as out:
                            out.write(broken)
                    for command in COMMANDS[::3] if is_sample else COMMANDS:
                        ours, theirs = run(quoin, command, path), run(git, command, path)
                        wrong = judge(command, ours, theirs, healthy[command], compares_output)
                        if not wrong:
                            passed += 1
                            continue
                        failed += 1
                        faults.setdefault((kind, wrong.split(":")[0]), []).append(
                            (damage, command, ours, theirs))
                    if broken is None:
                        os.rename(f"{work}/kept", f"{path}/{name}")
                    else:
                        with open(f"{path}/{name}", "wb") as out:
                            out.write(data)
        for (kind, wrong), cases in sorted(faults.items()):
            print(f"FAIL {kind}: {wrong}: {len(cases)} times, so with "
                  + "; ".join(f"{d}: {c}" for d, c, _, _ in cases[:3]), flush=True)
            for damage, command, ours, theirs in cases[:2 if "--show" in words else 0]:
                print(f"  {damage}: {command}\n    git   {theirs[0]} {theirs[2][:300]!r}\n"
                      f"    quoin {ours[0]} {ours[2][:300]!r}")
        good, bad = hostile(quoin, work, print)
    print(f"{passed + good} passed, {failed + bad} failed")
    return 1 if failed + bad else 0


sys.exit(main())
