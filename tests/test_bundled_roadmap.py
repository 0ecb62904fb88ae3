"""The roadmap that comes with the program, against what its author wrote.

``data/seed.tsv`` and ``data/seed-links.tsv`` say what the author's README holds and can be
checked against it by hand, or by this file: name the README in ROADMAP_TUI_SEED.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from roadmap_tui.core.progress.counts import StatusCounts
from roadmap_tui.core.roadmap.graph import PrerequisiteGraph
from roadmap_tui.core.roadmap.kinds import MATERIAL, PROJECT, TOPIC
from roadmap_tui.core.roadmap.model import KINDS, Item, Node, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.store import library
from roadmap_tui.study.study import Study

DATA = Path(__file__).parent / "data"


class Row(NamedTuple):
    """An item of the checklist as its author wrote it."""

    chapter: str
    sub_heading: str
    parent: str
    title: str
    ticked: str


def table(name: str) -> list[list[str]]:
    lines = (DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]


ROWS = [Row(*cells) for cells in table("seed.tsv")]
LINKS = [(was, now) for was, now in table("seed-links.tsv")]
# The addresses of the first published version, by item.
PUBLISHED = [(item_id, url) for item_id, url in table("published-addresses.tsv")]

LONGEST_SUMMARY = 133
# Items of reinforcement learning that are learned with tables, without a network.
TABULAR = {
    *("markov-decision-processes", "bellman-equations", "exploration-vs-exploitation"),
    *("policy-evaluation-and-improvement", "value-and-policy-iteration", "monte-carlo-methods"),
    *("temporal-difference-learning", "sarsa-and-q-learning", "dyna-q", "gymnasium"),
    *("implement-q-learning", "logging-rl-experiments"),
}


@pytest.fixture(scope="module")
def roadmap() -> Roadmap:
    return library.load_bundled()


@pytest.fixture(scope="module")
def tree(roadmap: Roadmap) -> FlatTree:
    return FlatTree(roadmap)


def as_written(node: Node) -> str:
    """The title with the author's remark back in its place."""
    return f"{node.title} ({node.note})" if node.note else node.title


def checklist(tree: FlatTree) -> list[Item]:
    return tree.branch(tree.index_of["mastery-checklist"])


def resources(tree: FlatTree) -> list[Resource]:
    return [resource for node in tree.nodes for resource in node.resources]


def titles_below(tree: FlatTree, section: str) -> list[str]:
    at = tree.index_of[section]
    return [tree.nodes[i].title for i in range(at + 1, tree.subtree_end[at]) if tree.parents[i] == at]


# ── the checklist ──


def test_the_table_holds_the_whole_checklist() -> None:
    assert len(ROWS) == 127
    assert sum(row.ticked == "yes" for row in ROWS) == 101
    assert {row.ticked for row in ROWS} == {"yes", "no"}
    assert len({row.chapter for row in ROWS}) == 12


def test_the_checklist_is_as_its_author_wrote_it(tree: FlatTree) -> None:
    found = []
    for item in checklist(tree):
        at = tree.index_of[item.id]
        above = tree.nodes[tree.parents[at]]
        headings = [as_written(section) for section in tree.sections(at)][1:]
        found.append(
            Row(
                chapter=headings[0],
                sub_heading=headings[1] if len(headings) > 1 else "",
                parent=as_written(above) if isinstance(above, Item) else "",
                title=as_written(item),
                ticked="yes" if item.ticked else "no",
            )
        )
        assert len(headings) <= 2
    assert found == ROWS


def test_the_authors_remarks_are_notes_and_not_titles(tree: FlatTree) -> None:
    at = tree.index_of["mastery-checklist"]
    notes = {node.id: node.note for node in tree.nodes[at : tree.subtree_end[at]] if node.note}
    assert notes == {
        "mathematical-foundations": "from college",
        "optimization": "next term",
        "implement-ppo-and-grpo": "only implemented PPO but studied GRPO",
        "implement-ddpg-td3-sac": "SAC only",
    }


def test_only_the_checklist_is_ticked(tree: FlatTree) -> None:
    ticked = [item for item in tree.items() if item.ticked]
    assert len(ticked) == 101
    assert set(ticked) <= set(checklist(tree))


def test_every_checklist_item_can_be_studied(tree: FlatTree) -> None:
    for item in checklist(tree):
        assert item.summary, item.id
        assert len(item.resources) >= 3, item.id


# ── the rest of the author's page ──


def test_the_sections_stand_in_the_order_of_the_source(tree: FlatTree) -> None:
    found = [
        "  " * depth + node.title
        for node, depth in zip(tree.nodes, tree.depths, strict=True)
        if isinstance(node, Section)
    ]
    assert found[:11] == [
        "Prerequisites",
        "Resources & Links",
        "  Roadmap Video",
        "  Courses",
        "    Stanford Courses",
        "  Online Tutorials & Blogs",
        "  Useful Websites",
        "Projects & Practice",
        "  Main Projects",
        "  PyTorch Course Tasks",
        "    Final Project",
    ]
    assert found[11] == "Machine Learning & Deep Learning Mastery Checklist"
    chapters = dict.fromkeys(row.chapter.removesuffix(" (from college)") for row in ROWS)
    assert titles_below(tree, "mastery-checklist") == list(chapters)


def test_what_is_not_checklist_is_an_item_too(tree: FlatTree) -> None:
    assert titles_below(tree, "contents") == [
        "Prerequisites: Quick revision on NumPy, Pandas, and Matplotlib",
    ]
    assert titles_below(tree, "roadmap-video") == ["How to Learn Machine Learning in 2024 (7-step roadmap)"]
    assert titles_below(tree, "courses") == [
        "MIT 6.S191: Introduction to Deep Learning",
        "Full PyTorch Course",
        "Dive into Deep Learning: Interactive deep learning book with code, math, and discussions",
        "LLMs from Scratch",
        "Statistical Learning with Python",
        "Stanford Courses",
    ]
    assert titles_below(tree, "stanford-courses") == [
        "Stanford CS229: Machine Learning",
        "Stanford CS230: Deep Learning",
        "Stanford CS336: Language Modeling from Scratch",
        "Stanford CS236: Deep Generative Models",
        "Stanford CS234: Reinforcement Learning",
    ]
    assert titles_below(tree, "tutorials-and-blogs") == [
        "All Machine Learning Algorithms Explained in 17 Min",
        "15 Machine Learning Lessons I Wish I Knew Earlier",
        "Cracking Machine Learning Interview",
        "Great ML/DL YT channel (StatQuest with Josh Starmer)",
    ]
    assert titles_below(tree, "useful-websites") == [
        "Browse State-of-the-Art",
        "Hugging Face Models",
        "timm (PyTorch Image Models) Library",
        "Google dataset search",
    ]
    assert titles_below(tree, "main-projects") == [
        "Project Mozart",
        "Brain Tumor Segmentation",
        "German Tutor",
        "CelluScan",
        "Real-Time Number Detector Web App",
    ]
    assert titles_below(tree, "pytorch-course-tasks") == [
        "Fashion MNIST Model (with confusion matrix, Chapter 3)",
        "Multi-class Evaluation Model (Non-linear, Chapter 2)",
        "Linear Regression Model (Chapter 1)",
        "Final Project",
    ]
    assert titles_below(tree, "final-project") == ["Food MINI Model"]
    assert sum(1 for _ in tree.items()) == 127 + 29


def test_the_authors_other_words_are_kept(roadmap: Roadmap, tree: FlatTree) -> None:
    assert roadmap.id == "ml-dl"
    assert roadmap.title == "Machine and Deep Learning Study Roadmap"
    assert roadmap.summary == (
        "This roadmap includes resources, courses and their projects, and notes that I am following "
        "to build a strong foundation in machine and deep learning."
    )
    assert "Git LFS" in roadmap.note
    assert roadmap.source.kind == "markdown"
    assert roadmap.source.name == "README.md"
    assert re.fullmatch(r"[0-9a-f]{64}", roadmap.source.sha256)
    notes = {node.id: node.note.splitlines() for node in tree.nodes}
    contents = roadmap.note.splitlines()
    assert len(contents) == 1 + 7
    assert contents[-1].startswith("Graduation Project Notes: Research notes from my Bachelor")
    assert len(notes["projects-and-practice"]) == 3
    assert notes["projects-and-practice"][0].startswith("Older projects in this repo are mostly drafts")
    assert notes["mit-6-s191"] == ["highly recommended"]
    assert notes["seven-step-roadmap"] == ["contains links to many resources"]


# ── links ──


def test_every_link_of_the_seed_is_here(tree: FlatTree) -> None:
    here = resources(tree)
    assert len(LINKS) == 27
    for was, now in LINKS:
        found = [resource for resource in here if resource.url == now]
        assert found, f"{was}: {now} is not in the roadmap"
        dropped = re.sub(r"&(list|index|ab_channel)=[^&]+", "", was)
        if now != dropped:
            assert any(was in resource.note for resource in found), f"{was}: no note at {now} names it"


def test_the_addresses_of_links_that_went_bad_are_only_named(tree: FlatTree) -> None:
    urls = [resource.url for resource in resources(tree)]
    assert not [url for url in urls if "PLZzRSwjUKZxnidL9CayMD8" in url or "ab_channel" in url]
    assert not [url for url in urls if "paperswithcode.com" in url]
    cs236 = next(item for item in tree.items() if item.id == "stanford-cs236")
    assert not [r for r in cs236.resources if r.url.endswith("PLoROMvodv4rNRRGdS0rBbXOUGA0wjdh1X")]


def test_every_resource_is_safe_and_says_what_it_is(tree: FlatTree) -> None:
    for resource in resources(tree):
        assert safe_url(resource.url), resource
        assert resource.kind in KINDS, resource
        assert resource.title, resource


def test_no_item_names_an_address_twice(tree: FlatTree) -> None:
    for node in tree.nodes:
        urls = [resource.url for resource in node.resources]
        assert len(urls) == len(set(urls)), node.id


def test_an_address_is_of_one_kind_everywhere(tree: FlatTree) -> None:
    kinds: dict[str, str] = {}
    for resource in resources(tree):
        assert kinds.setdefault(resource.url, resource.kind) == resource.kind, resource


def test_the_checklist_is_topics_and_projects_and_the_rest_is_material(tree: FlatTree) -> None:
    counted = {item.id for item in checklist(tree)}
    kinds = {item.id: tree.kinds[tree.index_of[item.id]] for item in tree.items()}
    assert {name for name, kind in kinds.items() if kind in {TOPIC, PROJECT}} == counted
    assert {kind for name, kind in kinds.items() if name not in counted} == {MATERIAL}
    assert StatusCounts(tree).counts_for(-1).total == 127
    assert {item.kind for item in checklist(tree) if item.children} == {"topic", "project"}
    graph = PrerequisiteGraph(tree)
    assert graph.prerequisites("ddpm") == [*graph.prerequisites("diffusion-models"), "resnet"]


def test_every_published_item_is_still_there(tree: FlatTree) -> None:
    assert {item_id for item_id, _ in PUBLISHED} <= set(tree.ids)


def test_every_published_address_is_still_found(tree: FlatTree) -> None:
    lost = set()
    for item_id, url in PUBLISHED:
        now = tree.nodes[tree.index_of[item_id]].resources
        if not any(url in resource.addresses for resource in now):
            lost.add((item_id, url))
    assert not lost


def test_a_replaced_address_belongs_to_one_resource_and_is_listed_no_more(tree: FlatTree) -> None:
    for node in tree.nodes:
        addresses = [url for resource in node.resources for url in resource.addresses]
        assert len(addresses) == len(set(addresses)), node.id


def test_ticks_of_the_published_version_count(roadmap: Roadmap, tmp_path: Path) -> None:
    addresses: dict[str, list[Resource]] = {}
    for item_id, url in PUBLISHED:
        addresses.setdefault(item_id, []).append(Resource(url, url))
    before = tuple([Item(item_id, item_id, resources=tuple(links)) for item_id, links in addresses.items()])
    study = Study.open(Roadmap(roadmap.id, roadmap.title, children=before), str(tmp_path))
    for item_id, url in PUBLISHED:
        study.tick_resource(item_id, url, on=True)
    study.close()
    study = Study.open(roadmap, str(tmp_path))
    for item_id, url in PUBLISHED:
        (resource,) = [one for one in study.resources(item_id) if url in one.addresses]
        assert study.state(item_id).has_ticked(resource)
        if resource.url != url:
            study.tick_resource(item_id, resource.url, on=False)
            assert not study.state(item_id).has_ticked(resource)
            study.undo()
            assert study.state(item_id).has_ticked(resource)
    study.close()


# ── ids, prerequisites, words ──


def test_ids_are_unique_slugs(tree: FlatTree) -> None:
    ids = [node.id for node in tree.nodes]
    assert len(ids) == len(set(ids))
    for slug in ids:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug), slug
        assert len(slug) <= 40, slug


def test_prerequisites_are_items_and_come_to_an_end(tree: FlatTree) -> None:
    needs = {item.id: item.prerequisites for item in tree.items()}
    finished: set[str] = set()

    def follow(slug: str, path: tuple[str, ...]) -> None:
        assert slug not in path, " -> ".join((*path, slug))
        if slug not in finished:
            for needed in needs[slug]:
                follow(needed, (*path, slug))
            finished.add(slug)

    for slug, needed in needs.items():
        assert len(needed) == len(set(needed)), slug
        follow(slug, ())


def ancestors(tree: FlatTree, item_id: str) -> set[str]:
    """Return all direct and indirect prerequisites of an item."""
    found: set[str] = set()
    pending = [item_id]
    while pending:
        node = tree.nodes[tree.index_of[pending.pop()]]
        assert isinstance(node, Item)
        pending += set(node.prerequisites) - found
        found |= set(node.prerequisites)
    return found


def test_what_trains_a_network_requires_backpropagation_and_optimization(tree: FlatTree) -> None:
    learning = {item.id for item in tree.branch(tree.index_of["reinforcement-learning"])}
    assert learning > TABULAR
    for item_id in sorted(learning - TABULAR):
        assert "backpropagation" in ancestors(tree, item_id), item_id
    for item in checklist(tree):
        needed = ancestors(tree, item.id)
        assert "backpropagation" not in needed or "optimization" in needed, item.id
    assert "object-detection" not in ancestors(tree, "ddpm")
    assert "multi-agent-rl" not in ancestors(tree, "multi-agent-coordination")


def test_only_linear_algebra_requires_nothing(tree: FlatTree) -> None:
    assert [item.id for item in checklist(tree) if not item.prerequisites] == ["linear-algebra"]


def test_every_checklist_item_has_hours_and_a_level(tree: FlatTree) -> None:
    for item in checklist(tree):
        assert item.hours is not None, item.id
        assert item.level in {1, 2, 3}, item.id
    assert {item.level for item in checklist(tree)} == {1, 2, 3}


def test_spelling_is_american(tree: FlatTree) -> None:
    british = re.compile(
        r"(maxim|penal|central|critic|stabil|normal|optim|vector)is(e|es|ed|ing|ation)\b"
        r"|behaviour|neighbour|over-fit|under-fit",
        re.IGNORECASE,
    )
    for node in tree.nodes:
        texts = [node.summary, *(text for one in node.resources for text in (one.title, one.note))]
        assert not [text for text in texts if british.search(text)], node.id


def test_every_item_has_one_plain_sentence(tree: FlatTree) -> None:
    for item in tree.items():
        assert item.summary.endswith("."), item.id
        assert "\n" not in item.summary, item.id
        assert len(item.summary) <= LONGEST_SUMMARY, item.id


def test_no_markdown_is_left(roadmap: Roadmap, tree: FlatTree) -> None:
    words = [roadmap.title, roadmap.summary, roadmap.note]
    for node in tree.nodes:
        words += [node.title, node.summary, node.note]
        for resource in node.resources:
            words += [resource.title, resource.by, resource.note]
    for text in words:
        assert not re.search(r"[*`\[\]<>]|\]\(", text), text
        assert not re.search(r"^\s|\s$|\s{2}|\t", text), text


# ── the tables themselves ──


def plain(text: str) -> str:
    return re.sub(r"[*`]", "", text).strip()


@pytest.mark.skipif("ROADMAP_TUI_SEED" not in os.environ, reason="ROADMAP_TUI_SEED names no README")
def test_the_tables_are_what_the_readme_says(roadmap: Roadmap) -> None:
    data = Path(os.environ["ROADMAP_TUI_SEED"]).read_bytes()
    assert roadmap.source.sha256 == hashlib.sha256(data).hexdigest()
    text = data.decode("utf-8")
    rows: list[Row] = []
    chapter = sub_heading = parent = ""
    for line in text.partition("Mastery Checklist")[2].splitlines():
        if heading := re.match(r"(#{4,5}) (.+)", line):
            if len(heading[1]) == 4:
                chapter, sub_heading = plain(heading[2]), ""
            else:
                sub_heading = plain(heading[2])
        elif task := re.match(r"( *)- \[([ xX])\] (.+)", line):
            title = plain(task[3])
            if not task[1]:
                parent = title
            above = parent if task[1] else ""
            rows.append(Row(chapter, sub_heading, above, title, "no" if task[2] == " " else "yes"))
    assert rows == ROWS
    assert re.findall(r"\]\((http[^)\s]+)\)", text) == [was for was, _ in LINKS]
