#!/usr/bin/env python3
"""Texts read from the command line: plain files without a home, versions with one. TAP."""

import json
import os
import subprocess
import sys

from clitest import CLI, PATIENCE, make_talks, require, run, write

TEXT = ("# Armistice\n\nThe Parties,\n\n## Article 1\n\n1. Fire [shall][should] cease.\n\n"
        "2. Within [14 | 30] days [unless agreed.\n\n## Article 2 bis\n\n"
        "**Option 1:** One text.\n\n**Option 2:** No text\n")


def call(root, *words, status=0):
    done = subprocess.run([CLI, "--json", *words], cwd=root, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=PATIENCE, encoding="utf-8")
    require(done.returncode == status, f"{words}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def test_files(root):
    write(root, "a.md", TEXT)
    answer = call(root, "text", "brackets", "--file", "a.md")
    require((answer["open"], answer["close"]) == (4, 3), str(answer))
    require((answer["paragraphs"], answer["unbalanced_paragraphs"]) == (8, 1), str(answer))
    require([one["heading"] for one in answer["sections"]] == ["Article 1", "Article 2 bis"],
            str(answer["sections"]))
    require(answer["sections"][0]["alternatives"] == 1, str(answer["sections"]))
    require(answer["sections"][1]["options"] == 2, str(answer["sections"]))
    require([one["line"] for one in answer["damages"]] == [9], str(answer["damages"]))
    provisions = call(root, "text", "provisions", "--file", "a.md")["provisions"]
    require([one["kind"] for one in provisions]
            == ["heading", "preamble", "article", "paragraph", "paragraph", "article",
                "paragraph", "paragraph"], str(provisions))
    require(provisions[5]["label"] == "Article 2 bis", str(provisions[5]))
    require(provisions[4]["status"] == "bracketed" and provisions[1]["status"] == "open",
            str(provisions))


def test_names(root):
    """Of two files the second one's provisions bear the first one's names where they are the same."""
    write(root, "a.md", TEXT)
    write(root, "b.md", TEXT.replace("## Article 2 bis", "## Article 3"))
    first = call(root, "text", "provisions", "--file", "a.md")["provisions"]
    second = call(root, "text", "provisions", "--file", "a.md", "--file", "b.md")["provisions"]
    require([one["id"] for one in first] == [one["id"] for one in second], str(second))
    require(second[5]["label"] == "Article 3", str(second[5]))


def test_edits(root):
    write(root, "a.md", TEXT)
    answer = call(root, "text", "brackets", "--file", "a.md")
    wanted = [one["choice"] for one in answer["choices"]
              if [a["text"] for a in one["alternatives"]] == ["14", "30"]]
    call(root, "text", "resolve", "--file", "a.md", str(wanted[0]), "2", "--out", "b.md")
    with open(os.path.join(root, "b.md"), encoding="utf-8") as file:
        require(file.read() == TEXT.replace("[14 | 30]", "30"), "another text")
    require(call(root, "text", "resolve", "--file", "a.md", "99", "1", status=3)["error"]["code"]
            == "refused", "no such choice")
    check = call(root, "text", "streamline", "--file", "a.md", "--file", "b.md", status=1)
    require([(one["kind"], one["detail"]) for one in check["findings"]] == [("lost", "14")],
            str(check))
    require(call(root, "text", "streamline", "--file", "a.md", "--file", "a.md")["pure"], "not pure")


def test_hygiene(root):
    write(root, "a.md", "Plain.\n\nA w\u0430rd, turned\u202e.\n")
    found = call(root, "text", "hygiene", "--file", "a.md", status=1)["findings"]
    require([(one["kind"], one["provision"]) for one in found]
            == [("mixed-scripts", 2), ("bidi-control", 2)], str(found))
    write(root, "b.md", "Plain.\n")
    require(call(root, "text", "hygiene", "--file", "b.md")["findings"] == [], "findings")


def test_hostile_files(root):
    with open(os.path.join(root, "deep"), "w", encoding="ascii") as file:
        file.write("[" * 100000 + "a|" * 50000 + "]" * 50000)
    with open(os.path.join(root, "large"), "wb") as file:
        file.truncate(4 * 1024 * 1024 + 1)
    with open(os.path.join(root, "bytes"), "wb") as file:
        file.write(bytes(range(256)) * 64)
    answer = call(root, "text", "brackets", "--file", "deep")
    require((answer["open"], answer["close"]) == (100000, 50000), "other counts")
    for verb in ("brackets", "provisions", "hygiene"):
        call(root, "text", verb, "--file", "large", status=3)
        call(root, "text", verb, "--file", "absent", status=4)
        call(root, "text", verb, "--file", "deep", "--file", "deep", "--file", "deep", status=2)
        call(root, "text", verb, "--file", "bytes", status=1 if verb == "hygiene" else 0)


def test_versions(root):
    home = make_talks(root, codes=("ALB", "BER"))[0]
    text = home.do("text", "open", "plenary", "Armistice", write(root, "a.md", TEXT))["symbol"]
    paper = home.do("propose", text, write(root, "b.md", TEXT.replace("shall", "CMA: shall")),
                    "-m", "So.")["symbol"]
    require(home.do("text", "brackets", text)["open"] == 4, "other brackets")
    before = home.do("text", "provisions", text)["provisions"]
    after = home.do("text", "provisions", f"{text}@{paper}")["provisions"]
    require([one["id"] for one in before] == [one["id"] for one in after], str(after))
    choices = home.do("text", "brackets", f"{text}@{paper}")["choices"]
    require(choices[0]["alternatives"][0]["text"] == "CMA: shall", "CMA is no delegation here")
    require(home.call("text", "streamline", text, text, paper)[0] == 1, "a word is new")


sys.exit(run("text", (("plain files need no home", test_files),
                      ("the same provision has the same name", test_names),
                      ("an edit changes its own span", test_edits),
                      ("what is hidden is listed", test_hygiene),
                      ("hostile files are bounded", test_hostile_files),
                      ("versions of a negotiation", test_versions))))
