"""``plan``: print the plan; set the goal, its date and the hours a week."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json, terminal_width
from roadmap_tui.cli.options import command, complete_argument, option
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.search import find
from roadmap_tui.study.goal import NONE, parse_day, parse_hours, set_goal
from roadmap_tui.study.plan import make_plan
from roadmap_tui.text.plan import plan_lines, plan_to_json

_WIDEST = 100


@command("plan", "When you will be done, and what to do until then.", json="one object")
@option(
    "--goal", metavar="ITEM", shell_complete=complete_argument("items"),
    help="Set the goal; none for the whole roadmap.",
)  # fmt: skip
@option("--by", "day", metavar="DATE", help="Set the date: 2027-02-01, or 8w, 3m from now; or none.")
@option("--hours", metavar="N", help="Set the hours a week that you want to study; or none.")
def plan_command(
    context: CliContext,
    goal: str | None = None,
    day: str | None = None,
    hours: str | None = None,
    as_json: bool = False,
) -> None:
    """Print the goal, the hours left on the way to it, your pace, and when you will be done.

    Hours and dates are ranges: four outcomes of five lie in them. They come from the estimates, how long you
    took compared with them, and the time logged in the last eight weeks. The options set the goal, its date
    and the hours a week, as one step that `undo` takes back.

    With --json: {goal, title, by, hours_a_week, done, total, estimated, left {low, expected, high}, ratio,
    pace, reviews, needed, finish {earliest, expected, latest}, weeks [{start, items [{id, title, hours}]}],
    unread}.
    `needed` are the hours a week that reach the goal by the date, `reviews` those that reviews take.
    """
    study = context.study
    if not (goal is day is hours is None):
        target = goal
        if goal is not None and goal.lower() in NONE:
            target = ""
        elif goal is not None:
            target = study.tree.ids[find(study.tree, goal, (Item,))]
        by = None if day is None else parse_day(day, study.today())
        with context.writing():
            change = set_goal(study, target, by, None if hours is None else parse_hours(hours))
        if change:
            context.back_up()
    plan = make_plan(study)
    if as_json:
        echo_json(plan_to_json(plan) | {"unread": len(study.journal.unread)})
        return
    lines = plan_lines(plan, terminal_width(_WIDEST), context.glyphs)
    echo("".join(span.text for span in line).rstrip() for line in lines)
