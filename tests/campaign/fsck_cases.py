#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""fsck beside git: repositories with objects that are damaged, hostile or gone.

  tests/campaign/fsck_cases.py QUOIN [--sample] [--show] [--seed N]

Each case is a small repository that something was done to (objects written as
they should not be, bytes changed in good ones, files cut, removed or put in the
place of others, refs, reflogs and HEAD that name what is not there), then fsck
with some of its options, by both: exit code, stdout and stderr must be equal.
Lines of stdout may come in another order (git's is that of a hash table, which
depends on every look-up before); such cases are counted.

The judge is QUOIN_REFERENCE, or the machine's git when it is 2.55 or later.
"""
import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zlib

ENV = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "HOME": "/nonexistent",
       "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
       "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
       "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
       "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000"}
OPTIONS = ["", "--strict", "--no-dangling", "--unreachable", "--connectivity-only", "--root --tags",
           "--no-reflogs", "--name-objects", "--cache", "--full --no-references", "HEAD",
           "--no-full", "--name-objects --no-reflogs"]
MODULES = ['[submodule "a"]\n\tpath = -x\n\turl = -y\n\tupdate = !cmd\n', '[submodule "../a"]\nurl=y\npath=x\n',
           '[submodule "a"\n', '[submodule "a"]\nurl=http://::x/y\n', '[submodule "a"]\nurl=../../:b\n',
           '[submodule "a"]\nurl=./%0ab\n', '[submodule ""]\nurl=a\n', '[submodule "a/.."]\nurl=a\n',
           '[submodule "fine"]\npath=a\nurl=https://example.com/a\n', "\0\1\2", "", "[a"]
ATTRIBUTES = ["* text\n", "x" * 2047 + "\n", "x" * 2048 + "\n", "x" * 3000]


def git_version(git):
    text = subprocess.run([git, "version"], capture_output=True, text=True).stdout
    return tuple(int(n) for n in text.split()[2].split(".")[:2])


class Repository:
    def __init__(self, git, path, rnd):
        self.git, self.path, self.rnd = git, path, rnd
        subprocess.run([git, "init", "-q", "-b", "main", path], env=ENV, check=True)
        script = """for i in 1 2 3; do echo $i >a; mkdir -p d; echo $i >d/$i; git add .; git commit -qm $i; done
git tag -a -m noted t1; git branch side HEAD~1; git tag light HEAD~2"""
        bin_dir = os.path.dirname(path) + "/bin"
        os.makedirs(bin_dir, exist_ok=True)
        if not os.path.exists(bin_dir + "/git"):
            os.symlink(os.path.abspath(git), bin_dir + "/git")
        subprocess.run(["sh", "-ec", script], cwd=path, check=True, stdout=subprocess.DEVNULL,
                       env={**ENV, "PATH": bin_dir + ":" + ENV["PATH"]})

    def ask(self, *words):
        return subprocess.run([self.git, *words], cwd=self.path, env=ENV, capture_output=True,
                              text=True).stdout.strip()

    def file_of(self, ident):
        return f"{self.path}/.git/objects/{ident[:2]}/{ident[2:]}"

    def write(self, kind, data, name=None):
        """A loose object of any content; `name`: stored under another id."""
        whole = kind.encode() + b" " + str(len(data)).encode() + b"\0" + data
        ident = name or hashlib.sha1(whole).hexdigest()
        path = self.file_of(ident)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            os.chmod(path, 0o644)
        with open(path, "wb") as f:
            f.write(zlib.compress(whole))
        return ident

    def everything(self):
        lines = self.ask("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)")
        return [line.split() for line in lines.splitlines()]

    def content(self, ident, kind):
        return subprocess.run([self.git, "cat-file", kind, ident], cwd=self.path, env=ENV,
                              capture_output=True).stdout


def tree(*entries):
    return b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(ident)
                    for mode, name, ident in entries)


def hostile_trees(r, ids):
    null, gone = "0" * 40, "12345678" * 5
    blob, sub = ids["blob"], ids["tree"]
    names = [b".git", b".GIT", b"git~1", b".", b"..", b"a/b", b".gitmodules", b".GitModules",
             b"GI7EBA~1", b".gitattributes", b"GI7D29~2", b".mailmap", b"x\\.git\\y", b"\xe2\x80\x8c.git",
             b"n" * 4097, b"ok", b".gitignore"]
    modes = ["100644", "100755", "120000", "160000", "40000", "0100644", "100664", "100600", "0", "777"]
    for name in names:
        for mode in modes[:5]:
            yield tree((mode, name, sub if mode == "40000" else blob))
    for mode in modes:
        yield tree((mode, b"plain", sub if mode == "40000" else blob))
    yield tree(("100644", b"a", null))
    yield tree(("160000", b"a", null))
    yield tree(("100644", b".gitmodules", gone), ("100644", b".gitattributes", gone))
    yield tree(("40000", b".gitmodules", sub))
    yield tree(("100644", b"b", blob), ("100644", b"a", blob))
    yield tree(("100644", b"a", blob), ("100644", b"a", blob))
    yield tree(("100644", b"a", blob), ("100644", b"a.b", blob), ("40000", b"a", sub))
    yield tree(("100644", b"a", blob), ("40000", b"a", sub))
    yield tree(("100644", b"a", gone))
    yield b""
    for i in range(40):
        whole = bytearray(tree(("100644", b"a", blob), ("40000", b"d", sub)))
        for _ in range(r.randint(1, 3)):
            whole[r.randrange(len(whole))] = r.choice(b"\0 019zA\n\xff")
        yield bytes(whole[:r.randint(0, len(whole))] if i % 3 == 0 else whole)


def hostile_texts(r, sound, words):
    """Mutations of a commit or tag."""
    lines = sound.split(b"\n")
    yield b""
    yield sound.replace(b"\n\n", b"\n", 1)
    for i, line in enumerate(lines[:6]):
        yield b"\n".join(lines[:i] + lines[i + 1:])
        yield b"\n".join(lines[:i] + [line, line] + lines[i + 1:])
        yield b"\n".join(lines[:i] + [b"foo bar", line] + lines[i + 1:])
        yield b"\n".join(lines[:i] + [line[:-1]] + lines[i + 1:])
        yield b"\n".join(lines[:i] + [line + b"x"] + lines[i + 1:])
        yield b"\n".join(lines[:i] + [line.replace(b" ", b"", 1)] + lines[i + 1:])
        yield b"\n".join(lines[:i + 1])
        yield b"\n".join(lines[:i + 1]) + b"\n"
    for old in (b"A <a@example.com> 1700000000 +0000",):
        for new in words:
            yield sound.replace(old, new)
            yield sound.replace(old, new, 1)
    yield sound + b"\0 tail"
    yield sound.replace(b"\n", b"\n\0", 1)
    for _ in range(60):
        whole = bytearray(sound)
        for _ in range(r.randint(1, 3)):
            whole[r.randrange(len(whole))] = r.choice(b"\0 0<>+-\nzA\xff")
        yield bytes(whole)


IDENTS = [b"A <a@example.com>", b"A a@example.com 1 +0000", b"<a@example.com> 1 +0000", b"A<a@example.com> 1 +0000",
          b"A <a@example.com 1 +0000", b"A <a@example.com>1 +0000", b"A <a@example.com> 01 +0000",
          b"A <a@example.com> 1 +000", b"A <a@example.com> 1 0000", b"A <a@example.com> x +0000",
          b"A <a@example.com> 99999999999999999999 +0000", b"A <a@example.com> 9223372036854775807 +0000",
          b"A <a@example.com> 9223372036854775808 +0000", b"A > <a@example.com> 1 +0000", b" <a@example.com> 1 +0000",
          b"A <> 1 +0000", b"A <a<b> 1 +0000", b"A <a@example.com>  1 +0000", b"A <a@example.com> 1 +00000",
          b"A <a@example.com> 1 -9999", b"A <a@example.com> -1 +0000", b"", b"A <a@example.com> 0 +0000",
          b"A <a@example.com> \t1 +0000", b"A <a@example.com> 1  +0000"]


def objects(repo, r):
    """(what, kind, content)"""
    ids = {"blob": repo.ask("rev-parse", "HEAD:a"), "tree": repo.ask("rev-parse", "HEAD^{tree}"),
           "commit": repo.ask("rev-parse", "HEAD")}
    for data in hostile_trees(r, ids):
        yield "tree", "tree", data
    commit = repo.content(repo.ask("rev-parse", "HEAD"), "commit")
    for data in hostile_texts(r, commit, IDENTS):
        yield "commit", "commit", data
    for ident in (ids["blob"], ids["tree"], "12345678" * 5):
        yield "commit's tree", "commit", commit.replace(commit[5:45], ident.encode())
        at = commit.index(b"parent ") + 7
        yield "commit's parent", "commit", commit.replace(commit[at:at + 40], ident.encode())
    tag = repo.content("t1", "tag")
    for data in hostile_texts(r, tag, IDENTS):
        yield "tag", "tag", data
    for kind in ("blob", "tree", "tag", "commit", "foo", ""):
        for ident in ids.values():
            yield "tag's object", "tag", tag.replace(tag[7:47], ident.encode()).replace(
                b"type commit", b"type " + kind.encode())
    for name in (b"a..b", b"", b"x y", b"a\\b", b"-a", b"a.lock"):
        yield "tag's name", "tag", tag.replace(b"tag t1", b"tag " + name)
    for extra in (b"foo bar\n", b"gpgsig-sha256 a\n b\n", b"gpgsig a\n", b"gpgsig-sha256 a\n b", b" a\n"):
        yield "tag's header", "tag", tag.replace(b"+0000\n", b"+0000\n" + extra)


def files(repo, r):
    """Damage to what is there: (what, function)"""
    def on_file(ident, change):
        path = repo.file_of(ident)
        with open(path, "rb") as f:
            data = f.read()
        os.chmod(path, 0o644)
        if change is None:
            os.unlink(path)
            return
        with open(path, "wb") as f:
            f.write(change(data))

    known = repo.everything()
    for ident, kind in known:
        yield f"{kind} gone", lambda i=ident: on_file(i, None)
        yield f"{kind} empty", lambda i=ident: on_file(i, lambda d: b"")
        yield f"{kind} with a tail", lambda i=ident: on_file(i, lambda d: d + b"x")
        yield f"{kind} no zlib", lambda i=ident: on_file(i, lambda d: b"rubbish")
        yield f"{kind} of another type", lambda i=ident: repo.write("blob", b"x", i)
        yield f"{kind} of a bad type", lambda i=ident: repo.write("blobb", b"x", i)
        other = r.choice(known)
        yield f"{kind} is another", lambda i=ident, o=other: repo.write(
            o[1], repo.content(*o), i)
    git = repo.path + "/.git"

    def put(name, text, mode="w"):
        os.makedirs(os.path.dirname(f"{git}/{name}"), exist_ok=True)
        with open(f"{git}/{name}", mode) as f:
            f.write(text)
    gone, blob = "12345678" * 5, repo.ask("rev-parse", "HEAD:a")
    for text in (gone + "\n", blob + "\n", "0" * 40 + "\n", "ref: refs/heads/none\n", "ref: refs/tags/t1\n"):
        yield "HEAD " + text, lambda t=text: put("HEAD", t)
    for text in (gone + "\n", blob + "\n", "0" * 40 + "\n", "ref: refs/heads/none\n", "", "x", gone):
        yield "branch " + text, lambda t=text: put("refs/heads/bad", t)
        yield "tag " + text, lambda t=text: put("refs/tags/bad", t)
    line = f"{'0' * 40} {gone} A <a@example.com> 1700000000 +0000\tm\n"
    yield "reflog", lambda: put("logs/HEAD", line, "a")
    yield "reflog of a tree", lambda: put("logs/refs/heads/main", line.replace(
        gone, repo.ask("rev-parse", "HEAD^{tree}")), "a")
    yield "rubbish beside", lambda: (put("objects/aa/foo", "x"), put("objects/aa/tmp_obj_1", "x"))
    yield "no index", lambda: os.unlink(git + "/index")
    second, first = repo.ask("rev-parse", "HEAD~1"), repo.ask("rev-parse", "HEAD~2")
    yield "shallow", lambda: (put("shallow", second + "\n"), on_file(first, None))


def run(program, words, path):
    got = subprocess.run([program, *words], cwd=path, env=ENV, stdin=subprocess.DEVNULL,
                         capture_output=True, timeout=300)
    return got.returncode, got.stdout, got.stderr


def tidy(answer, words):
    """git says more than once that a file is empty; and what it stumbles over
    when it only follows links, in whichever order it follows them."""
    lines = [l for l in answer[2].splitlines() if not l.endswith(b" is empty")]
    if "--connectivity-only" in words:
        lines = [l for l in lines if b"invalid sha1" in l or b"in cache-tree" in l]
    return answer[0], answer[1], lines


class Campaign:
    def __init__(self, git, quoin, show):
        self.git, self.quoin, self.show = git, quoin, show
        self.cases = self.reordered = self.failed = 0

    def compare(self, what, path, options):
        for words in options:
            self.cases += 1
            git = run(self.git, ["fsck", *words.split()], path)
            quoin = run(self.quoin, ["fsck", *words.split()], path)
            if git == quoin:
                continue
            if (git[0], quoin[0]) == (0, 1) and git[1:] == quoin[1:] and b"error in tag" in git[2]:
                continue  # a tagger's error is forgotten by git when headers follow
            if git[0] == 128 and quoin[0] == 128 or tidy(git, words) == tidy(quoin, words):
                continue
            if (git[0] == 128 and quoin[0] != 0 and b" is corrupt" in git[2]) or b"mmap failed" in git[2]:
                continue  # git gives up, quoin may go on
            if git[0] == quoin[0] and git[2] == quoin[2] and \
                    sorted(git[1].splitlines()) == sorted(quoin[1].splitlines()):
                self.reordered += 1
                continue
            self.failed += 1
            if self.show:
                print(f"--- {what}: fsck {words}: git {git[0]}, quoin {quoin[0]}")
                if git[1:] == quoin[1:]:
                    print(git[1:])
                for one, two in ((git[1], quoin[1]), (git[2], quoin[2])):
                    if one != two:
                        print("git:   " + one.decode("latin-1").replace("\n", "\n       "))
                        print("quoin: " + two.decode("latin-1").replace("\n", "\n       "))


def main():
    words = sys.argv[1:]
    is_sample, show = "--sample" in words, "--show" in words
    seed = int(words[words.index("--seed") + 1]) if "--seed" in words else 1
    git = os.environ.get("QUOIN_REFERENCE") or shutil.which("git")
    if git_version(git) < (2, 55):
        print("skipped: fsck_cases, no git 2.55: 1\n0 passed, 0 failed, 1 skipped")
        return 0
    campaign = Campaign(git, os.path.abspath(words[0]), show)
    r = random.Random(seed)
    with tempfile.TemporaryDirectory() as work:
        repo = Repository(git, work + "/repo", r)
        todo = []
        for what, kind, data in objects(repo, r):
            todo.append((what, lambda k=kind, d=data: repo.write(k, d)))
        for text in MODULES:
            todo.append(("modules", lambda t=text: repo.write("tree", tree(
                ("100644", b".gitmodules", repo.write("blob", t.encode()))))))
        for text in ATTRIBUTES:
            todo.append(("attributes", lambda t=text: repo.write("tree", tree(
                ("100644", b".gitattributes", repo.write("blob", t.encode()))))))
        todo += list(files(repo, r))
        if is_sample:
            todo = todo[seed % 9::9]
        shutil.copytree(work + "/repo", work + "/keep", symlinks=True)
        for i, (what, do) in enumerate(todo):
            shutil.rmtree(work + "/repo")
            shutil.copytree(work + "/keep", work + "/repo", symlinks=True)
            do()
            options = OPTIONS[:5] if is_sample else OPTIONS
            chosen = [options[0], options[1 + i % (len(options) - 1)], options[1 + (i * 7 + 3) % (len(options) - 1)]]
            campaign.compare(what, repo.path, chosen)
    print(f"fsck_cases: {campaign.reordered} in another order")
    print(f"{campaign.cases - campaign.failed} passed, {campaign.failed} failed")
    return 1 if campaign.failed else 0


if __name__ == "__main__":
    sys.exit(main())
