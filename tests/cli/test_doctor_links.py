"""The ``doctor --links`` command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program_runs import CliRunner, item, section, write_roadmap
from tests.site import Site


@pytest.fixture
def site(tui: CliRunner) -> Iterator[Site]:
    """Open a site, and add a roadmap named web with links to it."""
    opened = Site()
    links = {
        "here": opened.page("/here"),
        "old": opened.page("/old", 301, location="/new"),
        "lost": opened.page("/lost", 404),
        "shut": opened.page("/shut", 403),
        "sick": opened.page("/sick", 503),
    }
    resources = {
        name: [{"title": f"The {name} page", "url": url, "kind": "book"}] for name, url in links.items()
    }
    items = [item(f"know-{name}", name, resources=link) for name, link in resources.items()]
    write_roadmap(
        tui.home / "roadmaps" / "web.json", [section("all", "All", *items)], resources=resources["here"]
    )
    yield opened
    opened.close()


def test_links_are_reported_by_state(tui: CliRunner, site: Site) -> None:
    result = tui("doctor", "--links", "web")
    assert result.code == 65
    assert result.out.splitlines() == [
        f"moved       {site.url}/old",
        f"            → {site.url}/new",
        "            know-old: The old page",
        f"gone        {site.url}/lost",
        f"            https://web.archive.org/web/{site.url}/lost",
        "            the server answers 404",
        "            know-lost: The lost page",
        f"unreachable {site.url}/sick",
        "            the server answers 503",
        "            know-sick: The sick page",
        f"refused     {site.url}/shut",
        "            the server answers 403; not judged",
        "            know-shut: The shut page",
        "Small: 5 links: 1 ok, 1 moved, 1 gone, 1 unreachable, 1 refused",
    ]
    assert result.err == ""
    assert f"            -> {site.url}/new" in tui("doctor", "--links", "web", "--ascii").out


def test_links_as_json(tui: CliRunner, site: Site) -> None:
    found = tui("doctor", "--links", "web", "--json").json
    assert list(found) == ["roadmap", "counts", "links", "accepted"]
    assert found["roadmap"] == "web"
    assert found["counts"] == {"ok": 1, "moved": 1, "gone": 1, "unreachable": 1, "refused": 1}
    assert found["links"][:2] == [
        {
            "url": f"{site.url}/here",
            "state": "ok",
            "reason": "",
            "moved_to": None,
            "archive": None,
            "resources": [
                {"node": "", "title": "The here page"},
                {"node": "know-here", "title": "The here page"},
            ],
        },
        {
            "url": f"{site.url}/old",
            "state": "moved",
            "reason": "",
            "moved_to": f"{site.url}/new",
            "archive": None,
            "resources": [{"node": "know-old", "title": "The old page"}],
        },
    ]
    assert found["links"][2]["archive"] == f"https://web.archive.org/web/{site.url}/lost"


def test_links_are_not_asked_for_again_within_a_week(tui: CliRunner, site: Site) -> None:
    first = tui("doctor", "--links", "web")
    site.requests.clear()
    assert tui("doctor", "--links", "web") == first
    assert site.requests == [("HEAD", "/sick", ""), ("GET", "/sick", "bytes=0-0")]


def test_a_moved_link_is_accepted_once(tui: CliRunner, site: Site) -> None:
    result = tui("doctor", "--links", "web", "--accept")
    assert result.out.splitlines()[-1] == "new addresses added as links of your own: 1"
    [shown] = tui("show", "know-old", "--roadmap", "web", "--json").json
    assert shown["resources"] == [
        {
            "title": "The old page",
            "url": f"{site.url}/{page}",
            "kind": "book",
            "minutes": None,
            "ticked": False,
        }
        for page in ("old", "new")
    ]
    found = tui("doctor", "--links", "web", "--accept", "--json").json
    assert (found["accepted"], found["counts"]["ok"]) == (0, 2)


def test_a_roadmap_without_links(tui: CliRunner) -> None:
    write_roadmap(tui.home / "roadmaps" / "bare.json", [section("all", "All")])
    result = tui("doctor", "--links", "bare")
    assert (result.code, result.out) == (0, "Small: 0 links\n")
    assert tui("doctor", "--links", "none").code == 66


@pytest.mark.parametrize(
    "args",
    [["web"], ["--accept"], ["--links", "--fix"], ["--links", "--study", "x"], ["--fix", "--study", "x"]],
)
def test_options_that_do_not_go_together(tui: CliRunner, tmp_path: Path, args: list[str]) -> None:
    result = tui("doctor", *args)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
