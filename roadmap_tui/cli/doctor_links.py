"""``doctor --links``: check every link of a roadmap."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.progress import progress_bar
from roadmap_tui.core.errors import BAD_DATA
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.store.link_check import LINK_STATES, LinkCache, LinkResult, archive_url, check_links
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs


class _LinkUse(NamedTuple):
    """A resource and the id of its node, "" for the roadmap itself."""

    node_id: str
    resource: Resource


def check_roadmap_links(context: CliContext, *, accept: bool, as_json: bool) -> int:
    """Check the links of the chosen roadmap and print the results; returns the exit code.

    With ``accept`` the new address of each link that moved becomes a resource of the reader's own. Raises
    SaveError.
    """
    study = context.study
    uses: dict[str, list[_LinkUse]] = {}
    for use in _resources(study):
        uses.setdefault(use.resource.url, []).append(use)
    cache_folder = context.locations.cache if context.locations else None
    results = _check(uses, LinkCache(cache_folder, study.now()))
    accepted = _accept(context, uses, results) if accept else 0
    counts = Counter(result.state for result in results)
    if as_json:
        echo_json(
            {
                "roadmap": study.source.id,
                "counts": {state: counts[state] for state in LINK_STATES},
                "links": [_result_to_json(result, uses[result.url]) for result in results],
                "accepted": accepted,
            }
        )
    else:
        echo(_format(results, uses, context.glyphs))
        totals = ", ".join(f"{counts[state]} {state}" for state in LINK_STATES if counts[state])
        echo([f"{study.roadmap.title}: {pluralize(len(results), 'link')}{totals and ': '}{totals}"])
        if accept:
            echo([f"new addresses added as links of your own: {accepted}"])
    return BAD_DATA if counts["gone"] else 0


def _resources(study: Study) -> Iterator[_LinkUse]:
    """Yield the resources of the roadmap and its nodes, the reader's own included."""
    for node_id in ("", *study.tree.ids[: study.tree.active_count]):
        for resource in study.resources(node_id):
            if safe_url(resource.url):
                yield _LinkUse(node_id, resource)


def _check(urls: Mapping[str, object], cache: LinkCache) -> list[LinkResult]:
    """Check addresses that the cache has no result for; returns all results, in the same order."""
    results = {url: result for url in urls if (result := cache.get(url))}
    unknown = [url for url in urls if url not in results]
    try:
        with progress_bar("checking links", len(unknown)) as advance:
            for result in check_links(unknown):
                results[result.url] = result
                cache.add(result)
                advance()
    finally:
        cache.save()  # after an interrupt too: what was asked need not be asked again
    return [results[url] for url in urls]


def _accept(context: CliContext, uses: Mapping[str, list[_LinkUse]], results: list[LinkResult]) -> int:
    """Add the new addresses of moved links as the reader's own; returns how many were added."""
    added = 0
    with context.writing() as study:
        for result in results:
            for node_id, resource in uses[result.url] if result.state == "moved" else []:
                if result.moved_to not in {known.url for known in study.resources(node_id)}:
                    study.custom.set_resource(node_id, result.moved_to, resource.title, resource.kind)
                    added += 1
    if added:
        context.back_up()
    return added


def _format(results: list[LinkResult], uses: Mapping[str, list[_LinkUse]], glyphs: Glyphs) -> Iterator[str]:
    """Yield the lines of the report about the links that are not ok, grouped by state."""
    for state in LINK_STATES[1:]:
        for result in results:
            if result.state != state:
                continue
            yield f"{state:<12}{result.url}"
            if result.moved_to:
                yield f"{'':<12}{'->' if glyphs.is_ascii else '→'} {result.moved_to}"
            if state == "gone":
                yield f"{'':<12}{archive_url(result.url)}"
            if result.reason:
                yield f"{'':<12}{result.reason}{'; not judged' if state == 'refused' else ''}"
            for node_id, resource in uses[result.url]:
                yield f"{'':<12}{': '.join(filter(None, (node_id, resource.title)))}"


def _result_to_json(result: LinkResult, uses: list[_LinkUse]) -> dict[str, object]:
    return {
        "url": result.url,
        "state": result.state,
        "reason": result.reason,
        "moved_to": result.moved_to or None,
        "archive": archive_url(result.url) if result.state == "gone" else None,
        "resources": [{"node": node_id, "title": resource.title} for node_id, resource in uses],
    }
