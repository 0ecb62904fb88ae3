"""``doctor --study``: check a file of study material that the reader wrote."""

from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.core.errors import BAD_DATA, ReadError, RoadmapTuiError
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.roadmap.custom_items import PREFIX
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.strict_json import ErrorList, parse
from roadmap_tui.core.study_lint import StudyFinding, count, is_slug, lint
from roadmap_tui.store.files import printable_path, read_regular

_MAX_BYTES: Final = 1 << 20


def check_study_file(context: CliContext, path: str, *, as_json: bool) -> int:
    """Print one line per finding in a file of study material, or that it is clean; returns the exit code.

    Raises ReadError if the file cannot be read.
    """
    shown = printable_path(path)
    try:
        data = read_regular(path, _MAX_BYTES)
    except OSError as error:
        raise ReadError(shown, error.strerror or "cannot be read", "give a file of study material") from None
    errors = ErrorList()
    material = parse(data, errors, _MAX_BYTES)
    if errors.count:
        findings = [StudyFinding("", "", line) for line in errors.lines()]
    else:
        findings = _lint_for_roadmap(context, material)
    counts = count(material)
    if as_json:
        rows = [finding._asdict() for finding in findings]
        echo_json({"file": shown, "findings": rows, "counts": counts._asdict()})
    elif findings:
        echo(f"{shown}: {finding}" for finding in findings)
    else:
        amounts = zip(("item", "goal", "question", "exercise"), counts, strict=True)
        echo([f"{shown}: clean, {', '.join(pluralize(number, what) for what, number in amounts)}"])
    return BAD_DATA if findings else 0


def _lint_for_roadmap(context: CliContext, material: object) -> list[StudyFinding]:
    """Lint material against the items of the roadmap that it names."""
    fields = material if isinstance(material, dict) else {}
    name, items = fields.get("roadmap"), fields.get("items")
    known: set[str] | None = None
    unknown_roadmap: list[StudyFinding] = []
    if is_slug(name):
        try:
            known = set(FlatTree(context.find(name), with_retired=True).ids)
        except RoadmapTuiError as error:
            unknown_roadmap = [StudyFinding("", "roadmap", error.why)]
    if known is not None and isinstance(items, dict):
        known |= {item_id for item_id in items if item_id.startswith(PREFIX)}  # the reader's own items
    return [*unknown_roadmap, *lint(material, known)]
