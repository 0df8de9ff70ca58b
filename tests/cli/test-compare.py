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


def test_graph(root):
    """Three versions: names stay, each word is its author's, and a provision tells its life."""
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = alba.do("text", "open", "plenary", "Truce", write(root, "1", BASE))
    sync((alba, berna))
    first = BASE.replace("in 30 days", "in 60 days").replace("The mission has free passage.\n",
                                                             "The mission has safe passage.\n")
    paper = berna.do("propose", text["symbol"], write(root, "2", first))
    sync((alba, berna))
    alba.do("position", paper["symbol"], "accept")
    sync((alba, berna))
    second = first.replace("The parties shall", "Both parties shall").replace("safe ", "")
    last = alba.do("propose", text["symbol"], write(root, "3", second))
    sync((alba, berna))
    berna.do("position", last["symbol"], "accept")
    sync((alba, berna))
    for home in (alba, berna):
        blamed = home.do("text", "blame", text["symbol"])
        require(blamed["version"] == last["id"], "the current version")
        words = {w["text"].strip(): (w["by"]["code"], w["record"])
                 for p in blamed["provisions"] for w in p["words"]}
        require(words["Both"] == ("ALB", last["id"]) and words["60"] == ("BER", paper["id"])
                and words["# Truce"] == ("ALB", text["id"]), str(words))
        require(BASE.split() and "".join(w["text"] for p in blamed["provisions"]
                                         for w in p["words"]).split() == second.split(), "all of it")
    ids = [p["id"] for p in alba.do("text", "provisions", text["symbol"])["provisions"]]
    require(ids == [p["id"] for p in blamed["provisions"]], "one name in both")
    require(ids == [f"{text['id'][:16]}:{n}" for n in range(1, 7)], f"names of the opening: {ids}")
    changes = alba.do("text", "diff", text["symbol"], text["symbol"], last["symbol"])["changes"]
    require([(c["provision"], c["old"], c["new"], c["by"]["code"]) for c in changes]
            == [(ids[2], "The", "Both", "ALB"), (ids[2], "30", "60", "BER"),
                (ids[5], "free ", None, "BER")], str(changes))
    life = alba.do("text", "biography", text["symbol"], ids[2])
    require([(e["kind"], e["record"], e["by"]["code"]) for e in life["events"]]
            == [("insert", text["id"], "ALB"), ("replace", paper["id"], "BER"),
                ("replace", last["id"], "ALB")], str(life))
    require("30 days" in life["events"][1]["old"] and "60 days" in life["events"][1]["new"],
            str(life))
    require(alba.do("text", "biography", text["symbol"], "3")["events"] == life["events"],
            "by its number in the current version")
    for wrong in ("0123456789abcdef:1", "77", "0", "x"):
        alba.refuse(3, "refused", "text", "biography", text["symbol"], wrong)


def test_rivals(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = alba.do("text", "open", "plenary", "Truce", write(root, "1", BASE))
    first = alba.do("propose", text["symbol"],
                    write(root, "2", BASE.replace("30", "60").replace("week", "day")))
    sync((alba, berna))
    second = berna.do("propose", text["symbol"],
                      write(root, "3", BASE.replace("30", "90").replace("free", "safe")))
    sync((alba, berna))
    answer = alba.do("proposal", "compare", first["symbol"], second["symbol"])
    found = [(c["kind"], c["provision"][-2:], c["base"] != c["first"], c["base"] != c["second"])
             for c in answer["collisions"]]
    require(found == [("rival", ":3", True, True), ("first-only", ":5", True, False),
                      ("second-only", ":6", False, True)], str(answer))
    rival = answer["collisions"][0]
    require("60" in rival["first"] and "90" in rival["second"] and "30" in rival["base"], str(rival))
    require(answer["base"] == text["id"], str(answer))
    before = len(alba.do("log")["records"])
    berna.do("position", first["symbol"], "accept")
    sync((alba, berna))
    later = alba.do("propose", text["symbol"], "1")
    require(len(alba.do("log")["records"]) > before, "the text moved")
    alba.refuse(3, "refused", "proposal", "compare", first["symbol"], later["symbol"])


def test_concord(root):
    alba, _ = make_talks(root, ("ALB", "BER"), languages="en,fr")
    english = BASE + "\nOf 1999.\n"
    french = BASE.replace("The mission", "La mission") + "\nDe 1989.\n"
    text = alba.do("text", "open", "plenary", "Truce", write(root, "1", english), "--language",
                   "fr=" + write(root, "1f", french))["symbol"]
    status, answer, _ = alba.call("text", "concord", text)
    require(status == 1 and [(f["language"], f["kind"]) for f in answer["findings"]]
            == [("fr", "figure")], f"{status} {answer}")
    require("1999" in answer["findings"][0]["detail"] and "1989" in answer["findings"][0]["detail"],
            str(answer))
    status, out, _ = call(root, "text", "concord", "--file", "1", "--file", "1f")
    require(status == 1 and "1999" in out and "1989" in out, f"{status} {out}")
    status, out, _ = call(root, "text", "concord", "--file", "1", "--file", "1", "--json")
    require((status, json.loads(out)["findings"]) == (0, []), out)


def main():
    return run("compare", (
        ("two files are compared by provision, cosmetic changes apart", test_diff),
        ("the page is whole, escaped and isolated", test_page),
        ("colours are for terminals, and NO_COLOR is kept to", test_colour),
        ("a change that a proposal does not claim is shown, both words", test_undeclared),
        ("other languages and annexes hide no change", test_undeclared_elsewhere),
        ("each word is its author's, and a provision tells its life", test_graph),
        ("two proposals on one base stand side by side", test_rivals),
        ("languages are set beside each other", test_concord),
    ))


sys.exit(main())
