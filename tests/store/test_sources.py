"""Fetching what is imported: real files, real pipes, a real server on this machine."""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from roadmap_tui.core.errors import ReadError
from roadmap_tui.core.importers.base import RoadmapShFolder, SourceData
from roadmap_tui.store import sources
from roadmap_tui.store.hosting import expand, locate
from roadmap_tui.store.sources import MAX_BYTES, fetch

PLAN = b"# Plan\n\n- [ ] vectors\n"


def refusal(source: str) -> str:
    with pytest.raises(ReadError) as error:
        fetch(source)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes(PLAN)
    assert fetch(str(path)) == SourceData(PLAN, "plan.md", str(path))


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(PLAN)))
    assert fetch("-") == SourceData(PLAN, "stdin", "-")


def test_a_folder_gives_its_readme(tmp_path: Path) -> None:
    (tmp_path / "Readme.md").write_bytes(PLAN)
    (tmp_path / ".git").mkdir()
    assert fetch(str(tmp_path)) == SourceData(PLAN, "Readme.md", str(tmp_path / "Readme.md"))


def test_a_folder_without_one(tmp_path: Path) -> None:
    assert "it has no README.md" in refusal(str(tmp_path))


TOPIC = "maps@4_ap0rD9Gl6Ep_4jMfPpG.md"


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / TOPIC).write_bytes(PLAN)
    (folder / "content" / "index.md").write_bytes(PLAN)
    (folder / "README.md").write_bytes(PLAN)
    return folder


def test_a_folder_of_topics(topics: Path) -> None:
    found = SourceData(b"", "plan", str(topics), RoadmapShFolder({TOPIC: PLAN}))
    assert fetch(str(topics)) == found
    content = str(topics / "content")
    assert fetch(content) == found._replace(origin=content)
    (topics / "plan.json").write_bytes(b"{}")
    found = found._replace(folder=RoadmapShFolder({TOPIC: PLAN}, b"{}"))
    assert fetch(str(topics)) == found
    assert fetch(content + "/") == found._replace(origin=content)


def test_no_link_leads_out_of_a_folder_of_topics(topics: Path) -> None:
    outside = topics.parent / "outside.md"
    outside.write_bytes(b"secret")
    (topics / "plan.json").symlink_to(outside)
    (topics / "content" / TOPIC.replace("4", "5")).symlink_to(outside)
    os.mkfifo(topics / "content" / TOPIC.replace("4", "6"))
    (topics / "content" / TOPIC.replace("4", "7")).mkdir()
    assert fetch(str(topics)).folder == RoadmapShFolder({TOPIC: PLAN}, None, 3)
    (topics / "content").rename(topics.parent / "elsewhere")
    (topics / "content").symlink_to(topics.parent / "elsewhere")
    assert fetch(str(topics)).name == "README.md"


def test_topics_that_are_too_large(topics: Path) -> None:
    for digit in "56789ABCD":
        with (topics / "content" / TOPIC.replace("4", digit)).open("wb") as file:
            file.truncate(MAX_BYTES)
    assert "larger than 16 MiB" in refusal(str(topics))
    with (topics / "plan.json").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "larger than 2 MiB" in refusal(str(topics))


def test_too_many_topics(topics: Path) -> None:
    for number in range(5_000):
        (topics / "content" / f"a@{number:021}.md").touch()
    assert "more than 5,000 topics" in refusal(str(topics))


def test_what_is_no_file(tmp_path: Path) -> None:
    assert "No such file or directory" in refusal(str(tmp_path / "none.md"))
    os.mkfifo(tmp_path / "pipe")
    assert "not a regular file" in refusal(str(tmp_path / "pipe"))
    assert "not a regular file" in refusal("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert "Too many levels of symbolic links" in refusal(str(tmp_path / "loop"))
    assert "not a file name" in refusal("a\0b")


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert "larger than 2 MiB" in refusal(str(path))
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    assert len(fetch(str(path)).data) == MAX_BYTES


@pytest.mark.parametrize(
    ("page", "raw"),
    [
        ("https://github.com/o/r", "https://raw.githubusercontent.com/o/r/HEAD/README.md"),
        ("https://github.com/o/r.git", "https://raw.githubusercontent.com/o/r/HEAD/README.md"),
        (
            "https://www.github.com/o/r/?tab=readme-ov-file#x",
            "https://raw.githubusercontent.com/o/r/HEAD/README.md",
        ),
        (
            "https://github.com/o/r/blob/main/docs/a.md#L1",
            "https://raw.githubusercontent.com/o/r/main/docs/a.md",
        ),
        ("https://github.com/o/r/tree/v2/docs", "https://raw.githubusercontent.com/o/r/v2/docs/README.md"),
        ("https://github.com/o/r/issues/1", "https://github.com/o/r/issues/1"),
        ("https://example.org/README.md", "https://example.org/README.md"),
    ],
)
def test_pages_of_github(page: str, raw: str) -> None:
    assert locate(page).urls[0] == raw


@pytest.mark.parametrize(
    ("source", "raw", "base"),
    [
        ("o/r", "https://raw.githubusercontent.com/o/r/HEAD/README.md", "https://github.com/o/r/blob/HEAD/"),
        (
            "github.com/o/r/blob/main/docs/a.md",
            "https://raw.githubusercontent.com/o/r/main/docs/a.md",
            "https://github.com/o/r/blob/main/docs/",
        ),
        (
            "git@github.com:o/r.git",
            "https://raw.githubusercontent.com/o/r/HEAD/README.md",
            "https://github.com/o/r/blob/HEAD/",
        ),
        (
            "https://gitlab.com/g/s/p/-/blob/main/plan.md",
            "https://gitlab.com/g/s/p/-/raw/main/plan.md",
            "https://gitlab.com/g/s/p/-/blob/main/",
        ),
        (
            "https://codeberg.org/o/r",
            "https://codeberg.org/o/r/raw/branch/main/README.md",
            "https://codeberg.org/o/r/src/branch/main/",
        ),
        (
            "https://bitbucket.org/o/r/src/dev/a/",
            "https://bitbucket.org/o/r/raw/dev/a/README.md",
            "https://bitbucket.org/o/r/src/dev/a/",
        ),
        ("https://gist.github.com/o/0a1b", "https://gist.githubusercontent.com/o/0a1b/raw", ""),
        (
            "https://github.com/o/r/wiki/Plan",
            "https://raw.githubusercontent.com/wiki/o/r/Plan.md",
            "https://github.com/o/r/wiki/",
        ),
        (
            "https://raw.githubusercontent.com/o/r/main/docs/a.md",
            "https://raw.githubusercontent.com/o/r/main/docs/a.md",
            "https://github.com/o/r/blob/main/docs/",
        ),
        ("https://example.org/a/plan.md", "https://example.org/a/plan.md", "https://example.org/a/plan.md"),
    ],
)
def test_known_hosts_give_raw_addresses_and_the_base_of_links(source: str, raw: str, base: str) -> None:
    hosted = locate(expand(source))
    assert (hosted.urls[0], hosted.base_url) == (raw, base)


def test_file_names_are_not_repositories() -> None:
    assert expand("plans/ml.md") == "plans/ml.md"
    assert expand("a/b/c") == "a/b/c"


def test_the_remote_of_a_checkout_is_the_base_of_its_links(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "README.md").write_bytes(PLAN)
    subprocess.run(["git", "init", "-q", "-b", "trunk", tmp_path], check=True)
    subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", "git@github.com:o/r.git"], check=True)
    assert fetch(str(tmp_path)).base_url == "https://github.com/o/r/blob/trunk/docs/"


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def served() -> Iterator[Callable[[Answer], str]]:
    """A server on this machine that gives the answer; its address."""
    servers: list[ThreadingHTTPServer] = []

    def serve(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = False  # closing it then waits for its answers
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/plan.md"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


def test_an_address(served: Callable[[Answer], str]) -> None:
    address = served(lambda handler: _send(handler, PLAN))
    assert fetch(address) == SourceData(PLAN, "plan.md", address, base_url=address)


def test_an_answer_that_is_none(served: Callable[[Answer], str]) -> None:
    assert "the server answers 404" in refusal(served(lambda handler: _send(handler, b"", 404)))


def test_a_redirect_within_http(served: Callable[[Answer], str]) -> None:
    target = served(lambda handler: _send(handler, PLAN))
    assert fetch(served(lambda handler: _send(handler, b"", 302, Location=target))).data == PLAN


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "https://127.0.0.1:1/x"])
def test_a_redirect_to_another_scheme(served: Callable[[Answer], str], target: str) -> None:
    said = refusal(served(lambda handler: _send(handler, b"", 302, Location=target)))
    assert "redirects to an address of another kind" in said


def test_an_answer_that_is_too_large(served: Callable[[Answer], str]) -> None:
    assert "larger than 2 MiB" in refusal(served(lambda handler: _send(handler, b"x" * (MAX_BYTES + 1))))


@pytest.mark.parametrize("how", ["Content-Length", "no final chunk", "half a chunk", "no chunk"])
def test_a_download_that_breaks_off_is_not_the_whole_source(
    served: Callable[[Answer], str], how: str
) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        if how == "Content-Length":
            _send(handler, PLAN, Content_Length=str(len(PLAN) + 1))
            return
        handler.protocol_version = "HTTP/1.1"
        chunk = b"%x\r\n%b\r\n" % (len(PLAN), PLAN)
        data = {"no final chunk": chunk, "half a chunk": chunk[:-5], "no chunk": b""}[how]
        _send(handler, data, Transfer_Encoding="chunked", Connection="close")

    assert "the download broke off" in refusal(served(break_off))


def test_whole_downloads_in_chunks_or_of_a_given_length(served: Callable[[Answer], str]) -> None:
    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.1"
        data = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PLAN), PLAN)
        _send(handler, data, Transfer_Encoding="chunked", Connection="close")

    assert fetch(served(chunked)).data == PLAN
    length = str(len(PLAN))
    assert fetch(served(lambda handler: _send(handler, PLAN, Content_Length=length))).data == PLAN


@pytest.mark.parametrize("changes", [1, 4])
def test_a_file_that_changes_while_it_is_read_is_read_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: int
) -> None:
    path = tmp_path / "plan.md"
    path.write_bytes(b"# Pl")
    left = list(range(changes))
    status = os.fstat

    def status_and_change(handle: int) -> os.stat_result:
        found = status(handle)
        if left and stat.S_ISREG(found.st_mode):
            path.write_bytes(PLAN + b"\n" * left.pop())
        return found

    monkeypatch.setattr(os, "fstat", status_and_change)
    if changes == 1:
        assert fetch(str(path)).data == PLAN
    else:
        assert "it was changed while it was read" in refusal(str(path))


def test_a_server_that_drips(served: Callable[[Answer], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TIMEOUT_SECONDS", 0.5)
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not over.wait(0.05):
            try:
                handler.wfile.write(b"x" * 3_000)
            except OSError:
                return

    try:
        assert "no whole answer" in refusal(served(drip))
    finally:
        over.set()


def test_nobody_there() -> None:
    assert "Connection refused" in refusal("http://127.0.0.1:1/plan.md")


def test_an_address_that_deceives() -> None:
    assert "not a plain http(s) address" in refusal("https://user:secret@example.org/")
