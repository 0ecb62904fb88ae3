"""The structure of the package: no import cycles, unique class names, one place that opens the screen."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from tests.cli.program_runs import ROOT

PACKAGE = ROOT / "roadmap_tui"
# Both go away with the modules that are being replaced; nothing may be added.


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


def strongly_connected(graph: dict[str, set[str]]) -> list[set[str]]:
    """Return the groups of modules that import each other, directly or indirectly."""

    def reachable(start: str) -> set[str]:
        found: set[str] = set()
        todo = [start]
        while todo:
            for name in graph[todo.pop()] - found:
                found.add(name)
                todo.append(name)
        return found

    reach = {name: reachable(name) for name in graph}
    groups = [
        {other for other in reach[name] if name in reach[other]} for name in graph if name in reach[name]
    ]
    return [group for number, group in enumerate(groups) if group not in groups[:number]]


def test_no_import_cycle_exists_even_if_typing_only_and_deferred_imports_count() -> None:
    trees = module_trees()
    modules = set(trees)
    graph = {name: set(imported_modules(tree, modules)) - {name} for name, tree in trees.items()}
    assert strongly_connected(graph) == []


def test_a_cycle_is_found() -> None:
    assert strongly_connected({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]


def test_every_public_class_name_is_unique() -> None:
    # Textual's messages are nested in their widgets: ``OutlinePane.Pressed`` and ``DetailPane.Pressed``.
    classes = Counter(
        node.name
        for tree in module_trees().values()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in classes.items() if count > 1] == []


def test_the_command_line_imports_the_screen_in_one_function_only() -> None:
    trees = module_trees()
    functions = [
        (name, function.name)
        for name, tree in trees.items()
        if name.startswith("roadmap_tui.cli")
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(module.startswith("roadmap_tui.tui") for module in imported_modules(function, set(trees)))
    ]
    assert functions == [("roadmap_tui.cli.screen", "open_screen")]
