"""Directories of small repositories: what is in them, in short, and put back."""
import hashlib
import os
import re
import shutil
import subprocess

# Names made by lot, or of a process; what is in the latter is not compared.
LOT = re.compile(r"((?:^|/)(?:tmp_[a-z]+_|[^/]*\.tmp_|_temp_))\w{6,}")
PROCESS = re.compile(r"/info/(writers/|pruning)|/gc\.pid|fast_import_crash_")


def plain_index(data):
    """An index without stat data and checksum: they differ from copy to copy."""
    if data[:4] != b"DIRC" or data[4:8] != b"\0\0\0\2":
        return data
    out, at = bytearray(data[:-20]), 12
    for _ in range(int.from_bytes(data[8:12], "big")):
        out[at:at + 40] = bytes(24) + data[at + 24:at + 28] + bytes(12)
        end = data.index(b"\0", at + 62)
        at += (end - at) // 8 * 8 + 8
    return bytes(out)


class Snapshots:
    """Of one directory, again and again: a file that has not changed is not read."""

    def __init__(self):
        self.seen = {}

    def content(self, path, stat):
        key = (path, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)
        found = self.seen.get(path)
        if not found or found[0] != key:
            with open(path, "rb") as file:
                data = file.read()
            if path.endswith("/index"):
                data = plain_index(data)
            found = (key, hashlib.sha1(data).hexdigest())
            self.seen[path] = found
        return found[1]

    def take(self, top):
        """{path below top: (what it is, time)}; directories end with a slash."""
        table, places = {}, [top]
        for place in places:
            try:
                entries = list(os.scandir(place))
            except FileNotFoundError:
                continue
            for entry in entries:
                name = entry.path[len(top) + 1:]
                stat = entry.stat(follow_symlinks=False)
                if entry.is_symlink():
                    table[name] = ("link " + os.readlink(entry.path), 0)
                elif entry.is_dir():
                    places.append(entry.path)
                    table[name + "/"] = ("", 0)
                else:
                    table[name] = (f"{stat.st_mode:o} " + self.content(entry.path, stat),
                                   stat.st_mtime_ns)
        return table


def digest(table):
    """The same for two that differ by chance only."""
    lines = sorted(LOT.sub(r"\1X", name) if not PROCESS.search(name) else
                   PROCESS.search(name).group(0) + "X" for name in table)
    parts = sorted(LOT.sub(r"\1X", name) + "=" + what for name, (what, _) in table.items()
                   if not PROCESS.search(name))
    return hashlib.sha1("\n".join(lines + parts).encode()).hexdigest()


def restore(base, target, wanted, is_now):
    """Make `target`, in which is_now is, the same as base, in which wanted is."""
    changed = [n for n in wanted if is_now.get(n) != wanted[n]]
    more = [n for n in is_now if n not in wanted]
    # Files of the work tree are copied all together: to an index, each copy is as
    # stale as the others.
    if len(changed) > 30 or any(not n.startswith(".git/") for n in changed + more):
        shutil.rmtree(target, ignore_errors=True)
        subprocess.run(["cp", "-a", base, target], check=True)
        return
    for name in sorted(more, reverse=True):
        if name.endswith("/"):
            os.rmdir(f"{target}/{name}")
        else:
            os.remove(f"{target}/{name}")
    for name in sorted(changed):
        if name.endswith("/"):
            os.makedirs(f"{target}/{name}", exist_ok=True)
        else:
            if os.path.lexists(f"{target}/{name}"):
                os.remove(f"{target}/{name}")
            shutil.copy2(f"{base}/{name}", f"{target}/{name}", follow_symlinks=False)
