#!/usr/bin/env python3
"""Arguments and files that nobody means well with: refused, told, and nothing half made. TAP."""

import fcntl
import os
import struct
import subprocess
import sys
import termios

from clitest import CLI, PATIENCE, Home, digest, make_talks, require, run, write

KINDS = ("empty", "directory", "huge", "binary", "not-utf8", "loop", "unreadable", "absent", "zero",
         "fifo", "full", "below-a-file", "null")
# Where a file is taken: the words around it.
TAKEN = {
    "card import": ("card", "import", "{}"),
    "negotiation open": ("negotiation", "open", "{}"),
    "negotiation join": ("negotiation", "join", "{}", "out"),
    "admit": ("negotiation", "admit", "{}"),
    "audit": ("audit", "{}"),
    "text open": ("text", "open", "plenary", "T", "{}"),
    "statement": ("statement", "plenary", "{}"),
    "custodian": ("device", "revoke", "Alb One", "--custodian", "{}"),
}
# Text may be empty, and may hold what a terminal does not show.
LAWFUL = {("text open", "empty"), ("statement", "empty"), ("text open", "null"),
          ("statement", "null"), ("text open", "fifo"), ("statement", "fifo")}


def make_files(root):
    paths = {kind: os.path.join(root, "in-" + kind) for kind in KINDS}
    write(root, "in-empty", "")
    os.mkdir(paths["directory"])
    with open(paths["huge"], "wb") as file:
        file.truncate(100 * 1024 * 1024)
    with open(paths["binary"], "wb") as file:
        file.write(bytes(range(256)) * 64)
    with open(paths["not-utf8"], "wb") as file:
        file.write(b"text \xff\xfe\xc3\x28 text\n")
    os.symlink(paths["loop"], paths["loop"])
    write(root, "in-unreadable", "words\n")
    os.chmod(paths["unreadable"], 0)
    os.mkfifo(paths["fifo"])
    paths.update({"zero": "/dev/zero", "full": "/dev/full", "null": "/dev/null",
                  "below-a-file": os.path.join(paths["empty"], "x")})
    return paths


def refused(home, *words, options=("--json", "--yes"), key=None, status=(2, 3, 4, 5)):
    found, answer, complaint = home.call(*words, options=options, key=key)
    require(found in status, f"{words}: exit {found}: {complaint}")
    require(complaint.startswith("paraph-cli: ") and complaint.count("\n") == 1
            and complaint.endswith(".\n"), f"{words}: {complaint!r}")
    require(all(ord(c) >= 32 for c in complaint[:-1]), f"{words}: {complaint!r}")
    if "--json" in options:
        require(answer["error"]["message"] and answer["error"]["code"], f"{words}: {answer}")
    return complaint


def test_files(root):
    alba = make_talks(root, ("ALB", "BER"))[0]
    paths = make_files(root)
    records = alba.do("log")["records"]
    count = 0
    for name, words in TAKEN.items():
        for kind, path in paths.items():
            if (name, kind) in LAWFUL or (kind == "unreadable" and os.geteuid() == 0):
                continue
            refused(alba, *(word.format(path) for word in words))
            count += 1
    require(count >= 40, f"{count} inputs")
    require(alba.do("log")["records"] == records, "nothing was made")
    require(not os.path.exists(os.path.join(root, "out")), "no answer was written")


def test_outputs(root):
    alba = make_talks(root, ("ALB", "BER"))[0]
    paths = make_files(root)
    records = alba.do("log")["records"]
    for kind in ("directory", "loop", "zero", "fifo", "full", "below-a-file", "null"):
        for words in (("card", "export"), ("export",), ("negotiation", "invite", "--for", "BER",
                                                        "Talks")):
            if kind == "loop":
                continue  # what is there is replaced, and no loop is followed
            refused(alba, *words, paths[kind], status=(4,))
    require(alba.do("log")["records"] == records, "nothing was made")
    for path in ("/dev/null", "/dev/zero"):
        require(not os.path.isfile(path), f"{path} is still a device")


def test_words(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    before = alba.do("log")["records"]
    odd = "a\nb\x1b[2J\u202ec"
    for words in (
            ("text", "show", odd), ("channel", "members", odd), ("card", "compare", odd),
            ("card", "import", odd), ("text", "open", "plenary", odd, "seats"),
            ("text", "open", "plenary", "T", odd), ("channel", "open", odd, "--with", "BER"),
            ("channel", "open", "q", "--with", odd), ("channel", "open", "q"),
            ("negotiation", "convene", odd, "--seat", "ALB:party:A", "--seat", "BER:party:B"),
            ("negotiation", "convene", "T", "--seat", "ALB:party:" + odd, "--seat",
             "BER:party:B"),
            ("negotiation", "convene", "T", "--seat", "ALB"), ("negotiation", "convene", "T"),
            ("negotiation", "convene", "T", "--seat", "ALB:party:A", "--seat", "BER:king:B"),
            ("negotiation", "convene", "T", "--seat", "ALB:party:A", "--seat", "BER:party:B",
             "--rule", "whim"),
            ("negotiation", "invite", "Talks", "--for", odd, "x"),
            ("statement", "plenary", "x" * 5000), ("text", "show", "x" * 100000),
            ("text", "show", ""), ("text", "show", "@"), ("text", "show", "0" * 64),
            ("position", "0" * 64, "accept"), ("position", "x", odd), ("withdraw", ""),
            (odd,), ("",), (), ("text",), ("--no", "log"), ("log", "--quick=yes", "--reason"),
            ("export", "x.tar", "--at", "0" * 64), ("export", "x.tar", "--withhold", "zz"),
            ("channel", "history-code", "plenary", "--at", "nothing"),
            ("talk", "plenary", "\x00".replace("\x00", ""), "x", "y"),
            ("talk", "plenary", "x" * 70000), ("init",), ("init", "--code")):
        refused(alba, *words)
    refused(alba, b"text", b"show", b"\xff\xfe")
    refused(alba, "text", "show", odd, options=())
    require(alba.do("log")["records"] == before, "nothing was made")
    require(not os.path.exists(os.path.join(root, "x.tar")), "no bundle was written")
    require(berna.do("log")["records"], "the other home still opens")


def init_words(**changes):
    given = {"delegation": "Dora", "code": "DOR", "person": "D One", **changes}
    words = ["init"]
    for name, value in given.items():
        words += ["--" + name.replace("_", "-"), value]
    return words


def test_init(root):
    """An init that is refused leaves nothing behind, and can simply be called again."""
    file = write(root, "file", "no directory\n")
    os.mkdir(os.path.join(root, "pouch"))
    kept = write(root, "kept", "a file of others\n")
    for words in (init_words(code="lower"), init_words(code=""), init_words(code="TOOLONGCODE"),
                  init_words(delegation=""), init_words(delegation="a\nb"),
                  init_words(delegation="x" * 100000), init_words(person="\u202e"),
                  init_words(pouch=os.path.join(root, "nowhere", "x")), init_words(pouch=file),
                  init_words(custodian_out=os.path.join(root, "nowhere", "c")),
                  init_words(custodian_out=root), init_words(custodian_out=kept),
                  init_words(custodian_out="c", pouch=os.path.join(root, "nowhere", "x"))):
        before = digest(root)
        dora = Home(root, "dora")
        refused(dora, *words)
        require(digest(root) == before and not os.path.exists(dora.path), f"{words}: left behind")
    dora = Home(root, "dora")
    dora.do(*init_words())
    before = digest(dora.path)
    refused(dora, *init_words(), status=(3,))
    refused(dora, *init_words(), key=os.path.join(root, "new.key"), status=(3,))
    require(not os.path.exists(os.path.join(root, "new.key")), "no key for no home")
    require(digest(dora.path) == before, "a second init changes nothing")


def test_homes(root):
    alba = Home(root, "alba")
    alba.do(*init_words())
    write(root, "file", "no home\n")
    os.mkdir(os.path.join(root, "bare"))
    for name, status in (("file", (4,)), ("bare", (4,)), ("nowhere", (4,))):
        home = Home(root, name)
        home.key = alba.key
        refused(home, "whoami", status=status)
    require(os.listdir(os.path.join(root, "bare")) == [], "looking makes nothing")
    for bad in ("", "x", "paraph-key 1 00\n", "x" * 5000):
        refused(alba, "whoami", key=os.path.join(root, write(root, "bad.key", bad)), status=(5,))
    refused(alba, "whoami", key=os.path.join(root, "none.key"), status=(4,))
    refused(alba, "whoami", options=("--json", "--passphrase-file", "file"), status=(2, 5))
    test_in_use(root, alba)
    for name in ("store.key", "store.db"):
        path = os.path.join(alba.path, name)
        with open(path, "r+b") as file:
            file.seek(100)
            file.write(b"\xa5" * 64)
        refused(alba, "whoami", status=(3, 4, 5))


def holds_bytes(pipe):
    """Whether nobody has read yet what was written into it."""
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0] > 0


def test_in_use(root, alba):
    """A second process is told at once, while the first one waits for its file."""
    os.mkfifo(os.path.join(root, "slow"))
    writer = os.open(os.path.join(root, "slow"), os.O_RDWR)
    os.write(writer, b"no ")
    first = subprocess.Popen(alba.line("card", "import", "slow"), cwd=root,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    try:
        while holds_bytes(writer):
            require(first.poll() is None, "the first process waits for its file")
        before = digest(alba.path)
        refused(alba, "whoami", status=(4,))
        require(alba.call("whoami")[1]["error"]["code"] == "in-use", "that is the reason")
        require(digest(alba.path) == before, "and nothing is changed by asking")
        os.write(writer, b"card\n")
    finally:
        os.close(writer)
        first.communicate(timeout=PATIENCE)
    require(first.returncode == 3, f"the first ends as it would alone: {first.returncode}")
    alba.do("whoami")


def test_pouch(root):
    alba, berna = make_talks(root, ("ALB", "BER"))
    pouch = alba.pouch
    alba.do("statement", "plenary", write(root, "s", "Hear.\n"))
    os.rename(pouch, pouch + ".away")
    said = refused(alba, "sync", status=(4,))
    require("sync" in said, "it says what to do")
    write(root, "pouch", "no directory\n")
    refused(alba, "sync", status=(4,))
    os.remove(pouch)
    os.mkdir(pouch)
    refused(alba, "sync", status=(4,))
    os.rmdir(pouch)
    os.rename(pouch + ".away", pouch)
    require(alba.do("sync")["sent"] > 0, "what was made meanwhile is sent now")
    berna.do("sync")
    kinds = [r["kind"] for r in berna.do("log")["records"]]
    require("statement" in kinds, "nothing was lost")


def test_output_fails(root):
    alba = Home(root, "alba")
    alba.do(*init_words())
    with open("/dev/full", "wb") as full:
        done = subprocess.run(alba.line("whoami"), cwd=root, stdin=subprocess.DEVNULL, stdout=full,
                              stderr=subprocess.PIPE, timeout=PATIENCE)
    require(done.returncode == 4, f"a full output is told: {done.returncode}")
    done = subprocess.run([CLI], cwd=root, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=PATIENCE)
    require(done.returncode == 2, f"no word at all: {done.returncode}")


sys.exit(run("hostile", (
    ("files of every kind where one is taken", test_files),
    ("places where no file can be written", test_outputs),
    ("words with what no word may hold", test_words),
    ("an init that is refused leaves nothing", test_init),
    ("homes that are none, damaged, or in use", test_homes),
    ("a pouch that is away, no directory, or another", test_pouch),
    ("an output that takes nothing", test_output_fails),
)))
