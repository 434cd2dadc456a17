#!/usr/bin/env python3
"""Random configuration files, read, asked and edited by both programs.

  tests/campaign/config_files.py QUOIN [--rounds N] [--seed N] [--git GIT]

A round is one file: listed with its places, asked for values of every type, and
edited in place many times; files, output, messages and exit codes are compared.
"""
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin  # noqa: E402

TYPES = ["bool", "int", "bool-or-int", "path", "expiry-date", "color",
         "bool-or-str"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.sections, self.keys = [], []

    def pick(self, *some):
        return self.random.choice(some)

    def name(self):
        return self.pick("a", "b", "Core", "x-y", "n1", "ab", "Z")

    def sub(self):
        return self.pick("one", "Two", "a.b", "a b", 'q"r', "b\\s", "", "x]y", "é",
                         "#h")

    def section(self):
        name, kind = self.name(), self.random.randint(0, 9)
        if kind < 5:
            self.sections.append(name)
            return f"[{name}]"
        if kind < 9:
            sub = self.sub()
            self.sections.append(f"{name}.{sub}")
            quoted = sub.replace("\\", "\\\\").replace('"', '\\"')
            return f"[{name}{self.pick(' ', ' ', '  ', chr(9))}\"{quoted}\"]"
        sub = self.pick("old", "Old")
        self.sections.append(f"{name}.{sub.lower()}")
        return f"[{name}.{sub}]"

    def value(self):
        return self.pick(
            "1", "2k", "3M", "-4", "0x10", "010", "1g", "true", "no", "ON", "off",
            "yes", "maybe", "1x", "99999999999", "~/p", "%(prefix)/x",
            "/abs", ":(optional)none", "now", "never", "2.weeks.ago", "2020-01-01",
            "red", "bold blue", "#ff0000 ul", "nocolor", "normal", "reset", "red red red",
            "word", "two words", '"quoted"', '"a ; b"', '"a" b "c"', "a ; c", "a # c",
            '"tab\\tnl\\n"', '"bs\\b"', '"q\\"q"', "back\\\\slash", "a \\\n  b",
            '"x \\\n y"', "", '""', '" lead"', "trail   ", "a\tb", "a   b", "é", "!c",
            "=", "a=b", "-")

    def bad(self):
        return self.pick("[", "[a", "[a b]", '[a "b]', '[a "b"', '[a"b"]', "key",
                         "= x", "1k = v", "k!y = v", 'k = "open', "k = bad\\q",
                         "k = end\\", "[a]k=v]", "]", "[-]", "[a_b]", "k v",
                         "[a.]", "[.a]", "\"x\" = y")

    def line(self):
        kind = self.random.randint(0, 99)
        if kind < 22:
            text = self.section()
            return text + self.pick("", "", "", " ; tail", "# t", " k = v", "\r")
        if kind < 30:
            return self.pick("", "  ", "# note", "; note", "\t# x", "#", "\r")
        if kind < 31 and not self.is_good:
            return self.bad()
        key = self.pick("k", "key", "K2", "x-y", "bool", "Num")
        if self.sections:
            self.keys.append(self.sections[-1] + "." + key)
        if kind < 36:
            return self.pick("", "\t", "  ") + key + self.pick("", " ", " # c", "\r")
        return (self.pick("", "\t", "  ", "\t\t") + key + self.pick(" = ", "=", " =", "= ")
                + self.value() + self.pick("", "", "", " ", " # c", " ; c", "\r"))

    def file(self):
        self.is_good = self.random.random() < .75
        rows = [self.line() for _ in range(self.random.randint(0, 18))]
        if rows and self.is_good and not rows[0].lstrip().startswith(("[", "#", ";")):
            rows[0] = self.section()
        text = "\n".join(rows) + self.pick("\n", "\n", "\n", "")
        return (self.pick("", "", "", "", "\ufeff") if text.strip() else "") + text

    def key(self):
        if self.keys and self.random.random() < .75:
            key = self.random.choice(self.keys)
            return key if self.random.random() < .8 else key.swapcase()
        if self.sections and self.random.random() < .6:
            return self.random.choice(self.sections) + "." + self.pick("new", "k", "N-w")
        return self.pick("fresh.k", "a.sub.k", "Core.k", "nosection", "a.", ".k", "a.b\nc.k",
                         "bad_s.k", "a.1k", "a.k_k", "a..k", "a.x y.k")

    def new_value(self):
        return self.pick("v", "", " lead", "trail ", "a b", "a;b", "a#b", "q\"q", "b\\s",
                         "tab\t", "nl\nnl", "true", "1k", "é", "-x", "long " * 30, "\r")

    def pattern(self):
        return self.pick("", "^1", "v", "!v", "[", "a|b", ".", "true", "^$", "(x")


def edits(maker):
    key, value, pattern = maker.key(), maker.new_value(), maker.pattern()
    known = [x for x in maker.sections if "]" not in x]  # docs/compat.md
    one = maker.random.choice(known) if known else "a"
    return maker.pick(
        [key, value], [key, value], [key, value, pattern], ["--add", key, value],
        ["--replace-all", key, value], ["--replace-all", key, value, pattern],
        ["--unset", key], ["--unset", key, pattern], ["--unset-all", key],
        ["--unset-all", key, pattern], ["--remove-section", one],
        ["--rename-section", one, maker.pick("new", "new.sub", "a", one, "bad name",
                                            'n.q"r')],
        ["set", key, value], ["set", "--all", key, value],
        ["set", "--append", key, value], ["unset", key], ["unset", "--all", key],
        ["set", "--value=" + pattern, key, value],
        ["set", "--fixed-value", "--value=v", key, value],
        ["set", "--comment", maker.pick("why", "# why", "\twhy", "a\nb"), key, value],
        ["--type=" + maker.pick(*TYPES), key, maker.value()],
        ["set", "--type=" + maker.pick(*TYPES), key, maker.value()])


def questions(maker):
    key, pattern = maker.key(), maker.pattern()
    return maker.pick(
        [key], ["--get", key], ["--get-all", key], ["get", "--all", key],
        ["--get-regexp", maker.pick("k", "^a", "", "K", "[", "\\.new$", "X-Y")],
        ["get", "--regexp", "--all", "--show-names", maker.pick("k", "^a\\.", "num")],
        ["--type=" + maker.pick(*TYPES), "--get", key],
        ["--type=" + maker.pick(*TYPES), "--get-all", key],
        ["get", "--type=" + maker.pick(*TYPES), key],
        ["get", "--value=" + pattern, key], ["--get", key, pattern],
        ["get", "--default=" + maker.value(), key],
        ["get", "--default=" + maker.value(), "--type=" + maker.pick(*TYPES), key],
        ["--get-color", key, maker.pick("", "red")], ["--get-colorbool", key, "true"],
        ["list", "--type=" + maker.pick(*TYPES)], ["-l", "--name-only"],
        ["list", "--show-origin", "-z"], ["get", "--show-scope", key],
        ["--get-urlmatch", "a", "http://e.com"])


def one_round(campaign, maker, directory):
    text = maker.file().encode("utf-8")
    ours, theirs = (os.path.join(directory, x) for x in ("ours", "theirs"))
    for place in (ours, theirs):
        os.makedirs(place)
        with open(place + "/f", "wb") as out:
            out.write(text)

    def both(name, words):
        words = ["config", *words]
        at = 2 if words[1] in ("list", "get", "set", "unset") else 1
        words[at:at] = ["-f", "f"]
        mine = campaign.run(campaign.quoin, words, ours)
        his = campaign.run(campaign.git, words, theirs)
        if his[0] < 0:
            campaign.skip("the reference crashes")
            shutil.copy(theirs + "/f", ours + "/f")
            return
        mine, his = clean(mine), clean(his)
        same = [open(p + "/f", "rb").read() for p in (ours, theirs)]
        if mine == his and same[0] == same[1]:
            campaign.passed += 1
            return
        campaign.failed += 1
        campaign.report(name, words, (*mine, b"\n--\n" + same[0]),
                        (*his, b"\n--\n" + same[1]))
        with open(f"{campaign.keep}/{name}-{campaign.failed}.file", "wb") as out:
            out.write(before)
        shutil.copy(theirs + "/f", ours + "/f")

    before = text
    both("list", ["list", "--show-origin"])
    both("list", ["-l", "-z"])
    for _ in range(12):
        both("ask", questions(maker))
    for _ in range(12):
        with open(theirs + "/f", "rb") as now:
            before = now.read()
        both("edit", edits(maker))
    shutil.rmtree(directory)


def clean(got):
    """Usage texts are each program's own words."""
    code, out, err = got
    return (code, out, b"" if code == 129 else err)


def main():
    campaign, options = begin("config", rounds=10)
    for i in range(options.rounds):
        one_round(campaign, Maker(f"{options.seed}.{i}"),
                  os.path.join(campaign.top, str(i)))
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
