"""Homes on a pouch, commands, and TAP: what the tests of the command line share."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import traceback

CLI = os.environ.get("PARAPH_CLI", "")
ROGUE = os.environ.get("PARAPH_ROGUE", "")
PATIENCE = 60  # seconds after which a command counts as hanging


class Home:
    """One home, its key file beside it, and the last command's answer."""

    def __init__(self, root, name, pouch=None):
        self.root = root
        self.path = os.path.join(root, name)
        self.key = self.path + ".key"
        self.pouch = pouch

    def line(self, *words, key=None, options=("--json", "--yes")):
        return [CLI, "--home", self.path, "--key-file", key or self.key, *options, *words]

    def call(self, *words, key=None, options=("--json", "--yes")):
        done = subprocess.run(self.line(*words, key=key, options=options), cwd=self.root,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE,
                              encoding="utf-8", errors="surrogateescape")
        answer = json.loads(done.stdout) if done.stdout and "--json" in options else None
        return done.returncode, answer, done.stderr

    def do(self, *words):
        status, answer, complaint = self.call(*words)
        if status != 0:
            raise AssertionError(f"{words}: exit {status}: {complaint}")
        if answer["paraph"] != 1:
            raise AssertionError(f"{words}: no paraph member")
        return answer

    def refuse(self, status, code, *words, options=("--json", "--yes")):
        """The command is refused with this exit and word, one line each way; its sentence."""
        found, answer, complaint = self.call(*words, options=options)
        require(found == status, f"{words}: exit {found}, not {status}: {complaint}")
        require(complaint.startswith("paraph-cli: ") and complaint.endswith(".\n")
                and complaint.count("\n") == 1, f"{words}: {complaint!r}")
        if "--json" in options:
            require(answer["error"]["code"] == code, f"{words}: {answer}")
            require(complaint == "paraph-cli: " + answer["error"]["message"] + "\n", str(answer))
        return complaint

    def init(self, name, code):
        return self.do("init", "--delegation", name, "--code", code, "--person", name + " One",
                       "--pouch", self.pouch)


def require(condition, why):
    if not condition:
        raise AssertionError(why)


def sync(homes, rounds=3):
    for _ in range(rounds):
        for home in homes:
            answer = home.do("sync")
            require(answer["unsent"] == 0, "something stays unsent")


def write(root, name, text):
    with open(os.path.join(root, name), "w", encoding="utf-8") as file:
        file.write(text)
    return name


def read(root, name):
    with open(os.path.join(root, name), "rb") as file:
        return file.read()


def digest(directory):
    """Every file below a directory, by name and hash."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            found[os.path.relpath(path, directory)] = hashlib.sha256(read("", path)).hexdigest()
    return found


def make_talks(root, codes=("ALB", "BER", "COR"), issuer=None, languages="en"):
    """Homes that have all joined one negotiation, the first of them its convener."""
    pouch = os.path.join(root, "pouch")
    os.mkdir(pouch)
    homes = [Home(root, code.lower(), pouch) for code in codes]
    seats = []
    for home, code in zip(homes, codes):
        home.init(code.capitalize(), code)
        seats += ["--seat", f"{code}:party:{code.capitalize()}"]
    convener = homes[0]
    convener.do("negotiation", "convene", "Talks", *seats, "--languages", languages,
                *(["--issuer", issuer] if issuer else []))
    for home, code in zip(homes[1:], codes[1:]):
        convener.do("negotiation", "invite", "Talks", "--for", code, code + ".invitation")
        home.do("negotiation", "join", code + ".invitation", code + ".answer")
        convener.do("negotiation", "admit", code + ".answer")
    sync(homes)
    return homes


def copy_home(root, home):
    copy = Home(root, os.path.basename(home.path) + "-copied", home.pouch)
    shutil.copytree(home.path, copy.path)
    return copy


def cheat(root, home, *words, copy=None):
    """Plays a copied home, copied now unless it was before; the id that it is about."""
    copy = copy or copy_home(root, home)
    done = subprocess.run([ROGUE, words[0], copy.path, home.key, *words[1:]], capture_output=True,
                          timeout=60, encoding="utf-8")
    require(done.returncode == 0, done.stderr)
    shutil.rmtree(copy.path)
    return done.stdout.strip()


def tamper(root, name, changed, folder):
    """A bundle like name, but one byte of its first entry below folder differs."""
    done = False
    with tarfile.open(os.path.join(root, name)) as old, \
            tarfile.open(os.path.join(root, changed), "w", format=tarfile.USTAR_FORMAT) as new:
        for entry in old:
            data = old.extractfile(entry).read()
            if not done and entry.name.startswith(folder) and not entry.name.endswith(".sig"):
                data, done = data[:-2] + bytes([data[-2] ^ 1]) + data[-1:], True
            new.addfile(entry, io.BytesIO(data))
    require(done, f"{name} has nothing below {folder}")


def run(prefix, tests):
    """Each test gets a fresh directory; the exit status of the whole."""
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        root = tempfile.mkdtemp(prefix=f"paraph-{prefix}-")
        try:
            if not os.access(CLI, os.X_OK):
                print(f"ok {number} - {name} # SKIP PARAPH_CLI names no program")
                continue
            test(root)
            print(f"ok {number} - {name}")
        except Exception as error:  # a test that ends in any other way has failed too
            failed += 1
            where = traceback.extract_tb(error.__traceback__)[1:2]
            print(f"not ok {number} - {name}\n# {where[0].lineno if where else ''} "
                  f"{type(error).__name__}: {str(error)[:2000]!r}")
        finally:
            shutil.rmtree(root, ignore_errors=True)
        sys.stdout.flush()
    return 1 if failed else 0
