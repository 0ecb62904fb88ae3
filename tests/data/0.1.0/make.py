"""Write the fixtures of this folder by running version 0.1.0 of the program, which is given as a folder.

Usage: git archive 1fa08cf | tar -x -C OLD; pip install platformdirs; python make.py OLD

The program runs as it is; only its clock is set.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PLAN = """\
# Trees

Learn to know them.

## Broadleaf

- [ ] Oak
- [x] Beech
- [ ] Birch
  - [ ] Silver birch
  - [ ] Downy birch
- [ ] Maple ([guide](https://example.org/maple))

## Conifers

### Pines

- [ ] Scots pine
- [ ] Stone pine

### Others

- [ ] Yew
- [ ] Larch
"""
CODE = """
import datetime as module, sys
sys.argv[0] = "roadmap-tui"
import roadmap_tui.study as study
at = module.datetime.fromisoformat(sys.argv.pop(1))
study.datetime = type("Set", (module.datetime,), {"now": classmethod(lambda cls, tz=None: at)})
from roadmap_tui.__main__ import main
main()
"""
# The time of each step, and the arguments.
STEPS = (
    ("2026-03-02T09:00", "import plan.md"),
    ("2026-03-02T09:10", "mark doing oak"),
    ("2026-03-02T09:11", "time oak --start"),
    ("2026-03-02T10:01", "time --stop"),
    ("2026-03-02T10:02", "mark done oak"),
    ("2026-03-02T10:05", "note oak Lobed_leaves."),
    ("2026-03-03T18:00", "mark done beech yew"),
    ("2026-03-03T18:10", "time yew --add 1h30"),
    ("2026-03-04T08:00", "review --grade good oak"),
    ("2026-03-04T08:01", "review --grade again beech"),
    ("2026-03-05T20:00", "mark skipped stone-pine"),
    ("2026-03-05T20:01", "mark done larch"),
    ("2026-03-05T20:02", "undo"),
    ("2026-03-05T20:03", "redo"),
    ("2026-03-05T20:04", "undo"),
    ("2026-03-08T12:00", "mark done silver"),
    ("2026-03-09T12:00", "mark doing maple"),
    ("2026-03-09T12:01", "note maple"),
    ("2026-03-09T12:02", "note broadleaf A_note_on_a_section"),
    ("2026-03-10T07:00", "review --grade easy beech"),
    ("2026-03-12T07:00", "review --pause 2d"),
    ("2026-03-13T07:00", "review --resume"),
    ("2026-03-14T09:00", "mark done backpropagation --roadmap ml-dl"),
    ("2026-03-14T09:01", "mark doing linear-algebra --roadmap ml-dl"),
)
NOW = "2026-03-16T09:00"
OUTPUTS = (
    *(
        "status",
        "list",
        "stats",
        "stats --since 1w",
        "show",
        "show broadleaf",
        "show oak",
        "show --status todo",
    ),
    *("next", "next -n 2", "log -n 0", "log oak", "review", "review --all", "time", "note oak", "today"),
    "log -n 0 --roadmap ml-dl",
)
# What goes wrong, for the exit codes.
ERRORS = (
    *("mark done nothing-like-it", "mark finished oak", "show --status x", "log -n x", "nothing-like-it"),
    *("import nowhere.md", "import empty.md", "note oak --append", "status --roadmap broken.json"),
    *("restore nowhere", "undo --roadmap ml-dl x", "time --stop", "update nowhere", "status", "--version"),
)


def main() -> None:
    """Write everything."""
    old, home = Path(sys.argv[1]).resolve(), HERE / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    work = HERE / "work"
    work.mkdir()
    (work / "plan.md").write_text(PLAN)
    (work / "empty.md").write_text("Nothing to do.\n")
    (work / "broken.json").write_text("{")

    def run(at: str, line: str, *more: str) -> subprocess.CompletedProcess[str]:
        words = [word.replace("_", " ") for word in line.split()]
        roadmap = [] if "--roadmap" in line or line.startswith("import") else ["--roadmap", "trees"]
        return subprocess.run(
            [sys.executable, "-c", CODE, f"{at}+00:00", *words, *roadmap, *more],
            cwd=work,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(old), "TZ": "UTC", "LC_ALL": "C.UTF-8"}
            | {"ROADMAP_TUI_HOME": str(home), "HOME": str(work)},
            capture_output=True,
            text=True,
            check=False,
        )

    for at, line in STEPS:
        done = run(at, line)
        print(line, done.returncode, done.stdout.strip()[-80:], done.stderr.strip())
        assert done.returncode == 0 or line == "note maple"
    for backup in (home / "state").rglob("*.gz"):
        backup.unlink()
    outputs = {line: json.loads(run(NOW, line, "--json").stdout) for line in OUTPUTS}
    codes = {line: run(NOW, line).returncode for line in ERRORS}
    text = json.dumps({"now": f"{NOW}+00:00", "outputs": outputs, "exit_codes": codes}, indent=1)
    (HERE / "outputs.json").write_text(text + "\n")
    print(codes)
    shutil.rmtree(work)


main()
