"""The commands `kehoach deadline` and `kehoach agency`, each asked for many texts at once."""

from collections.abc import Sequence
from datetime import date

import msgspec
from typer.testing import CliRunner

from models.agency import AgencyMention
from models.deadline import Deadline
from service.cli import app


class Agencies(msgspec.Struct):
    """What `kehoach agency` says of a text."""

    text: str
    agencies: tuple[AgencyMention, ...]


def _said(texts: Sequence[str], command: str, on: date | None, *options: str) -> list[bytes]:
    lines = "".join(text.replace("\n", "\\n") + "\n" for text in texts)
    given = [command, *options, *(["--on", on.isoformat()] if on else [])]
    result = CliRunner().invoke(app, given, input=lines.encode())
    assert result.exit_code == 0, result.output
    answers = result.stdout_bytes.splitlines()
    assert len(answers) == len(texts)
    return answers


def deadlines(texts: Sequence[str], years: Sequence[int], on: date | None = None) -> list[Deadline]:
    """The deadlines that cells state in a plan of these years."""
    options = [option for year in years for option in ("--year", str(year))]
    said = _said(texts, "deadline", on, *options)
    return [msgspec.json.decode(answer, type=Deadline) for answer in said]


def deadline(text: str, *years: int, on: date | None = None) -> Deadline:
    (found,) = deadlines([text], years, on)
    return found


def agencies(
    texts: Sequence[str], unit: str, on: date | None = None
) -> list[tuple[AgencyMention, ...]]:
    """The bodies that cells name in a paper of this unit and day."""
    said = _said(texts, "agency", on, "--unit", unit)
    return [msgspec.json.decode(answer, type=Agencies).agencies for answer in said]
