#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random command lines of clone, fetch, remote, bundle, ls-remote and pull, beside git.

  tests/campaign/network_lines.py QUOIN [--count N] [--seed N] [--only WORD] [--show NUMBER]

Each case is one to three lines in a copy of a made-up world: a work repository with remotes of
each kind (groups, .git/remotes, .git/branches, push URLs, insteadOf, shallow, empty, bundles
sound and damaged), where the other side moved on meanwhile; over sha1/files and
sha256/reftable.  Compared are exit code, stdout, stderr of each line, and the repositories
that are left: configuration, refs, reflogs, FETCH_HEAD, shallow, which files there are.
--show NUMBER runs that one case, tells both, and keeps what is left.

The judge is QUOIN_REFERENCE, or the machine's git.  Ends with `N passed, N failed`.
"""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import ENV, begin  # noqa: E402

CELLS = (("sha1", "files"), ("sha256", "reftable"))
OUTER = r"""
set -e
git init -q up; cd up
for i in 1 2 3; do echo $i >f$i; echo "story $i" >>story; git add .; git commit -qm "c$i"; done
git branch side HEAD~1; git branch deep/er; git tag v1 HEAD~1; git tag -a -m two v2
git checkout -q side; echo s >s; git add s; git commit -qm side; git tag -a -m st side-tag
git checkout -q main; git branch gone; git branch forced side
cd ..; git clone -q --bare up two.git; git -C two.git update-ref refs/heads/only two
git -C two.git symbolic-ref HEAD refs/heads/side 2>&1
""".replace("update-ref refs/heads/only two", "update-ref refs/heads/only main") + r"""
git init -q --bare empty.git
git clone -q --depth 1 --no-single-branch "file://$PWD/up" shal 2>&1
git clone -q up work 2>/dev/null; cd work
git branch topic; git branch -q --track local-side origin/side 2>&1; git config branch.local-side.rebase false
echo mine >mine; git add mine; git commit -qm mine
git remote add two ../two.git; git remote add empty ../empty.git; git remote add shal ../shal
git remote add bun ../full.bundle; git remote add no ../nope.git
git fetch -q two 2>/dev/null
git config remotes.grp "origin two"; git config --add remotes.grp empty; git config remotes.one two
git remote add pushy ../two.git; git config remote.pushy.pushurl ../empty.git; git config remote.pushy.skipDefaultUpdate true
git config url.../.insteadOf sub: ; git config url.../two.git.pushInsteadOf ../empty.git
git remote add ins sub:two.git; git config remote.ins.skipFetchAll true
mkdir -p .git/remotes .git/branches
printf 'URL: ../two.git\nPush: refs/heads/main\nPull: refs/heads/main:refs/remotes/old/main\n' >.git/remotes/old
echo '../up#side' >.git/branches/br
cd ../up
git branch -qD gone; git branch -qf forced HEAD~2; echo 4 >f4; git add f4; git commit -qm c4; git branch new
git tag v3; git tag -f -a -m again v2 HEAD >/dev/null; git tag -a -m far v4 HEAD~3
git bundle create -q ../full.bundle --all; git bundle create -q ../inc.bundle main~2..main v3 2>&1
git bundle create -q --version=3 ../three.bundle main side
git bundle create -q ../part.bundle --filter=blob:none main
cd ..
n=$(wc -c <full.bundle); head -c $((n-300)) full.bundle >cut.bundle; (cat full.bundle; echo garbage) >trail.bundle
(head -c $((n-10)) full.bundle; printf 0123456789) >hash.bundle
sed '1s/bundle/bungle/' full.bundle >head.bundle; sed '2s/^./g/' full.bundle >line.bundle
(head -1 full.bundle; echo "-$(printf %0${LEN}d 7) missing"; tail -n +2 full.bundle) >pre.bundle
grep -av PACK full.bundle >/dev/null; head -c 60 full.bundle >short.bundle
echo junk >junk
git clone -q --bare --filter=blob:none "file://$PWD/two.git" lazy.git 2>/dev/null || :
"""

SOURCES = ["../up", "../two.git", "../empty.git", "../shal", "../full.bundle", "../inc.bundle", "../three.bundle",
           "../part.bundle", "../cut.bundle", "../trail.bundle", "../hash.bundle", "../head.bundle", "../line.bundle",
           "../pre.bundle", "../short.bundle", "../junk", "../nope", ".", "file://{top}/up", "file://{top}/two.git",
           "file://{top}/shal", "sub:up", "../up/", "../up/.git", "../lazy.git"]
REMOTES = ["origin", "origin", "origin", "two", "two", "empty", "shal", "bun", "no", "pushy", "ins", "old", "br", "grp",
           "one", "nope", "."]
SPECS = ["main", "side", "v1", "v2", "v3", "refs/heads/main", "main:x", "+main:x", "+forced:forced", "forced:main",
         "refs/heads/*:refs/heads/u/*", "+refs/heads/*:refs/remotes/o/*", "refs/tags/*:refs/tags/*", "+refs/tags/*:refs/tags/*",
         "^refs/heads/s*", "nope", "nope:x", ":x", ":", "HEAD", "HEAD:refs/heads/h", "tag v1", "tag nope", "v2:refs/heads/v2",
         "v2:refs/tags/vv", "main:refs/heads/a..b", "main:main", "main:topic", "+side:topic", "deep/er", "new:refs/remotes/origin/new",
         "refs/heads/deep:d", "v1:refs/tags/v2", "+v1:refs/tags/v2", "main:refs/heads/a-name-that-is-rather-long-for-a-column"]
BRANCHES = ["main", "side", "forced", "nope", "deep/er", "new", "gone", "s*"]
FETCH = ["-q", "-v", "-v -v", "--all", "--multiple", "-a", "--atomic", "--depth=1", "--depth=2", "--deepen=1", "--unshallow",
         "--shallow-exclude=v1", "--shallow-since=2000-01-01", "--update-shallow", "--dry-run", "--porcelain", "--no-write-fetch-head",
         "-f", "-k", "-p", "-P", "-p -P", "-n", "-t", "--no-tags", "--refmap=", "--refmap=refs/heads/*:refs/remotes/z/*",
         "--prefetch", "-u", "--set-upstream", "--no-show-forced-updates", "--show-forced-updates", "--refetch", "-4", "-o x",
         "--progress", "--no-progress", "--write-commit-graph", "--negotiation-tip=main", "--negotiation-tip=nope",
         "--negotiation-restrict=main", "--negotiation-include=side", "--negotiate-only --negotiation-tip=main", "--no-auto-gc", "-j 2", "--no-all", "--no-prune",
         "--recurse-submodules=no", "--no-recurse-submodules", "--upload-pack=nope", "--filter=blob:none", "--stdin", "--append --dry-run"]
FETCH_CONFIG = ["fetch.output=compact", "fetch.output=full", "fetch.output=x", "fetch.prune=true", "fetch.pruneTags=true", "fetch.all=true",
                "remote.origin.prune=true", "remote.origin.pruneTags=true", "remote.origin.tagOpt=--no-tags", "remote.origin.tagOpt=--tags",
                "remote.origin.followRemoteHEAD=never", "remote.origin.followRemoteHEAD=always", "remote.origin.followRemoteHEAD=warn",
                "remote.origin.followRemoteHEAD=create", "remote.origin.followRemoteHEAD=warn-if-not-main", "remote.two.followRemoteHEAD=always", "remote.origin.followRemoteHEAD=x",
                "fetch.unpackLimit=1", "transfer.fsckObjects=true", "fetch.showForcedUpdates=false", "remote.origin.skipFetchAll=true",
                "fetch.parallel=2", "fetch.negotiationAlgorithm=skipping", "fetch.negotiationAlgorithm=noop", "fetch.negotiationAlgorithm=x",
                "protocol.version=0", "protocol.version=1", "remote.origin.fetch=+refs/tags/*:refs/t/*", "remote.origin.mirror=true",
                "branch.main.remote=two", "branch.main.merge=refs/heads/side", "remote.pushDefault=two", "color.ui=always", "core.logAllRefUpdates=false",
                "remote.origin.vcs=x", "remotes.default=two origin", "remote.origin.skipDefaultUpdate=true", "protocol.file.allow=never", "fetch.fsckObjects=1", "promisor.quiet=true",
                "remote.origin.negotiationInclude=side", "remote.origin.uploadpack=nope", "fetch.writeCommitGraph=true"]
CLONE = ["-q", "-v", "-n", "--bare", "--mirror", "-l", "-s", "--no-hardlinks", "--no-local", "--reference ../work", "--reference ../nope",
         "--reference-if-able ../nope", "--reference ../work --dissociate", "--dissociate", "-o up", "-o a/b", "-o bad..name", "-b side", "-b v1", "-b nope", "-b v2",
         "--depth=1", "--depth=2", "--depth=0", "--no-single-branch", "--single-branch", "--no-tags", "--tags", "--shallow-since=2000-01-01",
         "--shallow-exclude=v1", "--shallow-exclude=nope", "--reject-shallow", "--separate-git-dir=apart", "--revision=main", "--revision=refs/heads/side",
         "--revision=refs/tags/v2", "--revision=nope", "-c remote.origin.fetch=+refs/tags/*:refs/t/*", "-c remote.origin.fetch=refs/heads/side:refs/heads/sd",
         "-c remote.up.fetch=+refs/heads/*:refs/x/*", "-c user.name=x", "-c core.bare=true", "-c x", "-c remote.origin.tagOpt=--no-tags", "-c remote.origin.url=x", "-c remote.origin.mirror=true", "-c remote.origin.prune=true",
         "--template=", "--filter=blob:none", "--filter=blob:none --no-local", "--filter=tree:0 --no-local -n", "--filter=x", "--sparse", "-u nope", "--progress", "--no-progress", "-j 2", "--ref-format=files",
         "--ref-format=reftable", "--server-option=x", "--no-checkout --no-bare", "--no-remote-submodules", "--also-filter-submodules", "--bundle-uri=../full.bundle", "--no-reject-shallow", "-c remote.origin.followRemoteHEAD=never"]
CLONE_CONFIG = ["clone.defaultRemoteName=def", "clone.rejectShallow=true", "clone.filterSubmodules=true", "init.defaultBranch=trunk", "protocol.version=0",
                "core.sharedRepository=group", "fetch.unpackLimit=1", "transfer.unpackLimit=1", "remote.origin.fetch=+refs/tags/*:refs/t/*", "protocol.file.allow=never", "advice.detachedHead=false", "core.autocrlf=true", "checkout.defaultRemote=x", "branch.autoSetupMerge=always", "branch.autoSetupRebase=always", "clone.defaultRemoteName=bad..x", "remote.origin.pushurl=zz", "url.../.insteadOf=zz:"]
LS = ["-b", "-h --", "--heads", "-t", "--tags", "--refs", "-q", "--exit-code", "--get-url", "--sort=refname", "--sort=-refname", "--sort=version:refname",
      "--sort=-v:refname", "--sort=objectname", "--sort=x", "--sort=committerdate", "--symref", "-o x", "--upload-pack=nope", "--no-quiet", "--branches"]
PATTERNS = ["main", "v*", "heads/main", "refs/heads/*", "nope", "HEAD", "*", "er", "deep/*", "refs/*/v1", "", "m?in"]
PULL = ["-q", "-v", "--ff", "--no-ff", "--ff-only", "--no-commit", "--commit", "--squash", "--no-squash", "--stat", "-n", "--no-stat", "--summary", "--log",
        "--log=1", "--no-log", "--signoff", "-s ours", "-s recursive", "-s nope", "-X ours", "-X theirs", "-X nope", "--no-rebase", "--rebase=false", "--autostash",
        "--no-autostash", "--allow-unrelated-histories", "--edit", "--no-edit", "--cleanup=strip", "--cleanup=x", "--verify-signatures", "--no-verify", "--all", "-a", "--atomic",
        "--depth=1", "--unshallow", "--dry-run", "-f", "-k", "-p", "-t", "--no-tags", "--refmap=", "--set-upstream", "--show-forced-updates", "-j 2", "-4", "-o x",
        "--progress", "--negotiation-tip=main", "--compact-summary", "-m", "--recurse-submodules=no", "--upload-pack=nope", "--filter=blob:none", "--rebase", "--rebase=x", "-r", "--no-recurse-submodules", "--deepen=1", "--update-shallow", "-S", "--no-gpg-sign"]
PULL_CONFIG = ["pull.ff=only", "pull.ff=false", "pull.ff=x", "pull.rebase=false", "pull.rebase=x", "merge.ff=only", "merge.ff=false", "branch.main.rebase=false", "branch.main.mergeOptions=--no-ff",
               "branch.main.mergeOptions=--squash", "merge.log=true", "merge.stat=false", "merge.stat=compact", "merge.branchdesc=true", "pull.octopus=recursive", "pull.twohead=ours", "merge.autoStash=true", "advice.diverging=false",
               "branch.main.merge=refs/heads/nope", "branch.main.merge=refs/heads/side", "branch.main.remote=two", "branch.main.remote=.", "merge.suppressDest=main", "merge.verbosity=5", "advice.resolveConflict=false"]
BUNDLES = ["../full.bundle", "../inc.bundle", "../three.bundle", "../part.bundle", "../cut.bundle", "../trail.bundle", "../hash.bundle",
           "../head.bundle", "../line.bundle", "../pre.bundle", "../short.bundle", "../junk", "../nope"]
REVS = ["main", "--all", "main~1..main", "side", "v1", "v2", "--branches", "--tags", "--remotes", "-1 main", "^main~1 main", "--since=2000-01-01 main", "nope", "HEAD", "main~1", "origin/main", "main..main", "--not v1", "--stdin", "--max-count=1 --all", "^origin/main main",
        "--filter=blob:none main", "--filter=x main", "--branches --tags", "-- story", "main --objects", "topic main", "refs/heads/*", "--glob=refs/heads/t*", "--reflog", "--exclude=refs/heads/main --branches", "--before=2030-01-01 main"]


class Maker:
    def __init__(self, rng, top):
        self.rng, self.top, self.number = rng, top, 0

    def some(self, table, most):
        """Up to so many of these, as words."""
        return [w for one in self.rng.choices(table, k=self.rng.randint(0, most)) for w in one.format(top=self.top).split(" ")]

    def one(self, table):
        return self.rng.choice(table).format(top=self.top)

    def config(self, table, chance=.35):
        out = []
        while self.rng.random() < chance:
            out += ["-c", self.rng.choice(table)]
        return out

    def fetch(self):
        rng = self.rng
        words = [*self.config(FETCH_CONFIG), "fetch", *self.some(FETCH, 3)]
        if rng.random() < .85:
            words.append(self.one(REMOTES) if rng.random() < .7 else self.one(SOURCES))
            words += self.some(SPECS, 2 if rng.random() < .6 else 0)
        return "work", words

    def clone(self):
        self.number += 1
        words = [*self.config(CLONE_CONFIG, .3), "clone", *self.some(CLONE, 3), self.one(SOURCES)]
        return "place", words + ([f"c{self.number}"] if self.rng.random() < .9 else [])

    def ls_remote(self):
        rng = self.rng
        words = [*self.config(FETCH_CONFIG, .15), "ls-remote", *self.some(LS, 3)]
        if rng.random() < .9:
            words.append(self.one(REMOTES) if rng.random() < .6 else self.one(SOURCES))
            words += self.some(PATTERNS, 2)
        return rng.choice(["work", "work", "work", "place"]), words

    def pull(self):
        rng = self.rng
        words = [*self.config(PULL_CONFIG), *self.config(FETCH_CONFIG, .15), "pull", *self.some(PULL, 3)]
        if rng.random() < .6:
            words.append(self.one(REMOTES) if rng.random() < .7 else self.one(SOURCES))
            words += self.some(SPECS, 2)
        return "work", words

    def bundle(self):
        rng, verb = self.rng, self.rng.choice(["create", "create", "verify", "list-heads", "unbundle"])
        place = rng.choice(["work", "work", "work", "work", "place"])
        words = [*self.config(["core.abbrev=9", "fetch.fsckObjects=true", "transfer.fsckObjects=true", "bundle.x=y", "fetch.unpackLimit=1"], .15), "bundle", verb]
        if verb == "create":
            words += [*self.some(["-q", "--progress", "--version=2", "--version=3", "--version=4", "--all-progress", "--no-quiet", "--quiet", "--no-progress"], 2),
                      rng.choice(["new.bundle", "../new.bundle", "../nodir/x", "n2.bundle"]), *self.some(REVS, 3)]
        else:
            words += self.some(["-q", "--progress", "--quiet", "--no-quiet"], 1) + [rng.choice(BUNDLES)]
            if verb != "verify" or rng.random() < .1:
                words += self.some(["main", "refs/heads/main", "HEAD", "v1", "nope", "refs/tags/v2"], 2)
        return place, words

    def remote(self):
        rng = self.rng
        name, other = self.one(REMOTES), rng.choice(["origin", "nn", "two", "x/y", "bad..x", "old", "br", "grp"])
        verb = rng.choice(["add", "add", "add", "rename", "rename", "remove", "rm", "set-head", "set-branches", "get-url", "set-url", "set-url", "show", "show", "prune", "update", "update", ""])
        url = self.one(SOURCES)
        own = {
            "add": lambda: [*self.some(["-f", "-t main", "-t side", "-t nope", "-t s*", "-m main", "-m nope", "--tags", "--no-tags", "--mirror=fetch", "--mirror=push", "--mirror", "--no-mirror"], 3), rng.choice(["nn", "nn", "x/y", other]), url],
            "rename": lambda: [*self.some(["--progress", "--no-progress"], 1), name, other],
            "remove": lambda: [name], "rm": lambda: [name],
            "set-head": lambda: [*self.some(["-a", "-d", "--auto", "--delete"], 1), name, *self.some(["main", "side", "nope"], 1)],
            "set-branches": lambda: [*self.some(["--add"], 1), name, *self.some(BRANCHES, 2)],
            "get-url": lambda: [*self.some(["--push", "--all"], 2), name],
            "set-url": lambda: [*self.some(["--push", "--add", "--delete"], 2), name, rng.choice([url, "../two.git", ".*", "["]), *self.some([".*", "up", "two", "nope", "["], 1)],
            "show": lambda: [*self.some(["-n"], 1), *([name] if rng.random() < .9 else []), *([other] if rng.random() < .1 else [])],
            "prune": lambda: [*self.some(["-n", "--dry-run"], 1), name, *([other] if rng.random() < .1 else [])],
            "update": lambda: [*self.some(["-p", "--prune", "--no-prune"], 1), *self.some(REMOTES, 2)],
            "": lambda: []}[verb]()
        words = [*self.config(FETCH_CONFIG, .2), "remote", *self.some(["-v"], 1), *([verb] if verb else []), *own]
        return "work", words

    def settings(self):
        rng = self.rng
        return "work", rng.choice([
            ["config", *rng.choice(FETCH_CONFIG + PULL_CONFIG).split("=", 1)], ["config", "--add", *rng.choice(FETCH_CONFIG).split("=", 1)],
            ["checkout", "-q", rng.choice(["topic", "local-side", "--detach"])], ["update-ref", "refs/remotes/two/HEAD", "main"],
            ["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/" + rng.choice(["side", "nope", "main"])],
            ["symbolic-ref", "-d", "refs/remotes/origin/HEAD"], ["-C", "../up", "symbolic-ref", "HEAD", "refs/heads/" + rng.choice(["side", "nope", "new"])],
            ["-C", "../up", "checkout", "-q", "--detach"], ["branch", "-q", "-m", "topic", "t2"], ["reset", "-q", "--hard", "HEAD~1"], ["pack-refs", "--all"],
            ["config", "--add", "remote.origin.fetch", rng.choice(["^refs/heads/s*", "+refs/heads/*:refs/y/*", "main:refs/heads/mm", "bad:ref:spec", "refs/heads/side:refs/remotes/origin/main"])],
            ["config", "remote.origin.fetch", rng.choice(["refs/heads/main:refs/remotes/origin/main", "+refs/*:refs/*", "refs/heads/*:refs/remotes/origin/*"])],
            ["config", "--add", "remote.two.url", "../up"], ["tag", "-f", "v3", "HEAD~1"], ["worktree", "add", "-q", "../wt", "topic"][:0] or ["branch", "-q", "u"]])

    def case(self, only):
        rng = self.rng
        kinds = [self.fetch, self.clone, self.ls_remote, self.pull, self.bundle, self.remote, self.remote]
        out = []
        for _ in range(rng.choice([1, 1, 2])):
            if rng.random() < .35:
                out.append(self.settings())
        for _ in range(rng.choice([1, 1, 2, 3])):
            out.append(getattr(self, only)() if only else rng.choice(kinds)())
        return out


def tell_repo(judge, path, env):
    """What a repository is, in words."""
    parts = []
    git = path + "/.git" if os.path.exists(path + "/.git") else path
    if os.path.isfile(git):
        parts.append("gitfile " + open(git).read())
        git = os.path.normpath(os.path.join(path, parts[-1].split(": ")[1].strip()))
    if not os.path.exists(git + "/HEAD"):
        return ""

    def ask(*words):
        got = subprocess.run([judge, *words], cwd=path, env=env, capture_output=True)
        return (got.stdout + got.stderr).decode(errors="backslashreplace")

    parts.append(ask("for-each-ref", "--format=%(refname) %(objectname) %(symref)"))
    parts.append(open(git + "/HEAD").read() if not os.path.isdir(git + "/reftable") else ask("symbolic-ref", "HEAD") + ask("rev-parse", "-q", "--verify", "HEAD"))
    if git != path:
        parts.append(ask("ls-files", "-s"))
    if os.path.isdir(git + "/reftable"):
        for name in ask("reflog", "list").split():
            parts.append(name + "\n" + ask("reflog", "show", "--format=%H %gd %gs %gn", name))
    for root, _, names in sorted(os.walk(git)):
        base = os.path.relpath(root, git)
        if base.startswith(("objects", "hooks", "reftable", "refs")):
            continue
        for name in sorted(names):
            full = os.path.join(root, name)
            parts.append(f"file {base}/{name}")
            if name in ("FETCH_HEAD", "config", "shallow", "packed-refs", "ORIG_HEAD", "MERGE_MSG", "MERGE_HEAD", "MERGE_MODE", "SQUASH_MSG") or base.startswith("logs"):
                text = open(full, errors="backslashreplace").read()
                # Git has some ids twice in the file of a clone; readers do not mind
                parts.append("\n".join(sorted(set(text.split("\n")))) if name == "shallow" else text)
    counts = {}
    for root, _, names in os.walk(git + "/objects"):
        for name in names:
            if name.startswith("tmp_") or root.endswith("writers"):
                continue  # git leaves what it could not finish
            kind = "loose" if re.fullmatch(r"objects/[0-9a-f]{2}", os.path.relpath(root, git)) else name if "-" not in name else os.path.splitext(name)[1]
            counts[kind] = counts.get(kind, 0) + 1
    parts.append("objects " + str(sorted(counts.items())))
    if git != path:
        parts.append("work " + " ".join(sorted(os.path.relpath(os.path.join(r, n), path) for r, d, ns in os.walk(path) if not r.startswith(git) for n in ns if not (r == path and n == ".git"))))
    return "\n".join(parts)


def settle(err):
    """The same, whoever is quicker."""
    lines = err.decode(errors="backslashreplace").replace("\r", "\n").split("\n")
    lines = [x for x in lines if not re.match(r"remote: (Enumerating|Counting|Compressing|Total)|(Receiving|Resolving|Unpacking|Writing|Enumerating|Counting|Compressing|Checking) |Total |Delta compression|fatal: the remote end hung up", x)]
    return "\n".join(lines)


def play(program, judge, template, top, case):
    shutil.rmtree(top, ignore_errors=True)
    shutil.copytree(template, top, symlinks=True)
    env = {**ENV, "HOME": top + "/home", "GIT_CONFIG_GLOBAL": top + "/home/.gitconfig", "GIT_EDITOR": "true", "GIT_TERMINAL_PROMPT": "0",
           "GIT_DEFAULT_HASH": os.environ["CELL_HASH"], "GIT_DEFAULT_REF_FORMAT": os.environ["CELL_REFS"], "XDG_CONFIG_HOME": top + "/home/x"}
    told = []
    for place, words in case:
        try:
            got = subprocess.run([program, *words], cwd=f"{top}/{place}", env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            code, out, err = got.returncode, got.stdout, got.stderr
        except subprocess.TimeoutExpired:
            code, out, err = "TIMEOUT", b"", b""
        if program != judge and b"needs rebase, which is not done" in err:
            return ""  # what it would have done is unknown
        if code == 129:
            out = err = b""
        told.append(f"$ ({place}) {' '.join(words)}\n{out.decode(errors='backslashreplace')}--\n{settle(err)}= {code}")
    for name in ["work", "new.bundle"] + ["place/" + n for n in sorted(os.listdir(top + "/place"))] + ["work/" + n for n in sorted(os.listdir(top + "/work"))]:
        path = f"{top}/{name}"
        if os.path.isdir(path):
            text = tell_repo(judge, path, env)
            if text:
                told.append(f"## {name}\n{text}")
            elif name.startswith("place/"):
                told.append(f"## {name} {sorted(os.listdir(path))}")
        elif os.path.isfile(path) and name.endswith(".bundle"):
            data = open(path, "rb").read()
            told.append(f"## {name} {data[:data.find(b'PACK')] if b'new' in name.encode() or b'n2' in name.encode() else ''}")
    return "\n".join(told)


def make_template(judge, place, algorithm, refs):
    os.makedirs(place + "/home")
    os.makedirs(place + "/place")
    with open(place + "/home/.gitconfig", "w") as out:
        out.write("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n")
    os.makedirs(place + "/bin")
    os.symlink(judge, place + "/bin/git")
    env = {**ENV, "HOME": place + "/home", "GIT_CONFIG_GLOBAL": place + "/home/.gitconfig", "GIT_DEFAULT_HASH": algorithm, "GIT_DEFAULT_REF_FORMAT": refs,
           "PATH": place + "/bin:" + os.environ["PATH"], "LEN": "40" if algorithm == "sha1" else "64"}
    subprocess.run(["sh", "-c", OUTER], cwd=place, env=env, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(place + "/bin")


def main():
    campaign, options = begin("network_lines", texts=("only", "show", "cell"), count=300)
    judge = os.path.abspath(shutil.which(options.git))
    base = tempfile.mkdtemp(prefix="nl", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
    for algorithm, refs in CELLS:
        make_template(judge, f"{base}/{algorithm}", algorithm, refs)
    top = base + "/t"
    # the addresses that were written while it was made
    for algorithm, _ in CELLS:
        for root, _, names in os.walk(f"{base}/{algorithm}"):
            for name in names:
                if name in ("config", "FETCH_HEAD", "HEAD") or "logs" in root:
                    path = os.path.join(root, name)
                    text = open(path, errors="surrogateescape").read()
                    open(path, "w", errors="surrogateescape").write(text.replace(f"{base}/{algorithm}", top))
    try:
        numbers = [int(options.show)] if options.show else range(options.seed, options.seed + options.count)
        for number in numbers:
            rng = random.Random(f"{number} {options.only}")
            algorithm, refs = rng.choice(CELLS)
            if options.cell:
                algorithm, refs = CELLS[int(options.cell)]
            os.environ["CELL_HASH"], os.environ["CELL_REFS"] = algorithm, refs
            case = Maker(rng, top).case(options.only)
            theirs, ours = (play(program, judge, f"{base}/{algorithm}", top, case).replace(base, "<TOP>") for program in (judge, campaign.quoin))
            if not ours:
                campaign.skip("rebase")
                continue
            if ours == theirs:
                campaign.passed += 1
                continue
            campaign.failed += 1
            campaign.report(f"net{number}", [f"--show {number}"] + [" ".join(w) + " ;" for _, w in case], (ours.encode(),), (theirs.encode(),))
    finally:
        if not options.show:
            shutil.rmtree(base, ignore_errors=True)
        else:
            print("kept", base)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
