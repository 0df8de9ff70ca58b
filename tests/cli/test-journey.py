#!/usr/bin/env python3
"""The journey of a text from the command line, homes and pouch fresh each time. TAP."""

import os
import sys

from clitest import Home, read, require, run, sync, write

FIRST = "# Armistice\n\nThe parties [shall | should] cease fire.\n"
SECOND = "# Armistice\n\nThe parties shall cease fire.\n"
THIRD = "# Armistice\n\nThe parties shall cease fire at noon.\n"


def make_three(root):
    pouch = os.path.join(root, "pouch")
    os.mkdir(pouch)
    homes = [Home(root, name, pouch) for name in ("alba", "berna", "cora")]
    for home, name, code in zip(homes, ("Alba", "Berna", "Cora"), ("ALB", "BER", "COR")):
        home.init(name, code)
    alba, berna, cora = homes
    alba.do("negotiation", "convene", "Talks", "--seat", "ALB:party:Alba", "--seat",
            "BER:party:Berna", "--seat", "COR:party:Cora")
    for home, code in ((berna, "BER"), (cora, "COR")):
        alba.do("negotiation", "invite", "Talks", "--for", code, code + ".invitation")
        shown = home.do("negotiation", "open", code + ".invitation")
        require(shown["for"] == code and len(shown["seats"]) == 3, "the invitation shows its seat")
        require(home.do("negotiation", "list")["negotiations"] == [], "opening only shows")
        home.do("negotiation", "join", code + ".invitation", code + ".answer")
        alba.do("negotiation", "admit", code + ".answer")
    sync(homes)
    return homes


def test_adoption(root):
    homes = make_three(root)
    alba, berna, cora = homes
    for home in homes:
        require(len(home.do("channel", "members", "plenary")["members"]) == 3, "three members")
    text = alba.do("text", "open", "plenary", "Armistice", write(root, "1.md", FIRST))
    sync(homes)
    first = berna.do("propose", text["symbol"], write(root, "2.md", SECOND), "-m", "Firmer.")
    sync(homes)
    second = cora.do("propose", text["symbol"], write(root, "3.md", THIRD), "--answers",
                     first["symbol"])
    sync(homes)
    states = {p["symbol"]: p["state"] for p in alba.do("proposal", "list")["proposals"]}
    require(states == {first["symbol"]: "countered", second["symbol"]: "tabled"}, str(states))
    for home in homes:
        home.do("position", second["symbol"], "accept")
        sync(homes)
    for home in homes:
        shown = home.do("proposal", "show", second["symbol"])["proposals"][0]
        require(shown["state"] == "adopted", shown["state"])
        require(shown["unacknowledged"] == [], "acknowledged by everybody")
        require(home.do("text", "show", text["symbol"])["content"] == THIRD, "the text has moved")
    check_export(root, homes, second["id"])


def check_export(root, homes, paper):
    alba, berna, _ = homes
    for name, home in (("a", alba), ("b", berna)):
        last = home.do("log", "plenary")["records"]
        position = [r for r in last if r["kind"] == "position"][-1]
        home.do("export", name + ".tar", "--at", position["id"])
    require(read(root, "a.tar") == read(root, "b.tar"), "the bundles differ")
    codes = [home.do("channel", "history-code", "plenary", "--at", paper)["code"]
             for home in homes]
    require(len(set(codes)) == 1, "the history codes differ")
    empty = Home(root, "empty")
    status, answer, complaint = empty.call("audit", "a.tar")
    require(status == 0 and answer["verdict"] == "good", f"exit {status}: {answer} {complaint}")
    require(not os.path.exists(empty.path), "an audit makes no home")
    status, answer, complaint = alba.call("audit")
    require(status == 0 and answer["verdict"] == "good",
            f"the home's audit, exit {status}: {answer} {complaint}")


def test_one_stick(root):
    """Two fresh homes reach the plenary in at most 5 commands each."""
    stick = os.path.join(root, "stick")
    os.mkdir(stick)
    alba, berna = Home(root, "alba", stick), Home(root, "berna", stick)
    alba.init("Alba", "ALB")
    alba.do("negotiation", "convene", "Talks", "--seat", "ALB:party:Alba", "--seat",
            "BER:party:Berna")
    answer = alba.do("negotiation", "invite", "Talks", "--for", "BER", "stick/invitation")
    require("join" in answer["next"], "the invitation names the next command")
    berna.init("Berna", "BER")
    answer = berna.do("negotiation", "join", "stick/invitation", "stick/answer")
    require("admit" in answer["next"], "the answer names the next command")
    answer = alba.do("negotiation", "admit", "stick/answer")
    require("sync" in answer["next"], "the admission names the next command")
    alba.do("sync")
    berna.do("sync")
    require(len(berna.do("channel", "members", "plenary")["members"]) == 2, "both are members")


def test_talk(root):
    alba, berna, cora = make_three(root)
    before = len(alba.do("log")["records"])
    alba.do("channel", "open", "quiet", "--with", "BER")
    sync((alba, berna, cora))
    alba.do("talk", "quiet", "Off the record.")
    sync((alba, berna, cora))
    lines = berna.do("talk", "quiet")["talk"]
    require([line["words"] for line in lines] == ["Off the record."], str(lines))
    require(lines[0]["by"]["code"] == "ALB", "the speaker is named")
    names = [channel["name"] for channel in cora.do("channel", "list")["channels"]]
    require(names == ["plenary"], "who is not a member does not know the channel")
    kinds = {record["kind"] for record in alba.do("log")["records"]}
    require("talk" not in kinds and before > 0, "talk is in no log")


def test_refusals(root):
    pouch = os.path.join(root, "pouch")
    os.mkdir(pouch)
    alba, other = Home(root, "alba", pouch), Home(root, "other", pouch)
    alba.init("Alba", "ALB")
    other.init("Other", "OTH")
    cases = (
        (5, "wrong-key", lambda: alba.call("whoami", key=other.key)),
        (2, "usage", lambda: alba.call("no-such-command")),
        (2, "usage", lambda: alba.call("whoami", "too", "many")),
        (2, "usage", lambda: alba.call("whoami", "--no-such-option")),
        (3, "refused", lambda: alba.call("text", "show", "XX/T9")),
        (3, "refused", lambda: alba.call("card", "import", write(root, "junk", "junk\n"))),
        (4, "io", lambda: alba.call("card", "import", "is-not-there")),
        (4, "no-home", lambda: Home(root, "none").call("whoami", key=alba.key)),
    )
    for status, word, run in cases:
        found, answer, complaint = run()
        require(found == status, f"{word}: exit {found}, {complaint}")
        require(answer["error"]["code"] == word, str(answer))
        require(complaint.count("\n") == 1 and complaint.endswith(".\n"), repr(complaint))


def test_revocation(root):
    homes = make_three(root)
    alba, berna, cora = homes
    device = cora.do("whoami")["device"]
    status, _, _ = alba.call("device", "revoke", device)
    require(status == 3, "nobody revokes another delegation's device")
    answer = cora.do("device", "revoke", device, "--reason", "lost")
    require("card export" in answer["next"], "the revocation names the next command")
    cora.do("card", "export", "cora.card")
    alba.do("card", "import", "cora.card")
    held = [d["device"] for d in alba.do("device", "list")["devices"]]
    require(device not in held and len(held) == 2, "the card brings the revocation")
    status, answer, _ = cora.call("statement", "plenary", write(root, "s", "Still here.\n"))
    require(status == 3 and answer["error"]["code"] == "refused", "a revoked device is silent")


def main():
    tests = (
        ("three homes adopt a text, export alike, and pass the audit", test_adoption),
        ("two homes and one stick meet in five commands each", test_one_stick),
        ("talk reaches the members of its channel and no log", test_talk),
        ("refusals have their exit, their word and one sentence", test_refusals),
        ("a revoked device is silent, and its card tells the others", test_revocation),
    )
    return run("journey", tests)


sys.exit(main())
