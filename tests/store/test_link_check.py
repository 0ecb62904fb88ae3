"""Checking links, against servers on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from roadmap_tui.store import link_check
from roadmap_tui.store.link_check import LinkCache, LinkResult, check_links
from tests.site import Site

NOW = datetime(2026, 10, 3, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.close()


def check(*urls: str) -> list[LinkResult]:
    found = {result.url: result for result in check_links(urls)}
    return [found[url] for url in urls]


def test_a_page_that_is_there_takes_one_request(site: Site) -> None:
    url = site.page("/a")
    assert check(url) == [LinkResult(url, "ok")]
    assert site.requests == [("HEAD", "/a", "")]


@pytest.mark.parametrize("status", [301, 308])
def test_a_page_that_moved_has_its_new_address(site: Site, status: int) -> None:
    site.page("/new")
    url = site.page("/old", status, location="/new")
    assert check(url) == [LinkResult(url, "moved", "", f"{site.url}/new")]


def test_the_fragment_of_a_moved_page_is_kept(site: Site) -> None:
    url = site.page("/old#part", 301, location="/new")
    assert check(url) == [LinkResult(url, "moved", "", f"{site.url}/new#part")]


def test_a_temporary_redirect_is_no_move(site: Site) -> None:
    url = site.page("/today", 302, location="/2026")
    assert check(url) == [LinkResult(url, "ok")]
    moved = site.page("/old", 301, location="/today")
    assert check(moved) == [LinkResult(moved, "moved", "", f"{site.url}/today")]


def test_a_redirect_to_a_page_that_is_gone(site: Site) -> None:
    site.page("/new", 404)
    url = site.page("/old", 301, location="/new")
    assert check(url) == [LinkResult(url, "gone", "the server answers 404")]


def test_redirects_without_end_or_to_no_web_address(site: Site) -> None:
    loop = site.page("/loop", 301, location="/loop")
    odd = [
        site.page(f"/{n}", 302, location=to) for n, to in enumerate(["file:///etc/passwd", "", "http://["])
    ]
    assert check(loop, *odd) == [
        LinkResult(loop, "unreachable", "too many redirects"),
        *(
            LinkResult(url, "unreachable", "it redirects to something other than a web address")
            for url in odd
        ),
    ]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone(site: Site, status: int) -> None:
    url = site.page("/a", status)
    assert check(url) == [LinkResult(url, "gone", f"the server answers {status}")]


@pytest.mark.parametrize("status", [401, 403])
def test_a_page_that_is_refused(site: Site, status: int) -> None:
    url = site.page("/a", status)
    assert check(url) == [LinkResult(url, "refused", f"the server answers {status}")]


def test_a_host_that_asks_for_fewer_requests_gets_no_more(site: Site) -> None:
    urls = [site.page(f"/{n}", 429) for n in range(5)]
    assert {result.state for result in check(*urls)} == {"refused"}
    assert site.requests == [("HEAD", "/0", "")]


@pytest.mark.parametrize("head", [405, 501, 403, 404, 500, 0])
@pytest.mark.parametrize("get", [200, 206, 416])
def test_a_server_that_dislikes_head_is_asked_for_one_byte(site: Site, head: int, get: int) -> None:
    url = site.page("/a", head, get)
    assert check(url) == [LinkResult(url, "ok")]
    assert site.requests == [("HEAD", "/a", ""), ("GET", "/a", "bytes=0-0")]


def test_a_server_with_an_error_is_unreachable(site: Site) -> None:
    url = site.page("/a", 503)
    nobody = "http://127.0.0.1:1/"
    assert check(url, nobody) == [
        LinkResult(url, "unreachable", "the server answers 503"),
        LinkResult(nobody, "unreachable", "Connection refused"),
    ]


def test_a_slow_server_is_unreachable(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_check, "TIMEOUT_SECONDS", 0.3)
    url, over = site.page("/a"), threading.Event()
    site.hooks["/a"] = lambda: over.wait(5)
    try:
        [result] = check(url)
    finally:
        over.set()
    assert (result.state, result.reason) in {
        ("unreachable", "no answer within 0.3 s"),
        ("unreachable", "timed out"),
    }


def test_a_host_gets_one_request_at_a_time(site: Site) -> None:
    other = Site()
    try:
        urls = []
        for number in range(6):
            # All three lead to 127.0.0.1; the last one by way of localhost.
            urls.append(site.page(f"/{number}"))
            urls.append(other.page(f"/{number}", 302, location=f"{site.url}/{number}"))
            urls.append(urls[-1].replace("127.0.0.1", "localhost"))
            site.hooks[f"/{number}"] = lambda: time.sleep(0.01)
        assert {result.state for result in check(*urls)} == {"ok"}
    finally:
        other.close()
    assert len(site.requests) == 18
    assert site.most_at_once == 1


def test_different_hosts_are_asked_at_the_same_time(site: Site) -> None:
    both = threading.Barrier(2)
    site.hooks["/a"] = site.hooks["/b"] = lambda: both.wait(5)
    urls = [site.page("/a"), site.page("/b").replace("127.0.0.1", "localhost")]
    assert [result.state for result in check(*urls)] == ["ok", "ok"]
    assert site.most_at_once == 2


def test_a_bug_is_raised_where_the_results_are_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_check, "_send", lambda *_: None)
    with pytest.raises(AttributeError):
        list(check_links(["http://127.0.0.1:1/"]))


def test_results_are_kept_for_a_week(tmp_path: Path) -> None:
    results = [
        LinkResult("https://a.org/", "ok"),
        LinkResult("https://b.org/", "moved", "", "https://c.org/"),
        LinkResult("https://d.org/", "gone", "the server answers 404"),
        LinkResult("https://e.org/", "unreachable", "no answer"),
    ]
    cache = LinkCache(str(tmp_path), NOW)
    for result in results:
        cache.add(result)
    cache.save()
    almost, week = NOW + timedelta(days=6, hours=23), NOW + timedelta(days=7)
    later = LinkCache(str(tmp_path), almost)
    assert [later.get(result.url) for result in results] == [*results[:3], None]
    assert LinkCache(str(tmp_path), week).get("https://a.org/") is None
    assert LinkCache(str(tmp_path), NOW - timedelta(days=1)).get("https://a.org/") is None


@pytest.mark.parametrize(
    "text", ["", "[", "3", "[3]", "[[1,2]]", '[[0,"a","b",1,2]]', '[[1,"u","moved","","file:///x"]]']
)
def test_a_damaged_cache_is_an_empty_one(tmp_path: Path, text: str) -> None:
    (tmp_path / "links.json").write_text(text)
    cache = LinkCache(str(tmp_path), datetime.fromtimestamp(2, UTC))
    assert cache.get("u") is None
    cache.add(LinkResult("https://a.org/", "ok"))
    cache.save()
    assert LinkCache(str(tmp_path), datetime.fromtimestamp(2, UTC)).get("https://a.org/")


def test_no_cache_without_a_folder(tmp_path: Path) -> None:
    cache = LinkCache(None, NOW)
    cache.save()
    (tmp_path / "file").touch()
    LinkCache(str(tmp_path / "file"), NOW).save()
