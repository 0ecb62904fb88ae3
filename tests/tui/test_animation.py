"""The animation in the README is what the screen shows, and is small."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from scripts import animation
from tests.journals import ROOT


def test_the_animation_is_what_the_script_makes() -> None:
    text = animation.TARGET.read_text(encoding="utf-8")
    assert text == animation.make(), "run: python -m scripts.animation"
    assert len(text.encode()) < 300_000
    assert "<script" not in text
    ET.fromstring(text)
    assert "docs/session.svg" in (ROOT / "README.md").read_text(encoding="utf-8")
