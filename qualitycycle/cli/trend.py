"""``trend``."""

from __future__ import annotations

from typing import Any

import click

from qualitycycle.cli.app import app, number, option, shared_options
from qualitycycle.cli.output import print_json, print_result, print_text, workspace_of
from qualitycycle.vocabulary import TrainingKind


@app.command("trend")
@click.argument("item", required=False)
@option("--item", "measure")
@option("--partnership")
@option("--series")
@option("--cycle")
@option("--by", "chart_by", type=click.Choice(("partnership", "series")))
@option("--kind", type=click.Choice([str(kind) for kind in TrainingKind]), default="basic")
@option("--norm", type=number)
@option("--explain", is_flag=True)
@shared_options
@click.pass_obj
def trend(
    shared: dict[str, Any],
    /,
    item: str | None,
    measure: str | None,
    chart_by: str | None,
    explain: bool,
    **choices: Any,
) -> None:
    """Sessions in time: ordinary variation or a special signal."""
    workspace = workspace_of(shared)
    if explain:
        _explain(workspace.language, shared)
        return
    result = workspace.trend(item or measure, by=chart_by, **choices)
    print_result(result, shared)


def _explain(language: str, shared: dict[str, Any]) -> None:
    """Where and why the charts differ from handbooks."""
    from qualitycycle.analysis.charts.deviations import deviation_sentences
    from qualitycycle.wording import text

    lines = deviation_sentences(language)
    if shared.get("as_json"):
        print_json({"deviations": lines})
        return
    print_text(text("trend.explain.title", language))
    for line in lines:
        print_text(f"  {line}")
