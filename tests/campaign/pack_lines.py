# SPDX-License-Identifier: MIT
"""Random command lines about packs, for pack_products.py: options times values.

A line is (words, input); input is bytes, or a function that puts files into the
repository's directory and gives the bytes.  `world` has the repositories made by
pack_products.py: packs(name), objects(name), pack_data(name, pack), git(...).
"""
import hashlib
import os
import random

NUM = ["0", "1", "2", "5", "-1", "x", "10k", "4294967296", "", "99999999999999999999"]
SIZES = NUM + ["1m", "512", "1g"]
FILTERS = ["blob:none", "blob:limit=100", "blob:limit=1k", "tree:0", "tree:1", "object:type=commit",
           "object:type=blob", "object:type=tag", "sparse:oid=main:a.txt", "combine:tree:2+blob:limit=50",
           "bad", "blob:limit=x", "tree:x", "sparse:path=x", "combine:"]
DATES = ["now", "never", "2.weeks.ago", "all", "1.day.ago", "bogus", "2023-01-01", ""]
REVISIONS = ["HEAD", "main", "side", "v1", "v2", "^side", "side..main", "--all", "--branches", "--tags",
             "HEAD~2", "^v1", "main:a.txt", "main^{tree}", "nonexist", "--not", "--glob=refs/tags/*",
             "side...main", "--reflog", "--indexed-objects", "main:dir", "v2^{}"]
NAMES = ["refs/heads/main", "refs/heads/side", "refs/tags/v2", "refs/heads/new", "HEAD", "bad..name",
         "refs/heads/main/x", "new", "refs/x/y"]


def pick(r, words, count):
    return r.sample(words, min(count, len(words)))


def some(r, table, most=4):
    """Some options of a table: words, or ("--name=", values)."""
    out = []
    for entry in pick(r, table, r.choice([0, 1, 1, 2, 2, 3, most])):
        out.append(entry if isinstance(entry, str) else entry[0] + r.choice(entry[1]))
    return out


def revisions(r):
    return pick(r, REVISIONS, r.choice([0, 1, 1, 1, 2, 3]))


def joined(words):
    return "".join(word + "\n" for word in words).encode()


def pack_objects(r, world, repo):
    kept = (world.packs(repo) or ["x"])[0]
    words = some(r, [
        "-q", "--progress", "--all-progress", "--all-progress-implied",
        ("--index-version=", ["1", "2", "3", "2,0x40", "1,5", "x"]),
        ("--max-pack-size=", ["1m", "2m", "1", "0", "x", "1g", "512k"]), "--local", "--incremental",
        ("--window=", NUM), ("--window-memory=", SIZES), ("--depth=", NUM + ["5000"]), "--no-reuse-delta",
        "--no-reuse-object", "--reuse-delta", "--delta-base-offset", "--no-delta-base-offset",
        ("--threads=", ["0", "1", "2", "-1", "x"]), "--non-empty", "--unpacked", "--all", "--reflog",
        "--indexed-objects", "--include-tag", "--keep-unreachable", "--pack-loose-unreachable",
        "--unpack-unreachable", ("--unpack-unreachable=", DATES), "--cruft", ("--cruft-expiration=", DATES),
        "--sparse", "--no-sparse", "--thin", "--path-walk", "--no-path-walk", "--shallow",
        "--honor-pack-keep", ("--keep-pack=", [kept, "nope.pack"]),
        ("--compression=", ["0", "9", "-1", "10", "x"]), "--keep-true-parents", "--use-bitmap-index",
        "--no-use-bitmap-index", "--write-bitmap-index", "--no-write-bitmap-index", ("--filter=", FILTERS),
        "--no-filter", ("--missing=", ["error", "allow-any", "allow-promisor", "bad", "print"]),
        "--exclude-promisor-objects", "--exclude-promisor-objects-best-effort", "--delta-islands",
        ("--name-hash-version=", ["0", "1", "2", "3", "-1", "x"]), "--no-name-hash-version",
        "--uri-protocol=https", "--no-revs", "--no-thin"])
    kind, text = r.choice(["revs", "revs", "revs", "list", "packs", "none", "all"]), b""
    if kind == "revs":
        words.append("--revs")
        text = joined(revisions(r)) or b"\n"
    elif kind == "list":
        ids = pick(r, world.objects(repo) or ["0" * 40], r.choice([0, 1, 5, 100]))
        text = joined(name + r.choice([" path", ""]) for name in ids)
    elif kind == "packs":
        words.append(r.choice(["--stdin-packs"] * 2 + ["--stdin-packs=follow", "--stdin-packs=bad"]))
        text = joined(r.choice(["", "", "^"]) + name for name in pick(r, world.packs(repo), 3))
    elif kind == "all":
        words += ["--revs", "--all"]
    r.shuffle(words)
    return ["pack-objects", *words, r.choice(["--stdout", "out", "out", ".git/objects/pack/pack"])], text


def repack(r, world, repo):
    kept = (world.packs(repo) or ["x"])[0]
    return ["repack", *some(r, [
        "-a", "-A", "-d", "-d", "-d", "-a", "--cruft", ("--cruft-expiration=", DATES),
        ("--combine-cruft-below-size=", SIZES), ("--max-cruft-size=", SIZES), "-f", "-F",
        ("--name-hash-version=", ["1", "2", "0", "x", "3"]), "--path-walk", "-n", "-q", "-l", "-b",
        "--no-write-bitmap-index", "-i", "--unpack-unreachable=now", ("--unpack-unreachable=", DATES), "-k",
        ("--window=", NUM), ("--window-memory=", SIZES), ("--depth=", NUM), ("--threads=", NUM),
        ("--max-pack-size=", ["1m", "1", "x", "0"]), ("--filter=", FILTERS), "--pack-kept-objects",
        "--no-pack-kept-objects", ("--keep-pack=", [kept, "nope.pack"]),
        ("--geometric=", ["2", "1", "0", "x", "3"]), "-g2", "-m", "--write-midx",
        ("--write-midx=", ["incremental", "bad"]), "--no-write-midx", "--expire-to=out-e/pack",
        "--filter-to=out-f/pack", "--no-cruft"], 6)], b""


def gc(r, world, repo):
    return ["gc", *some(r, ["-q", "--quiet", "--prune", ("--prune=", DATES), "--no-prune", "--cruft",
                            "--no-cruft", ("--max-cruft-size=", SIZES), "--aggressive", "--auto",
                            "--no-detach", "--force", "--keep-largest-pack", "--expire-to=out-e/pack",
                            "--no-force", "--no-quiet", "extra"])], b""


def prune(r, world, repo):
    words = some(r, ["-n", "-v", "--progress", "--no-progress", ("--expire=", DATES), "--no-expire",
                     "--expire", "--exclude-promisor-objects", "--", "--verbose", "--dry-run"])
    return ["prune", *words, *pick(r, REVISIONS + world.objects(repo)[:5], r.choice([0, 0, 1, 2]))], b""


def small(r, world, repo):
    tar = world.git("loose", "archive", "--format=tar", "HEAD")
    return r.choice([
        (["prune-packed", *some(r, ["-n", "-q", "--dry-run", "--no-quiet", "x", "--no-dry-run"])], b""),
        (["count-objects", *some(r, ["-v", "-H", "--human-readable", "--no-verbose", "x"])], b""),
        (["unpack-file", r.choice(["main:a.txt", "HEAD", "nope"])], b""),
        (["get-tar-commit-id"], tar[:r.choice([0, 100, 511, 512, 600, 1024, 5000])])])


def changed_pack(r, world):
    """A pack of ours, often with something done to it, sometimes with a sum that is right again."""
    source = r.choice(["full", "packs", "bitmap"])
    data, how = world.pack_data(source, r.choice(world.packs(source))), r.random()
    if how < .1:
        data = data[:r.randrange(len(data))]
    elif how < .25:
        at = r.randrange(len(data))
        data = data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1:]
    elif how < .3:
        data += b"junk"
    size = 20 if world.hash == "sha1" else 32
    if how < .4 and r.random() < .6 and len(data) > 60:
        data = data[:-size]
        data += hashlib.new(world.hash, data).digest()
    return data


def index_pack(r, world, repo):
    data = changed_pack(r, world)
    words = some(r, [
        "-v", "--rev-index", "--no-rev-index", "--fix-thin", "--keep", ("--keep=", ["why", "", "a b"]),
        ("--index-version=", ["1", "2", "3", "2,1000", "x"]), "--strict",
        ("--strict=", ["missingEmail=ignore", "bad=error", "missingemail=warn"]), "--fsck-objects",
        ("--fsck-objects=", ["zeroPaddedFilemode=ignore", "x"]), ("--threads=", ["0", "1", "2", "x", "-1"]),
        ("--max-input-size=", ["0", "100", "1m", "x", "-1"]), "--promisor", ("--promisor=", ["m", ""]),
        ("--object-format=", ["sha1", "sha256", "bad"]), "--check-self-contained-and-connected",
        "--progress-title=foo"])
    if r.random() < .5:
        return ["index-pack", "--stdin", *words, *(["out.pack"] if r.random() < .2 else [])], data
    if r.random() < .5:
        words += ["-o", "out.idx"]
    if r.random() < .2:
        words.append(r.choice(["--verify", "--verify-stat"]))
    return ["index-pack", *words, "out.pack"], put("out.pack", data)


def put(name, data, text=b""):
    def into(directory):
        with open(f"{directory}/{name}", "wb") as out:
            out.write(data)
        return text
    return into


def unpack_objects(r, world, repo):
    return ["unpack-objects", *some(r, ["-n", "-q", "-r", "--strict", "x",
                                        ("--max-input-size=", ["0", "100", "1m", "x"])])], changed_pack(r, world)


def verify_pack(r, world, repo):
    pack = r.choice(world.packs(repo) or ["pack-x.pack"])
    stem = f".git/objects/pack/{pack[:-5]}"
    where = r.choice([stem + ".pack", stem + ".idx", stem, "nope", "a.txt"])
    how = (r.choice([".pack", ".idx", ".rev"]), r.randrange(10**6), 1 << r.randrange(8), r.random() < .6)

    def into(directory):
        path = f"{directory}/{stem}{how[0]}"
        if how[3] and os.path.exists(path):
            data = bytearray(open(path, "rb").read())
            data[how[1] % len(data)] ^= how[2]
            os.chmod(path, 0o644)
            open(path, "wb").write(data)
        return b""
    return r.choice([
        ["verify-pack", *some(r, ["-v", "-s", "--stat-only", ("--object-format=", ["sha1", "sha256", "x"])]), where],
        ["index-pack", "--verify", *some(r, ["-v", "--fsck-objects", "--strict", "--rev-index"]), where],
        ["fsck", *some(r, ["--strict", "--full", "--connectivity-only"])]]), into


def show_index(r, world, repo):
    source = r.choice(["full", "packs"])
    data = world.pack_data(source, r.choice(world.packs(source))[:-5] + ".idx")
    if r.random() < .3:
        data = data[:r.randrange(len(data))]
    return ["show-index", *some(r, [("--object-format=", ["sha1", "sha256", "x"])])], data


def multi_pack_index(r, world, repo):
    packs, words, text = world.packs(repo) or ["x.pack"], [], b""
    what = r.choice(["write", "write", "write", "verify", "expire", "repack", "compact", "bad", ""])
    front = some(r, ["--object-dir=.git/objects", "--progress", "--no-progress"], 1) if r.random() < .3 else []
    if what == "write":
        words = some(r, [
            "--bitmap", "--no-bitmap", "--incremental", "--no-incremental", "--stdin-packs",
            ("--refs-snapshot=", ["snap", "nope"]), "--no-write-chain-file", "--write-chain-file",
            ("--preferred-pack=", [packs[0], packs[-1], "nope", packs[0][:-5] + ".idx"]),
            ("--base=", ["none", "0" * 40, "x"]), "--progress", "x"], 5)
        tip = world.tip(repo)
        text = put("snap", f"+{tip}\n{tip}\n".encode() if tip else b"",
                   joined(name[:-5] + ".idx" for name in pick(r, packs, 2)))
    elif what == "repack":
        words = some(r, [("--batch-size=", SIZES)])
    elif what == "compact":
        layers = world.layers(repo) or ["0" * 40]
        words = some(r, ["--incremental", "--bitmap", "--no-incremental", "--no-write-chain-file",
                         ("--base=", ["none", layers[0], "x"])])
        words += r.choice([[layers[0], layers[-1]], [layers[-1], layers[0]], [layers[0]], [], ["x", "y"],
                           [layers[0], layers[0]]])
    return ["multi-pack-index", *front, *([what] if what else []), *words], text


def commit_graph(r, world, repo):
    what = r.choice(["write", "write", "write", "verify", "bad", ""])
    if what != "write":
        return ["commit-graph", *([what] if what else []),
                *some(r, ["--shallow", "--no-shallow", "--progress", "--object-dir=.git/objects", "x"])], b""
    words = some(r, [
        "--reachable", "--reachable", "--stdin-packs", "--stdin-commits", "--append", "--split",
        ("--split=", ["no-merge", "replace", "bad"]), "--changed-paths", "--no-changed-paths",
        ("--max-new-filters=", ["0", "1", "2", "-1", "x"]), "--no-max-new-filters",
        ("--size-multiple=", ["1", "2", "0", "x"]), ("--max-commits=", ["1", "3", "x", "0"]),
        ("--expire-time=", DATES), "--progress", "--no-progress", "--object-dir=.git/objects", "x"], 5)
    packs = joined(name[:-5] + ".idx" for name in pick(r, world.packs(repo), 2))
    ids = joined(pick(r, world.objects(repo), 3)) if r.random() < .8 else b"bad\n"
    return ["commit-graph", "write", *words], packs if "--stdin-packs" in words else ids


def refs(r, world, repo):
    tip = world.tip(repo) or "0" * (40 if world.hash == "sha1" else 64)
    message = ("--message=", ["m", ""])
    forms = {
        "migrate": lambda: some(r, [("--ref-format=", ["files", "reftable", "bad"]), "--dry-run", "--no-reflog", "x"]),
        "verify": lambda: some(r, ["--strict", "--verbose", "x"]),
        "optimize": lambda: some(r, ["--all", "--no-all", "--prune", "--no-prune", "--auto",
                                     ("--include=", ["refs/heads/*", "refs/tags/v?", "x"]),
                                     ("--exclude=", ["refs/tags/*", "refs/heads/m*"])]),
        "list": lambda: some(r, [
            ("--count=", NUM), ("--sort=", ["refname", "-refname", "objectsize", "bad", "-creatordate"]),
            ("--format=", ["%(refname)", "%(objectname:short) %(objecttype)", "%(bad)"]), "--shell", "--perl",
            "--include-root-refs", ("--points-at=", ["v1", "HEAD", "x"]), ("--merged=", ["side", "main"]),
            "--no-merged=side", "--contains=v1", "--no-contains=side", "--stdin", "--ignore-case",
            ("--start-after=", ["refs/heads/main", "refs/heads/n"]), "--omit-empty", "--color"])
        + pick(r, ["refs/heads", "refs/tags/*", "nope"], r.choice([0, 0, 1])),
        "exists": lambda: [r.choice(NAMES)],
        "create": lambda: some(r, ["--create-reflog", message, "--no-deref"])
        + [r.choice(NAMES), r.choice(["main", tip, "x", "v2"])],
        "update": lambda: some(r, ["--create-reflog", message, "--no-deref"])
        + [r.choice(NAMES), r.choice(["main", tip, "side", "x", "0" * len(tip)])]
        + pick(r, [tip, "side", "0" * len(tip)], r.choice([0, 1])),
        "delete": lambda: some(r, [message, "--no-deref"]) + [r.choice(NAMES)]
        + pick(r, [tip, "side", "0" * len(tip)], r.choice([0, 1])),
        "rename": lambda: some(r, [message]) + [r.choice(NAMES), r.choice(NAMES)],
        "bad": lambda: []}
    if r.random() < .1:
        return ["pack-refs", *some(r, ["--all", "--prune", "--no-prune", "--auto", "--no-include", "--no-exclude", "x",
                                       ("--include=", ["refs/heads/*", "x"]), "--exclude=refs/tags/*"])], b""
    what = r.choice(list(forms))
    return ["refs", what, *forms[what]()], b"refs/heads\n"


def rev_list(r, world, repo):
    return ["rev-list", *some(r, [
        "--objects", "--objects", "--use-bitmap-index", "--use-bitmap-index", ("--filter=", FILTERS), "--no-filter",
        "--filter-provided-objects", "--filter-print-omitted",
        ("--missing=", ["error", "allow-any", "allow-promisor", "print", "print-info", "bad"]),
        "--exclude-promisor-objects", "--count", "--objects-edge", "--objects-edge-aggressive", "--unpacked",
        "--no-object-names", "--object-names", "--in-commit-order", "--quiet", "--boundary", "--left-right",
        "--max-count=2", "--reverse", "-z", "--test-bitmap", "--verify-objects", "--indexed-objects", "--no-walk",
        "--header", "--parents", "--timestamp", "--topo-order", "--ignore-missing", "--do-walk", "--skip=1",
        "--since=2020-09-13", "--cherry-mark", "--bisect", "--children"], 5), *revisions(r)], b""


def cat_file(r, world, repo):
    words = some(r, [
        "--batch", "--batch-check", "--batch-command", "--batch-all-objects", "--buffer", "--follow-symlinks",
        "-Z", "-z", ("--filter=", FILTERS), "--no-filter", "--textconv", "--filters", "-e", "-t", "-s", "-p",
        ("--batch-check=", ["%(objectname) %(objecttype) %(objectsize)", "%(rest)", "%(bad)", "%(objectmode)"]),
        "--mailmap", "--allow-unknown-type", "--path=a.txt"])
    asked = ["HEAD", "main:a.txt", "nope", "contents HEAD", "info v2", "flush", "main:dir/b1.c rest", "v2",
             "main^{tree}", "remote-object-info x", "", "mailmap x"]
    return ["cat-file", *words, *pick(r, ["HEAD", "v2", "main:a.txt", "blob", "nope"], r.choice([0, 0, 1, 2]))], \
        joined(pick(r, asked, 4))


def repo_command(r, world, repo):
    what = r.choice(["info", "structure", "bad", ""])
    words = some(r, ["--all", "--keys", "-z", ("--format=", ["lines", "nul", "table", "bad", "keyvalue"])])
    if what == "info":
        words += pick(r, ["layout.bare", "layout.shallow", "object.format", "references.format", "bad.key", "layout"],
                      r.choice([0, 1, 2]))
    return ["repo", *([what] if what else []), *words], b""


def fast_export(r, world, repo):
    return ["fast-export", *some(r, [
        ("--progress=", ["1", "5", "x"]), ("--signed-tags=", ["verbatim", "strip", "abort", "bad"]),
        ("--signed-commits=", ["strip", "bad", "warn-strip"]), ("--tag-of-filtered-object=", ["drop", "rewrite", "x"]),
        ("--reencode=", ["yes", "no", "abort", "x"]), "--export-marks=out-m", "--import-marks=nope",
        "--import-marks-if-exists=nope", "--fake-missing-tagger", "--full-tree", "--use-done-feature", "--no-data",
        "--data", ("--refspec=", ["refs/heads/*:refs/o/*", "bad:"]), "--anonymize", "--reference-excluded-parents",
        "--show-original-ids", "--mark-tags", "-M", "-C"]), *revisions(r)], b""


def fast_import(r, world, repo):
    stream = world.git(r.choice(["loose", "full"]), "fast-export",
                       *r.choice([[], ["--full-tree"], ["--use-done-feature"], ["--no-data"], ["--mark-tags"]]), "--all")
    how = r.random()
    if how < .15:
        stream = stream[:r.randrange(len(stream))]
    elif how < .3:
        rows = stream.split(b"\n")
        rows[r.randrange(len(rows))] = r.choice([
            b"", b"bogus", b"from :999", b"mark :0", b"data -1", b"checkpoint", b"get-mark :1", b"ls :1 x",
            b"reset refs/heads/z", b"progress x", b"M 100644 :77 x", b"D x", b"deleteall",
            b"data 99999999999999999999", b"C a b"])
        stream = b"\n".join(rows)
    return ["fast-import", *some(r, [
        "--force", "--done", ("--date-format=", ["raw", "rfc2822", "now", "raw-permissive", "bad"]),
        "--export-marks=out-m", "--import-marks-if-exists=nope", "--import-marks=nope", ("--active-branches=", NUM),
        ("--big-file-threshold=", ["0", "100", "x"]), "--export-pack-edges=out-edges", ("--max-pack-size=", ["1m", "x"]),
        ("--cat-blob-fd=", ["1", "x"]), "--relative-marks", "--allow-unsafe-features", ("--signed-tags=", ["strip", "bad"])
    ], 3), "--quiet"], stream


def bundle(r, world, repo):
    what = r.choice(["create", "create", "verify", "list-heads", "unbundle", "bad"])
    if what == "create":
        words = some(r, ["-q", ("--version=", ["2", "3", "4", "x"]), "--no-quiet"])
        limit = ["--filter=" + r.choice(FILTERS)] if r.random() < .3 else []
        return ["bundle", "create", *words, r.choice(["out.b", "-"]), *revisions(r), *limit], b""
    data = bytearray(world.git(r.choice(["loose", "full"]), "bundle", "create", "-q", "-",
                               *r.choice([["--all"], ["main"], ["side..main"], ["v2", "^side"]])))
    how, at = r.random(), r.randrange(10**6)
    if how < .2:
        data = data[:at % len(data)]
    elif how < .4:
        data[at % len(data)] ^= 4
    return ["bundle", what, *some(r, ["-q", "--quiet"], 1), r.choice(["in.b", "in.b", "-", "nope"]),
            *pick(r, ["refs/heads/main", "HEAD", "v2"], r.choice([0, 0, 1]))], put("in.b", data, bytes(data))


def maintenance(r, world, repo):
    tasks = ["gc", "commit-graph", "loose-objects", "incremental-repack", "geometric-repack", "pack-refs",
             "reflog-expire", "worktree-prune", "rerere-gc", "prefetch", "bad"]
    words = some(r, ["--auto", "--quiet", "--no-quiet", ("--schedule=", ["hourly", "daily", "weekly", "bad"]),
                     ("--task=", tasks), ("--task=", tasks[:5]), "--no-detach", "extra", "--force"], 3)
    return ["maintenance", r.choice(["run", "run", "run", "is-needed", "bad"]), *words], b""


LINES = [pack_objects, repack, gc, prune, small, index_pack, unpack_objects, verify_pack, show_index,
         multi_pack_index, commit_graph, refs, rev_list, cat_file, repo_command, fast_export, fast_import, bundle,
         maintenance]


def one(seed, number, world_of, only, repositories):
    """The line `number` of a seed: (world, repository, words, input)."""
    r = random.Random(f"{seed} {number}")
    makers = [maker for maker in LINES if not only or maker.__name__ in only]
    maker, world, repo = r.choice(makers), world_of(r.choice(["sha1", "sha1", "sha256"])), r.choice(repositories)
    return (world, repo, *maker(r, world, repo))
