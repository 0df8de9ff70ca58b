"""What the gates share: finding files, and reading C just well enough to judge its shape.

Nothing here is a compiler. Comments, strings and preprocessor lines are blanked out in place, so
that every finding keeps its line number.
"""

import argparse
import os
import re
import sys

PRODUCT = ("app", "crypto", "negotiation", "store", "transport", "ui")
SKIPPED = re.compile(r"^(build.*|\..*|__pycache__|fixtures|corpus)$")

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])*')""",
    re.DOTALL | re.VERBOSE,
)


def files(root, folders, endings):
    """Every file below the folders ("." for all) with one of the endings, relative, sorted."""
    found = []
    for folder in folders:
        for where, names, leaves in os.walk(os.path.join(root, folder)):
            names[:] = sorted(n for n in names if not SKIPPED.match(n))
            for leaf in leaves:
                if leaf.endswith(endings):
                    found.append(os.path.normpath(os.path.relpath(os.path.join(where, leaf), root)))
    return sorted(set(found))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as handle:
        return handle.read()


def blank(text):
    """The same length and lines, with nothing but spaces."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    return TOKEN.sub(lambda m: blank(m[0]) if m["comment"] else m[0], text)


def code_only(text):
    """Comments blanked, strings and characters emptied: what the compiler acts on."""

    def replace(match):
        if match["comment"]:
            return blank(match[0])
        quote = match[0][0]
        return quote + blank(match[0][1:-1]) + quote

    return TOKEN.sub(replace, text)


def without_preprocessor(text):
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: blank(m[0]), text, flags=re.MULTILINE)


def strings(text):
    """(line, content) of each string, neighbours joined as the compiler joins them."""
    joined = []
    end = None
    for match in TOKEN.finditer(text):
        if match["comment"]:
            continue
        if not match["string"]:
            end = None
            continue
        between = None if end is None else without_comments(text[end : match.start()])
        if between is not None and not between.strip():
            joined[-1][1] += match[0][1:-1]
        else:
            joined.append([line_of(text, match.start()), match[0][1:-1]])
        end = match.end()
    return [(line, content) for line, content in joined]


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def closing(text, offset):
    """Offset of the bracket that closes the one at offset, or the end of the text."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    depth = 0
    opener = text[offset]
    for at in range(offset, len(text)):
        if text[at] == opener:
            depth += 1
        elif text[at] == pairs[opener]:
            depth -= 1
            if depth == 0:
                return at
    return len(text) - 1


def top_level_blocks(code):
    """(head, start, end): each outermost {...} with the text since the last ; or }."""
    at = 0
    head_from = 0
    while at < len(code):
        if code[at] in ";}":
            head_from = at + 1
        elif code[at] == "(":
            at = closing(code, at)
        elif code[at] == "{":
            end = closing(code, at)
            yield code[head_from:at], at, end
            at = end
            head_from = at + 1
        at += 1


def parameters(head):
    """Name and number of parameters of the function that a declaration declares, or None.

    Names in capitals are macros before or after it, and are passed over."""
    for match in re.finditer(r"\b([A-Za-z_]\w*)\s*\((?!\s*\*)", head):
        if match[1] == match[1].upper() or match[1] in ("__attribute__", "if", "for", "switch"):
            continue
        inside = head[match.end() : closing(head, match.end() - 1)]
        depth = 0
        commas = 0
        for letter in inside:
            depth += (letter in "([{") - (letter in ")]}")
            commas += letter == "," and depth == 0
        return match[1], 0 if inside.strip() in ("", "void") else commas + 1
    return None


def functions(text):
    """Each function defined in a C text: name, first line, parameters, body and its line."""
    code = without_preprocessor(code_only(text))
    for head, start, end in top_level_blocks(code):
        if not head.rstrip().endswith(")") or "=" in re.sub(r"\(.*\)", "", head, flags=re.DOTALL):
            continue
        found = parameters(head)
        if found:
            yield found[0], line_of(code, start), found[1], code[start : end + 1]


def prototypes(text):
    """(name, line, parameters) of each function declared, not defined, in a header."""
    code = without_preprocessor(code_only(text))
    for _, start, end in list(top_level_blocks(code)):
        code = code[:start] + ";" + blank(code[start + 1 : end + 1]) + code[end + 1 :]
    at = 0
    for statement in code.split(";"):
        found = None if statement.lstrip().startswith("typedef") else parameters(statement)
        if found:
            name_at = re.search(rf"\b{found[0]}\s*\(", statement).start()
            yield found[0], line_of(code, at + name_at), found[1]
        at += len(statement) + 1


class Findings:
    """Collects "file:line: what", prints them, and makes the exit status."""

    def __init__(self):
        self.failed = 0
        self.warned = 0

    def fail(self, path, line, what):
        self.failed += 1
        print(f"{path}:{line}: {what}")

    def warn(self, path, line, what):
        self.warned += 1
        print(f"{path}:{line}: warning: {what}")

    def finish(self):
        sys.exit(1 if self.failed else 0)


def root_from_arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "root",
        nargs="?",
        default=os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
        help="tree to examine (default: the one this program stands in)",
    )
    return parser.parse_args().root
