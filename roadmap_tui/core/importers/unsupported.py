"""Refuse formats that cannot be imported, with an error that suggests a remedy."""

from __future__ import annotations

from typing import NoReturn

from roadmap_tui.core.importers.base import Importer, ImportOptions, SourceData, invalid, register


def _refuse_rst(source: SourceData, options: ImportOptions) -> NoReturn:  # noqa: ARG001 - an importer's signature
    raise invalid(source.name, "reStructuredText is not read; convert it: pandoc -o README.md README.rst")


def _refuse_html(source: SourceData, options: ImportOptions) -> NoReturn:  # noqa: ARG001 - an importer's signature
    raise invalid(source.name, "a web page, not Markdown; give the raw address of its Markdown file")


def _refuse_asciidoc(source: SourceData, options: ImportOptions) -> NoReturn:  # noqa: ARG001 - an importer's signature
    raise invalid(source.name, "AsciiDoc is not read; convert it: asciidoctor and pandoc make Markdown of it")


register(Importer("rst", (".rst", ".rest"), _refuse_rst))
register(Importer("html", (".html", ".htm", ".xhtml"), _refuse_html))
register(Importer("asciidoc", (".adoc", ".asciidoc"), _refuse_asciidoc))
