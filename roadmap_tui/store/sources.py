"""Fetch the source of an import: a file, standard input, a folder or a URL."""

from __future__ import annotations

import os
import sys
import threading
from typing import IO, TYPE_CHECKING, Final

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.importers.base import RoadmapShFolder, SourceData
from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.store import hosting
from roadmap_tui.store.files import read_regular

if TYPE_CHECKING:
    from http.client import HTTPMessage
    from urllib.request import OpenerDirector, Request

MAX_BYTES: Final = 2 << 20
TIMEOUT_SECONDS: Final = 10
STDIN: Final = "-"

_REMEDY: Final = "give a Markdown file, a folder with a README.md, an http(s) address, or - for stdin"
_ENTRIES_LIMIT: Final = 50_000  # of a folder
_CONTENT: Final = "content"
_OTHER_SCHEME: Final = "it redirects to an address of another kind"
_README: Final = ("readme.md", "readme.markdown", "readme.mdown", "readme", "readme.org", "readme.rst")


class _NotFoundError(ReadError):
    """The server has no such file."""


def fetch(source: str) -> SourceData:
    """Fetch a source. Raises ReadError if it cannot be read or is larger than 2 MiB.

    Of a folder, returns the roadmap.sh topics in it or in its folder ``content``, else its README.
    """
    if source == STDIN:
        return SourceData(_check_size(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin"), "stdin", STDIN)
    address = source if os.path.lexists(source) else hosting.expand(source)
    if address.lower().startswith(("http://", "https://")):
        return _fetch_url(source, address)
    path = os.path.abspath(source)
    if os.path.isdir(path):
        if found := _fetch_roadmap_sh(path):
            return found
        path = os.path.join(path, _find_readme(path))
    return SourceData(read_file(path), os.path.basename(path), path, base_url=hosting.base_of_checkout(path))


def read_file(path: str) -> bytes:
    """Read a regular file of at most 2 MiB. Raises ReadError."""
    shown = _printable(path)
    try:
        return _check_size(read_regular(path, MAX_BYTES), shown)
    except OSError as error:
        raise ReadError(shown, error.strerror or "cannot be read", _REMEDY) from None


def _fetch_url(source: str, address: str) -> SourceData:
    shown = _printable(source)
    if safe_url(address) is None:
        raise ReadError(shown, "it is not a plain http(s) address", _REMEDY)
    hosted = hosting.locate(address)
    answers: list[tuple[str, bytes] | ReadError] = []

    def ask() -> None:
        first: ReadError | None = None
        for url in hosted.urls:
            try:
                answers.append((url, _check_size(_download(url, shown), shown)))
            except _NotFoundError as error:
                first = first or error
            except ReadError as error:
                answers.append(error)
            if answers:
                return
        answers.append(first or ReadError(shown, "no answer", "check the address and the connection"))

    # A socket timeout applies to each read and each redirect, so a slow server could take forever.
    # The request runs in a thread that is abandoned after the time limit.
    thread = threading.Thread(target=ask, name="fetch", daemon=True)
    thread.start()
    thread.join(TIMEOUT_SECONDS)
    if not answers:
        why = f"no whole answer within {TIMEOUT_SECONDS} s"
        raise ReadError(shown, why, "check the address and the connection")
    if isinstance(answers[0], ReadError):
        raise answers[0]
    url, data = answers[0]
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2] or "README.md"
    return SourceData(data, clean(name, 200, one_line=True), source, base_url=hosted.base_url)


def _download(url: str, shown: str) -> bytes:
    """Download at most MAX_BYTES + 1 bytes. Raises ReadError, also if the answer breaks off."""
    from http.client import HTTPException, IncompleteRead
    from urllib.error import HTTPError, URLError

    try:
        with _opener(url).open(url, timeout=TIMEOUT_SECONDS) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
            missing = answer.length if len(data) <= MAX_BYTES else 0
    except HTTPError as error:
        error.close()
        why = _OTHER_SCHEME if 300 <= error.code < 400 else f"the server answers {error.code}"
        kind = _NotFoundError if error.code in {404, 410} else ReadError
        raise kind(shown, why, "check the address in a browser") from None
    except IncompleteRead:  # a chunk is missing
        missing = 1
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        why = clean(str(getattr(reason, "strerror", None) or reason), 200, one_line=True)
        raise ReadError(shown, why or "no answer", "check the address and the connection") from None
    if missing:
        raise ReadError(shown, "the download broke off", "try again; nothing was changed")
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
                raise URLError(_OTHER_SCHEME)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    opener = build_opener(SameScheme)
    opener.addheaders = [("User-Agent", "roadmap-tui"), ("Accept", "text/markdown, text/plain, */*;q=0.1")]
    return opener


def _fetch_roadmap_sh(folder: str) -> SourceData | None:
    """Return the roadmap.sh topics of a folder or of its folder ``content``, or None."""
    inner = os.path.join(folder, _CONTENT)
    for content in (inner, folder):
        if os.path.isdir(content) and (content == folder or not os.path.islink(content)):
            names, left_out = _list_topics(content)
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
            raise ReadError(_printable(content), "its topics are larger than 16 MiB", "give a smaller folder")
    return SourceData(b"", clean(name, 200, one_line=True), folder, RoadmapShFolder(files, drawing, left_out))


def _list_topics(folder: str) -> tuple[list[str], int]:
    """Return the names of the topic files in a folder, and the number of skipped ones. Raises ReadError."""
    from roadmap_tui.core.importers.roadmap_sh import FILES_LIMIT, topic_and_node

    names: list[str] = []
    left_out = 0
    try:
        with os.scandir(folder) as entries:
            for count, entry in enumerate(entries):
                if count == _ENTRIES_LIMIT and not names:
                    break  # not a folder of topics
                if topic_and_node(entry.name):
                    if entry.is_file(follow_symlinks=False):
                        names.append(entry.name)
                    else:
                        left_out += 1
                if len(names) > FILES_LIMIT or count >= _ENTRIES_LIMIT:
                    many = f"more than {FILES_LIMIT:,} topics"
                    raise ReadError(_printable(folder), many, "give a smaller folder")
    except OSError as error:
        raise ReadError(_printable(folder), error.strerror or "cannot be read", _REMEDY) from None
    return sorted(names), left_out


def _find_readme(folder: str) -> str:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise ReadError(_printable(folder), error.strerror or "cannot be read", _REMEDY) from None
    for wanted in _README:
        for name in names:
            if name.lower() == wanted:
                return name
    if "docs" in names and os.path.isdir(docs := os.path.join(folder, "docs")):
        return os.path.join("docs", _find_readme(docs))
    raise ReadError(_printable(folder), "it has no README.md", _REMEDY)


def _check_size(data: bytes, shown: str) -> bytes:
    if len(data) > MAX_BYTES:
        raise ReadError(shown, "it is larger than 2 MiB", "give a smaller file")
    return data


def _printable(name: str) -> str:
    return clean(name, 200, one_line=True)
