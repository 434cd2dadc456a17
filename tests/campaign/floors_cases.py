"""The cases of floors.py: what is changed, and what is asked."""
import contextlib
import os
import shutil
import struct


class Case:
    """One change in one repository: {file: bytes, or None for gone}, and commands."""

    def __init__(self, top, repo, family, name, files, commands, env=None):
        self.repo, self.family, self.name = repo, family, f"{family}: {name}"
        self.path, self.files, self.commands = f"{top}/{repo}", files, commands
        self.env, self.is_healthy = env or {}, name == "sound"

    @contextlib.contextmanager
    def applied(self):
        kept = {}
        for name, data in self.files.items():
            full = f"{self.path}/{name}"
            kept[name] = open(full, "rb").read() if os.path.isfile(full) else None
            write(full, data)
        yield
        for name, data in kept.items():
            write(f"{self.path}/{name}", data)


def write(path, data):
    if os.path.lexists(path):
        os.chmod(path, 0o644)
        os.unlink(path)
    if data is not None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)


def chunks_of(data, header, count):
    """[(id, start, end, place of its row)] of a file with a table of chunks."""
    found = []
    for i in range(count):
        at = header + 12 * i
        found.append((data[at:at + 4].decode("latin-1"),
                      struct.unpack(">Q", data[at + 4:at + 12])[0],
                      struct.unpack(">Q", data[at + 16:at + 24])[0], at))
    return found


def put(data, at, piece):
    return data[:at] + piece + data[at + len(piece):]


def flip(data, at):
    return put(data, at, bytes([data[at] ^ 0x41]))


def common_damages(data, header, count):
    """What can be done to any chunked file."""
    size = len(data)
    for cut in (0, 1, 4, header - 1, header, header + 8, header + 12 * count, size // 3,
                size // 2, size - 21, size - 20, size - 1):
        yield f"cut at {cut}", data[:cut]
    yield "longer", data + b"more"
    yield "checksum", flip(data, size - 3)
    for at in range(header):
        yield f"header {at}", flip(data, at)
        yield f"header {at} zero", put(data, at, b"\0")
    for name, start, end, row in chunks_of(data, header, count):
        yield f"{name} unnamed", put(data, row, b"XXXX")
        yield f"{name} named zero", put(data, row, b"\0\0\0\0")
        for what, offset in (("beyond", size + 100), ("zero", 0), ("huge", 2 ** 63),
                             ("later", start + 4), ("earlier", start - 4), ("at end", end)):
            yield f"{name} offset {what}", put(data, row + 4, struct.pack(">Q", offset))
        if end <= start:
            continue
        yield f"{name} first byte", flip(data, start)
        yield f"{name} last byte", flip(data, end - 1)
        yield f"{name} middle byte", flip(data, (start + end) // 2)
        yield f"{name} all ones", put(data, start, b"\xff" * (end - start))
        yield f"{name} all zero", put(data, start, b"\0" * (end - start))
        yield f"{name} empty", data[:start] + data[end:]
    last = header + 12 * count
    yield "last row named", put(data, last, b"ENDX")
    yield "last row offset", put(data, last + 4, struct.pack(">Q", size + 5))
    yield "a chunk twice", put(data, header + 12, data[header:header + 4])


GRAPH_COMMANDS = """log --format=%h%x20%ct%x20%p%x20%s --all|rev-list --topo-order master
rev-list --count master ^b20|merge-base master b60|merge-base -a b70 b71
rev-list --date-order --all -- d/c|log --format=%h%x20%T master -- a|rev-list master -- d/e/f
branch --contains b40|tag --merged b70|log --graph --format=%s -20 master
merge-base --is-ancestor b10 master|rev-list --ancestry-path b40..master
rev-list --left-right --count b70...b60|log -3 --format=%h%x20%an master~3
rev-list --objects -3 master~4|rev-list -5 master -- many/17 g""".replace("\n", "|").split("|")


def graph_damages(data, raw):
    count = data[6]
    yield from common_damages(data, 8, count)
    for name, start, end, _ in chunks_of(data, 8, count):
        size = end - start
        if name == "OIDF":
            yield "fanout too much", put(data, end - 4, struct.pack(">I", 70000))
            yield "fanout disorder", put(data, start + 40, struct.pack(">I", 60))
            yield "fanout too few", put(data, end - 4, struct.pack(">I", 3))
        if name == "OIDL":
            a, b = data[start:start + raw], data[start + raw:start + 2 * raw]
            yield "ids swapped", put(data, start, b + a)
            yield "ids same", put(data, start, a + a)
        if name == "CDAT":
            for row in (5, size // (raw + 16) - 1):
                at = start + row * (raw + 16) + raw
                if at + 16 > end:
                    continue
                for value in (0x7fffffff, 0x6fffffff, 79, 0x70000000, 0x80000000,
                              0x80000fff, 0xffffffff):
                    piece = struct.pack(">I", value)
                    yield f"row {row} parent one {value:x}", put(data, at, piece)
                    yield f"row {row} parent two {value:x}", put(data, at + 4, piece)
                yield f"row {row} generation zero", put(data, at + 8, b"\0\0\0\0")
                yield f"row {row} generation most", put(data, at + 8, b"\xff\xff\xff\xfc")
                yield f"row {row} date", put(data, at + 12, b"\0\0\0\1")
        if name == "GDA2":
            for row in (0, 9):
                for value in (0x80000000, 0x80000fff, 0, 0x7fffffff):
                    yield (f"corrected date {row} {value:x}",
                           put(data, start + 4 * row, struct.pack(">I", value)))
        if name == "EDGE":
            yield "edge without end", put(data, end - 4, data[end - 8:end - 4])
            yield "edge far", put(data, start, struct.pack(">I", 5000))
        if name == "BIDX":
            yield "filters go back", put(data, start + 4, b"\0\xff\xff\xff")
            yield "filters end far", put(data, end - 4, b"\0\xff\xff\xff")
        if name == "BDAT":
            for at, value in ((0, 3), (0, 0), (4, 0), (4, 5), (4, 1000), (8, 0), (8, 20)):
                yield (f"filter header {at} is {value}",
                       put(data, start + at, struct.pack(">I", value)))


def graph_cases(top, repo, raw):
    home = f"{top}/{repo}"
    info = "objects/info/"
    for kind in sorted(os.listdir(home + "/graphs")):
        base = f"{home}/graphs/{kind}/"
        files = {}
        for directory, _, names in os.walk(base):
            for name in names:
                full = os.path.join(directory, name)
                files[info + os.path.relpath(full, base)] = open(full, "rb").read()
        family = f"{repo} {kind}"

        def case(name, changed=None, env=None, commands=GRAPH_COMMANDS):
            return Case(top, repo, family, name, {**files, **(changed or {})}, commands, env)
        yield case("sound")
        for key in ("core.commitGraph=false", "commitGraph.readChangedPaths=false",
                    "commitGraph.changedPathsVersion=0", "commitGraph.changedPathsVersion=1",
                    "commitGraph.changedPathsVersion=2", "commitGraph.changedPathsVersion=-1",
                    "commitGraph.changedPathsVersion=3", "commitGraph.changedPathsVersion=x",
                    "commitGraph.generationVersion=1", "commitGraph.readChangedPaths=maybe",
                    "core.commitGraph=maybe"):
            yield case(key, None, {"GIT_CONFIG_COUNT": "1",
                                   "GIT_CONFIG_KEY_0": key.split("=")[0],
                                   "GIT_CONFIG_VALUE_0": key.split("=")[1]})
        packed = dict(line.split(" ")[::-1] for line in
                      open(home + "/packed-refs").read().split("\n") if " refs/" in line)
        b30, b50, b9 = (packed[f"refs/heads/b{n}"] for n in (30, 50, 9))
        for ident in (b30, b50):
            yield case(f"shallow at {ident[:4]}", {"shallow": (ident + "\n").encode()})
            yield case(f"grafted at {ident[:4]}",
                       {"info/grafts": f"{ident} {b9}\n".encode()})
            yield case(f"replaced {ident[:4]}",
                       {f"refs/replace/{ident}": (b9 + "\n").encode()})
            yield case(f"replaced {ident[:4]}, not used",
                       {f"refs/replace/{ident}": (b9 + "\n").encode()},
                       {"GIT_NO_REPLACE_OBJECTS": "1"})
        yield case("shallow but empty", {"shallow": b""})
        yield case("grafts but empty", {"info/grafts": b"# nothing\n"})
        single = info + "commit-graph"
        if single in files:
            for name, data in graph_damages(files[single], raw):
                yield case(name, {single: data})
            continue
        chain = info + "commit-graphs/commit-graph-chain"
        yield from chain_cases(case, chain, files[chain])
        layers = files[chain].decode().split()
        for number, layer in enumerate(layers):
            path = f"{info}commit-graphs/graph-{layer}.graph"
            yield case(f"layer {number} gone", {path: None})
            for at, (name, data) in enumerate(graph_damages(files[path], raw)):
                if at % 3 == number or "BASE" in name:
                    yield case(f"layer {number} {name}", {path: data})


def chain_cases(case, chain, data):
    lines = data.decode().split("\n")[:-1]
    full = len(lines[0])
    for name, text in (
            ("gone", None), ("empty", ""), ("no end of line", "\n".join(lines)),
            ("only one", lines[0] + "\n"), ("without the first", "\n".join(lines[1:]) + "\n"),
            ("turned", "\n".join(lines[::-1]) + "\n"), ("rubbish", "rubbish\n"),
            ("rubbish behind", "\n".join(lines) + "\nrubbish\n"),
            ("a line between", "\n".join([lines[0], "", *lines[1:]]) + "\n"),
            ("twice", "\n".join([*lines, lines[-1]]) + "\n"),
            ("unknown", "1" * full + "\n"), ("unknown behind", "\n".join(lines) + "\n"
                                             + "1" * full + "\n"),
            ("short", lines[0][:-1] + "\n"), ("one byte", "x"),
            ("unknown second", "\n".join([lines[0], "1" * full, *lines[1:]]) + "\n"),
            ("CRLF", "\r\n".join(lines) + "\r\n"), ("space", " \n".join(lines) + " \n")):
        yield case(f"chain {name}", {chain: None if text is None else text.encode()})


def all_cases(top):
    yield from graph_cases(top, "graph.git", 20)
    yield from graph_cases(top, "graph256.git", 32)
