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
        # The multi-pack-index chooses among copies; without it another answers.
        self.is_without = name == "core.multiPackIndex=false"

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
        if path.endswith(".pack"): # of copies the youngest pack's is read
            when = 1700000000 + int(path[-12:-5], 16) % 100000
            os.utime(path, (when, when))


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


PACK_COMMANDS = """cat-file --batch-all-objects --batch-check
cat-file --batch-all-objects --batch-check=%(objectname)%x20%(objectsize)%x20%(deltabase)
cat-file --batch-all-objects --batch|log --format=%h%x20%s --all
rev-list --objects --all|cat-file -p master|cat-file -t b12|log -p -3 master
count-objects -v|ls-tree -r master|rev-parse --short=4 master
cat-file --batch-all-objects --batch-check=%(objectsize:disk)%x20%(objecttype)""".replace("\n", "|").split("|")


def table_damages(data, header, raw):
    """A pack's index or .rev: cut, flipped, in places all over."""
    size = len(data)
    for cut in (0, 3, 8, header - 1, 1031, 1033, size // 2, size - 41, size - 20, size - 1):
        if 0 <= cut < size:
            yield f"cut at {cut}", data[:cut]
    yield "longer", data + b"more"
    for at in range(header):
        yield f"header {at}", flip(data, at)
    for i in range(1, 24):
        at = i * size // 24
        yield f"flip {i}", flip(data, at)
    for i in range(1, 6):
        at = i * size // 6
        yield f"ones {i}", put(data, at, b"\xff" * 8)
    yield "pack's checksum", flip(data, size - raw - 3)
    yield "checksum", flip(data, size - 3)


def index_damages(data, raw):
    yield from table_damages(data, 8, raw)
    if data[:4] == b"\xfftOc":
        count = struct.unpack(">I", data[8 + 255 * 4:8 + 1024])[0]
        offsets = 8 + 1024 + count * (raw + 4)
        for value in (0x7fffffff, 0x80000000, 0x80000fff, 0, 13):
            yield f"offset {value:x}", put(data, offsets + 8, struct.pack(">I", value))
        far = offsets + count * 4
        if len(data) > far + 2 * raw:
            yield "far offset huge", put(data, far, b"\xff" * 8)
            yield "far offset far", put(data, far, struct.pack(">Q", 1 << 40))
        yield "fanout too much", put(data, 8 + 255 * 4, struct.pack(">I", count + 1))
        yield "fanout disorder", put(data, 8 + 100, struct.pack(">I", count))


def pack_damages(data):
    size = len(data)
    for cut in (0, 4, 11, 12, 13, size // 3, size - 21, size - 20, size - 1):
        yield f"cut at {cut}", data[:cut]
    yield "longer", data + b"more"
    for at in range(12):
        yield f"header {at}", flip(data, at)
    for i in range(1, 24):
        yield f"flip {i}", flip(data, i * size // 24)
    yield "checksum", flip(data, size - 3)


def multi_damages(data):
    count = data[6]
    yield from common_damages(data, 12, count)
    for name, start, end, _ in chunks_of(data, 12, count):
        if name == "OIDF":
            yield "fanout too much", put(data, end - 4, struct.pack(">I", 70000))
            yield "fanout disorder", put(data, start + 40, struct.pack(">I", 600))
            yield "fanout too few", put(data, end - 4, struct.pack(">I", 3))
        if name == "OOFF":
            for value in (0xffffffff, 3, 2):
                yield f"pack {value:x}", put(data, start + 8, struct.pack(">I", value))
            for value in (0x7fffffff, 0x80000000, 0x80000fff, 0, 13):
                yield f"offset {value:x}", put(data, start + 12, struct.pack(">I", value))
        if name == "LOFF":
            yield "far offset huge", put(data, start, b"\xff" * 8)
        if name == "PNAM":
            yield "names not ended", put(data, start, b"x" * (end - start))
            yield "names turned", put(data, start, b"z")
            yield "name with a path", put(data, start, b"a/b")
            yield "unknown name", put(data, start + 10, b"0")
        if name == "RIDX":
            yield "order wrong", put(data, start, data[start + 4:start + 8] * 2)


def pack_cases(top, repo, raw):
    home = f"{top}/{repo}"
    for kind in sorted(os.listdir(home + "/packs")):
        base = f"{home}/packs/{kind}/"
        files = {}
        for directory, _, names in os.walk(base):
            for name in names:
                full = os.path.join(directory, name)
                files["objects/pack/" + os.path.relpath(full, base)] = open(full, "rb").read()
        family = f"{repo} {kind}"

        def case(name, changed=None, env=None):
            return Case(top, repo, family, name, {**files, **(changed or {})},
                        PACK_COMMANDS, env)
        yield case("sound")
        for key, value in (("core.multiPackIndex", "false"), ("pack.readReverseIndex", "false"),
                           ("core.packedGitWindowSize", "1k"), ("core.deltaBaseCacheLimit", "1"),
                           ("core.multiPackIndex", "x")):
            yield case(f"{key}={value}", None,
                       {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key,
                        "GIT_CONFIG_VALUE_0": value})
        first = True
        for path in sorted(files):
            ending = path.rsplit(".", 1)[-1]
            short = os.path.basename(path).split("-")[0] + "." + ending \
                if "." in path else os.path.basename(path)
            yield case(f"{path[-9:]} gone", {path: None})
            data = files[path]
            if ending == "idx":
                damages = index_damages(data, raw)
            elif ending == "pack":
                damages = pack_damages(data)
            elif ending == "rev":
                damages = table_damages(data, 12, raw)
            elif ending == "midx" or path.endswith("multi-pack-index"):
                damages = multi_damages(data)
            else:
                damages = chain_damages(data)
            for at, (name, broken) in enumerate(damages):
                if kind.startswith("multi") and ending in ("idx", "pack", "rev") and (
                        at % 6 or not first):
                    continue # seen with one pack alone
                yield case(f"{short} {name}", {path: broken})
            first = first and ending != "rev"


def chain_damages(data):
    lines = data.decode().split("\n")[:-1]
    full = len(lines[0])
    for name, text in (
            ("empty", ""), ("no end of line", "\n".join(lines)), ("only one", lines[0] + "\n"),
            ("without the first", "\n".join(lines[1:]) + "\n"),
            ("turned", "\n".join(lines[::-1]) + "\n"), ("rubbish", "rubbish\n"),
            ("a line between", "\n".join([lines[0], "", *lines[1:]]) + "\n"),
            ("twice", "\n".join([*lines, lines[-1]]) + "\n"), ("unknown", "1" * full + "\n"),
            ("unknown behind", "\n".join(lines) + "\n" + "1" * full + "\n"),
            ("short", lines[0][:-1] + "\n"), ("one byte", "x")):
        yield name, text.encode()


def all_cases(top):
    yield from graph_cases(top, "graph.git", 20)
    yield from graph_cases(top, "graph256.git", 32)
    yield from pack_cases(top, "pack.git", 20)
    yield from pack_cases(top, "pack256.git", 32)
