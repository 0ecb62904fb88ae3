"""Read the import graph of the package, and draw it in docs/architecture.md.

``python -m scripts.import_graph`` draws it; a test checks that the picture is current.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = ROOT / "roadmap_tui"
PAGE: Final = ROOT / "docs" / "architecture.md"
BEGIN: Final = "<!-- import graph -->\n"
END: Final = "<!-- /import graph -->\n"


def module_trees() -> dict[str, ast.Module]:
    """Parse every module of the package, by dotted name."""
    trees = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        trees[name] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def imported_modules(tree: ast.AST, modules: set[str]) -> Iterator[str]:
    """Yield the modules of the package that a tree imports, typing-only and deferred imports included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom) and node.module in modules:
            for alias in node.names:
                submodule = f"{node.module}.{alias.name}"
                yield submodule if submodule in modules else node.module


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the names that a name imports, directly or indirectly."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for name in graph[todo.pop()] - found:
            found.add(name)
            todo.append(name)
    return found


def strongly_connected(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return the groups of names that import each other, directly or indirectly."""
    reach = {name: reachable(graph, name) for name in graph}
    groups = [
        {other for other in reach[name] if name in reach[other]} for name in graph if name in reach[name]
    ]
    return [group for number, group in enumerate(groups) if group not in groups[:number]]


def _part(module: str) -> str:
    """Return the part of the picture that a module is in: a layer, or a folder of ``core`` or ``tui``."""
    layer, *rest = module.split(".")[1:]
    if rest and (layer == "tui" or (PACKAGE / layer / rest[0]).is_dir()):
        return f"{layer}/{rest[0]}"
    return layer


def _parts() -> dict[str, set[str]]:
    """Return the parts and what each imports; folders that import each other are one part."""
    trees = module_trees()
    del trees["roadmap_tui"], trees["roadmap_tui.tui"]  # a version and a docstring
    graph: dict[str, set[str]] = {}
    for module, tree in trees.items():
        imports = {_part(name) for name in imported_modules(tree, set(trees))}
        graph.setdefault(_part(module), set()).update(imports - {_part(module)})
    merged = {name: min(group) for group in strongly_connected(graph) for name in group}
    names: dict[str, list[str]] = {}
    for name in sorted(graph):
        names.setdefault(merged.get(name, name), []).append(name)
    labels = {name: " ".join(_label(group)) for name, group in names.items()}
    return {
        labels[name]: {
            labels[merged.get(target, target)]
            for member in group
            for target in graph[member]
            if merged.get(target, target) != name
        }
        for name, group in names.items()
    }


def _label(group: list[str]) -> Iterator[str]:
    first, *others = group
    yield first
    yield from (name.rpartition("/")[2] for name in others)


def picture() -> str:
    """Return the graph as a Mermaid flowchart without the edges that follow from others."""
    parts = _parts()
    ids = {name: f"n{number}" for number, name in enumerate(sorted(parts))}
    lines = ["```mermaid", "flowchart TD"]
    for folder in ("tui", "core"):
        lines.append(f"  subgraph {folder}")
        lines += [
            f'    {ids[name]}["{name.removeprefix(f"{folder}/")}"]'
            for name in sorted(parts)
            if name.startswith(folder)
        ]
        lines.append("  end")
    lines += [f'  {ids[name]}["{name}"]' for name in sorted(parts) if not name.startswith(("tui", "core"))]
    for name in sorted(parts):
        indirect = {end for target in parts[name] for end in reachable(parts, target)}
        lines += [f"  {ids[name]} --> {ids[target]}" for target in sorted(parts[name] - indirect)]
    return "\n".join([*lines, "```", ""])


def with_picture(page: str) -> str:
    """Return the page with the current picture between its markers."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + picture() + END + rest.partition(END)[2]


if __name__ == "__main__":
    PAGE.write_text(with_picture(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
