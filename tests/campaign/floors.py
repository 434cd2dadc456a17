#!/usr/bin/env python3
"""Floors: files that speed up or hold a repository, sound and damaged in every part,
and what is answered over them, with git's words.

  tests/campaign/floors.py QUOIN [--sample] [--only WORD] [--show N]
  QUOIN_REFERENCE=git-2.55 tests/campaign/floors.py --record
  QUOIN_REFERENCE=git-2.55 tests/campaign/floors.py --fixture

The repositories are kept in floors.tar.gz, as git 2.55 made them (--fixture makes
them anew): commit-graphs of all kinds, multi-pack-indexes, packs of all kinds, reftables.
Each case changes one thing there, then asks a list of commands.  Exit code, stdout and
stderr must be those of QUOIN_REFERENCE; without one, every 24th case is judged by
recorded-floors, which --record writes.  What may differ: see `judge`.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import floors_cases # noqa: E402
import floors_fixture # noqa: E402

RECORDED = HERE + "/recorded-floors"
FIXTURE = HERE + "/floors.tar.gz"
SAMPLE_EVERY = 24
LIES = ("parent two 8", "generation", "corrected date", "GDA2", "GDO2", " date", "CDAT middle",
        "CDAT first", "CDAT last", "CDAT all", "OIDL", "OOFF")
NOTHING = [None, None, None]
AHEAD = ("extra-edges pointer out of bounds",)
TOLD = ("invalid parent position", "overflow generation data")


def run(program, words, path, env):
    try:
        got = subprocess.run([program, *words.split()], cwd=path, env=env,
                             stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        return [got.returncode, got.stdout, got.stderr]
    except subprocess.TimeoutExpired:
        return ["hangs", b"", b""]


def digest(got, top):
    out = got[1].replace(top.encode(), b"<TOP>")
    err = got[2].replace(top.encode(), b"<TOP>").decode("utf-8", "backslashreplace")
    lines = list(dict.fromkeys(err.split("\n"))) # how often does not matter
    return [got[0], hashlib.sha1(out).hexdigest()[:12] if out else "", "\n".join(lines)]


def plain(text):
    """The words that count: how often something is told is no part of them, nor by
    which name a file is called, whose place depends on where git goes first."""
    text = re.sub(r"(invalid parent position) \d+", r"\1", text)
    lines = {re.sub(r"\S*/objects/", "objects/", line) for line in text.split("\n")}
    return {line for line in lines if not any(w in line for w in AHEAD)}


def judge(case, command, ours, theirs, healthy, without):
    """What is wrong with our answer; or None."""
    if not isinstance(ours[0], int) or ours[0] < 0:
        return f"ends by {ours[0]}"
    if "Sanitizer" in ours[2]:
        return "sanitizer"
    if ours == theirs:
        return None
    if not isinstance(theirs[0], int) or theirs[0] < 0 or "BUG:" in theirs[2]:
        return None # git falls over
    if "doing without it" in ours[2] and ours[:2] in (healthy[:2], without[:2]):
        return None # its checksum is wrong: nothing of it was used
    if ours[:2] == theirs[:2]:
        # How far ahead of the answer one looks is no part of it.
        if case.family.startswith("pack") and (
                ours[2] or not theirs[2] or command.startswith("count-objects")):
            return None # interop has the words; counting opens no pack here
        return "other words" if plain(ours[2]) != plain(theirs[2]) else None
    if ours[:2] in (healthy[:2], without[:2]):
        return None # what could still be read was read
    if ours[0] == 128 and any(word in ours[2] for word in TOLD) and (
            theirs[0] == 0 or any(word in theirs[2] for word in TOLD)):
        return None # said at once, where git looks at less, or shows more before it
    if theirs[0] == 0 and theirs[1] != healthy[1]:
        return None # git believes what is wrong, and goes by it its own way
    if ours[0] == theirs[0] == 128 and ours[2] and (
            ours[2] == theirs[2] or case.family.startswith("pack")):
        return None # more or less of it was shown before
    if case.family.startswith("pack") and ours[0] == 0 and "error:" in ours[2] and (
            theirs[0] == 128):
        return None # told, and what can be read still is
    if command.startswith("count-objects") and ours[0] == theirs[0]:
        return None # how much of a broken index is counted
    if any(word in case.name for word in LIES) and ours[0] in (0, 1):
        return None # whoever goes by a wrong generation goes wrong
    if ours[0] == theirs[0]:
        return "another output"
    return f"exit {ours[0]}, git {theirs[0]}"


def tell(case, command, wrong, ours, theirs):
    print(f"FAIL {case.name}: {command}: {wrong}")
    for side, got in (("git  ", theirs), ("quoin", ours)):
        print(f"    {side} {got[0]} {got[1]} {got[2][:400]!r}", flush=True)


def main():
    words = sys.argv[1:]

    def value(option):
        return words.pop(words.index(option) + 1) if option in words else None

    only, shown = value("--only"), int(value("--show") or 12)
    git = os.environ.get("QUOIN_REFERENCE")
    if "--fixture" in words:
        floors_fixture.make(git, FIXTURE)
        return 0
    is_recording, is_sample = "--record" in words, "--sample" in words or not git
    is_live = git and not is_recording
    quoin = None if is_recording else os.path.abspath(
        [w for w in words if not w.startswith("--")][0])
    known = {}
    # What QUOIN_REFERENCE answers stays the same while one mends what differs.
    kept = os.environ.get("FLOORS_KEPT") if is_live else RECORDED
    if kept and os.path.exists(kept) and not is_recording:
        for line in open(kept):
            name, command, answer = json.loads(line)
            known[name, command] = answer
    passed = failed = skipped = number = 0
    records, kinds, without = [], {}, {}
    with tempfile.TemporaryDirectory() as top:
        top = os.path.realpath(top)
        with tarfile.open(FIXTURE) as tar:
            tar.extractall(top)
        env = floors_fixture.environment(top)
        healthy = {}
        for case in floors_cases.all_cases(top):
            number += 1
            if (only and only not in case.name) or (
                    (is_sample or is_recording) and number % SAMPLE_EVERY
                    and not case.is_healthy and not case.is_without):
                continue
            with case.applied():
                for command in case.commands:
                    path, key = f"{top}/{case.repo}", (case.name, command)
                    here = {**env, **case.env}
                    if key in known:
                        theirs = known[key]
                    elif git:
                        theirs = digest(run(git, command, path, here), top)
                        known[key] = theirs
                    else:
                        skipped += 1
                        continue
                    if case.is_healthy:
                        healthy[case.repo, case.family, command] = theirs
                    if case.is_without:
                        without[case.repo, case.family, command] = theirs
                    if is_recording:
                        records.append([*key, theirs])
                        continue
                    ours = digest(run(quoin, command, path, here), top)
                    wrong = judge(case, command, ours, theirs,
                                  *(d.get((case.repo, case.family, command), NOTHING)
                                    for d in (healthy, without)))
                    if not wrong:
                        passed += 1
                        continue
                    failed += 1
                    kinds[wrong] = kinds.get(wrong, 0) + 1
                    if failed <= shown:
                        tell(case, command, wrong, ours, theirs)
    if is_recording:
        with open(RECORDED, "w") as out:
            for record in records:
                out.write(json.dumps(record) + "\n")
        print(f"recorded {len(records)} answers")
        return 0
    if is_live and kept:
        with open(kept, "w") as out:
            for (name, command), answer in known.items():
                out.write(json.dumps([name, command, answer]) + "\n")
    for kind, count in kinds.items():
        print(f"  {count} times: {kind}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or (not passed and is_live) else 0


sys.exit(main())
