#!/usr/bin/env python3
"""Texts compared from the command line: redlines, who brought a word, what a proposal does not say
that it changes, rival wordings, and languages beside each other. TAP."""

import html.parser
import json
import os
import subprocess
import sys

from clitest import CLI, PATIENCE, make_talks, require, run, sync, write

BASE = ("# Truce\n\n## Article 4 Withdrawal\n\nThe parties shall withdraw in 30 days.\n\n"
        "## Article 9 Monitoring\n\nThe mission reports each week.\n\n"
        "The mission has free passage.\n")
RIGHT_TO_LEFT = "\u05d4\u05e6\u05d3\u05d3\u05d9\u05dd"


def call(root, *words, environment=None):
    done = subprocess.run([CLI, *words], cwd=root, capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE, encoding="utf-8", errors="surrogateescape",
                          env={**os.environ, **(environment or {})})
    return done.returncode, done.stdout, done.stderr


def diff_files(root, old, new, *words):
    write(root, "old.md", old)
    write(root, "new.md", new)
    status, out, complaint = call(root, "text", "diff", "--file", "old.md", "--file", "new.md",
                                  *words)
    require(status == 0, f"{status}: {complaint}")
    return out


def by_name(home, text, *words):
    """The provisions of a version, from the first words of each."""
    return {p["heading"] or "": p["id"] for p in
            home.do("text", "provisions", text, *words)["provisions"] if p["kind"] == "article"}


def show(home, paper):
    line = home.line("proposal", "show", paper, options=())
    out = subprocess.run(line, cwd=home.root, capture_output=True, timeout=PATIENCE, check=True,
                         stdin=subprocess.DEVNULL, encoding="utf-8").stdout
    return home.do("proposal", "show", paper)["proposals"][0], out


def test_diff(root):
    new = BASE.replace("shall", "may").replace("free passage", "free  passage")
    out = diff_files(root, BASE, new)
    require("Article 4" in out and "[-shall-]{+may+}" in out, out)
    require("\033" not in out, "no colour where nobody looks")
    before, _, after = out.partition("Cosmetic only")
    require("Article 9" in after and "Article 9" not in before, f"apart: {out}")
    answer = json.loads(diff_files(root, BASE, new, "--format", "json"))
    require(answer == json.loads(diff_files(root, BASE, new, "--json")), "both ways are one")
    require([(c["kind"], c["difference"], c["cosmetic"], c["old"], c["new"], c["by"])
             for c in answer["changes"]]
            == [("replace", "words", False, "shall", "may", None),
                ("replace", "space", True, " ", "  ", None)], str(answer))
    require(len({c["provision"] for c in answer["changes"]}) == 2, str(answer))
    require("Nothing differs." in diff_files(root, BASE, BASE), "equal texts")
    moved = BASE.split("\n\n")
    moved = "\n\n".join(moved[:4] + [moved[5].strip(), moved[4]]) + "\n"
    kinds = {c["kind"] for c in json.loads(diff_files(root, BASE, moved, "--json"))["changes"]}
    require(kinds == {"move"}, str(kinds))
    for words in (("--file", "old.md"), ("--file", "old.md", "--file", "new.md", "T"),
                  ("--file", "old.md", "--file", "new.md", "--format", "pdf"),
                  ("--file", "old.md", "--file", "new.md", "--json", "--format", "html")):
        require(call(root, "text", "diff", *words)[0] == 2, f"{words} is no usage")


class Page(html.parser.HTMLParser):
    """Collects tags, and what stands in del and ins."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.marked = [], set(), []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        require(not {"src", "href"} & {name for name, _ in attributes}, "nothing is loaded")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag != "hr":
            require(self.open.pop() == tag, f"</{tag}> closes what is open")

    def handle_data(self, data):
        if self.open[-1:] == ["bdi"]:
            self.marked.append((self.open[-2], data))
        require("del" not in self.open[-1:] and "ins" not in self.open[-1:], "all is isolated")


def test_page(root):
    new = BASE.replace("shall withdraw", f"<script>x()</script> {RIGHT_TO_LEFT} \u202e withdraw")
    out = diff_files(root, BASE, new, "--format", "html")
    page = Page()
    page.feed(out)
    page.close()
    require(page.open == [] and "script" not in page.tags, f"{page.open} {page.tags}")
    require(("del", "shall") in page.marked, str(page.marked))
    inserted = "".join(data for tag, data in page.marked if tag == "ins")
    require("<script>" in inserted and RIGHT_TO_LEFT in inserted, inserted)
    require("\u202e" not in out, "no sign turns the page's direction")
    require("old.md" in out and "new.md" in out, "both are named")


def test_colour(root):
    """On a terminal, and only there; NO_COLOR is kept to."""
    diff_files(root, BASE, BASE.replace("shall", "may"))
    line = f"{CLI} text diff --file old.md --file new.md"
    for environment, coloured in (({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)):
        done = subprocess.run(["script", "-qec", line, "/dev/null"], cwd=root, timeout=PATIENCE,
                              capture_output=True, stdin=subprocess.DEVNULL,
                              env={**os.environ, **environment})
        require(b"[-shall-]" in done.stdout, repr(done.stdout))
        require((b"\033[31m[-shall-]\033[0m" in done.stdout) is coloured, repr(done.stdout))


def test_undeclared(root):
    """The forged proposal: it claims Article 9 and turns a word of Article 4 too."""
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = alba.do("text", "open", "plenary", "Truce", write(root, "1", BASE))["symbol"]
    sync((alba, berna))
    articles = by_name(berna, text)
    claim = articles["Article 9 Monitoring"]
    honest = BASE.replace("each week", "each day")
    forged = honest.replace("shall", "may")
    good = berna.do("propose", text, write(root, "2", honest), "--claims", claim)["symbol"]
    bad = berna.do("propose", text, write(root, "3", forged), "--claims", claim)["symbol"]
    sync((alba, berna))
    shown, out = show(alba, good)
    require(shown["undeclared"] == [] and "claims" in out, f"{shown} {out}")
    shown, out = show(alba, bad)
    require([(u["old"], u["new"], u["difference"], u["place"]) for u in shown["undeclared"]]
            == [("shall", "may", "words", "Article 4")], str(shown["undeclared"]))
    paragraph = articles["Article 4 Withdrawal"].replace(":2", ":3")
    require(shown["undeclared"][0]["provision"] == paragraph, str(shown["undeclared"]))
    require("[-shall-]{+may+}" in out and "Article 4" in out and "week" not in out, out)
    require(alba.do("proposal", "list")["proposals"][0]["undeclared"] is None, "list is short")
    before = len(berna.do("log")["records"])
    for wrong in ("0123456789abcdef:1", "99", "0", claim + "9", "x"):
        berna.refuse(3, "refused", "propose", text, "3", "--claims", wrong)
    require(len(berna.do("log")["records"]) == before, "nothing was made")
    numbered = berna.do("propose", text, "3", "--claims", "4,2")["symbol"]
    require(show(berna, numbered)[0]["undeclared"] == [], "claims by their number in the base")


def test_undeclared_elsewhere(root):
    """Another language and an annex are looked into as well."""
    alba, berna = make_talks(root, ("ALB", "BER"), languages="en,fr")
    french = BASE.replace("The mission", "La mission")
    text = alba.do("text", "open", "plenary", "Truce", write(root, "1", BASE), "--language",
                   "fr=" + write(root, "1f", french), "--annex",
                   "map=" + write(root, "1a", "Line at 100 m.\n"))["symbol"]
    sync((alba, berna))
    paper = berna.do("propose", text, write(root, "2", BASE.replace("week", "day")), "--language",
                     "fr=" + write(root, "2f", french.replace("30", "90")), "--annex",
                     "map=" + write(root, "2a", "Line at 900 m.\n"), "--claims", "4")["symbol"]
    sync((alba, berna))
    shown, _ = show(alba, paper)
    require([(u["language"], u["annex"], u["old"], u["new"], u["difference"])
             for u in shown["undeclared"]]
            == [(None, "map", "100", "900", "figure"), ("fr", None, "30", "90", "figure")],
            str(shown["undeclared"]))


def main():
    return run("compare", (
        ("two files are compared by provision, cosmetic changes apart", test_diff),
        ("the page is whole, escaped and isolated", test_page),
        ("colours are for terminals, and NO_COLOR is kept to", test_colour),
        ("a change that a proposal does not claim is shown, both words", test_undeclared),
        ("other languages and annexes hide no change", test_undeclared_elsewhere),
    ))


sys.exit(main())
