# SPDX-License-Identifier: MIT
"""How pack work grows: from one thread to two, from a tenth of the history to all.

A cell is the time of the fastest of --runs N runs (1 unless said), and what it took
of processors, which holds on a machine that others use, too.  Both programs get
pack.threads, and quoin's other work QUOIN_THREADS.
"""
import glob
import os
import shutil

from pack_rows import make_tenth, pack_rows

COLUMNS = [("a tenth", 1), ("a tenth", 2), ("all", 1), ("all", 2)]
ROWS = [
    ("index-pack", ["index-pack", "-o", "{out}", "{pack}"]),
    ("index-pack --stdin", ["index-pack", "--stdin"]),
    ("verify-pack", ["verify-pack", "{pack}"]),
    ("fsck", ["fsck", "--no-progress"]),
    ("pack-objects --all, bitmap", ["pack-objects", "-q", "--all", "--stdout"]),
    ("repack -adb", ["repack", "-adbq"]),
    ("commit-graph, changed paths", ["-c", "core.commitGraph=true", "commit-graph",
                                     "write", "--reachable", "--changed-paths",
                                     "--no-progress"]),
    ("repack -adf", ["repack", "-adfq", "--no-write-bitmap-index"]),
]


def prepare(run, bare):
    """{"a tenth": a repository of one pack, "all": another}, and an empty one."""
    pack_rows(run, bare, run.WORK + "/generated")  # names the places
    places = {"a tenth": run.WORK + "/tenth.git", "all": run.WORK + "/whole.git"}
    make_tenth(run, bare, places["a tenth"])
    if not os.path.exists(places["all"] + "/done"):
        shutil.rmtree(places["all"], ignore_errors=True)
        run.git("clone", "-q", "--bare", "--no-local", bare, places["all"])
        run.git("repack", "-adqb", cwd=places["all"])
        open(places["all"] + "/done", "w").close()
    empty = run.WORK + "/empty.git"
    if not os.path.exists(empty):
        run.git("init", "-q", "--bare", empty)
    return places, empty


def measure(run, program, name, words, place, threads):
    """Seconds of one run, and of processors, in a copy where it changes anything."""
    out, copy = run.WORK + "/growth.idx", run.WORK + "/growth.git"
    pack = glob.glob(place + "/objects/pack/*.pack")[0]
    is_index = name.startswith("index-pack")
    empty = run.WORK + "/empty.git"

    def before(_):
        for path in glob.glob(run.WORK + "/growth.*") + glob.glob(
                empty + "/objects/pack/*"):
            (shutil.rmtree if os.path.isdir(path) else os.remove)(path)
        if name.startswith(("repack", "commit-graph")):
            shutil.copytree(place, copy, copy_function=os.link)

    directory = (empty if is_index else
                 copy if name.startswith(("repack", "commit-graph")) else place)
    words = [w.replace("{pack}", pack).replace("{out}", out) for w in words]
    row = run.Row(name, 1, ["-c", f"pack.threads={threads}", *words], directory,
                  before=before, stdin=pack if "--stdin" in words else os.devnull)
    run.ENVIRONMENT["QUOIN_THREADS"] = str(threads)
    wall, cpu, _, status, errors = run.run_once(program, row)
    before(None)
    shutil.rmtree(copy, ignore_errors=True)
    if status != 0:
        raise SystemExit(f"{name}: exit {status}: {errors.decode(errors='replace')}")
    return wall, cpu


def growth(run, programs, bare, only, runs):
    """Print the table, in Markdown."""
    places, _ = prepare(run, bare)
    head = [f"{part}, {threads} thread{'s' if threads > 1 else ''}"
            for part, threads in COLUMNS]
    print("| row | | " + " | ".join(head)
          + " | 2 threads | history, of processors |")
    print("|---|---|" + "--:|" * (len(head) + 2))
    for name, words in ROWS:
        if only not in name:
            continue
        times = {}
        for part, threads in COLUMNS:
            for turn in range(runs):
                for program in programs:  # in turn: both meet the same machine
                    time = measure(run, programs[program], name, words, places[part],
                                   threads)
                    key = program, part, threads
                    times[key] = min(times.get(key, time), time)
        for program in programs:
            cells = [times[(program, *column)] for column in COLUMNS]
            print(f"| {name} | {program} | "
                  + " | ".join(f"{wall:.2f} s ({cpu:.2f})" for wall, cpu in cells)
                  + f" | {cells[2][0] / cells[3][0]:.2f} x"
                  + f" | {cells[3][1] / cells[1][1]:.1f} x |",
                  flush=True)
        first, others = next(iter(programs)), [p for p in programs if p != "quoin"]
        for other in others:
            pairs = [(times[(first, *c)], times[(other, *c)]) for c in COLUMNS]
            print(f"| | ratio to {other} | "
                  + " | ".join(f"{a[0] / b[0]:.2f} ({a[1] / b[1]:.2f})" for a, b in pairs)
                  + " | | |", flush=True)
