"""Markdown that takes naive parsers quadratic time, each input below the size limit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

N = 10_000

INPUTS = {
    "quotes": ">" * N + " a",
    "quoted quotes of many lines": (">" * 300 + " - [ ] a\n") * 200,
    "quotes with lazy lines": "> " * 150 + "a\n" + "b\n" * 20_000,
    "brackets": "- [ ] " + "[" * N,
    "closed brackets": "- [ ] " + "[" * N + "a" + "]" * N,
    "brackets in every line": ("- " + "[" * 400 + "\n") * 2_000,
    "links that never close": "- " + "[a](http://a.b " * N,
    "links": "- " + "[a](http://a.b) " * N,
    "nested pictures": "- " + "![" * N + "](a)" * N,
    "one line of nested lists": "- " * N + "[ ] a",
    "nested lists": "".join("  " * i + "- [ ] a\n" for i in range(1_000)),
    "lists in quotes": "> - " * N + "a",
    "a wide table": "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + ("|a" * 2_000 + "|\n") * 10,
    "a table of missing cells": "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "|a|\n" * 20_000,
    "backtick runs": "- [ ] " + " ".join("`" * i for i in range(1, 1_000)),
    "emphasis": "- " + "*a **" * N,
    "emphasis in every line": ("- " + "*a_" * 800 + "\n") * 400,
    "strikethrough": "- " + "~~a" * N,
    "comments": "- " + "<!--" * 2 * N,
    "open tags": "- " + "<a " * 2 * N,
    "tags and quotes": "<div " + 'a="' * 20 * N,
    "scripts": "<div>\n" + "<script>" * 5 * N,
    "autolinks": "- " + "<http://" * 2 * N,
    "addresses": "- " + "http://a.b/((((" * N,
    "brackets behind an address": "- http://a.b/" + ")" * 10 * N,
    "definitions": "".join(f"[a{i}]: http://a.b/{i}\n" for i in range(2 * N)) + "\n- [a1]\n",
    "definitions that never close": '[a]: b "\n\n' * N,
    "footnotes": "- " + "[^" * 2 * N + "\n\n[^a]: b\n",
    "open details": "<details><summary>a</summary>\n\n" * N + "- a\n",
    "closed details": "<details><summary>a</summary>\n\n" * 3_000 + "- a\n\n" + "</details>\n\n" * 3_000,
    "tags of GitBook that are not closed": "{% a %}\n%% b\n" * N,
    "HTML lists": "<ul><li>a" * N,
    "the same title": ("- [ ] a\n  - [ ] a\n") * 9_000,
    "one line": "a " * 1_000_000,
    "empty lines": "\n" * 2_000_000,
    "bullets": "- a\n" * 500_000,
    "entities": "- " + "&amp;" * 10 * N,
    "escapes": "- " + "\\" * 10 * N,
}  # fmt: skip


def measured() -> Iterator[tuple[str, int, float, float]]:
    """Import each input in a child process; yield its name, exit code, CPU seconds and peak memory in MiB."""
    from roadmap_tui.core.errors import InvalidRoadmap
    from roadmap_tui.core.importers.markdown import read_markdown

    read_markdown(b"- [ ] [a](https://b.c) `d`\n", "x.md")  # load what is imported lazily
    for name, text in INPUTS.items():
        data = b"- something to learn\n\n" + text.encode()
        if not (child := os.fork()):
            try:
                read_markdown(data, "x.md")
            except InvalidRoadmap:
                pass
            except BaseException:  # noqa: BLE001 - the exit code tells
                os._exit(1)
            os._exit(0)
        _, status, used = os.wait4(child, 0)
        # In KiB, as Linux counts it.
        yield name, os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    print(json.dumps(list(measured())))
