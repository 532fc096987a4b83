"""The command table. Help is looked up in the reader's language, by command name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from qualitycycle.cli.output import language_of, print_findings
from qualitycycle.errors import QualityCycleError, UsageProblem
from qualitycycle.wording import languages, text

Function = TypeVar("Function", bound=Callable[..., Any])


class Translated(click.Command):
    """A command whose help is a sentence in the catalogues (``cli.help.<name>``)."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line of the help, in the reader's language."""
        return _help(self).partition("\n")[0].rstrip(".")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help, in the reader's language."""
        with formatter.indentation():
            formatter.write("\n")
            for paragraph in _help(self).split("\n\n"):
                formatter.write_text(paragraph)
                formatter.write("\n")


class TranslatedGroup(click.Group):
    """A group whose own help is translated, and which turns our errors into findings."""

    command_class = Translated
    get_short_help_str = Translated.get_short_help_str
    format_help_text = Translated.format_help_text

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; findings are printed and decide the exit code."""
        try:
            return super().invoke(ctx)
        except QualityCycleError as problem:
            if ctx.parent is not None:
                raise
            shared = ctx.ensure_object(dict)
            print_findings(problem.findings, shared, typed=isinstance(problem, UsageProblem))
            sys.exit(problem.exit_code)


TranslatedGroup.group_class = TranslatedGroup


class Option(click.Option):
    """An option whose help is a sentence in the catalogues: ``cli.option.<name>``, or ``help_key``."""

    def __init__(self, *declarations: Any, help_key: str = "", **settings: Any) -> None:
        super().__init__(*declarations, **settings)
        self.help_key = help_key or f"cli.option.{self.name}"

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option's line in ``--help``, in the reader's language."""
        record = super().get_help_record(ctx)
        if record is None or not self.name:
            return record
        names, extra = record
        return names, f"{text(self.help_key, language_of(sys.argv[1:]))} {extra}".strip()


def option(*declarations: str, **settings: Any) -> Callable[[Function], Function]:
    """``click.option`` with translated help."""
    return click.option(*declarations, cls=Option, **settings)


def number(written: str) -> float:
    """A number as people write it, with a comma or with a point.

    >>> number("7,5"), number("7.5")
    (7.5, 7.5)
    """
    try:
        return float(written.replace(",", "."))
    except ValueError:
        said = text("cli.not_a_number", language_of(sys.argv[1:]), value=written)
        raise click.BadParameter(said) from None


def shared_options(command: Function) -> Function:
    """``--workspace``, ``--language`` and ``--json``, before or after the command."""
    command = option("--json", "as_json", is_flag=True, expose_value=False, callback=_remember)(command)
    command = option("--language", type=click.Choice(languages()), expose_value=False, callback=_remember)(
        command
    )
    return option("--workspace", type=click.Path(), expose_value=False, callback=_remember)(command)


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    shared = ctx.find_root().ensure_object(dict)
    if value:
        shared[parameter.name] = value
    ctx.obj = shared


def help_key(command: click.Command) -> str:
    """Where the help of a command stands in the catalogues.

    A command whose name is used twice ("export") names its key as its help; for the others
    click puts the docstring there.
    """
    named = command.help is not None and command.help.isidentifier()
    return f"cli.help.{command.help if named else command.name}"


def _help(command: click.Command) -> str:
    return text(help_key(command), language_of(sys.argv[1:]))


@click.group(cls=TranslatedGroup, help="app", context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="qualitycycle", message="%(prog)s %(version)s", cls=Option, help="")
@shared_options
def app() -> None:
    """The whole command line."""
