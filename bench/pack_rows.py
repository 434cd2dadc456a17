# SPDX-License-Identifier: MIT
"""The rows of bench/run that are about packs and what makes them quick."""
import glob
import os
import shutil
import subprocess
import tempfile

FEATURES = ("sha_ni", "avx2", "avx512f", "avx512bw")


def processor():
    """What of the processor counts for hashing, and the limit of index-pack."""
    flags = set()
    try:
        with open("/proc/cpuinfo") as lines:
            for line in lines:
                if line.startswith("flags"):
                    flags = set(line.split())
                    break
    except OSError:
        pass
    found = [feature for feature in FEATURES if feature in flags]
    return found, 0.30 if "avx512bw" in flags else 0.45 if "sha_ni" in flags else 1.0


def make_tenth(run, bare, path):
    """The oldest tenth of the history, in one pack."""
    if os.path.exists(path + "/done"):
        return
    shutil.rmtree(path, ignore_errors=True)
    history = run.git_lines("rev-list", "--first-parent", "HEAD", cwd=bare)
    run.git("init", "-q", "--bare", path)
    run.git("push", "-q", path, history[len(history) * 9 // 10] + ":refs/heads/master",
            cwd=bare)
    run.git("symbolic-ref", "HEAD", "refs/heads/master", cwd=path)
    run.git("repack", "-adqb", cwd=path)
    open(path + "/done", "w").close()


def pack_rows(run, bare, generated):
    """`run`: the module of bench/run."""
    work, git, row = run.WORK, run.git, run.Row
    packed, again = work + "/packed.git", work + "/again.git"
    refs_files, refs_table = work + "/refs-files.git", work + "/refs-table.git"
    scratch, kept = work + "/scratch.idx", work + "/kept"
    empty, tenth = work + "/empty.git", work + "/tenth.git"

    def copy(path, *repack):
        if os.path.exists(path + "/done"):
            return
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(bare, path)
        for promisor in glob.glob(path + "/objects/pack/*.promisor"):
            os.remove(promisor)
        git("repack", "-adqb", *repack, cwd=path)
        open(path + "/done", "w").close()

    def need_packed():
        copy(packed)

    def need_again():
        copy(again)

    def need_empty(make):
        def go():
            make()
            if not os.path.exists(empty):
                git("init", "-q", "--bare", empty)
        return go

    def need_tenth():
        make_tenth(run, bare, tenth)

    def need_kept():
        if os.path.exists(kept + "/.git/done"):
            return
        need_packed()
        shutil.rmtree(kept, ignore_errors=True)
        git("clone", "-q", "--no-checkout", "--no-local", packed, kept)
        git("commit-graph", "write", "--reachable", "--split", "--changed-paths", cwd=kept)
        git("read-tree", "HEAD", cwd=kept)
        open(kept + "/.git/done", "w").close()

    def no_packs(_):
        for path in glob.glob(empty + "/objects/pack/*"):
            os.remove(path)

    def no_index(_):
        no_packs(None)
        without(work + "/scratch.*")(None)

    def pack_of(path, extension):
        found = glob.glob(f"{path}/objects/pack/*.{extension}")
        return found[0] if found else "none"

    def without(pattern):
        def go(_):
            for path in glob.glob(pattern):
                (shutil.rmtree if os.path.isdir(path) else os.remove)(path)
        return go

    def refs(path, form):
        lines = path + ".lines"

        def need():
            tips = run.git_lines("rev-list", "-100", "HEAD", cwd=bare)
            with open(lines, "w") as out:
                for n in range(10000):
                    out.write(f"create refs/heads/b{n:05} {tips[n % 100]}\n")

        def before(program):
            if os.path.exists(path):  # moved, not removed: see no_files() in run
                os.rename(path, tempfile.mkdtemp(dir=run.TRASH) + "/refs")
            options = ["--ref-format=" + form] if form == "reftable" else []
            subprocess.run([os.environ.get("QUOIN_REFERENCE", "git"), "init", "-q",
                                "--bare", *options, path], env=run.ENVIRONMENT, check=True)
            with open(path + "/objects/info/alternates", "w") as out:
                out.write(bare + "/objects\n")
        return need, before, lines

    need_files, fresh_files, lines_files = refs(refs_files, "files")
    need_table, fresh_table, lines_table = refs(refs_table, "reftable")
    named = "{pack}"  # known when the repository is there

    def late(path, extension, *words):
        """Words whose {pack} is known only when the repository is there."""
        return lambda: [w.replace(named, pack_of(path, extension)) for w in words]

    limit = processor()[1]
    no_layer = without(packed + "/objects/pack/multi-pack-index*")
    found = [
        row("index-pack", limit, late(packed, "pack", "index-pack", "-o", scratch, named),
            empty, needs=need_empty(need_packed), before=no_index, runs=3),
        row("index-pack --threads=1", limit,
            late(packed, "pack", "index-pack", "--threads=1", "-o", scratch, named),
            empty, needs=need_empty(need_packed), before=no_index, runs=3),
        row("index-pack, a tenth of the history", limit,
            late(tenth, "pack", "index-pack", "-o", scratch, named),
            empty, needs=need_empty(need_tenth), before=no_index, runs=5),
        row("index-pack, objects that are here", limit,
            late(packed, "pack", "index-pack", "-o", scratch, named),
            packed, needs=need_packed, before=no_index, runs=3),
        row("index-pack --stdin", limit, ["index-pack", "--stdin"], empty,
            needs=need_empty(need_packed), before=no_packs, runs=3,
            stdin=lambda: pack_of(packed, "pack")),
        row("verify-pack", 0.35, late(packed, "idx", "verify-pack", named), packed,
            needs=need_packed, runs=3),
        row("fsck", 0.35, ["fsck", "--no-progress"], packed, needs=need_packed, runs=3),
        row("repack -ad", 0.5, ["repack", "-adq", "--no-write-bitmap-index"], again,
            needs=need_again, runs=3),
        row("repack -adb", 0.5, ["repack", "-adqb"], again, needs=need_again, runs=3),
        row("repack -adf", 0.6, ["repack", "-adfq", "--no-write-bitmap-index"], again,
            needs=need_again, runs=2),
        row("pack-objects --all, with a bitmap", 0.5,
            ["pack-objects", "-q", "--all", "--stdout"], packed, needs=need_packed, runs=3),
        row("rev-list --count, with a bitmap", 0.7,
            ["rev-list", "--count", "--objects", "--all", "--use-bitmap-index"], packed,
            needs=need_packed, runs=9),
        row("commit, upkeep on", 0.7, ["commit", "-q", "--allow-empty", "-m", "x"], kept,
            needs=need_kept, runs=15),
        row("commit, upkeep off", 0.7,
            ["-c", "quoin.maintenance=false", "-c", "maintenance.auto=false", "commit", "-q",
             "--allow-empty", "-m", "x"], kept, needs=need_kept, runs=15),
        row("commit, each writes a layer of the graph", 0.7,
            ["-c", "maintenance.commit-graph.auto=1", "-c", "maintenance.autoDetach=false",
             "commit", "-q", "--allow-empty", "-m", "x"], kept, needs=need_kept, runs=15),
        row("commit-graph write, changed paths", 0.4,
            ["-c", "core.commitGraph=true", "commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"],
            packed, needs=need_packed, runs=3,
            before=without(packed + "/objects/info/commit-graph*")),
        row("multi-pack-index write, 200 packs", 0.6,
            ["multi-pack-index", "write", "--no-progress"], generated, runs=5,
            before=without(generated + "/.git/objects/pack/multi-pack-index*"),
            after=without(generated + "/.git/objects/pack/multi-pack-index*")),
        row("multi-pack-index write --bitmap", 0.5,
            ["multi-pack-index", "write", "--bitmap", "--no-progress"], packed,
            needs=need_packed, runs=3, before=no_layer, after=no_layer),
        row("update-ref --stdin, 10,000 refs", 0.7, ["update-ref", "--stdin"], refs_files,
            needs=need_files, before=fresh_files, stdin=lines_files, runs=5),
        row("update-ref --stdin, 10,000 in reftable", 0.7, ["update-ref", "--stdin"],
            refs_table, needs=need_table, before=fresh_table, stdin=lines_table, runs=5,
            newest_only=True),
    ]
    for one in found:
        one.packs = True
    return found
