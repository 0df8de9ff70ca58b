#!/usr/bin/env python3
"""The members of every command's JSON are those that tests/cli/shapes pins. TAP.

A shape is a text file: a line a member, its path and its types. More members may come, none may go
or change its type; every list that a shape looks into has to hold something here. With --print the
shapes that were found are printed, to write a new one from."""

import os
import sys

from clitest import Home, cheat, make_talks, require, run, sync, tamper, write

SHAPES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "shapes")
TYPES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
TEXT = "# Armistice\n\nThe parties shall cease fire.\n"


def flatten(value, path, found):
    if isinstance(value, dict):
        found.setdefault(path, set()).add("object")
        for name, member in value.items():
            flatten(member, f"{path}.{name}" if path else name, found)
    elif isinstance(value, list):
        found.setdefault(path, set()).add("array")
        for member in value:
            flatten(member, path + "[]", found)
    else:
        found.setdefault(path, set()).add(TYPES[type(value)])
    return found


def check_every_object(value, pinned, path, name):
    """No single object of a list lacks a member that is pinned for all."""
    if isinstance(value, dict):
        prefix = path + "." if path else ""
        for member in pinned:
            rest = member[len(prefix):]
            if member.startswith(prefix) and rest and "." not in rest and "[]" not in rest:
                require(rest in value, f"{name}: {member} is missing")
        for key, inner in value.items():
            check_every_object(inner, pinned, prefix + key, name)
    elif isinstance(value, list):
        for inner in value:
            check_every_object(inner, pinned, path + "[]", name)


def read_shape(name):
    pinned = {}
    with open(os.path.join(SHAPES, name), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                path, types = line.split()
                pinned[path] = set(types.split("|"))
    return pinned


class Recorder:
    """Runs commands and keeps what each answered, by the name of its shape."""

    def __init__(self):
        self.answers = {}

    def do(self, home, *words, shape):
        answer = home.do(*words)
        self.answers.setdefault(shape, []).append(answer)
        return answer

    def note(self, shape, answer):
        self.answers.setdefault(shape, []).append(answer)

    def found(self, shape):
        found = {}
        for answer in self.answers[shape]:
            flatten(answer, "", found)
        found.pop("", None)
        return found


def play_identity(root, recorder, homes):
    alba, berna, _ = homes
    pouch = os.path.join(root, "pouch")
    dora = Home(root, "dora", pouch)
    recorder.do(dora, "init", "--delegation", "Dora", "--code", "DOR", "--person", "D One",
                "--pouch", pouch, shape="init")
    recorder.do(alba, "whoami", shape="whoami")
    recorder.do(Home(root, "dora"), "whoami", shape="whoami")
    recorder.do(alba, "device", "list", shape="device-list")
    recorder.do(dora, "card", "export", "dora.card", shape="card-export")
    recorder.do(alba, "card", "import", "dora.card", shape="card-import")
    recorder.do(alba, "card", "list", shape="card-list")
    recorder.do(alba, "card", "compare", "BER", shape="card-compare")
    recorder.do(alba, "card", "compare", "BER", "--mark-compared", "in-person",
                shape="card-compare")
    device = recorder.do(dora, "whoami", shape="whoami")["device"]
    recorder.do(dora, "device", "revoke", device, shape="made")
    status, answer, _ = berna.call("whoami", "too", "many")
    require(status == 2, "too many words")
    recorder.note("refusal", answer)


def play_negotiation(root, recorder):
    pouch = os.path.join(root, "second")
    os.mkdir(pouch)
    one, two = Home(root, "one", pouch), Home(root, "two", pouch)
    one.init("One", "ONE")
    two.init("Two", "TWO")
    recorder.do(one, "negotiation", "convene", "Other", "--seat", "ONE:party:One", "--seat",
                "TWO:observer:Two", shape="made")
    recorder.do(one, "negotiation", "invite", "Other", "--for", "TWO", "i",
                shape="negotiation-invite")
    recorder.do(two, "negotiation", "open", "i", shape="negotiation-open")
    recorder.do(two, "negotiation", "join", "i", "a", shape="negotiation-join")
    sync((two, one))
    recorder.do(one, "negotiation", "door", "list", shape="negotiation-door-list")
    two.do("card", "export", "two.card")
    one.do("card", "import", "two.card")
    sync((two, one))
    recorder.do(one, "negotiation", "door", "list", shape="negotiation-door-list")
    recorder.do(one, "negotiation", "door", "refuse", "TWO", shape="negotiation-door-refuse")
    recorder.do(one, "negotiation", "admit", "a", shape="made")
    recorder.do(one, "negotiation", "list", shape="negotiation-list")
    recorder.do(one, "negotiation", "show", shape="negotiation-show")
    recorder.do(one, "sync", shape="sync")


def play_channel(root, recorder, homes):
    alba, berna, _ = homes
    recorder.do(alba, "channel", "open", "quiet", "--with", "BER", shape="made")
    sync(homes)
    recorder.do(alba, "channel", "list", shape="channel-list")
    recorder.do(alba, "channel", "members", "plenary", shape="channel-members")
    recorder.do(alba, "talk", "quiet", "Well?", shape="talk-said")
    recorder.do(alba, "talk", "quiet", "See this.", "--file", write(root, "n.md", "n\n"),
                shape="talk-said")
    recorder.do(alba, "talk", "quiet", shape="talk")
    sync(homes)
    recorder.do(berna, "talk", "quiet", shape="talk")
    recorder.do(alba, "statement", "plenary", write(root, "s.md", "So be it.\n"), shape="made")
    recorder.do(alba, "channel", "history-code", "plenary", shape="channel-history-code")


def play_text(root, recorder, homes):
    alba, berna, cora = homes
    text = recorder.do(alba, "text", "open", "plenary", "Armistice", write(root, "1.md", TEXT),
                       shape="made")["symbol"]
    sync(homes)
    first = recorder.do(berna, "propose", text, write(root, "2.md", TEXT + "\nNow.\n"), "-m",
                        "Now.", shape="made")["symbol"]
    sync(homes)
    second = recorder.do(cora, "propose", text, write(root, "3.md", TEXT + "\nThen.\n"),
                         "--answers", first, shape="made")["symbol"]
    sync(homes)
    recorder.do(alba, "position", second, "reserve", shape="made")
    recorder.do(berna, "withdraw", first, shape="made")
    recorder.do(alba, "text", "issue", text, write(root, "4.md", TEXT + "\nSo.\n"), "--symbol",
                "ALB/T1/Rev.1", "--incorporates", second, shape="made")
    sync(homes)
    recorder.do(alba, "text", "list", shape="text-list")
    recorder.do(alba, "text", "show", text, shape="text-show")
    recorder.do(alba, "text", "log", text, shape="text-log")
    recorder.do(alba, "text", "diff", text, text, second, shape="text-diff")
    recorder.do(alba, "text", "diff", text, first, second, shape="text-diff")
    recorder.do(alba, "text", "blame", text, shape="text-blame")
    recorder.do(alba, "text", "biography", text, "2", shape="text-biography")
    write(root, "5.md", TEXT + "\n## Article 1\n\nStop.\n")
    status, answer, _ = alba.call("text", "concord", "--file", "1.md", "--file", "5.md")
    require(status == 1, "an article stands in one of them only")
    recorder.note("text-concord", answer)
    recorder.do(alba, "proposal", "compare", first, second, shape="proposal-compare")
    recorder.do(alba, "proposal", "list", shape="proposal-list")
    recorder.do(alba, "proposal", "show", first, shape="proposal-show")
    file = write(root, "5.md", "# T\n\n1. It [shall][may] be.\n\n2. It [is\n")
    recorder.do(alba, "text", "brackets", text, shape="text-brackets")
    recorder.do(alba, "text", "brackets", "--file", file, shape="text-brackets")
    recorder.do(alba, "text", "provisions", text, shape="text-provisions")
    recorder.do(alba, "text", "provisions", "--file", file, shape="text-provisions")
    recorder.do(alba, "text", "resolve", "--file", file, "1", "2", shape="text-resolve")
    hidden = write(root, "6.md", "A w\u0430rd\u200b.\n")
    status, answer, _ = alba.call("text", "hygiene", "--file", hidden)
    require(status == 1, "there are findings")
    recorder.note("text-hygiene", answer)
    status, answer, _ = alba.call("text", "streamline", "--file", file, "--file", hidden)
    require(status == 1, "words are lost")
    recorder.note("text-streamline", answer)


def play_record(root, recorder, homes):
    alba, _, cora = homes
    recorder.do(alba, "log", shape="log")
    cheat(root, cora, "forge", "plenary", "No.\n", "ALB", "BER")
    recorder.do(alba, "sync", shape="sync")
    recorder.do(alba, "log", "--notices", shape="log-notices")
    recorder.do(alba, "export", "b.tar", shape="export")
    status, answer, _ = alba.call("audit", "b.tar")
    require(status == 0, "the bundle's audit is good")
    recorder.note("audit", answer)
    tamper(root, "b.tar", "bad.tar", "blobs/")
    status, answer, _ = alba.call("audit", "bad.tar")
    require(status == 1, "the changed bundle's audit is bad")
    recorder.note("audit", answer)
    recorder.do(alba, "audit", shape="audit")
    recorder.do(alba, "audit", "--quick", shape="audit")


def play(root):
    recorder = Recorder()
    homes = make_talks(root, issuer="ALB")
    play_identity(root, recorder, homes)
    play_negotiation(root, recorder)
    play_channel(root, recorder, homes)
    play_text(root, recorder, homes)
    play_record(root, recorder, homes)
    return recorder


def test_shapes(root):
    recorder = play(root)
    if "--print" in sys.argv:
        for shape in sorted(recorder.answers):
            print(f"# == {shape}")
            for path, types in recorder.found(shape).items():
                print(f"# {path} {'|'.join(sorted(types))}")
        return
    names = sorted(os.listdir(SHAPES))
    require(set(recorder.answers) == set(names),
            f"played and pinned differ: {set(recorder.answers) ^ set(names)}")
    for name in names:
        pinned, found = read_shape(name), recorder.found(name)
        for path, types in pinned.items():
            require(path in found, f"{name}: {path} is missing")
            require(found[path] <= types, f"{name}: {path} is {found[path]}, not {types}")
        for answer in recorder.answers[name]:
            check_every_object(answer, pinned, "", name)


sys.exit(run("shapes", (("every command's members are those that are pinned", test_shapes),)))
