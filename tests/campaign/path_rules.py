#!/usr/bin/env python3
"""Random ignore and attribute files, pathspecs and work trees, compared with git.

  tests/campaign/path_rules.py QUOIN [--rounds N] [--seed N] [--git GIT]

Uses the batch forms (--stdin), so that one process answers 150 questions.
"""
import os
import random
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from common import begin  # noqa: E402

QUESTIONS = 150
MAGIC = ["", "", "", "", ":(glob)", ":(icase)", ":!", ":(literal)",
         ":(exclude,glob)", ":/", ":(attr:a)", ":(attr:-a b=1)", ":(attr:!c)"]
SETTINGS = ["a", "-a", "!a", "b=1", "b=2", "c", "m", "-m", "binary", "text=auto",
            "-text", "m2"]


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def name(self):
        pick = self.random.choice
        return "".join(pick(["a", "b", "c", ".o", ".c", "x", "-", "F"])
                       for _ in range(self.random.randint(1, 3)))

    def path(self):
        return "/".join(self.name() for _ in range(self.random.randint(1, 4)))

    def pattern(self):
        pick, name = self.random.choice, self.name
        parts = [pick([name(), name(), "*" + pick([".o", ".c", "", "a"]), "**",
                       name() + "*", "?" + name(), "[a-c]" + pick(["", "*"]),
                       "[!a]*", name() + "**", "**" + name(), "\\" + name(),
                       "[[:alpha:]]"])
                 for _ in range(pick([1, 1, 1, 2, 2, 3]))]
        text = "/".join(parts)
        if self.random.random() < .2:
            text = "/" + text
        return text + ("/" if self.random.random() < .25 else "")

    def ignore(self):
        pick = self.random.choice
        return "".join(pick(["", "", "", "!", "#", " ", "\\"]) + self.pattern() +
                       pick(["", "", "", "  ", "\\ ", "\r"]) + "\n"
                       for _ in range(self.random.randint(1, 6)))

    def attributes(self, is_top):
        rows = []
        if is_top and self.random.random() < .6:
            rows.append("[attr]m a -b c=9")
        if is_top and self.random.random() < .4:
            rows.append("[attr]m2 m -c d")
        for _ in range(self.random.randint(1, 6)):
            rows.append(self.pattern() + " " + " ".join(
                self.random.choice(SETTINGS)
                for _ in range(self.random.randint(1, 3))))
        return "\n".join(rows) + "\n"


def write(path, text):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.isdir(path):
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
    except OSError:
        pass  # a file is where a directory would be


def one_round(campaign, maker, directory):
    campaign.run(campaign.git, ["init", "-q", "."], directory)
    for where in ["", *(maker.path() for _ in range(3))]:
        base = os.path.join(directory, where)
        if maker.random.random() < .8:
            write(os.path.join(base, ".gitignore"), maker.ignore())
        if maker.random.random() < .8:
            write(os.path.join(base, ".gitattributes"),
                  maker.attributes(where == ""))
    for _ in range(40):
        write(os.path.join(directory, maker.path()), "x")
    asked = "\n".join(maker.path() + maker.random.choice(["", "", "", "/"])
                      for _ in range(QUESTIONS)) + "\n"
    for words in (["check-ignore", "-v", "-n", "--stdin"],
                  ["check-attr", "-a", "--stdin"],
                  ["check-attr", "--stdin", "a", "b", "c", "text", "m"]):
        campaign.compare("rules", words, directory, asked, QUESTIONS)
    for words in (["status", "-s", "--ignored"], ["status", "-s", "-uall"],
                  ["status", "-s", "--ignored", "-uall"],
                  ["status", "-s", "--ignored=matching", "-uall"],
                  ["status", "-s", "--ignored=matching"],
                  ["ls-files", "-o", "--exclude-standard"],
                  ["ls-files", "-o", "-i", "--exclude-standard"],
                  ["ls-files", "-o", "--directory", "--exclude-standard"]):
        campaign.compare("walk", words, directory)
    campaign.run(campaign.git, ["add", "-A", "-f", "."], directory)
    for _ in range(25):
        specs = [maker.random.choice(MAGIC) + maker.pattern().lstrip("/")
                 for _ in range(maker.random.choice([1, 1, 2, 3]))]
        campaign.compare("pathspec", ["ls-files", "--", *specs], directory)


def main():
    campaign, options = begin("rules", rounds=10)
    for i in range(options.rounds):
        directory = os.path.join(campaign.top, str(i))
        os.makedirs(directory)
        before = campaign.failed
        one_round(campaign, Maker(f"{options.seed}.{i}"), directory)
        if campaign.failed == before:
            shutil.rmtree(directory)
    return campaign.done()


if __name__ == "__main__":
    sys.exit(main())
