#!/usr/bin/env python3
"""A server that does wrong: bad_peer.py FOLDER HOW [NUMBER] [REPOSITORY]

FOLDER has what a good one says: stage0 (unasked), stage1, stage2 (each behind a
request).  HOW: good, cut (after NUMBER bytes of all), flip (bit 0x20 of byte
NUMBER), slow (NUMBER bytes, a millisecond each, the rest at once), linger (does
not end at the end), silent (says nothing), deaf (says stage0 and reads nothing),
loop (stage0, then stage1 for ever), early (all stages before anything is asked).
"""
import os
import sys
import time

folder, how = sys.argv[1:3]
number = int(sys.argv[3]) if len(sys.argv) > 3 else 0
out, said = sys.stdout.buffer, 0
stages = []
for i in range(3):
    try:
        with open(f"{folder}/stage{i}", "rb") as f:
            stages.append(f.read())
    except FileNotFoundError:
        break


def say(data):
    global said
    if how == "flip" and said <= number < said + len(data):
        at = number - said
        data = data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1:]
    if how == "cut" and said + len(data) > number:
        out.write(data[:number - said])
        out.flush()
        sys.exit(0)
    if how == "slow":
        for i in range(min(number, len(data))):
            out.write(data[i:i + 1])
            out.flush()
            time.sleep(0.001)
        data = data[min(number, len(data)):]
    said += len(data)
    out.write(data)
    out.flush()


def tell():
    """That it is there."""
    open(f"{folder}/there.{how}", "w").close()


def request():
    """Up to a flush packet, or "done"."""
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            return False
        length = int(head, 16)
        if length < 4:
            if length == 0:
                return True
            continue
        body = sys.stdin.buffer.read(length - 4)
        if body.strip() == b"done" and os.path.exists(f"{folder}/version0"):
            return True


def wants_of_version_0():
    """Wants end with a flush, haves with "done"."""
    while request():
        if how != "x":
            return True
    return False


try:
    if how == "silent":
        tell()
        time.sleep(1000)
    if how == "early":
        for stage in stages:
            say(stage)
        sys.stdin.buffer.read()
        sys.exit(0)
    say(stages[0])
    if how == "deaf":
        tell()
        time.sleep(1000)
    if how == "loop":
        piece = stages[1] * max(1, 65536 // len(stages[1]))
        while True:
            out.write(piece)
    if os.path.exists(f"{folder}/version0") and len(stages) > 1:
        if request() and request():
            say(stages[1])
    else:
        for stage in stages[1:]:
            if not request():
                break
            say(stage)
    if how == "linger":
        time.sleep(1000)
    if how == "cut":
        sys.exit(0)
    sys.stdin.buffer.read()
except BrokenPipeError:
    os._exit(0)
