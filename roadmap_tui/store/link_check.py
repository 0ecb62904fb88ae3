"""Check links with few requests: one per host at a time, and each URL at most once a week."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias, get_args

from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.core.urls import host, to_ascii_url
from roadmap_tui.store.files import atomic_write, read_regular

if TYPE_CHECKING:
    from email.message import Message
    from urllib.request import OpenerDirector

LinkState: TypeAlias = Literal["ok", "moved", "gone", "unreachable", "refused"]
LINK_STATES: Final[tuple[LinkState, ...]] = get_args(LinkState)

TIMEOUT_SECONDS: Final = 10  # of one request
CACHE_TIME: Final = timedelta(days=7)
_HOSTS_AT_A_TIME: Final = 8
_MOST_REDIRECTS: Final = 10
_CACHE_BYTES: Final = 16 << 20

_PERMANENT_REDIRECTS: Final = (301, 308)
_REDIRECTS: Final = (*_PERMANENT_REDIRECTS, 302, 303, 307)
_GONE: Final = (404, 410)
_REFUSED: Final = (401, 403, 429)  # the page may exist; only a browser or an account gets to see it
_TOO_MANY_REQUESTS: Final = 429
_RANGE_OF_EMPTY_PAGE: Final = 416  # what a server answers that has no first byte to send


class LinkResult(NamedTuple):
    """The result of checking a link; ``reason`` explains a bad state, ``moved_to`` is the new URL."""

    url: str
    state: LinkState
    reason: str = ""
    moved_to: str = ""


def archive_url(url: str) -> str:
    """Return where the web archive keeps the latest copy of a page, if it has one."""
    return f"https://web.archive.org/web/{url}"


def check_links(urls: Collection[str]) -> Iterator[LinkResult]:
    """Check distinct URLs that passed ``safe_url``; yields results as they complete.

    A host gets one request at a time, several hosts are asked at the same time.
    """
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(host(url), []).append(url)
    waiting: SimpleQueue[list[str]] = SimpleQueue()
    for group in by_host.values():
        waiting.put(group)
    results: SimpleQueue[LinkResult | Exception] = SimpleQueue()
    checker = _LinkChecker()

    def work() -> None:
        with suppress(Empty):
            while True:
                for url in waiting.get_nowait():
                    try:
                        results.put(checker.check(url))
                    except Exception as error:  # noqa: BLE001 - raised in the thread that waits
                        results.put(error)

    for _ in range(min(_HOSTS_AT_A_TIME, len(by_host))):
        # As daemons they do not keep an interrupted program alive.
        threading.Thread(target=work, name="links", daemon=True).start()
    for _ in urls:
        result = results.get()
        if isinstance(result, Exception):
            raise result
        yield result


class LinkCache:
    """The results of the last week, in a file of the cache folder (None: in memory only).

    Unreachable links are not kept: the reason may be the connection of this machine.
    """

    def __init__(self, folder: str | None, now: datetime) -> None:
        self._path = os.path.join(folder, "links.json") if folder else ""
        self._now = now.timestamp()
        self._results = dict(self._read())

    def get(self, url: str) -> LinkResult | None:
        """Return the result for an address, None if there is none from the last week."""
        return self._results[url][1] if url in self._results else None

    def add(self, result: LinkResult) -> None:
        """Add a result; ``save`` writes it to the file."""
        if result.state != "unreachable":
            self._results[result.url] = self._now, result

    def save(self) -> None:
        """Write the file. If that fails, the links are checked again next time."""
        if self._path:
            rows = [[at, *result] for at, result in self._results.values()]
            with suppress(OSError):
                atomic_write(self._path, json.dumps(rows).encode(), durable=False)

    def _read(self) -> Iterator[tuple[str, tuple[float, LinkResult]]]:
        """Yield the results of the last week by URL; stop at the first damaged row."""
        with suppress(OSError, ValueError, TypeError, RecursionError):
            for at, url, state, reason, moved_to in json.loads(read_regular(self._path, _CACHE_BYTES)):
                result = LinkResult(str(url), state, clean(reason, 200, one_line=True), moved_to)
                is_recent = 0 <= self._now - at < CACHE_TIME.total_seconds()
                if is_recent and state in LINK_STATES and (not moved_to or safe_url(moved_to)):
                    yield result.url, (at, result)


class _Answer(NamedTuple):
    """The status of an answer and where it redirects to; status 0 and a reason if there was none.

    ``is_broken`` means that there was an answer, but not one that follows the protocol.
    """

    status: int
    location: str = ""
    reason: str = ""
    is_broken: bool = False


class _LinkChecker:
    """Sends requests, thread-safe, with one request per host at a time."""

    def __init__(self) -> None:
        self._opener = _opener()
        self._host_locks: dict[str, threading.Lock] = {}
        self._overloaded: set[str] = set()  # hosts that asked for fewer requests

    def check(self, url: str) -> LinkResult:
        """Follow the redirects of a URL and classify the final response."""
        address, moved_to, only_permanent = url, "", True
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._head_or_get(address)
            if answer.status not in _REDIRECTS:
                return _judge(url, answer, moved_to)
            target = _redirect_target(address, answer.location)
            if target is None:
                return LinkResult(url, "unreachable", "it redirects to something other than a web address")
            is_less_secure = address.startswith("https:") and not target.startswith("https:")
            only_permanent = only_permanent and answer.status in _PERMANENT_REDIRECTS and not is_less_secure
            if only_permanent:
                moved_to = target
            address = target
        return LinkResult(url, "unreachable", "too many redirects")

    def _head_or_get(self, url: str) -> _Answer:
        """Send a HEAD request, and a GET request if that failed."""
        name = host(url)
        with self._host_locks.setdefault(name, threading.Lock()):
            if name in self._overloaded:
                return _Answer(_TOO_MANY_REQUESTS)
            answer = self._request("HEAD", url)
            if answer.is_broken or (answer.status >= 400 and answer.status != _TOO_MANY_REQUESTS):
                answer = self._request("GET", url)
            if answer.status == _TOO_MANY_REQUESTS:
                self._overloaded.add(name)
            return answer

    def _request(self, method: str, url: str) -> _Answer:
        # A socket timeout applies to each read, so a slow server could take forever. The request runs in a
        # thread that is abandoned after the time limit.
        answers: list[_Answer] = []
        thread = threading.Thread(
            target=lambda: answers.append(_send(self._opener, method, url)), name="link", daemon=True
        )
        thread.start()
        thread.join(TIMEOUT_SECONDS)
        return answers[0] if answers else _Answer(0, reason=f"no answer within {TIMEOUT_SECONDS} s")


def _opener() -> OpenerDirector:
    """Return an opener that does not follow redirects: they arrive as an HTTPError."""
    from urllib import request

    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "roadmap-tui"), ("Accept", "*/*")]
    return opener


def _send(opener: OpenerDirector, method: str, url: str) -> _Answer:
    """Send a request; GET asks for the first byte only."""
    from http.client import HTTPException
    from urllib.error import HTTPError, URLError
    from urllib.request import Request

    request = Request(to_ascii_url(url), method=method)  # noqa: S310 - it passed safe_url
    if method == "GET":
        request.add_header("Range", "bytes=0-0")
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return _Answer(answer.status)
    except HTTPError as error:
        with error:
            return _Answer(error.code, _location(error.headers))
    except (URLError, HTTPException, OSError, ValueError) as error:
        cause = getattr(error, "reason", None) or error
        reason = clean(str(getattr(cause, "strerror", None) or cause), 200, one_line=True)
        is_broken = isinstance(error, HTTPException | ConnectionResetError)
        return _Answer(0, reason=reason or "no answer", is_broken=is_broken)


def _location(headers: Message) -> str:
    location = str(headers.get("Location", ""))
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()  # headers are decoded as Latin-1, most are UTF-8
    return location


def _redirect_target(url: str, location: str) -> str | None:
    """Return the address that a redirect leads to, or None if it is not a safe link."""
    from urllib.parse import urljoin

    try:
        target = urljoin(url, location.strip())
    except ValueError:
        return None
    if not location or safe_url(target) is None:
        return None
    fragment = url.partition("#")[2]
    return f"{target}#{fragment}" if fragment and "#" not in target else target


def _judge(url: str, answer: _Answer, moved_to: str) -> LinkResult:
    status, reason = answer.status, answer.reason or f"the server answers {answer.status}"
    if status in _GONE:
        return LinkResult(url, "gone", reason)
    if status in _REFUSED:
        return LinkResult(url, "refused", reason)
    if not (200 <= status < 300 or status == _RANGE_OF_EMPTY_PAGE):
        return LinkResult(url, "unreachable", reason)
    return LinkResult(url, "moved", "", moved_to) if moved_to not in {"", url} else LinkResult(url, "ok")
