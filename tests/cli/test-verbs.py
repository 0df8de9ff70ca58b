#!/usr/bin/env python3
"""What the other journeys do not pass by: each verb does what it says. TAP."""

import os
import shutil
import sys

from clitest import Home, digest, make_talks, read, require, run, sync, tamper, write

TEXT = "# Armistice\n\nThe parties shall cease fire.\n"
OTHER = "# Armistice\n\nThe parties shall cease fire at noon.\n"
WITHOUT_YES = ("--json",)


def test_texts(root):
    alba, berna = make_talks(root, ("ALB", "BER"), issuer="ALB", languages="en,fr")
    text = alba.do("text", "open", "plenary", "Armistice", write(root, "1", TEXT), "--language",
                   "fr=" + write(root, "1f", "# Armistice\n\nCessez.\n"), "--annex",
                   "map=" + write(root, "1a", "Line A.\n"), "--standing", "chairs-text")
    sync((alba, berna))
    proposal = berna.do("propose", text["symbol"], write(root, "2", OTHER), "-m", "Noon.")
    sync((alba, berna))
    berna.refuse(3, "refused", "text", "issue", text["symbol"], "2", "--symbol", "BER/R1")
    rev = alba.do("text", "issue", text["symbol"], write(root, "3", OTHER + "\nAll of them.\n"),
                  "--symbol", "ALB/T1/Rev.1", "--incorporates", proposal["symbol"])
    require(rev["symbol"] == "ALB/T1/Rev.1", "the symbol is the one that was given")
    sync((alba, berna))
    log = berna.do("text", "log", text["symbol"])["versions"]
    require([(v["symbol"], v["current"], v["by"]["code"]) for v in log]
            == [(text["symbol"], False, "ALB"), (rev["symbol"], True, "ALB")], str(log))
    require("3" in os.listdir(root), "the file stays")
    diff = berna.do("text", "diff", text["symbol"], text["symbol"], proposal["symbol"])
    require([(c["kind"], c["old"], c["new"]) for c in diff["changes"]]
            == [("insert", None, " at noon")], str(diff))
    require({c["by"]["code"] for c in diff["changes"]} == {"BER"}, "who changed it is named")
    again = berna.do("text", "diff", text["symbol"], rev["symbol"], rev["symbol"])
    require(again["changes"] == [], "a version does not differ from itself")
    check_from(root, alba, berna, text, rev)


def check_from(root, alba, berna, text, rev):
    alba.do("channel", "open", "quiet", "--with", "BER")
    sync((alba, berna))
    copy = berna.do("text", "open", "quiet", "Copy", "--from", text["symbol"] + "@"
                    + text["symbol"])
    require(berna.do("text", "show", copy["symbol"])["content"] == TEXT, "the words come along")
    require("Cessez" in berna.do("text", "show", copy["symbol"], "--language", "fr")["content"],
            "and those of the other language")
    mixed = berna.do("text", "open", "quiet", "Mixed", write(root, "5", "Own.\n"), "--from",
                     text["symbol"] + "@" + text["symbol"], "--standing", "party-proposal")
    require(berna.do("text", "show", mixed["symbol"])["content"] == "Own.\n", "the file goes first")
    require("Cessez" in berna.do("text", "show", mixed["symbol"], "--language", "fr")["content"],
            "the rest comes along")
    berna.refuse(2, "usage", "text", "open", "quiet", "Empty")
    berna.refuse(3, "refused", "text", "open", "quiet", "Odd", "5", "--standing", "holy-writ")
    berna.refuse(3, "refused", "text", "open", "quiet", "Odd", "--from", "NO/T9@NO/T9")
    require(rev["id"] != copy["id"], "another record")


def test_door(root):
    pouch = os.path.join(root, "pouch")
    os.mkdir(pouch)
    one, two = Home(root, "one", pouch), Home(root, "two", pouch)
    one.init("One", "ONE")
    two.init("Two", "TWO")
    one.do("negotiation", "convene", "Talks", "--seat", "ONE:party:One", "--seat",
           "TWO:party:Two")
    listed = one.do("negotiation", "list")["negotiations"]
    require([(n["title"], n["complete"]) for n in listed] == [("Talks", False)], str(listed))
    one.do("negotiation", "invite", "Talks", "--for", "TWO", "i")
    two.do("card", "export", "two.card")
    one.do("card", "import", "two.card")
    two.do("negotiation", "join", "i", "a")
    sync((two, one))
    door = one.do("negotiation", "door", "list")["door"]
    require([c["seat"] for c in door] == ["TWO"], str(door))
    before = one.do("log")["records"]
    require("--yes" in one.refuse(2, "usage", "negotiation", "door", "refuse", "TWO",
                                  options=WITHOUT_YES), "it says what to add")
    one.refuse(3, "refused", "negotiation", "door", "refuse", door[0]["joining"][:15])
    one.do("negotiation", "door", "refuse", door[0]["joining"][:16])
    require(one.do("negotiation", "door", "list")["door"] == [], "who is refused is gone")
    require(one.do("log")["records"] == before, "nothing of it is on the record")
    one.refuse(3, "refused", "negotiation", "door", "refuse", "TWO")
    one.do("negotiation", "admit", "a")
    sync((one, two))
    shown = two.do("negotiation", "show")
    require(shown["title"] == "Talks" and shown["complete"], "the answer still admits")


def test_compare(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    paper = berna.do("text", "open", "plenary", "T", write(root, "1", TEXT))
    proposal = berna.do("propose", paper["symbol"], write(root, "2", OTHER))
    sync((alba, berna))
    here, there = alba.do("card", "compare", "BER"), berna.do("card", "compare", "ALB")
    require(here["safety"] == there["safety"] and here["state"] == "not-compared", str(here))
    require(len(here["safety"].replace(" ", "")) == 60, "sixty digits")
    _, _, note = alba.call("position", proposal["symbol"], "reserve")
    require("not compared" in note, "an act that binds warns until compared")
    marked = alba.do("card", "compare", "BER", "--mark-compared", "in-person")
    require((marked["state"], marked["method"]) == ("compared", "in-person"), str(marked))
    _, _, note = alba.call("position", proposal["symbol"], "object")
    require(note == "", "and no longer then")
    require(berna.do("card", "compare", "ALB")["state"] == "not-compared", "each for itself")
    alba.refuse(3, "refused", "card", "compare", "ALB")
    alba.refuse(3, "refused", "card", "compare", "NOBODY")
    cards = {c["code"]: c["comparison"] for c in alba.do("card", "list")["cards"]}
    require(cards == {"ALB": "own", "BER": "compared"}, str(cards))


def test_changed(root):
    """A delegation that shows two next records of its own identity is compared no more."""
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = berna.do("text", "open", "plenary", "T", write(root, "1", TEXT))
    sync((alba, berna))
    paper = berna.do("propose", text["symbol"], write(root, "2", OTHER))
    sync((alba, berna))
    alba.do("card", "compare", "BER", "--mark-compared", "in-person")
    alba.do("position", paper["symbol"], "reserve")
    shutil.copytree(berna.path, os.path.join(root, "twin"))
    twin = Home(root, "twin", berna.pouch)
    twin.key = berna.key
    device = berna.do("whoami")["device"]
    for home, reason in ((berna, "lost"), (twin, "stolen")):
        home.do("device", "revoke", device, "--reason", reason)
        home.do("card", "export", reason + ".card")
        alba.do("card", "import", reason + ".card")
    require(alba.do("card", "compare", "BER")["state"] == "changed", "it tells the change")
    cards = {c["code"]: c["comparison"] for c in alba.do("card", "list")["cards"]}
    require(cards["BER"] == "changed", str(cards))
    said = alba.refuse(3, "refused", "position", paper["symbol"], "accept")
    require("changed" in said, said)
    alba.do("text", "show", text["symbol"])


def test_withdraw(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = alba.do("text", "open", "plenary", "T", write(root, "1", TEXT))
    sync((alba, berna))
    paper = berna.do("propose", text["symbol"], write(root, "2", OTHER))
    sync((alba, berna))
    alba.refuse(3, "refused", "withdraw", paper["symbol"])
    berna.refuse(2, "usage", "withdraw", paper["symbol"], options=WITHOUT_YES)
    berna.refuse(3, "refused", "withdraw", paper["id"][:15])
    berna.do("withdraw", paper["id"][:16])
    sync((alba, berna))
    for home in (alba, berna):
        shown = home.do("proposal", "show", paper["id"][:6])["proposals"]
        require([p["state"] for p in shown] == ["withdrawn"], str(shown))


def test_binding(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = alba.do("text", "open", "plenary", "T", write(root, "1", TEXT))
    paper = alba.do("propose", text["symbol"], write(root, "2", OTHER))
    sync((alba, berna))
    before = len(berna.do("log")["records"])
    said = berna.refuse(2, "usage", "position", paper["symbol"], "accept", options=())
    require(paper["id"] in said and "--yes" in said, f"it says what it would bind: {said}")
    berna.refuse(3, "refused", "position", paper["id"][:15], "accept")
    require(len(berna.do("log")["records"]) == before, "nothing was made")
    berna.do("position", paper["id"][:16], "accept")
    device = berna.do("whoami")["device"]
    berna.refuse(3, "refused", "device", "revoke", device[:15])
    berna.refuse(2, "usage", "device", "revoke", device[:16], options=WITHOUT_YES)
    for title in ("Twins", "Twins"):
        alba.do("text", "open", "plenary", title, write(root, "3", TEXT))
    twins = [t["id"] for t in alba.do("text", "list")["texts"] if t["title"] == "Twins"]
    said = alba.refuse(3, "refused", "text", "show", "Twins")
    require(all(i[:16] in said for i in twins), f"both are listed: {said}")


def test_devices(root):
    pouch = os.path.join(root, "pouch")
    os.mkdir(pouch)
    alba = Home(root, "alba", pouch)
    alba.do("init", "--delegation", "Alba", "--code", "ALB", "--person", "One", "--pouch", pouch,
            "--custodian-out", "custodian")
    require(not alba.do("whoami")["keeps_custodian"], "the custodian key lies elsewhere")
    device = alba.do("whoami")["device"]
    listed = alba.do("device", "list")["devices"]
    require([(d["device"], d["code"], d["person"]) for d in listed] == [(device, "ALB", "One")],
            str(listed))
    require("sign" in listed[0]["powers"] and "manage" in listed[0]["powers"], str(listed))
    alba.refuse(5, "locked", "device", "revoke", device)
    alba.refuse(5, "locked", "device", "revoke", device, "--custodian", write(root, "no", "no\n"))
    alba.refuse(3, "refused", "device", "revoke", device, "--custodian", "custodian.next")
    alba.refuse(3, "refused", "device", "revoke", device, "--custodian", "custodian", "--reason",
                "whim")
    made = alba.do("device", "revoke", device, "--custodian", "custodian", "--reason", "stolen")
    require(made["number"] == 2, "it goes on the identity chain")
    require(alba.do("device", "list")["devices"] == [], "the device is in force no more")


def test_export(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    alba.do("statement", "plenary", write(root, "s", "A secret of state.\n"))
    sync((alba, berna))
    alba.do("export", "whole.tar")
    empty = Home(root, "none")
    for options in ((), ("--quick",)):
        status, answer, _ = empty.call("audit", "whole.tar", *options)
        require((status, answer["verdict"], answer["findings"]) == (0, "good", []), str(answer))
    require(b"A secret of state." in read(root, "whole.tar"), "the body is in it")
    blob = [name for name in bundle_names(root, "whole.tar") if name.startswith("blobs/")][0][6:]
    alba.do("export", "less.tar", "--withhold", blob)
    require(b"A secret of state." not in read(root, "less.tar"), "the body is withheld")
    status, answer, _ = empty.call("audit", "less.tar")
    require((status, answer["verdict"]) == (0, "good"), "to withhold is no fault")
    require([f["kind"] for f in answer["findings"]] == ["withheld"], str(answer["findings"]))
    require(not answer["findings"][0]["bad"], "and is told as none")
    alba.refuse(2, "usage", "export", "x.tar", "--withhold", blob[:16])
    alba.refuse(3, "refused", "export", "x.tar", "--channel", "nowhere")
    require(not os.path.exists(os.path.join(root, "x.tar")), "nothing is half made")
    for folder in ("blobs/", "records/"):
        tamper(root, "whole.tar", "bad.tar", folder)
        status, answer, _ = empty.call("audit", "bad.tar")
        require((status, answer["verdict"]) == (1, "bad"), f"{folder}: {status}")
        require(any(f["bad"] and f["detail"] for f in answer["findings"]), str(answer))
        status, _, _ = empty.call("audit", "bad.tar", options=())
        require(status == 1, "the same exit without --json")
    require(not os.path.exists(empty.path), "no home was made")


def bundle_names(root, name):
    import tarfile
    with tarfile.open(os.path.join(root, name)) as bundle:
        return bundle.getnames()


def test_home_audit(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    for options in ((), ("--quick",)):
        status, answer, _ = alba.call("audit", *options)
        require((status, answer["verdict"]) == (0, "good"), str(answer))
    require(answer["records"] > 3 and answer["chains"], "there is something in it")
    named = [c for c in answer["chains"] if c["last_named_by_others"] is not None]
    require(named, "the last head that somebody else has named is told")
    before = digest(berna.path)
    berna.refuse(5, "wrong-key", "audit", *(), options=("--json", "--key-file", alba.key))
    require(digest(berna.path) == before, "a wrong key changes no byte")


def main():
    return run("verbs", (
        ("texts are issued, taken over, logged and compared", test_texts),
        ("the door lists, refuses once asked, and still admits", test_door),
        ("a comparison is of both, marked by each, and warns until then", test_compare),
        ("a changed identity stops acts that bind, and no reading", test_changed),
        ("a proposal is withdrawn by its own delegation, once asked", test_withdraw),
        ("acts that bind take 16 digits, say what they bind, and ask", test_binding),
        ("devices are listed, and revoked with the custodian's key", test_devices),
        ("a bundle withholds what it is told to, and its audit finds what changed", test_export),
        ("a home's audit is good, and a wrong key changes nothing", test_home_audit),
    ))


sys.exit(main())
