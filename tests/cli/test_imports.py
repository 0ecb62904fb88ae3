"""The ``import``, ``update``, ``adopt-ticks`` and ``export`` commands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from roadmap_tui.core.roadmap.validation import decode
from tests.cli.program_runs import CliRunner, one_line, process

PLAN = """# Trees

## Basics

- [x] Sets
- [ ] [Maps](https://example.org/maps)

## Nets

- [ ] ReLU (a hinge)
- [x] Depth
"""
NEXT = """# Trees

## Nets

- [ ] ReLU
- [ ] Width

## First steps

- [ ] Sets
- [ ] [Maps of sets](https://example.org/maps)
"""


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRunner:
    return CliRunner(tmp_path / "home", capsys)


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    path = tmp_path / "trees.md"
    path.write_text(PLAN)
    return path


def kept(tui: CliRunner, name: str = "trees") -> bytes:
    return (tui.home / "roadmaps" / f"{name}.json").read_bytes()


def test_import_reports_what_was_found_and_left_out(tui: CliRunner, trees: Path) -> None:
    done = tui("import", str(trees))
    assert done.code == 0
    adopt = "roadmap-tui adopt-ticks trees"
    assert done.out.splitlines() == [
        "Trees",
        "2 sections, 0 groups, 4 items, 1 resource",
        f"2 of 4 are ticked by the author. Mark them done for you: {adopt}",
        "open it: roadmap-tui trees",
    ]
    assert tui("--roadmap", "trees", "status").out == "0/4 · 0%\n"


def test_import_json(tui: CliRunner, trees: Path) -> None:
    trees.write_text(PLAN + "\n![a picture](https://example.org/a.png)\n")
    record = tui("import", str(trees), "--json").json
    assert list(record) == [
        "roadmap", "sections", "groups", "items", "ticked", "resources", "dropped", "dropped_first",
        "warnings",
    ]  # fmt: skip
    assert (record["roadmap"], record["items"], record["ticked"], record["resources"]) == ("trees", 4, 2, 1)
    assert record["dropped"] == {"picture": 1}
    picture = "![a picture](https://example.org/a.png)"
    assert record["dropped_first"] == {"picture": {"line": 13, "text": picture}}


def test_what_is_left_out_is_reported_with_its_first_line(tui: CliRunner, trees: Path) -> None:
    badge = "[![b](https://example.org/b.svg)](https://example.org)"
    tail = "\n## Contributing\n\n- [Ask](https://example.org/ask)\n- Fork\n\n## License\n\nMIT"
    trees.write_text(f"{badge} {badge}\n\n# Trees\n\n## Basics\n\n- Sets\n- Maps\n{tail}\n")
    sections = "left out: 2 sections about the repository, with 2 items and 1 link"
    sections += " (first on line 10: ## Contributing)"
    lines = tui("import", str(trees)).out.splitlines()
    assert [line for line in lines if line.startswith("left out")] == [
        "left out: 2 badges (first on line 1: [![b](https://example.org/b.svg)](https://example.org) [![b…)",
        sections,
    ]


def test_a_dry_run_writes_nothing(tui: CliRunner, trees: Path) -> None:
    assert "nothing written (--dry-run)" in tui("import", str(trees), "--dry-run", "--ticks", "adopt").out
    assert not tui.home.exists()


def test_importing_the_same_bytes_again_changes_nothing(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    before = kept(tui)
    assert "already imported; nothing has changed" in tui("import", str(trees)).out
    assert tui("update", "trees").out.splitlines() == ["Trees", "nothing has changed"]
    assert kept(tui) == before


def test_adopting_ticks_writes_one_event(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    assert tui("adopt-ticks", "trees").out == "Trees: 2 items done, as ticked by the author\n"
    assert tui("--roadmap", "trees", "status").out == "2/4 · 50%\n"
    tui("--roadmap", "trees", "undo")
    assert tui("--roadmap", "trees", "status").out == "0/4 · 0%\n"


def test_items_with_events_are_not_adopted(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "skipped", "sets")
    assert tui("adopt-ticks", "trees").out.startswith("Trees: 1 item done")
    assert tui("--roadmap", "trees", "status").out == "1/3 · 33%\n"


def test_import_can_adopt_the_ticks(tui: CliRunner, trees: Path) -> None:
    trees.write_text(PLAN + "- [/] Loss\n- [-] Batch\n")
    said = tui("import", str(trees), "--ticks", "adopt").out
    undo = "`roadmap-tui undo --roadmap trees` undoes them one by one"
    assert f"marked as its author did: 2 done, 1 in progress, 1 skipped; {undo}\n" in said
    record = tui("--roadmap", "trees", "status", "--json").json
    assert (record["done"], record["doing"], record["skipped"]) == (2, 1, 1)


def test_progress_follows_an_update(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "sets", "maps", "relu", "depth")
    trees.write_text(NEXT)
    dry = tui("update", "trees", "--dry-run").out
    assert "nothing written (--dry-run)" in dry
    assert decode(kept(tui), "trees").children[0].title == "Basics"
    report = tui("update", "trees", "--json").json
    assert list(report) == [
        "roadmap", "kept", "new", "moved", "renamed", "retired", "dropped", "returned", "grouped", "offered",
    ]  # fmt: skip
    assert {one["id"] for one in report["kept"]} == {"sets", "maps", "relu"}
    assert [one["id"] for one in report["new"]] == ["width"]
    assert {"id": "maps", "from": "Maps", "to": "Maps of sets"} in report["renamed"]
    assert [one["id"] for one in report["retired"]] == ["depth"]
    assert tui("--roadmap", "trees", "status").out == "3/4 · 75%\n"
    trees.write_text(PLAN)
    assert [one["id"] for one in tui("update", "trees", "--json").json["returned"]] == ["depth"]
    assert tui("--roadmap", "trees", "status").out == "4/4 · 100%\n"


def test_update_accepts_a_suggested_match(tui: CliRunner, trees: Path) -> None:
    trees.write_text("# Trees\n\n- [ ] Object detection (U-Net)\n- [ ] Sets\n")
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "object")
    trees.write_text("# Trees\n\n- [ ] Object detection (YOLO)\n- [ ] Sets\n")
    offered = tui("update", "trees", "--dry-run", "--json").json["offered"]
    assert [(one["from"], one["to"]) for one in offered] == [
        ("Object detection (U-Net)", "Object detection (YOLO)")
    ]
    refused = tui("update", "trees", "--accept", "nonsense")
    assert (refused.code, one_line(refused.err).split(":")[1]) == (2, " --accept 'nonsense'")
    report = tui("update", "trees", "--accept", offered[0]["accept"], "--json").json
    assert report["offered"] == []
    assert tui("--roadmap", "trees", "status").out == "1/2 · 50%\n"


def test_the_bundled_roadmap_follows_its_source(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "README.md"
    source.write_text("# Study\n\n#### 3. Core Deep Learning\n\n- [x] Backpropagation\n- [ ] Something new\n")
    tui("mark", "done", "backpropagation", "lenet")
    refused = tui("update", "ml-dl", str(source))
    why = "it would leave 1 of the 156 items of the roadmap that comes with the program"
    force = f"`roadmap-tui update ml-dl {source} --force`"
    remedy = f"look at it with --dry-run; to do it all the same: {force}"
    assert (refused.code, one_line(refused.err)) == (2, f"roadmap-tui: update of 'ml-dl': {why}; {remedy}")
    assert not (tui.home / "roadmaps").exists()
    report = tui("update", "ml-dl", str(source), "--json", "--force").json
    assert [one["id"] for one in report["kept"]] == ["backpropagation"]
    assert [one["id"] for one in report["retired"]] == ["lenet"]
    found = tui("show", "backpropagation", "--json").json[0]
    assert found["status"] == "done"
    assert len(found["resources"]) >= 3


def test_updating_the_bundled_roadmap_from_its_own_source_loses_nothing(tui: CliRunner) -> None:
    seed = os.environ.get("ROADMAP_TUI_SEED")
    if not seed:
        pytest.skip("ROADMAP_TUI_SEED does not name the seed's README")
    report = tui("update", "ml-dl", seed, "--json").json
    assert report.pop("roadmap") == "ml-dl"
    assert len(report.pop("kept")) == 156
    assert not any(report.values())


def test_a_name_that_is_taken_or_a_command_is_numbered_unless_it_is_given(
    tui: CliRunner, trees: Path, tmp_path: Path
) -> None:
    tui("import", str(trees))
    other = tmp_path / "other.md"
    other.write_text(PLAN + "- [ ] more\n")
    assert tui("import", str(other), "--dry-run").out.endswith("(--dry-run)\n")
    assert tui("import", str(other), "--dry-run", "--json").json["roadmap"] == "trees-2"
    (tmp_path / "list.md").write_text("- [ ] a\n")
    assert tui("import", str(tmp_path / "list.md"), "--json").json["roadmap"] == "list-2"
    refused = tui("import", str(other), "--name", "trees")
    assert refused.code == 2
    assert "that name is taken by one from" in one_line(refused.err)
    assert "reserved for a command" in one_line(tui("import", str(other), "--name", "path").err)
    assert tui("import", str(other), "--name", "My second trees").code == 0
    assert tui("--roadmap", "my-second-trees", "status").out == "0/5 · 0%\n"


def test_a_stored_roadmap_keeps_a_name_that_became_a_command(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    stored = tui.home / "roadmaps" / "list.json"
    (tui.home / "roadmaps" / "trees.json").rename(stored)
    stored.write_text(stored.read_text().replace('"id": "trees"', '"id": "list"'))
    trees.write_text(PLAN + "- [ ] more\n")
    assert tui("import", str(trees), "--name", "list").out.endswith("open it: roadmap-tui open list\n")
    for words in (["--roadmap", "list", "status"], ["adopt-ticks", "list"], ["update", "list"]):
        assert tui(*words).code == 0
    assert "- [x] Sets" in tui("export", "list").out


def test_an_update_keeps_the_options_of_the_import(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "links.md"
    source.write_text("# Links\n\n- [ ] a\n- b [c](d.html)\n")
    tui("import", str(source), "--items", "all", "--base-url", "https://example.org/")
    source.write_text("# Links\n\n- [ ] a\n- b [c](d.html)\n- e\n")
    tui("update", "links")
    nodes = tui("--roadmap", "links", "show", "--json").json
    assert [node["title"] for node in nodes] == ["a", "b c", "e"]
    assert nodes[1]["resources"][0]["url"] == "https://example.org/d.html"


def node(name: str, label: str, y: int, kind: str = "topic") -> dict[str, object]:
    return {"id": name * 21, "type": kind, "position": {"x": 0, "y": y}, "data": {"label": label}}


def edge(source: str, target: str, style: str) -> dict[str, object]:
    return {"source": source * 21, "target": target * 21, "data": {"edgeStyle": style}}


def draw(folder: Path, nodes: list[dict[str, object]], *edges: dict[str, object]) -> None:
    (folder / "sets-and-maps.json").write_text(json.dumps({"nodes": nodes, "edges": edges}))


def test_a_roadmap_sh_folder_is_updated_by_its_node_ids(tui: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "sets-and-maps"
    content = folder / "content"
    content.mkdir(parents=True)
    (content / f"sets@{'s' * 21}.md").write_text(
        "# Sets\n\nWhat is in.\n\nLearn more:\n\n- [@video@A talk](https://a.b/?utm_source=x)\n"
    )
    (content / f"maps@{'m' * 21}.md").write_text("# Maps\n\nWhere to.\n")
    (content / f"unions@{'u' * 21}.md").write_text("# Unions\n")
    nodes = [node("s", "Sets", 9), node("m", "Maps", 1), node("u", "Unions", 8, "subtopic")]
    draw(folder, nodes, edge("s", "m", "solid"))
    done = tui("import", str(folder))
    assert done.out.splitlines() == [
        "Sets and maps",
        "0 sections, 0 groups, 3 items, 1 resource",
        "note: 1 subtopic has no edge to a topic: put at the end",
        "open it: roadmap-tui sets-and-maps",
    ]
    before = kept(tui, "sets-and-maps")
    assert "already imported; nothing has changed" in tui("import", str(folder)).out
    assert tui("update", "sets-and-maps").out.splitlines() == ["Sets and maps", "nothing has changed"]
    assert kept(tui, "sets-and-maps") == before
    tui("--roadmap", "sets-and-maps", "mark", "done", "maps", "unions")

    (content / f"maps@{'m' * 21}.md").rename(content / f"functions@{'m' * 21}.md")
    nodes = [node("m", "Functions", 1), node("s", "Sets", 9), node("u", "Joins", 2, "subtopic")]
    draw(folder, nodes, edge("m", "s", "solid"), edge("s", "u", "dashed"))
    report = tui("update", "sets-and-maps", "--json").json
    assert {one["from"]: one["to"] for one in report["renamed"]} == {"Maps": "Functions", "Unions": "Joins"}
    assert not report["new"] + report["retired"] + report["dropped"] + report["offered"]
    shown = tui("--roadmap", "sets-and-maps", "show", "--json").json
    assert [(one["title"], one["status"]) for one in shown] == [
        ("Functions", "done"), ("Sets", "done"), ("Joins", "done"),
    ]  # fmt: skip
    assert [one["url"] for one in shown[1]["resources"]] == ["https://a.b/"]


def test_a_roadmap_sh_folder_with_a_broken_graph_is_imported(tui: CliRunner, tmp_path: Path) -> None:
    folder = tmp_path / "maps"
    (folder / "content").mkdir(parents=True)
    (folder / "content" / f"maps@{'m' * 21}.md").write_text("# Maps\n")
    (folder / "maps.json").write_bytes(b"[" * 10_000)
    done = tui("import", str(folder))
    assert done.code == 65
    assert "maps.json" in one_line(done.err)
    assert not (tui.home / "roadmaps").exists()


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"\xff\xfe# \0P\0", 65, "UTF-16"),
        (b"# Trees\n\n\xff\n", 65, "not UTF-8"),
        (b"a\0b", 65, "NUL"),
        (b"Words, and no item at all.\n", 65, "no item"),
        (b"[x] - a text without a bullet\n", 65, "no item"),
        (b"x" * (2 * 1024 * 1024 + 1), 66, "larger than 2 MiB"),
    ],
)
def test_sources_that_cannot_be_imported_are_refused(
    tui: CliRunner, tmp_path: Path, data: bytes, code: int, said: str
) -> None:
    source = tmp_path / "bad.md"
    source.write_bytes(data)
    done = tui("import", str(source))
    assert done.code == code
    assert said in one_line(done.err)
    assert not (tui.home / "roadmaps").exists()


@pytest.mark.parametrize("source", ["/dev/zero", "/nonexistent/trees.md"])
def test_sources_that_cannot_be_read_are_refused(tui: CliRunner, source: str) -> None:
    done = tui("import", source)
    assert done.code == 66
    one_line(done.err)


def test_a_pipe_is_only_read_from_stdin(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert process(tmp_path / "home", "import", str(tmp_path / "pipe")).returncode == 66
    done = process(tmp_path / "home", "import", "-", "--name", "piped", feed=PLAN)
    assert done.returncode == 0, done.stderr
    assert process(tmp_path / "home", "--roadmap", "piped", "status").stdout == "0/4 · 0%\n"


def test_an_export_imported_again_is_the_same_roadmap(tui: CliRunner, trees: Path, tmp_path: Path) -> None:
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "maps")
    out = tmp_path / "out.md"
    assert tui("export", "trees", "--output", str(out)).out == ""
    assert "- [x] " in out.read_text()
    tui("import", str(out), "--name", "again")
    first, second = decode(kept(tui), "trees"), decode(kept(tui, "again"), "again")
    assert [node.title for node in first.children] == [node.title for node in second.children]
    assert tui("--roadmap", "again", "show", "--json").json[2]["ticked"] is True


def test_export_writes_html_and_json(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    page = tui("export", "trees", "--format", "html").out
    assert page.startswith("<!DOCTYPE html>")
    assert "<script" not in page
    tui("--roadmap", "trees", "mark", "done", "maps")
    tui("--roadmap", "trees", "note", "maps", "arrows")
    text = tui("export", "trees", "--format", "json").out
    assert decode(text.encode(), "trees").id == "trees"
    maps = json.loads(text)["children"][0]["children"][1]
    assert (maps["id"], maps["status"], maps["own_note"]) == ("maps", "done", "arrows")


def test_export_into_changes_checkboxes_and_no_other_byte(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "crlf.md"
    source.write_bytes(b"\xef\xbb\xbf" + PLAN.replace("\n", "  \r\n").encode())
    source.chmod(0o644)
    tui("import", str(source), "--name", "crlf")
    tui("--roadmap", "crlf", "mark", "done", "maps", "depth")
    tui("--roadmap", "crlf", "mark", "todo", "depth")
    before = source.read_bytes()
    done = tui("export", "crlf", "--into", str(source))
    assert (done.code, done.err.split(": ")[1]) == (0, "2 marks changed\n")
    after = source.read_bytes()
    differing = [at for at in range(len(before)) if before[at] != after[at]]
    assert len(before) == len(after)
    assert [(before[at : at + 1], after[at : at + 1]) for at in differing] == [(b" ", b"x"), (b"x", b" ")]
    assert source.stat().st_mode & 0o777 == 0o644


def test_export_into_leaves_items_without_events_alone(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "maps")
    assert tui("export", "trees", "--into", str(trees)).err.endswith("1 mark changed\n")
    assert trees.read_text() == PLAN.replace("- [ ] [Maps]", "- [x] [Maps]")


def test_export_into_skips_tasks_with_another_title(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "maps", "depth")
    trees.write_text(PLAN.replace("Depth", "Breadth"))
    done = tui("export", "trees", "--into", str(trees))
    assert done.code == 65
    assert "Depth: no task of the file says this" in done.err
    assert "- [x] [Maps]" in trees.read_text()
    assert "- [x] Breadth" in trees.read_text()


def test_an_output_file_that_cannot_be_written_is_reported(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees))
    done = tui("export", "trees", "--output", "/nonexistent/out.md")
    assert done.code == 74
    assert "there is no such folder" in one_line(done.err)


def test_a_roadmap_is_found_by_its_source(tui: CliRunner, trees: Path) -> None:
    tui("import", str(trees), "--name", "mine")
    tui("--roadmap", "mine", "mark", "done", "sets")
    trees.write_text(PLAN.replace("# Trees", "# Another title"))
    assert "open it: roadmap-tui mine" in tui("import", str(trees)).out
    assert tui("--roadmap", "mine", "status").out == "1/4 · 25%\n"
    assert [line.split()[-1] for line in tui("list").out.splitlines()][1:] == ["title"]


def test_importing_again_uses_the_options_of_the_first_time(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "m.md"
    source.write_text("# M\n\n- [ ] a\n- plain b\n")
    tui("import", str(source), "--items", "all")
    tui("--roadmap", "m", "mark", "done", "plain")
    source.write_text("# M\n\n- [ ] a\n- plain b\n- c\n")
    tui("import", str(source))
    assert tui("--roadmap", "m", "status").out == "1/3 · 33%\n"


def test_a_suggested_match_can_be_accepted_after_the_update(tui: CliRunner, trees: Path) -> None:
    trees.write_text("# Trees\n\n- [ ] Object detection (U-Net)\n- [ ] Sets\n")
    tui("import", str(trees))
    tui("--roadmap", "trees", "mark", "done", "object")
    trees.write_text("# Trees\n\n- [ ] Object detection (YOLO)\n- [ ] Sets\n")
    offered = tui("update", "trees", "--json").json["offered"]
    assert tui("--roadmap", "trees", "status").out == "0/2 · 0%\n"
    assert tui("update", "trees", "--accept", offered[0]["accept"]).code == 0
    assert tui("--roadmap", "trees", "status", "--json").json["retired"] == 0
    assert tui("--roadmap", "trees", "status").out == "1/2 · 50%\n"


def test_import_moves_a_damaged_roadmap_file_aside(tui: CliRunner, trees: Path) -> None:
    broken = tui.home / "roadmaps" / "trees.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{bad")
    assert tui("import", str(trees)).code == 0
    assert broken.with_suffix(".json.damaged").read_text() == "{bad"
    assert tui("--roadmap", "trees", "status").out == "0/4 · 0%\n"
    # What was put aside before may be the better one to mend.
    broken.write_text("{worse")
    assert tui("import", str(trees)).code == 0
    assert broken.with_suffix(".json.damaged").read_text() == "{bad"
    assert broken.with_suffix(".json.damaged-2").read_text() == "{worse"


def test_invalid_names_and_base_urls_are_refused(tui: CliRunner, trees: Path) -> None:
    for options, said in (
        (("--name", "list"), "that name is reserved for a command"),
        (("--base-url", "javascript:x"), "not a plain http(s) address"),
    ):
        refused = tui("import", str(trees), *options)
        assert refused.code == 2
        assert said in one_line(refused.err)
    assert not (tui.home / "roadmaps").exists()


def test_opening_a_file_without_a_terminal_imports_nothing(trees: Path, tmp_path: Path) -> None:
    done = process(tmp_path / "home", str(trees))
    assert done.returncode == 2
    assert "is not a terminal" in one_line(done.stderr)
    assert not (tmp_path / "home" / "roadmaps").exists()


def test_the_printed_undo_command_takes_adopted_ticks_back(tui: CliRunner, trees: Path) -> None:
    tui("mark", "done", "lenet")
    said = tui("import", str(trees), "--ticks", "adopt").out
    words = next(line for line in said.splitlines() if "undoes it" in line).split("`")[1].split()
    assert words.pop(0) == "roadmap-tui"
    tui(*words)
    assert tui("--roadmap", "trees", "status").out == "0/4 · 0%\n"
    assert tui("--roadmap", "ml-dl", "status").out == "1/127 · 1%\n"


def test_an_update_that_retires_most_items_with_progress_needs_force(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "trees.md"
    source.write_text("# Trees\n\n" + "".join(f"- [ ] {name}\n" for name in ("oak", "elm", "ash", "fir")))
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak", "elm", "ash", "fir")
    source.write_text("# Trees\n\n- [ ] rocket science\n- [ ] oak\n")
    refused = tui("update", "trees")
    assert refused.code == 2
    assert "it would retire 3 of 4 items with your progress" in one_line(refused.err)
    assert tui("update", "trees", "--dry-run").code == 0
    assert tui("update", "trees", "--force").code == 0
    assert tui("--roadmap", "trees", "status").out == "1/2 · 50%\n"


def test_one_task_added_to_a_list_retires_nothing(tui: CliRunner, tmp_path: Path) -> None:
    source = tmp_path / "trees.md"
    source.write_text("# Trees\n## A\n- oak\n- elm\n## B\n- ash\n")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak")
    source.write_text("# Trees\n## A\n- oak\n- elm\n## B\n- ash\n## To do\n- [ ] fix\n")
    report = tui("update", "trees", "--json").json
    assert [match["to"] for match in report["new"]] == ["fix"]
    assert not report["retired"] + report["dropped"]


def test_every_command_is_a_reserved_roadmap_id() -> None:
    from roadmap_tui.cli.commands import COMMANDS
    from roadmap_tui.store.importer import RESERVED_IDS

    assert set(COMMANDS) <= RESERVED_IDS
