#!/usr/bin/env python3
"""Every command of docs/MANUAL.md does what the manual says, in its order. TAP."""

import os
import re
import subprocess
import sys

from clitest import CLI, PATIENCE, Home, require, run

ROOT = os.environ.get("PARAPH_SOURCE_ROOT", ".")


def read_manual():
    with open(os.path.join(ROOT, "docs", "MANUAL.md"), encoding="utf-8") as file:
        return file.read()


def play(root):
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", read_manual())
    require(len(blocks) >= 10, f"{len(blocks)} blocks")
    tools = os.path.join(root, "tools")
    os.mkdir(tools)
    os.symlink(CLI, os.path.join(tools, "paraph-cli"))
    work = os.path.join(root, "work")
    os.mkdir(work)
    environment = dict(os.environ, PATH=tools + os.pathsep + os.environ["PATH"])
    said = ""
    for block in blocks:
        done = subprocess.run(["sh", "-eu", "-c", block], cwd=work, env=environment,
                              capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=4 * PATIENCE)
        require(done.returncode == 0, f"exit {done.returncode}:\n{block}\n{done.stderr}")
        said += done.stdout
    return work, said


def test_blocks(root):
    work, said = play(root)
    codes = re.findall(r"(?m)^((?:\d{5} ){5}\d{5})  as of BER/P1", said)
    require(len(codes) == 2 and codes[0] == codes[1], f"the history codes: {codes}")
    require("The parties shall cease fire at noon." in said and "adopted" in said,
            "the text has moved")
    require(len(re.findall(r"(?m)^Good: ", said)) == 2, "both audits are good")
    alba = Home(work, "alba")
    alba.key = os.path.join(work, "safe", "alba.key")
    persons = [d["person"] for d in alba.do("device", "list")["devices"]]
    require(persons == ["A. Delegate"], "the lost device is revoked")


def test_tables(root):
    """The manual explains every kind of finding that there is, and no other."""
    del root
    with open(os.path.join(ROOT, "docs", "DESIGN.md"), encoding="utf-8") as file:
        require(file.read(), "there is a design")
    manual = read_manual()
    audit = manual[manual.index("## Audit"):manual.index("## Backing up")]
    explained = set(re.findall(r"`([a-z-]+)`", audit))
    with open(os.path.join(ROOT, "docs", "PROTOCOL.md"), encoding="utf-8") as file:
        protocol = file.read()
    for kind in ("altered", "bad-signature", "gap", "truncated", "fork", "settled", "unknown-key",
                 "not-empowered", "without-effect", "disowned", "late", "replay", "malformed",
                 "lacking", "withheld"):
        require(kind in explained, f"{kind} is not explained")
        require(f"`{kind}" in protocol or kind in protocol, f"{kind} is none of the protocol")


sys.exit(run("manual", (
    ("every block of commands is run", test_blocks),
    ("every kind of finding is explained", test_tables),
)))
