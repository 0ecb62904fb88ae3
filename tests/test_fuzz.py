"""The targets of the fuzzer, tried with hypothesis: everywhere, also where atheris has no wheel."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.targets import TARGETS
from tests.cli.program_runs import ROOT
from tests.hostile import TEXTS

# What turns one meaning into another in all that is read here.
_PIECES = [
    *(
        b'"',
        b"\\",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"-",
        b"=",
        b"#",
        b"`",
        b"<",
        b">",
    ),
    *(b"null", b"true", b"-1", b"1e999", b"NaN", b"9" * 30, b"\\ud800", b"\xff", b"\xed\xa0\x80", b"|"),
    *(text.encode("utf-8", "replace")[:200] for text in TEXTS.values()),
]


@st.composite
def spoilt(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """One of the seeds with a few pieces cut out, repeated or put in."""
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        piece = draw(st.one_of(st.sampled_from(_PIECES), st.binary(max_size=8), st.just(data[start:end] * 2)))
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("name", TARGETS)
def test_only_the_one_error_comes_out(name: str) -> None:
    target, seeds = TARGETS[name]
    for data in (*seeds, *_PIECES):
        target(data)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(spoilt(seeds) | st.binary(max_size=200))
    def tried(data: bytes) -> None:
        target(data)

    tried()


def test_where_there_is_no_fuzzer_that_is_said() -> None:
    code = (
        "import sys, runpy\nsys.modules['atheris'] = None\nsys.argv = ['run.py', '--seconds', '1', 'keys']\n"
        "import importlib.util\nimportlib.util.find_spec = lambda name: None\n"
        "runpy.run_path('fuzz/run.py', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert "atheris is not installed" in done.stdout
