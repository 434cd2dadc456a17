"""The repositories of floors.py, made by the newest git."""
import os
import random
import shutil
import subprocess
import tarfile
import tempfile

DATE = "1700000000 +0000"


def environment(home):
    return {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC", "GIT_PAGER": "cat",
            "GIT_CONFIG_NOSYSTEM": "1", "HOME": home + "/home",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_AUTHOR_DATE": DATE, "GIT_COMMITTER_DATE": DATE,
            "GIT_OPTIONAL_LOCKS": "0", "GIT_EDITOR": "true",
            **{k: v for k, v in os.environ.items() if k.endswith("SAN_OPTIONS")}}


class Maker:
    def __init__(self, git, top):
        self.git, self.top, self.env = git, top, environment(top)

    def do(self, repo, *words, text=None, env=None):
        got = subprocess.run([self.git, *words], cwd=f"{self.top}/{repo}", check=True,
                             env={**self.env, **(env or {})}, capture_output=True,
                             input=text.encode() if text is not None else b"")
        return got.stdout.decode().strip()


def stream(seed, count, with_odd_dates):
    """A history for fast-import: branches, merges, octopuses, dates that go back."""
    rng, out, tips, now = random.Random(seed), [], [], 1500000000
    for number in range(1, count + 1):
        now += rng.choice([0, 1, 60, 3600, -300])
        date = now
        if with_odd_dates and number % 17 == 0:
            date = rng.choice([1, 5000000000, 17179869183, 1000])
        parents = []
        if tips:
            parents = [rng.choice(tips[-4:])]
            for _ in range(rng.choice([0, 0, 0, 1, 1, 3])):
                other = rng.choice(tips[-8:])
                if other not in parents:
                    parents.append(other)
        message = f"commit {number}\n"
        out.append(f"commit refs/heads/b{number}\nmark :{number}\n"
                   f"author Ann <ann@example.com> {date} +0000\n"
                   f"committer Bob <bob@example.com> {date} +0000\n"
                   f"data {len(message)}\n{message}")
        for i, parent in enumerate(parents):
            out.append(("from" if i == 0 else "merge") + f" :{parent}\n")
        for _ in range(rng.randint(0, 2)):
            path = rng.choice(["a", "b", "d/c", "d/e/f", "d\u00e4/\u00fc", "g/h"])
            data = f"{path} {number}\n"
            out.append(f"M 100644 inline {path}\ndata {len(data.encode())}\n{data}\n")
        if number == 30:
            for i in range(600): # too many changes for a filter
                out.append(f"M 100644 inline many/{i}\ndata 2\nx\n\n")
        tips.append(number)
    out.append(f"reset refs/heads/master\nfrom :{count}\n\n")
    for number in (10, count // 2, count):
        out.append(f"tag t{number}\nfrom :{number}\ntagger T <t@e> 1600000000 +0000\n"
                   "data 3\nxx\n\n")
    return "".join(out)


def make_history(maker, name, algorithm, with_odd_dates):
    os.mkdir(f"{maker.top}/{name}")
    maker.do(name, "init", "-q", "--bare", "-b", "master", "--ref-format=files",
             f"--object-format={algorithm}", ".")
    shutil.rmtree(f"{maker.top}/{name}/hooks", ignore_errors=True)
    maker.do(name, "fast-import", "--quiet", text=stream(7, 80, with_odd_dates))
    maker.do(name, "pack-refs", "--all")
    maker.do(name, "repack", "-qad")


def make_graphs(maker, repo):
    """The directory objects/info in each form, beside the repository."""
    info = f"{maker.top}/{repo}/objects/info"
    kinds = {
        "v1": [(["-c", "commitGraph.generationVersion=1"], ["--reachable"])],
        "v2": [([], ["--reachable"])],
        "bloom1": [(["-c", "commitGraph.changedPathsVersion=1"],
                    ["--reachable", "--changed-paths"])],
        "bloom2": [(["-c", "commitGraph.changedPathsVersion=2"],
                    ["--reachable", "--changed-paths"])],
        "part": [([], ["--stdin-commits", "b40"])],
        "chain": [([], ["--split=no-merge", "--stdin-commits", b])
                  for b in ("b20", "b50", "master")],
        "chain-bloom": [(["-c", "commitGraph.changedPathsVersion=2"],
                         ["--split=no-merge", "--changed-paths", "--stdin-commits", b])
                        for b in ("b20", "b50", "master")],
        "chain-mixed": [
            (["-c", "commitGraph.generationVersion=1"],
             ["--split=no-merge", "--stdin-commits", "b20"]),
            (["-c", "commitGraph.changedPathsVersion=1"],
             ["--split=no-merge", "--changed-paths", "--stdin-commits", "b50"]),
            (["-c", "commitGraph.changedPathsVersion=2"],
             ["--split=no-merge", "--changed-paths", "--stdin-commits", "master"])],
    }
    for kind, steps in kinds.items():
        for before, after in steps:
            text = ""
            if "--stdin-commits" in after:
                text = maker.do(repo, "rev-parse", after[-1]) + "\n"
                after = after[:-1]
            maker.do(repo, *before, "commit-graph", "write", "--no-progress", *after, text=text)
        os.makedirs(f"{maker.top}/{repo}/graphs", exist_ok=True)
        target = f"{maker.top}/{repo}/graphs/{kind}"
        os.mkdir(target)
        for name in ("commit-graph", "commit-graphs"):
            if os.path.exists(f"{info}/{name}"):
                os.rename(f"{info}/{name}", f"{target}/{name}")


def keep_packs(maker, repo, kind):
    """What is in objects/pack is kept as this kind, and leaves the place."""
    home = f"{maker.top}/{repo}"
    os.makedirs(home + "/packs", exist_ok=True)
    os.rename(home + "/objects/pack", f"{home}/packs/{kind}")
    os.mkdir(home + "/objects/pack")


def all_ids(maker, repo):
    return maker.do(repo, "cat-file", "--batch-all-objects",
                    "--batch-check=%(objectname)").split("\n")


def make_packs(maker, repo, algorithm):
    """objects/pack in each form."""
    os.mkdir(f"{maker.top}/{repo}")
    maker.do(repo, "init", "-q", "--bare", "-b", "master", "--ref-format=files",
             f"--object-format={algorithm}", ".")
    shutil.rmtree(f"{maker.top}/{repo}/hooks", ignore_errors=True)
    text = stream(11, 24, False).replace("many/", "few/")
    many = ("-c", "fastimport.unpackLimit=1", "fast-import", "--quiet")
    maker.do(repo, *many, text=text)
    out = []
    for number in range(60): # a chain of deltas
        data = "".join(f"line {i} of many, {'changed ' + str(number) if i == number % 40 else ''}\n"
                       for i in range(40))
        out.append(f"blob\ndata {len(data)}\n{data}\n")
    maker.do(repo, *many, text="".join(out))
    maker.do(repo, "pack-refs", "--all")
    home = f"{maker.top}/{repo}"
    ids = all_ids(maker, repo)
    source = f"{maker.top}/source"
    shutil.copytree(home, source)
    shutil.rmtree(home + "/objects/pack")
    os.mkdir(home + "/objects/pack")
    borrow = {"GIT_ALTERNATE_OBJECT_DIRECTORIES": source + "/objects"}

    def pack(part, *words):
        name = maker.do(repo, "pack-objects", "-q", "--threads=1", *words,
                        "objects/pack/pack", text="\n".join(part) + "\n", env=borrow)
        return f"objects/pack/pack-{name}"

    deep = ("--depth=200", "--window=70")
    pack(ids, "--delta-base-offset", *deep)
    keep_packs(maker, repo, "one")
    pack(ids, *deep)
    keep_packs(maker, repo, "ref-deltas")
    pack(ids, "--index-version=1", *deep)
    keep_packs(maker, repo, "index-v1")
    pack(ids, "--delta-base-offset", "--index-version=2,0x40", *deep)
    keep_packs(maker, repo, "far")
    thirds = [ids[0::3], ids[1::3], ids[2::3] + ids[:20]]
    for part in thirds:
        pack(part, "--delta-base-offset")
    maker.do(repo, "multi-pack-index", "write", "--no-progress")
    keep_packs(maker, repo, "multi")
    for part in thirds:
        pack(part, "--delta-base-offset", "--index-version=2,0x40")
    maker.do(repo, "multi-pack-index", "write", "--no-progress",
             env={"GIT_TEST_MIDX_WRITE_REV": "1"})
    keep_packs(maker, repo, "multi-reverse")
    for part in thirds:
        pack(part, "--delta-base-offset")
        maker.do(repo, "multi-pack-index", "write", "--incremental", "--no-progress")
    keep_packs(maker, repo, "multi-chain")
    shutil.rmtree(source)


def make(git, target):
    with tempfile.TemporaryDirectory() as top:
        os.mkdir(top + "/home")
        maker = Maker(git, top)
        make_history(maker, "graph.git", "sha1", True)
        make_graphs(maker, "graph.git")
        make_history(maker, "graph256.git", "sha256", False)
        make_graphs(maker, "graph256.git")
        make_packs(maker, "pack.git", "sha1")
        make_packs(maker, "pack256.git", "sha256")

        def plain(info):
            info.uid = info.gid = info.mtime = 0
            info.uname = info.gname = ""
            info.mtime = 1700000000
            return info
        with tarfile.open(target, "w:gz") as tar:
            for name in sorted(os.listdir(top)):
                tar.add(f"{top}/{name}", name, filter=plain)
    print(f"{os.path.getsize(target)} bytes in {target}")
