#!/usr/bin/env python3
"""Every sentence for people can be translated. TAP."""

import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.environ.get("PARAPH_SOURCE_ROOT", ".")
MARKED = re.compile(r"(?<![\w.>])(?:N?_ \(|paraph_app_error_set \()")
ARGUMENTS = ["--from-code=UTF-8", "--add-comments", "--keyword=_", "--keyword=N_",
             "--keyword=paraph_app_error_set:3", "--flag=_:1:pass-c-format",
             "--flag=N_:1:pass-c-format", "--flag=paraph_app_error_set:3:c-format",
             "--flag=paraph_cli_warn:2:c-format", "--flag=paraph_cli_confirm:3:c-format",
             "--flag=paraph_output_line:2:c-format"]
# Sentences of the layers that are still said in English inside another sentence.
RAW = re.compile(r"g_set_error(?:_literal)? \((?:error|&\w+), PARAPH_APP_ERROR,")


def listed():
    with open(os.path.join(ROOT, "po", "POTFILES.in"), encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def sources():
    for folder in ("app", "ui"):
        path = os.path.join(ROOT, folder)
        for name in sorted(os.listdir(path)) if os.path.isdir(path) else ():
            if name.endswith(".c"):
                with open(os.path.join(path, name), encoding="utf-8") as file:
                    yield f"{folder}/{name}", file.read()


def test_listed():
    """po/POTFILES.in names each file with sentences, once, in order."""
    marked = [name for name, text in sources()
              if MARKED.search(text) and name != "app/error.c"]
    code = [name for name in listed() if name.endswith(".c")]
    assert code == sorted(set(code)), "not sorted, or named twice"
    assert set(marked) <= set(code), ("not listed in po/POTFILES.in: "
                                      + str(sorted(set(marked) - set(code))))


def test_extracted():
    """xgettext finds them without a warning, and msgfmt takes a translation of all."""
    with tempfile.TemporaryDirectory(prefix="paraph-po-") as work:
        pot, po = os.path.join(work, "paraph.pot"), os.path.join(work, "xx.po")
        done = subprocess.run(["xgettext", *ARGUMENTS, "-o", pot, *listed()], cwd=ROOT,
                              capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done.stderr
        done = subprocess.run(["msgen", "-o", po, pot], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        with open(po, encoding="utf-8") as file:
            text = file.read().replace("charset=CHARSET", "charset=UTF-8")
        text = text.replace('"Language: \\n"', '"Language: xx\\n"')
        with open(po, "w", encoding="utf-8") as file:
            file.write(text)
        done = subprocess.run(["msgfmt", "--check-format", "-o", os.path.join(work, "xx.mo"), po],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        for sentence in ("There is no “%s” here", "Nobody called “%s” waits",
                         "Another program has this home open"):
            assert sentence in text, f"not found: {sentence}"


def test_requests():
    """No request sets a sentence that cannot be translated."""
    raw = [name for name, text in sources() if name.endswith("-requests.c") and RAW.search(text)]
    assert not raw, str(raw)


def test_full_stop():
    """Sentences of refusals end, so that the next one begins."""
    pattern = re.compile(r'paraph_app_error_set \(\s*error,\s*[\w\s?=:]+,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
    for name, text in sources():
        for match in pattern.finditer(text):
            sentence = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match[1]))
            assert sentence.endswith((".", "?")), f"{name}: {sentence}"


def main():
    tests = (test_listed, test_extracted, test_requests, test_full_stop)
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        if test is test_extracted and shutil.which("xgettext") is None:
            print(f"ok {number} - {test.__doc__} # SKIP xgettext is not installed")
            continue
        try:
            test()
            print(f"ok {number} - {test.__doc__}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} - {test.__doc__}\n# {str(error)[:2000]!r}")
    return 1 if failed else 0


sys.exit(main())
