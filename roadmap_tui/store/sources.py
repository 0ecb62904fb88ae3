"""Fetching what a roadmap is imported from: a file, standard input, a folder, an address."""

from __future__ import annotations

import os
import re
import sys
import threading
from typing import IO, TYPE_CHECKING, Final

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.importers.base import RoadmapShFolder, SourceData
from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.store.files import read_regular

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import OpenerDirector, Request

LARGEST: Final = 2 << 20
TIMEOUT_SECONDS: Final = 10
STDIN: Final = "-"

_REMEDY: Final = "give a Markdown file, a folder with a README.md, an http(s) address, or - for stdin"
_ENTRIES_LIMIT: Final = 50_000  # of a folder
_CONTENT: Final = "content"
_ELSEWHERE: Final = "it redirects to an address of another kind"
_README: Final = ("readme.md", "readme.markdown", "readme.mdown", "readme")
_github = re.compile(r"https?://(?:www\.)?github\.com/([^/?#]+)/([^/?#]+)(?:/(.*))?").fullmatch


def fetch(source: str) -> SourceData:
    """The bytes of a source. Raises CannotRead: what can't be read, or is larger than 2 MiB.

    A folder gives its topics if it has any, as roadmap.sh names them, or its folder ``content`` has; else
    its README.
    """
    if source == STDIN:
        return SourceData(_check_size(sys.stdin.buffer.read(LARGEST + 1), "stdin"), "stdin", STDIN)
    if source.lower().startswith(("http://", "https://")):
        return _fetch_address(source)
    path = os.path.abspath(source)
    if os.path.isdir(path):
        if found := _fetch_topics(path):
            return found
        path = os.path.join(path, _readme_in(path))
    return SourceData(read_file(path), os.path.basename(path), path)


def read_file(path: str) -> bytes:
    """The bytes of a regular file of at most 2 MiB. Raises CannotRead."""
    shown = _shown(path)
    try:
        return _check_size(read_regular(path, LARGEST), shown)
    except OSError as error:
        raise ReadError(shown, error.strerror or "cannot be read", _REMEDY) from None


def raw_address(address: str) -> str:
    """The address of the text itself, for a page of GitHub that shows a repository or a file."""
    match = _github(address.partition("#")[0].partition("?")[0].rstrip("/"))
    if match is None:
        return address
    owner, repository, rest = match.groups()
    base = f"https://raw.githubusercontent.com/{owner}/{repository.removesuffix('.git')}"
    parts = (rest or "").split("/")
    if parts[0] in {"blob", "raw"} and len(parts) > 2:
        return f"{base}/{'/'.join(parts[1:])}"
    if parts[0] == "tree" and len(parts) > 1:
        return f"{base}/{'/'.join(parts[1:])}/README.md"
    return f"{base}/HEAD/README.md" if not rest else address


def _fetch_address(source: str) -> SourceData:
    shown = _shown(source)
    if safe_url(source) is None:
        raise ReadError(shown, "it is not a plain http(s) address", _REMEDY)
    address = raw_address(source)
    answers: list[bytes | ReadError] = []

    def ask() -> None:
        try:
            answers.append(_check_size(_answer(address, shown), shown))
        except ReadError as error:
            answers.append(error)

    # The timeout of a socket is for each read, and for each redirect anew: a server that drips would
    # never meet it. So it is asked in a thread, which is left alone when the time is over.
    thread = threading.Thread(target=ask, name="fetch", daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    if not answers:
        why = f"no whole answer within {TIMEOUT_SECONDS} s"
        raise ReadError(shown, why, "look at the address and the connection")
    if isinstance(answers[0], ReadError):
        raise answers[0]
    name = address.partition("?")[0].rstrip("/").rpartition("/")[2] or "README.md"
    return SourceData(answers[0], clean(name, 200, one_line=True), source)


def _answer(address: str, shown: str) -> bytes:
    """What a server answers, a byte more than is allowed at the most. Raises CannotRead."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError

    try:
        with _opener(address).open(address, timeout=TIMEOUT_SECONDS) as answer:
            data: bytes = answer.read(LARGEST + 1)
    except HTTPError as error:
        error.close()
        why = _ELSEWHERE if 300 <= error.code < 400 else f"the server answers {error.code}"
        raise ReadError(shown, why, "look at the address in a browser") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        why = clean(str(getattr(reason, "strerror", None) or reason), 200, one_line=True)
        raise ReadError(shown, why or "no answer", "look at the address and the connection") from None
    return data


def _opener(address: str) -> OpenerDirector:
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, build_opener

    scheme = address.partition(":")[0].lower()

    class SameScheme(HTTPRedirectHandler):
        def redirect_request(
            self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
        ) -> Request | None:
            if newurl.partition(":")[0].lower() != scheme or safe_url(newurl) is None:
                fp.close()
                raise URLError(_ELSEWHERE)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    opener = build_opener(SameScheme)
    opener.addheaders = [("User-Agent", "roadmap-tui"), ("Accept", "text/markdown, text/plain, */*;q=0.1")]
    return opener


def _fetch_topics(folder: str) -> SourceData | None:
    """The topics of a folder, or of the folder ``content`` in it; None if there are none."""
    inner = os.path.join(folder, _CONTENT)
    for content in (inner, folder):
        if os.path.isdir(content) and (content == folder or not os.path.islink(content)):
            names, left_out = _topics_in(content)
            if names or left_out:
                break
    else:
        return None
    home = os.path.dirname(content) if os.path.basename(content) == _CONTENT else content
    name = os.path.basename(home)
    from roadmap_tui.core.importers.roadmap_sh import TOTAL_LIMIT

    files, size = {}, 0
    drawing_path = os.path.join(home, f"{name}.json")
    is_drawn = os.path.lexists(drawing_path) and not os.path.islink(drawing_path)
    drawing = read_file(drawing_path) if is_drawn else None
    for one in names:
        files[one] = read_file(os.path.join(content, one))
        size += len(files[one])
        if size > TOTAL_LIMIT:
            raise ReadError(_shown(content), "its topics are larger than 16 MiB", "give a smaller folder")
    return SourceData(b"", clean(name, 200, one_line=True), folder, RoadmapShFolder(files, drawing, left_out))


def _topics_in(folder: str) -> tuple[list[str], int]:
    """The names of the topics in a folder, and how many more are not regular files. Raises CannotRead."""
    from roadmap_tui.core.importers.roadmap_sh import FILES_LIMIT, topic_and_node

    names: list[str] = []
    left_out = 0
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count == _ENTRIES_LIMIT and not names:
                    break  # a folder of something else
                if topic_and_node(entry.name):
                    if entry.is_file(follow_symlinks=False):
                        names.append(entry.name)
                    else:
                        left_out += 1
                if len(names) > FILES_LIMIT or count >= _ENTRIES_LIMIT:
                    many = f"more than {FILES_LIMIT:,} topics"
                    raise ReadError(_shown(folder), many, "give a smaller folder")
    except OSError as error:
        raise ReadError(_shown(folder), error.strerror or "cannot be read", _REMEDY) from None
    return sorted(names), left_out


def _readme_in(folder: str) -> str:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ReadError(_shown(folder), error.strerror or "cannot be read", _REMEDY) from None
    for wanted in _README:
        for name in names:
            if name.lower() == wanted:
                return name
    raise ReadError(_shown(folder), "it has no README.md", _REMEDY)


def _check_size(data: bytes, shown: str) -> bytes:
    if len(data) > LARGEST:
        raise ReadError(shown, "it is larger than 2 MiB", "give a smaller file")
    return data


def _shown(name: str) -> str:
    return clean(name, 200, one_line=True)
