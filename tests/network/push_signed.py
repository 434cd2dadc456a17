#!/usr/bin/env python3
"""Signed pushes: what the hooks of the server learn, over all pairs of programs.

  tests/network/push_signed.py QUOIN [--git GIT] [--keep] [WORD...]

With an ssh key (ssh-keygen) and with gpg; locally, where one process makes the nonce
and judges it, and over http, where another one does: at once (OK), some seconds later
(SLOP, or OK within receive.certNonceSlop), with another seed (BAD), with none
(UNSOLICITED); signed by nobody who is known, and not signed at all.  Push options go
along.  Each pair has to say what is written here, and the same as git with git.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
from carriers import CARRIERS, Missing  # noqa: E402

HOOK = """#!/bin/sh
echo "${0##*/} $*" >>../seen
env | grep '^GIT_PUSH' | sort >>../seen
case ${0##*/} in *-receive) cat >>../seen ;; esac
[ -z "$GIT_PUSH_CERT" ] || GIT cat-file blob $GIT_PUSH_CERT >>../seen
"""
# On a slow machine a second goes by between two requests.
SEED = ["receive.certNonceSeed=a", "receive.certNonceSlop=60"]
# name, options of push, keys there, what the client's pre-push does there, what the hooks
# are told, what else has to be seen.  UP is the repository; {} the git that judges.
CASES = [
    ("plain", ["--signed"], SEED, "",
     {"NONCE_STATUS": "OK", "STATUS": "G"}, "nonce "),
    ("if-asked", ["--signed=if-asked"], SEED, "",
     {"NONCE_STATUS": "OK", "STATUS": "G"}, "pushee "),
    ("if-asked-not", ["--signed=if-asked"], [], "", {"NONCE_STATUS": None, "STATUS": None}, None),
    ("not", ["--no-signed"], SEED, "", {"NONCE_STATUS": None, "STATUS": None}, None),
    ("options", ["--signed", "-o", "one", "-o", "and two"],
     [*SEED, "receive.advertisePushOptions=true"], "",
     {"NONCE_STATUS": "OK", "OPTION_COUNT": "2", "OPTION_0": "one", "OPTION_1": "and two"}, "push-option and two"),
    ("options-unsigned", ["-o", "", "-o", "x=y"], ["receive.advertisePushOptions=true"], "",
     {"OPTION_COUNT": "2", "OPTION_0": "", "OPTION_1": "x=y", "STATUS": None}, None),
    ("options-none", [], ["receive.advertisePushOptions=true"], "", {"OPTION_COUNT": "0", "OPTION_0": None}, None),
    ("atomic", ["--signed", "--atomic"], SEED, "", {"NONCE_STATUS": "OK"}, "refs/heads/two"),
    ("late", ["--signed"], ["receive.certNonceSeed=a"], "sleep 1.2",
     {"NONCE_STATUS": "SLOP", "NONCE_SLOP": "seconds"}, None),
    ("late-enough", ["--signed"], SEED, "sleep 1.2",
     {"NONCE_STATUS": "OK", "NONCE_SLOP": None}, None),
    ("other-seed", ["--signed"], ["receive.certNonceSeed=a"], "{} -C UP config receive.certNonceSeed b",
     {"NONCE_STATUS": "BAD"}, None),
    ("no-seed", ["--signed"], ["receive.certNonceSeed=a"], "{} -C UP config --unset receive.certNonceSeed",
     {"NONCE_STATUS": None}, None),
    ("unknown", ["--signed"], [*SEED, "gpg.ssh.allowedSignersFile=/dev/null"], "",
     {"NONCE_STATUS": "OK"}, None),
]
ONLY_HTTP = ("late", "late-enough", "other-seed", "no-seed")


class Fault(Exception):
    pass


class Signed:
    def __init__(self, words):
        self.keep = "--keep" in words
        words = [word for word in words if word != "--keep"]
        git = "git"
        if "--git" in words:
            i = words.index("--git")
            git = words[i + 1]
            del words[i:i + 2]
        if not words:
            sys.exit(__doc__)
        self.quoin, self.words = os.path.abspath(words.pop(0)), words
        self.git = shutil.which(git) or os.path.abspath(git)
        self.base = tempfile.mkdtemp(prefix="push-signed.")
        self.env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.env.update(HOME=f"{self.base}/home", GNUPGHOME=f"{self.base}/g", LC_ALL="C", TZ="UTC",
                        GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0", GIT_AUTHOR_NAME="A",
                        GIT_AUTHOR_EMAIL="a@example.com", GIT_COMMITTER_NAME="C",
                        GIT_COMMITTER_EMAIL="c@example.com", GIT_AUTHOR_DATE="1700000000 +0000",
                        GIT_COMMITTER_DATE="1700000000 +0000")
        os.makedirs(self.env["HOME"])
        os.makedirs(self.env["GNUPGHOME"], 0o700)
        with open(f"{self.env['HOME']}/.gitconfig", "w") as f:
            f.write("[safe]\n\tdirectory = *\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
                    "[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n")
        self.passed = self.failed = 0
        self.skips = {}

    def run_plain(self, *words, at=None):
        return subprocess.run(words, cwd=at or self.base, env=self.env, check=True, capture_output=True, text=True)

    def make_key(self, kind):
        """Settings of a client and of a server."""
        if kind == "ssh":
            if not shutil.which("ssh-keygen"):
                raise Missing("ssh-keygen is not installed")
            self.run_plain("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "key")
            with open(f"{self.base}/key.pub") as f, open(f"{self.base}/allowed", "w") as out:
                out.write("c@example.com " + f.read())
            return (["gpg.format=ssh", f"user.signingKey={self.base}/key"],
                    ["gpg.format=ssh", f"gpg.ssh.allowedSignersFile={self.base}/allowed"])
        if not shutil.which("gpg"):
            raise Missing("gpg is not installed")
        try:
            self.run_plain("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "C <c@example.com>", "ed25519",
                           "sign", "never")
        except subprocess.CalledProcessError as problem:
            raise Missing(f"gpg makes no key: {problem.stderr.strip().splitlines()[-1:]}")
        return ["user.signingKey=c@example.com"], []

    def masked(self, text, up):
        for pattern, word in (
                (r"\d{10}-[0-9a-f]{40,64}", "NONCE"), (r"^(pusher .*) \d+ [-+]\d{4}$", r"\1 DATE"),
                (r"(?<=SLOP=)\d+", "seconds"), (r"(?<=GIT_PUSH_CERT=)[0-9a-f]+", "BLOB"),
                (r"(?s)-----BEGIN .*?-----END [^\n]*\n", "SIGNATURE\n"), (re.escape(up), "UP"),
                (r"http://127.0.0.1:\d+", "http://HOST")):
            text = re.sub(pattern, word, text, flags=re.M)
        return text

    def case(self, carrier, key, server, client, case, name):
        label, options, keys, before, wanted, more = case
        near, up = f"{carrier.root}/.{name}", f"{carrier.root}/{name}.git"
        self.run_plain(self.git, "init", "-q", "--bare", up)
        for setting in [*key[1], *keys, "http.receivepack=true"]:
            self.run_plain(self.git, "-C", up, "config", *setting.split("=", 1))
        os.makedirs(f"{up}/hooks", exist_ok=True)
        for hook in ("pre-receive", "update", "post-receive", "post-update"):
            with open(f"{up}/hooks/{hook}", "w") as f:
                f.write(HOOK.replace("GIT cat", f"{self.git} cat").replace("../seen", f"{up}.seen"))
            os.chmod(f"{up}/hooks/{hook}", 0o755)
        self.run_plain(self.git, "init", "-q", near)
        self.run_plain(self.git, "commit", "-q", "--allow-empty", "-m", "one", at=near)
        for setting in key[0]:
            self.run_plain(self.git, "config", *setting.split("=", 1), at=near)
        if before:
            with open(f"{near}/.git/hooks/pre-push", "w") as f:
                f.write("#!/bin/sh\n" + before.replace("UP", up).replace("{}", self.git) + "\n")
            os.chmod(f"{near}/.git/hooks/pre-push", 0o755)
        done = subprocess.run([client, "push", "-q", *options, *carrier.receive_options(), carrier.url(f"{name}.git"),
                               "main", "main:refs/heads/two"], cwd=near, env={**self.env, **carrier.client_env()},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        seen = ""
        if os.path.exists(f"{up}.seen"):
            with open(f"{up}.seen") as f:
                seen = self.masked(f.read(), up).replace(name, "NAME")
        if done.returncode:
            raise Fault(f"exit code {done.returncode}: {done.stderr}")
        for hook in ("pre-receive", "post-receive"):
            part = seen.split(f"{hook} \n", 1)[1].split("\nupdate ")[0]
            for word, value in wanted.items():
                front = "GIT_PUSH_" if word.startswith("OPTION") else "GIT_PUSH_CERT_"
                found = re.search(f"(?m)^{front}{word}=(.*)$", part)
                if (found and found[1]) != value:
                    raise Fault(f"{hook}: {front}{word} is {found and found[1]}, not {value}")
            if more and more not in part:
                raise Fault(f"{hook}: no {more!r}")
        refs = self.run_plain(self.git, "-C", up, "for-each-ref", "--format=%(refname)").stdout
        if refs != "refs/heads/main\nrefs/heads/two\n":
            raise Fault(f"refs: {refs}")
        self.run_plain(self.git, "-C", up, "fsck", "--strict")
        for at in (near, up):
            shutil.rmtree(at)
        return seen

    def run_key(self, kind):
        try:
            key = self.make_key(kind)
        except Missing as problem:
            self.skips[kind] = (len(CASES) * 8 - len(ONLY_HTTP) * 4, str(problem))
            return
        programs, found = {"git": self.git, "quoin": self.quoin}, {}
        for way in ("local", "http"):
            for server in programs:
                root = f"{self.base}/{kind}-{way}-{server}"
                os.makedirs(root)
                carrier = CARRIERS[way](root, f"{root}/.carrier", programs[server], self.env)
                carrier.start()
                try:
                    for client in programs:
                        for case in CASES:
                            name = f"{kind} {way} {client}-{server} {case[0]}"
                            if (way == "local" and case[0] in ONLY_HTTP) or \
                                    not all(word in name for word in self.words):
                                continue
                            self.judge(name, (kind, way, case[0]), found, carrier, key, server,
                                       programs[client], case)
                finally:
                    carrier.stop()

    def judge(self, name, of, found, carrier, key, server, client, case):
        try:
            seen = self.case(carrier, key, server, client, case, name.replace(" ", "."))
            if found.setdefault(of, seen) != seen:
                raise Fault(f"hooks were told\n{seen}\nwhere git told\n{found[of]}")
            self.passed += 1
        except (Fault, subprocess.SubprocessError) as fault:
            self.failed += 1
            print(f"FAIL {name}: {fault}", flush=True)

    def run(self):
        for kind in ("ssh", "gpg"):
            self.run_key(kind)
        for kind, (count, reason) in self.skips.items():
            print(f"skipped: {kind}: {count}: {reason}")
        if shutil.which("gpgconf"):
            subprocess.run(["gpgconf", "--kill", "all"], env=self.env, capture_output=True)
        if self.keep or self.failed:
            print(self.base)
        else:
            shutil.rmtree(self.base)
        print(f"{self.passed} passed, {self.failed} failed, {sum(n for n, _ in self.skips.values())} skipped")
        return 1 if self.failed else 0


if __name__ == "__main__":
    sys.exit(Signed(sys.argv[1:]).run())
