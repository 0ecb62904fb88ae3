"""The JSON Schemas: every --json output and every file that the program writes conforms to one."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import click
import pytest
from jsonschema import Draft202012Validator

from roadmap_tui.cli import run
from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.cli.program import program
from roadmap_tui.core.placement import PlacementResult
from roadmap_tui.core.progress.events import Excluded
from roadmap_tui.core.progress.records import EVENT_KINDS
from roadmap_tui.core.schemas import SCHEMAS
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.store.library import load_bundled
from roadmap_tui.store.study_material import folder
from roadmap_tui.study.assistants import MCP
from roadmap_tui.study.goal import set_goal, set_prerequisite
from roadmap_tui.study.placement import save_placement
from roadmap_tui.study.snooze import snooze
from roadmap_tui.study.study import Study, wall_clock
from tests.cli.program_runs import ROOT, CliRunner, one_line
from tests.journals import Clock
from tests.site import Site
from tests.store.machines import remote

ITEM = "backpropagation"
PLAN = "# Plan\n\n## Part\n\n- [ ] One\n- [ ] [A book](https://example.org/book)\n- [x] Two\n"
# A setting may have any value, and a source any fields.
_UNCHECKED = {("config", "value"), ("roadmap", "source")}


def _validator(name: str) -> Draft202012Validator:
    """Return a validator that accepts only the fields that the schema names."""
    schema = copy.deepcopy(SCHEMAS[name])

    def close(part: Any) -> None:
        if isinstance(part, dict):
            if "properties" in part:
                part.setdefault("additionalProperties", False)
            part = list(part.values())
        if isinstance(part, list):
            for inner in part:
                close(inner)

    close(schema)
    return Draft202012Validator(schema)


def _study(home: Path, clock: Clock) -> Study:
    return Study.open(load_bundled(), str(home / "log"), clock)


def _study_for_weeks(home: Path) -> None:
    """Write an event of every kind, over five weeks that ended yesterday."""
    clock = Clock(wall_clock().replace(microsecond=0) - timedelta(days=36))
    study = _study(home, clock)
    items = [item.id for item in study.tree.items() if study.reviews.cards.is_reviewed(item.id)]
    for number, item_id in enumerate(items[:10]):
        clock.turn(3 * 86400)
        study.set_status([item_id], "doing")
        study.time_tracker.add(item_id, 3600)
        clock.turn(1800)
        study.set_status([item_id], "done")
        if number:
            study.reviews.grade(items[number - 1], 1 + number % 4, 2000, "b:one")
    study.set_status(items[20:22], "skipped")
    study.write_note(ITEM, "Q: Why?\nA: Because.")
    resource = study.resources(ITEM)[0]
    study.tick_resource(ITEM, resource.url, True)
    study.tick_resource(ITEM, EXERCISE, True)
    study.custom.set_resource(ITEM, "https://example.org/mine", "Mine", "book")
    study.custom.add_item("", "My own item")
    study.reviews.questions.hide(ITEM, study.material(ITEM).questions[0])
    snooze(study, items[30], study.today() + timedelta(days=2))
    set_prerequisite(study, "lstm", "rnn", False)
    set_goal(study, items[60], study.today() + timedelta(days=90), 5)
    save_placement(study, PlacementResult(known=(items[50],), begun=(items[51],)))
    study.reviews.pause(study.today() + timedelta(days=3))
    study.reviews.resume()
    study.write(Excluded(study.journal.next_stamp(), study.roadmap.id, "", ("x", "y")))
    study.journal.by = MCP
    study.set_status(items[25:26], "doing")
    study.close()


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Any]]:
    """Run every command with --json on a journal with every kind of event."""
    home = tmp_path_factory.mktemp("home")
    _study_for_weeks(home)
    found: list[tuple[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("ROADMAP_TUI_HOME", raising=False)

        def json_of(name: str, *args: str) -> Any:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = run(["--data-dir", str(home), name, *args, "--json"])
            assert code in {0, 65}, (name, args)
            found.append((name, json.loads(out.getvalue())))

        plan = home / "plan.md"
        plan.write_text(PLAN)
        json_of("import", str(plan), "--name", "own", "--ticks", "adopt")
        plan.write_text(PLAN.replace("One", "Another") + "- [ ] Three\n")
        json_of("update", "own", "--force")
        json_of("update", "own")
        for name in ("status", "list", "stats", "today", "show", "next", "plan", "config", "keys", "doctor"):
            json_of(name)
        json_of("stats", "--since", "2w")
        json_of("show", ITEM, "--answers")
        json_of("next", "--minutes", "45")
        json_of("path", ITEM)
        json_of("plan", "--goal", "none", "--by", "12w")
        json_of("mark", "doing", ITEM, "relu")
        json_of("note", ITEM)
        json_of("note", ITEM, "More", "--append")
        json_of("time", ITEM, "--start")
        json_of("time")
        json_of("time", ITEM)
        json_of("time", "--stop")
        json_of("review")
        json_of("review", "--all")
        json_of("review", "--grade", "good", "linear-algebra")
        json_of("review", "--pause", "3d")
        json_of("review", "--resume")
        json_of("undo", "--by", "mcp")
        json_of("undo")
        json_of("redo")
        json_of("doctor", "--study", str(Path(folder()) / "ai-agents.json"))
        bad = home / "bad.json"
        bad.write_text('{"format": 1}')
        json_of("doctor", "--study", str(bad))
        site = Site()
        page = site.page("/old", 301, location="/new")
        web = {"format": 1, "id": "web", "title": "Web", "children": []}
        web["resources"] = [{"title": "Old", "url": page}, {"title": "Lost", "url": site.page("/l", 404)}]
        (home / "roadmaps" / "web.json").write_text(json.dumps(web))
        json_of("doctor", "--links", "web")
        site.close()
        json_of("log", "-n", "0")
        json_of("log", "-n", "0", "--roadmap", "own")
        backup = home / "old"
        shutil.copytree(home / "log", backup)
        for log in (home / "log").iterdir():
            log.unlink()
        json_of("restore", str(backup), "--yes")
        if shutil.which("git"):
            json_of("sync", "--remote", str(remote(home / "hub")))
        for log in sorted(backup.iterdir()):
            found += [("record", json.loads(line)) for line in log.read_text().splitlines() if line]
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            run(["--data-dir", str(home), "export", "--format", "json"])
        found.append(("roadmap", json.loads(out.getvalue())))
        found += [("roadmap", json.loads(path.read_text())) for path in (home / "roadmaps").glob("*.json")]
    return found


def test_every_output_conforms_to_its_schema(outputs: list[tuple[str, Any]]) -> None:
    validators = {name: _validator(name) for name in SCHEMAS}
    errors = [
        f"{name}: {error.json_path}: {error.message[:200]}"
        for name, value in outputs
        for error in validators[name].iter_errors(value)
    ]
    assert errors == []


def test_the_outputs_have_every_kind_of_event(outputs: list[tuple[str, Any]]) -> None:
    records = {value["k"] for name, value in outputs if name == "record"}
    assert records == set(EVENT_KINDS)
    logged = {event["kind"] for name, value in outputs if name == "log" for event in value}
    assert logged == (set(EVENT_KINDS) | {"redo"}) - {"open"}


def test_damaged_outputs_are_rejected(outputs: list[tuple[str, Any]]) -> None:
    validators = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}
    rejected = set()
    richest = dict(sorted(outputs, key=lambda output: len(str(output[1]))))
    for name, value in richest.items():
        for damaged, key in _damage(value):
            if (name, key) in _UNCHECKED:
                continue
            assert not validators[name].is_valid(damaged), (name, key)
            rejected.add(name)
    elsewhere = {"study-material", "hook"} | (set() if shutil.which("git") else {"sync"})
    assert rejected == set(SCHEMAS) - elsewhere


def _damage(value: Any) -> Iterator[tuple[Any, str]]:
    """Yield copies of an output without its first field, or with a value of a type that no field has."""
    if isinstance(value, list):
        for number, element in enumerate(value[:2]):
            for damaged, key in _damage(element):
                yield [*value[:number], damaged, *value[number + 1 :]], key
    elif isinstance(value, dict):
        for key in value:
            yield {**value, key: {"damaged": [[None]]}}, key
        yield dict(list(value.items())[1:]), ""


def test_the_study_material_conforms_to_its_schema_and_damage_does_not() -> None:
    validator = _validator("study-material")
    chapters = [json.loads(path.read_text()) for path in Path(folder()).glob("*.json")]
    assert [error.message for chapter in chapters for error in validator.iter_errors(chapter)] == []
    chapter = chapters[0]
    next(iter(chapter["items"].values()))["questions"] = []
    assert not validator.is_valid(chapter)
    assert not validator.is_valid({**chapters[1], "format": 2})


def test_a_record_of_another_kind_or_with_a_wrong_value_is_rejected(outputs: list[tuple[str, Any]]) -> None:
    validator = Draft202012Validator(SCHEMAS["record"])
    for record in {value["k"]: value for name, value in outputs if name == "record"}.values():
        assert validator.is_valid(record | {"later": 1})
        assert not validator.is_valid(record | {"k": "other"})
        assert not validator.is_valid(record | {"at": "yesterday"})


def test_every_command_with_json_has_a_schema() -> None:
    context = click.Context(program)
    commands = {name: cast(click.Command, program.get_command(context, name)) for name in COMMANDS}
    with_json = {
        name for name, command in commands.items() if any("--json" in param.opts for param in command.params)
    }
    assert with_json | {"roadmap", "study-material", "record", "hook"} == set(SCHEMAS)


def test_schemas_are_valid_and_printed_and_in_the_documentation(tui: CliRunner) -> None:
    files = {path.stem: path.read_text() for path in (ROOT / "docs" / "schemas").glob("*.json")}
    assert tui("schema").out.split() == sorted(SCHEMAS) == sorted(files)
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        # To write them: for name in $(roadmap-tui schema); do
        #   roadmap-tui schema $name > docs/schemas/$name.json; done
        assert tui("schema", name).out == files[name]
    assert one_line(tui("schema", "nothing").err).endswith("no such schema; `roadmap-tui schema` lists them")
