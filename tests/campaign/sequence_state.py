"""What a repository is, read without asking any git: index, refs, reflogs, state
files, configuration and work tree, in a form that two of them can be compared in."""
import os
import struct
import subprocess

# Files of the git directory that other programs read, or that a user sees.
SPECIAL = ["HEAD", "MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "ORIG_HEAD", "AUTO_MERGE",
           "COMMIT_EDITMSG", "SQUASH_MSG", "CHERRY_PICK_HEAD", "REVERT_HEAD",
           "FETCH_HEAD", "config", "shallow", "index.lock", "HEAD.lock",
           "packed-refs.lock", "config.lock"]


def read(path):
    try:
        with open(path, "rb") as source:
            return source.read()
    except OSError:
        return None


def read_index(data, width):
    """[(path, stage, mode, id, flags)] and the names of the extensions that count."""
    if data is None:
        return []
    if data[:4] != b"DIRC":
        return ["not an index"]
    version, count = struct.unpack(">II", data[4:12])
    at, entries, name = 12, [], b""
    for _ in range(count):
        begin = at
        mode = struct.unpack(">I", data[at + 24:at + 28])[0]
        at += 40
        ident, at = data[at:at + width].hex(), at + width
        flags = struct.unpack(">H", data[at:at + 2])[0]
        at += 2
        more = 0
        if flags & 0x4000:
            more = struct.unpack(">H", data[at:at + 2])[0]
            at += 2
        if version == 4:
            strip, byte = 0, 0x80
            first = True
            while byte & 0x80:
                byte = data[at]
                at += 1
                strip = (byte & 0x7f) if first else ((strip + 1) << 7) | (byte & 0x7f)
                first = False
            end = data.index(0, at)
            name = name[:len(name) - strip] + data[at:end]
            at = end + 1
        else:
            end = data.index(0, at)
            name = data[at:end]
            at = begin + ((end - begin) + 8) // 8 * 8
        entries.append((name, flags >> 12 & 3, oct(mode), ident, flags & 0x8000, more))
    while at < len(data) - width:
        kind, size = data[at:at + 4], struct.unpack(">I", data[at + 4:at + 8])[0]
        if kind == b"REUC":
            entries.append((kind, data[at + 8:at + 8 + size]))
        at += 8 + size
    return entries


def read_refs(git):
    refs = {}
    for line in (read(git + "/packed-refs") or b"").split(b"\n"):
        if line and line[:1] not in b"#^":
            ident, name = line.split(b" ", 1)
            refs[name.decode("utf-8", "surrogateescape")] = ident
    for directory, _, names in os.walk(git + "/refs"):
        for name in names:
            path = os.path.join(directory, name)
            refs[os.path.relpath(path, git)] = (read(path) or b"").strip()
    return refs


def read_logs(git):
    logs = {}
    for directory, _, names in os.walk(git + "/logs"):
        for name in names:
            path = os.path.join(directory, name)
            logs[os.path.relpath(path, git)] = read(path)
    return logs


def ask(reader, words, top, env):
    return subprocess.run([reader, *words], cwd=top, env=env, capture_output=True).stdout


def read_reftable(reader, top, env):
    """Refs and reflogs of a reftable, which a program must read for us."""
    text = ask(reader, ["for-each-ref", "--include-root-refs",
                        "--format=%(refname) %(objectname) %(symref)"], top, env)
    refs = {}
    for line in text.decode("utf-8", "surrogateescape").split("\n"):
        if line:
            name, ident, symref = line.split(" ")
            refs[name] = (symref or ident).encode()
    logs = {}
    for name in sorted(refs):
        if name == "HEAD" or name.startswith("refs/heads/"):
            logs[name] = ask(reader, ["log", "-g", "--format=%H %gD %gn %ge %gs",
                                      "--date=raw", name, "--"], top, env)
    return refs, logs


def read_tree(top):
    files = {}
    for directory, names, leaves in os.walk(top):
        if directory == top and ".git" in names:
            names.remove(".git")
        for name in names[:]:
            if os.path.islink(os.path.join(directory, name)):
                leaves.append(name)
                names.remove(name)
        if directory != top and not names and not leaves:
            files[os.path.relpath(directory, top) + "/"] = ("empty directory",)
        for leaf in leaves:
            path = os.path.join(directory, leaf)
            info = os.lstat(path)
            if os.path.islink(path):
                value = ("link", os.readlink(path))
            else:
                value = ("file", info.st_mode & 0o777, read(path))
            files[os.path.relpath(path, top)] = value
    return files


def read_state(top, reader=None, env=None):
    git = top + "/.git"
    config = read(git + "/config") or b""
    width = 32 if b"objectformat = sha256" in config.lower() else 20
    state = {"special": {n: read(f"{git}/{n}") for n in SPECIAL},
             "index": read_index(read(git + "/index"), width),
             "files": read_tree(top)}
    if reader and b"refstorage = reftable" in config.lower():
        state["refs"], state["logs"] = read_reftable(reader, top, env)
    else:
        state["refs"], state["logs"] = read_refs(git), read_logs(git)
    clear_present(state, config)
    return state


def clear_present(state, config):
    """In a sparse checkout an entry whose file is there counts as checked out, whatever
    its flag in the file: who writes the index next clears that, and whether anybody does
    depends on what else there is to write."""
    if b"sparsecheckout = true" not in config.lower():
        return
    state["index"] = [
        (*e[:5], e[5] & ~0x4000) if len(e) == 6 and e[5] & 0x4000 and
        e[0].decode("utf-8", "surrogateescape") in state["files"] else e
        for e in state["index"]]


def difference(ours, theirs):
    """Lines that say in what two states differ; none when they do not."""
    out = []
    for part in theirs:
        a, b = theirs[part], ours[part]
        if a == b:
            continue
        if isinstance(a, dict):
            for name in sorted(set(a) | set(b)):
                if a.get(name) != b.get(name):
                    out.append(f"{part} {name}\n  theirs {a.get(name)!r}\n"
                               f"  ours   {b.get(name)!r}")
        else:
            out += [f"{part} only theirs {x!r}" for x in a if x not in b]
            out += [f"{part} only ours   {x!r}" for x in b if x not in a]
            if not out:
                out.append(f"{part}: the order differs")
    return out
