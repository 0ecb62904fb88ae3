"""Addresses of repositories on GitHub, GitLab, Codeberg and Bitbucket: raw files, and the base of links."""

from __future__ import annotations

import os
import re
from typing import Final, NamedTuple

from roadmap_tui.store.files import read_regular

_READMES: Final = ("README.md", "readme.md", "Readme.md", "docs/README.md", "README.markdown", "README.rst")
_HOSTS: Final = {"github.com", "gitlab.com", "codeberg.org", "bitbucket.org"}
_short = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!.*\.(?:md|markdown|txt|org|rst|html|json)$)[A-Za-z0-9._-]{1,100}"
).fullmatch
_without_scheme = re.compile(
    r"(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org|gist\.github\.com"
    r"|raw\.githubusercontent\.com)/.+",
    re.IGNORECASE,
).fullmatch
_ssh = re.compile(r"(?:ssh://)?git@([\w.-]+)[:/](.+?)(?:\.git)?/?").fullmatch
_web = re.compile(r"https?://(?:www\.)?([^/?#]+)/([^?#]*)", re.IGNORECASE).match


_CONFIG_LIMIT: Final = 1 << 20
_origin = re.compile(
    r'^\[remote "origin"\][^\[]*?^\s*url\s*=\s*"?([^\s"]+)', re.MULTILINE | re.IGNORECASE
).search


class HostedSource(NamedTuple):
    """Where to download a source: the addresses to try in turn, and the base of its relative links."""

    urls: tuple[str, ...]
    base_url: str = ""


def expand(source: str) -> str:
    """Return the https address for ``owner/repo``, ``git@host:…`` or a known host without scheme."""
    if match := _ssh(source):
        return f"https://{match[1]}/{match[2]}"
    if _without_scheme(source):
        return f"https://{source}"
    return f"https://github.com/{source}" if _short(source) else source


def locate(url: str) -> HostedSource:
    """Return the raw addresses for a page of a known host; another address is its own base."""
    match = _web(url)
    if match is None:
        return HostedSource((url,))
    host, parts = match[1].lower(), [part for part in match[2].split("/") if part]
    if host == "raw.githubusercontent.com" and len(parts) > 3:
        owner, repository, branch, *path = parts
        return HostedSource((url,), _base("github.com", f"{owner}/{repository}", branch, path[:-1]))
    if host == "gist.github.com" and len(parts) >= 2:
        return HostedSource((f"https://gist.githubusercontent.com/{parts[0]}/{parts[1]}/raw",))
    if host not in _HOSTS or len(parts) < 2:
        return HostedSource((url,), url)
    count = 2
    if host == "gitlab.com":  # a project may be in subgroups
        count = parts.index("-") if "-" in parts else len(parts)
    project, rest = "/".join(parts[:count]).removesuffix(".git"), parts[count:]
    rest = rest[1:] if rest[:1] == ["-"] else rest
    if rest[:1] in (["wiki"], ["wikis"]):
        page = rest[1] if len(rest) > 1 else "Home"
        if host == "github.com":
            raw = f"https://raw.githubusercontent.com/wiki/{project}/{page}.md"
            return HostedSource((raw,), f"https://{host}/{project}/wiki/")
        return HostedSource((url,), url)
    if rest[:2] == ["src", "branch"] or rest[:2] == ["raw", "branch"]:
        rest = rest[1:]
    kind, branch, path = (rest[0], rest[1] if len(rest) > 1 else "", rest[2:]) if rest else ("tree", "", [])
    if kind not in {"blob", "raw", "tree", "src", "branch"}:
        return HostedSource((url,), url)
    is_file = bool(path) and (kind in {"blob", "raw"} or "." in path[-1])
    folder = path[:-1] if is_file else path
    branches = [branch] if branch else ["main", "master"] if host == "codeberg.org" else ["HEAD"]
    names = [path[-1]] if is_file else _READMES
    urls = [_raw(host, project, name, [*folder, file]) for file in names for name in branches]
    return HostedSource(tuple(urls), _base(host, project, branch or branches[0], folder))


def _raw(host: str, project: str, branch: str, path: list[str]) -> str:
    file = "/".join(path)
    if host == "github.com":
        return f"https://raw.githubusercontent.com/{project}/{branch}/{file}"
    middle = {"gitlab.com": "-/raw", "codeberg.org": "raw/branch"}.get(host, "raw")
    return f"https://{host}/{project}/{middle}/{branch}/{file}"


def _base(host: str, project: str, branch: str, folder: list[str]) -> str:
    middle = {"gitlab.com": "-/blob", "codeberg.org": "src/branch", "bitbucket.org": "src"}.get(host, "blob")
    return "/".join(["https:/", host, project, middle, branch, *folder, ""])


def base_of_checkout(path: str) -> str:
    """Return the base of the relative links in a file of a git checkout, ``""`` without a known remote.

    git is not asked: the checkout may be anybody's, and its config can name programs to run.
    """
    folder = os.path.dirname(path)
    root = folder
    while not os.path.isdir(os.path.join(root, ".git")):
        root, child = os.path.dirname(root), root
        if root == child:
            return ""
    try:
        config = read_regular(os.path.join(root, ".git", "config"), _CONFIG_LIMIT).decode()
        head = read_regular(os.path.join(root, ".git", "HEAD"), _CONFIG_LIMIT).decode()
    except (OSError, ValueError):
        return ""
    remote, branch = _origin(config), head.strip().removeprefix("ref: refs/heads/")
    if not remote or not head.startswith("ref: "):
        return ""
    prefix = os.path.relpath(folder, root).replace(os.sep, "/")
    match = _web(expand(remote[1]))
    if match is None or match[1].lower() not in _HOSTS:
        return ""
    project = match[2].rstrip("/").removesuffix(".git")
    return _base(match[1].lower(), project, branch, [part for part in prefix.split("/") if part != "."])
