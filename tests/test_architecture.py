"""The structure of the package: no import cycles, unique class names, one place that opens the screen."""

from __future__ import annotations

import ast
from collections import Counter

from scripts.import_graph import imported_modules, module_trees, strongly_connected


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
