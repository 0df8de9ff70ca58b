#!/usr/bin/env python3
"""What goes wrong is told to people, once, in a sentence that says who and what to do. TAP."""

import subprocess
import sys

from clitest import cheat, copy_home, make_talks, require, run, sync, write


def only(answer, kind, member="notices"):
    found = [one for one in answer[member] if one["kind"] == kind]
    require(len(found) == 1, f"one {kind}: {answer[member]}")
    return found[0]


def test_forged(root):
    alba, berna, cora = make_talks(root)
    forged = cheat(root, cora, "forge", "plenary", "We give up.\n", "BER", "ALB")
    answer = berna.do("sync")
    notice = only(answer, "refused")
    require((notice["record"], notice["detail"]) == (forged, "bad-signature"), str(notice))
    require(notice["by"]["code"] == "COR", "the one who sent it is named")
    require(notice["author"]["code"] == "ALB", "and the one whose name it bears, apart from it")
    require(notice["time"].endswith("Z"), notice["time"])
    for word in ("COR", "ALB", forged[:8]):
        require(word in notice["sentence"], f"{word} in: {notice['sentence']}")
    require(forged[:9] not in notice["sentence"], "eight digits are enough for people")
    require(berna.do("sync")["notices"] == [], "each is told once")
    require(alba.do("sync")["notices"] == [], "nobody else has to do with it")
    require(only(berna.do("log", "--notices"), "refused") == notice, "it can be read again")
    require(only(berna.do("log", "--notices", "plenary"), "refused") == notice, "by its channel")
    berna.do("channel", "open", "quiet", "--with", "ALB")
    require(berna.do("log", "--notices", "quiet")["notices"] == [], "not in another channel")


def test_false_claim(root):
    alba, berna, cora = make_talks(root)
    claimed = cheat(root, cora, "claim", "plenary", "Nobody made this.", "BER")
    status, _, complaint = berna.call("sync", options=("--yes",))
    require(status == 0, complaint)
    done = subprocess.run(berna.line("log", "--notices", options=()), capture_output=True,
                          cwd=root, encoding="utf-8", timeout=60)
    require(done.returncode == 0 and done.stdout.count("\n") == 1, repr(done.stdout))
    for word in ("COR", claimed[:8], "false", "ask COR"):
        require(word in done.stdout, f"{word} in: {done.stdout}")
    require(only(berna.do("log", "--notices"), "false-claim")["record"] == claimed, "the record")
    require(berna.do("sync")["notices"] == [], "the line for people was the one time")
    sync((alba, berna, cora))


def test_shown(root):
    """The sentence stands on the output of sync itself."""
    _, berna, cora = make_talks(root)
    claimed = cheat(root, cora, "claim", "plenary", "Nobody made this.", "BER")
    done = subprocess.run(berna.line("sync", options=()), capture_output=True, cwd=root,
                          encoding="utf-8", timeout=60)
    lines = [line for line in done.stdout.splitlines() if claimed[:8] in line]
    require(done.returncode == 0 and len(lines) == 1, repr(done.stdout))
    require("COR" in lines[0] and lines[0].endswith("."), lines[0])


def test_used_key(root):
    """Another message under a key that was used is not opened, and that is told."""
    _, berna, cora = make_talks(root)
    copy = copy_home(root, cora)
    said = cora.do("statement", "plenary", write(root, "s.md", "Ours.\n"))["id"]
    cora.do("sync")
    berna.do("sync")
    require(only(berna.do("log"), "statement", "records")["id"] == said, "the true one came")
    made = cheat(root, cora, "replay", "plenary", "Theirs.\n", "BER", copy=copy)
    notice = only(berna.do("sync"), "replayed-key")
    require(notice["by"]["code"] == "COR" and notice["record"] is None, str(notice))
    require("not opened" in notice["sentence"], notice["sentence"])
    require(made not in [r["id"] for r in berna.do("log")["records"]], "nothing of it came in")


def main():
    return run("notices", (
        ("a forged record is told once, with who sent it and whose name it bears", test_forged),
        ("a false claim is told once, and kept for reading", test_false_claim),
        ("a message under a used key is told", test_used_key),
        ("sync says it in words", test_shown),
    ))


sys.exit(main())
