"""Recognize headings of sections that are not part of a study plan."""

from __future__ import annotations

import re
from typing import Final

_normalize = re.compile(r":[a-z0-9_+-]+:|[\W_]+").sub

_CONTENTS: Final = {
    "contents", "table of contents", "toc", "content of this page", "contents of this page",
    "index", "outline of this page", "quick links", "navigation", "on this page",
    "summary of contents", "menu", "conteúdos", "sumário", "índice", "conteúdo", "tabla de contenidos",
    "tabla de contenido", "table des matières", "sommaire", "inhaltsverzeichnis", "inhalt",
    "indice", "sommario", "spis treści", "содержание", "оглавление", "зміст", "목차", "目次",
    "目录", "目錄", "içindekiler", "mục lục", "daftar isi", "inhoudsopgave", "innehåll",
}  # fmt: skip
# Whole titles, normalized.
_NAMES: Final = {
    "license", "licence", "licensing", "licenses", "license and copyright", "copyright",
    "copyright notice", "contributing", "contribute", "contribution", "contributions",
    "contributors", "how to contribute", "contribution guidelines", "contributing guidelines",
    "contribution guide", "contributing guide", "want to contribute", "how can i contribute",
    "top contributors", "our contributors", "code contributors", "can i pr", "sponsors", "sponsor",
    "sponsorship", "our sponsors", "become a sponsor", "backers", "our backers", "supporters",
    "donate", "donation", "donations", "buy me a coffee", "support", "support me", "support us",
    "show your support", "support this project", "support the project", "give a star",
    "star this repo", "star us", "like this project", "star history", "stargazers",
    "stargazers over time", "stars", "star chart", "forkers", "repo stats", "repobeats", "thanks",
    "special thanks", "thank you", "thanks to", "acknowledgements", "acknowledgments",
    "acknowledgement", "acknowledgment", "credits", "credit", "hall of fame", "inspired by",
    "author", "authors", "about the author", "about the authors", "about me", "who am i",
    "maintainer", "maintainers", "creator", "creators", "team", "our team", "the team",
    "developed by", "made by", "made with love", "contact", "contact me", "contact us", "contacts",
    "get in touch", "reach me", "follow me", "follow us", "connect", "connect with me",
    "let s connect", "connect with us", "stay connected", "stay in touch", "social", "socials",
    "social media", "social links", "find me", "community", "join us", "join the community",
    "join our community", "join the discussion", "newsletter", "subscribe", "shop", "merch",
    "changelog", "change log", "log", "release notes", "releases", "what s new", "news",
    "update log", "version history", "code of conduct", "disclaimer", "security policy", "privacy",
    "privacy policy", "terms", "terms of use", "citation", "citing", "cite", "how to cite",
    "citing this project", "citing the project", "citing this work", "translations", "translation",
    "languages available", "available languages", "read this in other languages", "other languages",
    "legend", "legends", "legenda", "key", "symbols", "icons", "icon legend", "notation",
    "emoji legend", "feedback", "suggestions", "issues", "questions and feedback", "found a bug",
    "reporting issues", "bugs", "badges", "repository structure", "project structure",
    "folder structure", "directory structure", "file structure", "repository status",
    "project status", "future improvements", "future plans of this repository", "about",
    "about this repository", "about this repo", "about this course", "about this project",
    "about the project", "about this list", "about the course", "about this guide",
    "who is this for", "who is this course for", "who this is for", "target audience", "audience",
    "how to use this repo", "how to use this repository", "how to use this list", "how to use",
    "how to use this guide", "how to use it", "how to use this roadmap", "features", "installation",
    "technologies used", "tech stack", "built with", "faq", "faqs", "frequently asked questions",
    "see also our", "how it works", "usage", "setup instructions", "local development",
    "environment variables", "choose your language", "languages and translations", "what this repository is",
    "status", "licença", "contribuição", "contribuindo", "contribuições",
    "contribua", "como contribuir", "contribuidores", "colaboradores", "agradecimentos", "equipe",
    "autores", "autor", "comunidade", "patrocinadores", "contato", "código de conduta",
    "padrão dos cursos", "doações", "apoie", "licencia", "contribuir", "contribuciones",
    "contribuyendo", "cómo contribuir", "colaborar", "agradecimientos", "equipo", "comunidad",
    "contacto", "registro de cambios", "licence et droits", "contribuer", "remerciements", "équipe",
    "auteurs", "communauté", "contributeurs", "lizenz", "mitwirken", "beitragen", "mitwirkende",
    "danksagung", "danke", "autoren", "kontakt", "lizenzierung", "licenza", "contribuire",
    "ringraziamenti", "contributi", "licencja", "współtworzenie", "лицензия", "вклад", "участие",
    "как помочь", "благодарности", "авторы", "автор", "контакты", "сообщество", "участники",
    "спонсоры", "поддержать", "поддержка проекта", "ліцензія", "подяки", "许可证", "许可", "协议",
    "贡献", "贡献者", "贡献指南", "如何贡献", "致谢", "感谢", "赞助", "赞助商", "联系", "联系我们",
    "关于作者", "關於作者", "作者", "许可协议", "更新日志", "star 历史", "交流群", "公众号",
    "版权声明", "参与贡献", "ライセンス", "貢献", "コントリビューター", "謝辞", "라이선스",
    "라이센스", "기여", "기여하기", "기여자", "후원", "lisans", "katk\u0131da bulunma", "katk\u0131",
    "teşekkürler", "giấy phép", "đóng góp", "lisensi", "kontribusi", "kontributor",
}  # fmt: skip
_INTRODUCTIONS: Final = {
    "introduction", "intro", "overview", "summary", "preface", "foreword", "motivation", "purpose",
    "objective", "objectives", "goal", "goals", "rules", "guidelines", "tips", "note", "notes",
    "important", "information", "important information", "important notes", "instructions",
    "philosophy", "approach", "methodology", "background", "vision", "why", "introdução",
    "visão geral", "sumário", "objetivo", "objetivos", "introducción", "información importante",
    "visión general", "einleitung", "einführung", "überblick", "ziele", "présentation", "objectifs",
    "введение", "обзор", "цели", "简介", "介绍", "前言", "概述", "目的", "引言", "はじめに", "소개",
}  # fmt: skip
# Beginnings of titles, normalized.
_BEGINNINGS: Final = (
    "contributing to ", "how to contribute ", "contribute to ", "want to contribute ",
    "support the ", "support this ", "special thanks ", "thanks to ", "star history ", "license ",
    "licence ", "citing ", "follow me ", "connect with ", "about this ", "about the author",
    "who is this ", "show your support", "if you find this ", "become a sponsor", "sponsored by",
    "our sponsors", "made with ", "join our ", "join the ", "subscribe to ", "like this ",
    "buy me ", "help us ", "translations ", "choose your language ", "developed maintained by",
    "developed and maintained", "created by ", "built by ", "how to use this ", "read this in ",
    "goals of this ", "goal of this ",
)  # fmt: skip


_phase = re.compile(
    r"(?:phase|week|day|step|stage|part|unit|module|chapter|level|month|semester|year|lesson|section|sprint|term"
    r"|quarter|session|milestone|semana|día|dia|woche|tag|semaine|jour|неделя|день|этап|модуль|глава)\s*[#№]?"
    r"(?:\d{1,3}|[IVX]{1,4})\b",
    re.IGNORECASE,
).match
_LABEL_LENGTH: Final = 80


def is_phase(text: str) -> bool:
    """Return True for a short text like ``Week 1: Basics``."""
    return len(text) <= _LABEL_LENGTH and bool(_phase(text))


def is_label(text: str) -> bool:
    """Return True for a short text that ends in a colon."""
    return text.endswith((":", "\uff1a")) and len(text) <= _LABEL_LENGTH


def normalize(title: str) -> str:
    """Reduce a title to lower-case words."""
    return _normalize(" ", title.casefold()).strip()


def is_contents(title: str) -> bool:
    """Return True for the title of a table of contents."""
    name = normalize(title)
    return name in _CONTENTS or name.startswith(("table of contents", "contents of this"))


def is_boilerplate(title: str) -> bool:
    """Return True for the title of a section about the repository, its authors or its license."""
    name = normalize(title)
    return name in _NAMES or name.startswith(_BEGINNINGS)


def is_introduction(title: str) -> bool:
    """Return True for the title of a section that introduces the plan."""
    name = normalize(title)
    return name in _INTRODUCTIONS or name.startswith(("why ", "about "))


def is_generic_title(title: str) -> bool:
    """Return True for a title that does not name a plan, such as README."""
    name = normalize(title)
    return (
        not title.strip()
        or name in {"index", "home", "summary", "introduction", "welcome", "docs", "untitled"}
        or name.startswith("readme")
        or (is_contents(title) or is_boilerplate(title))
    )
