#!/usr/bin/env python3
"""A passphrase is asked for without being shown, and a wrong one changes nothing. TAP."""

import os
import pty
import select
import sys
import tarfile
import time

from clitest import CLI, PATIENCE, Home, digest, make_talks, require, run, write

WORDS = "vier Löwen ziehen um"


def at_terminal(line, typed, root):
    """Runs line at a terminal and types each answer once its question is there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(root)
        os.execv(line[0], line)
    seen, answers, end = b"", list(typed), time.monotonic() + PATIENCE
    while True:
        require(time.monotonic() < end, f"it hangs: {seen!r}")
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
        if answers and seen.endswith(answers[0][0].encode() + b" "):
            os.write(terminal, answers.pop(0)[1])
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    require(not answers, f"never asked: {answers}: {seen!r}")
    return status, seen.decode(errors="replace")


def line(home, *words):
    return [CLI, "--home", home.path, *words]


INIT = ("init", "--delegation", "Alba", "--code", "ALB", "--person", "One")
NEW, AGAIN, ASK = "New passphrase of this home:", "The same again:", "Passphrase:"


def test_terminal(root):
    home = Home(root, "alba")
    words = WORDS.encode()
    status, seen = at_terminal(line(home, *INIT), ((NEW, words + b"\r"), (AGAIN, b"other\r")), root)
    require(status == 5 and "not the same" in seen, f"{status}: {seen}")
    require(not os.path.exists(home.path), "and no home is made")
    status, seen = at_terminal(line(home, *INIT), ((NEW, b"typo\x15" + words + b"\r"),
                                                   (AGAIN, words + "ö\x7f".encode() + b"\r")), root)
    require(status == 0, f"{status}: {seen}")
    require("Löwen" not in seen and "typo" not in seen, "nothing typed is shown")
    status, seen = at_terminal(line(home, "whoami"), ((ASK, words + b"\r"),), root)
    require(status == 0 and "Alba" in seen, f"{status}: {seen}")
    before = digest(home.path)
    status, seen = at_terminal(line(home, "whoami"), ((ASK, b"wrong\r"),), root)
    require(status == 5 and "does not open" in seen, f"{status}: {seen}")
    for given_up in (b"\x03", b"\x04", b"\r", b"a\tb\r"):
        status, seen = at_terminal(line(home, "whoami"), ((ASK, given_up),), root)
        require(status == 5, f"{given_up}: {status}: {seen}")
    require(digest(home.path) == before, "and no byte is changed")


def test_file(root):
    home = Home(root, "alba")
    write(root, "right", WORDS + "\n")
    options = ("--json", "--passphrase-file", "right")
    status, seen, _ = run_line(root, line(home, *options, *INIT))
    require(status == 0, seen)
    status, seen, _ = run_line(root, line(home, *options, "whoami"))
    require(status == 0 and '"code":"ALB"' in seen, seen)
    before = digest(home.path)
    for bad in ("wrong\n", "", "\n", "two\nlines\n", WORDS + " \n", "x" * 2000):
        write(root, "wrong", bad)
        status, seen, said = run_line(root, line(home, "--json", "--passphrase-file", "wrong",
                                                 "whoami"))
        require(status == 5, f"{bad!r}: {status} {said}")
    status, seen, said = run_line(root, line(home, "--json", "whoami"))
    require(status == 5 and '"code":"locked"' in seen and "--passphrase-file" in said, said)
    require(digest(home.path) == before, "no byte is changed")


def run_line(root, words):
    import subprocess
    done = subprocess.run(words, cwd=root, capture_output=True, stdin=subprocess.DEVNULL,
                          timeout=PATIENCE, encoding="utf-8")
    return done.returncode, done.stdout, done.stderr


def test_asking(root):
    """At a terminal an act that binds shows what it binds, its note first, and goes by the answer."""
    alba, berna = make_talks(root, ("ALB", "BER"))
    text = berna.do("text", "open", "plenary", "T", write(root, "1", "One.\n"))
    berna.do("sync")
    alba.do("sync")
    for answer, status in ((b"no\r", 3), (b"yes\r", 0)):
        count = len(alba.do("log")["records"])
        found, seen = at_terminal(alba.line("position", text["symbol"], "reserve", options=()),
                                  (("go on:", answer),), root)
        require(found == status, f"{answer}: {found}: {seen}")
        require(seen.index("not compared") < seen.index(text["id"]), f"the note is first: {seen}")
        require(len(alba.do("log")["records"]) == count + (status == 0), "as it was answered")


def swell(root, small, large):
    """The bundle with its first body grown to a size that takes its time; on disk it is a hole."""
    size, done = 1 << 30, False
    with tarfile.open(os.path.join(root, small)) as old, \
            open(os.path.join(root, large), "wb") as new:
        for entry in old:
            data = old.extractfile(entry).read()
            grows = not done and entry.name.startswith("blobs/")
            entry.size = size if grows else len(data)
            new.write(entry.tobuf(tarfile.USTAR_FORMAT))
            if grows:
                new.seek(size, os.SEEK_CUR)
                done = True
            else:
                new.write(data + bytes(-len(data) % 512))
        new.write(bytes(1024))


def test_progress(root):
    """Long work says how far it is at a terminal only, and takes that line away again."""
    home = make_talks(root, ("ALB", "BER"))[0]
    home.do("statement", "plenary", write(root, "s", "Hear.\n"))
    home.do("export", "small.tar")
    swell(root, "small.tar", "large.tar")
    status, seen = at_terminal([CLI, "audit", "large.tar"], (), root)
    require(status == 1 and "altered" in seen, f"{status}: {seen}")
    require("\r\x1b[KAuditing" in seen, f"a line is written over: {seen[:400]!r}")
    require(seen.rindex("\x1b[K") < seen.index("altered"), "and taken away before the findings")
    for options in ((), ("--json",)):
        _, seen, said = run_line(root, [CLI, *options, "audit", "large.tar"])
        require("\r" not in seen + said and "\x1b" not in seen + said, "no line is written over")


sys.exit(run("passphrase", (
    ("the terminal is asked, twice for a new one, and shows nothing", test_terminal),
    ("a file gives it, and a wrong one exits 5", test_file),
    ("an act that binds is asked for at the terminal", test_asking),
    ("progress is for terminals only", test_progress),
)))
