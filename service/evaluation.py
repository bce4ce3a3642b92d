"""`kehoach evaluate`: how right the readings are, and what a change has gained and lost.

A score file names every row and field that is not right; what it does not name is right. So two
files tell which rows a change gained and which it lost, by name, and each release keeps its own
in `corpora/scores/`.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec

from corpora import tables
from service.extraction import SUFFIXES, account_of, read_all
from service.isolation import Input
from service.scoring import Outcome, Score, score
from service.wording import Lang, pick


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a version, by file name; `unread` gives the error of what was not read."""

    version: str
    documents: dict[str, Score] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What is right in one of two score files and not in the other, in words."""

    gained: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def samples() -> Path:
    """The folder of the sample plans."""
    return Path(str(tables.path("plans")))


def score_files() -> list[Path]:
    """The score files of the releases, oldest first."""
    files = Path(str(tables.path("scores"))).glob("[0-9]*.json")
    return sorted(files, key=_order)


def _order(path: Path) -> list[int]:
    return [int(part) if part.isdigit() else 0 for part in path.stem.split(".")]


def load(path: Path) -> Scores:
    return msgspec.json.decode(path.read_bytes(), type=Scores)


def dump(scores: Scores) -> bytes:
    return msgspec.json.format(msgspec.json.encode(scores), indent=1) + b"\n"


def annotated(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Each document below `folder` that has a gold annotation beside it, with that annotation."""
    for gold in sorted(folder.rglob("*.gold.json")):
        slug = gold.name.removesuffix(".gold.json")
        for document in sorted(gold.parent.glob(f"{slug}.*")):
            if document.suffix.lower() in SUFFIXES and document.stem == slug:
                yield document, gold


def evaluate(folder: Path, lang: Lang = "vi") -> Scores:
    """The scores of the annotated documents of `folder`; failures are told on standard error."""
    pairs = list(annotated(folder))
    scores = Scores(version("kehoach"))
    results = read_all([Input(document, document.name) for document, _ in pairs])
    for result, (_, gold) in zip(results, pairs, strict=True):
        if result.error:
            print(account_of(result, lang), file=sys.stderr)
            scores.unread[result.name] = result.error.en
        else:
            annotation = msgspec.json.decode(gold.read_bytes())
            scores.documents[result.name] = score(msgspec.json.decode(result.plan), annotation)
    return scores


def compare(before: Scores, after: Scores) -> Change:
    """What `after` gained and lost over `before`; a document that `before` lacks is no gain."""
    old, new = dict(_faults(before)), dict(_faults(after))
    known = before.documents.keys() | before.unread.keys()
    here = after.documents.keys() | after.unread.keys()

    def covered(fault: tuple[str, ...], faults: dict[tuple[str, ...], str]) -> bool:
        # A row that was not found has no wrong fields, a file that was not read no wrong rows.
        return any(fault[:length] in faults for length in range(1, len(fault) + 1))

    gained = [text for fault, text in old.items() if fault[0] in here and not covered(fault, new)]
    lost = [text for fault, text in new.items() if fault[0] in known and not covered(fault, old)]
    lost += [f"{name}: not evaluated" for name in sorted(known - here)]
    return Change(gained, lost)


def _faults(scores: Scores) -> Iterator[tuple[tuple[str, ...], str]]:
    """All that is not right, as a key and in words."""
    for name, error in scores.unread.items():
        yield (name,), f"{name}: {error}"
    for name, found in scores.documents.items():
        for key, right in found.document.items():
            if not right:
                yield (name, "document", key), f"{name}: {key}"
        for kind, outcome in _outcomes(found).items():
            for row, fields in outcome.wrong.items():
                for key in fields:
                    yield (name, kind, row, key), f"{name}: {kind} [{row}] {key}"
            for row in outcome.lost:
                yield (name, kind, row), f"{name}: {kind} [{row}] not found"
            for row in outcome.invented:
                yield (name, kind, row, "+"), f"{name}: {kind} [{row}] invented"


def _outcomes(found: Score) -> dict[str, Outcome]:
    return {
        "task": found.tasks,
        "target": found.targets,
        "goal": found.goals,
        "duty": found.duties,
    }


def report(scores: Scores, lang: Lang) -> None:
    """The scores as a table on standard output."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(pick(lang, "văn bản", "document"), no_wrap=True)
    headings = (
        pick(lang, "nhiệm vụ", "tasks"), "recall", "precision", "row",
        pick(lang, "chỉ tiêu", "targets"), "row",
        pick(lang, "chỉ tiêu lời", "goals"), "f1", "row",
        pick(lang, "việc lời", "duties"), "f1", "row",
    )  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="right")
    table.add_column(pick(lang, "sai ở", "wrong in"))
    for name, found in scores.documents.items():
        tasks = found.tasks
        bad = [key for key, right in found.document.items() if not right]
        bad += [
            f"{key} {tasks.share(key):.3f}" for key, n in tasks.right.items() if n < tasks.matched
        ]
        figures = (
            str(tasks.gold),
            *(f"{share:.3f}" for share in (tasks.recall, tasks.precision, tasks.row)),
            *_shown(found.targets, found.targets.row),
            *_shown(found.goals, found.goals.f1, found.goals.row),
            *_shown(found.duties, found.duties.f1, found.duties.row),
        )
        table.add_row(name, *figures, ", ".join(bad))
    for name, error in scores.unread.items():
        table.add_row(name, *[""] * len(headings), error)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    console.print(table)


def _shown(outcome: Outcome, *shares: float) -> list[str]:
    """The count of gold rows and the shares; blank where the gold has none."""
    if not outcome.gold:
        return [""] * (1 + len(shares))
    return [str(outcome.gold), *(f"{share:.3f}" for share in shares)]


def figures(scores: Scores) -> dict[str, object]:
    """The scores with their shares, for `--json`."""
    documents = {
        name: {kind: _figures(outcome) for kind, outcome in _outcomes(found).items()}
        | {"document": found.document}
        for name, found in scores.documents.items()
    }
    return {"version": scores.version, "documents": documents, "unread": scores.unread}


def _figures(outcome: Outcome) -> dict[str, object]:
    shares = {name: getattr(outcome, name) for name in ("recall", "precision", "f1", "row")}
    return asdict(outcome) | shares | {"fields": {key: outcome.share(key) for key in outcome.right}}


def run(
    folder: Path | None, *, as_json: bool, write: bool, against: Path | None, lang: Lang
) -> int:
    """The command: 0, or 1 when something that was right is so no longer."""
    scores = evaluate(folder or samples(), lang)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(figures(scores))) + b"\n")
    else:
        report(scores, lang)
    kept = score_files()
    if against is None and folder is None and kept:
        against = kept[-1]
    change = compare(load(against), scores) if against else Change()
    told = [f"+ {pick(lang, 'được', 'gained')}: {text}" for text in change.gained]
    told += [f"- {pick(lang, 'mất', 'lost')}: {text}" for text in change.lost]
    if against:
        gained, lost = len(change.gained), len(change.lost)
        vi = f"So với {against.name}: được {gained}, mất {lost}."
        told.append(pick(lang, vi, f"Against {against.name}: {gained} gained, {lost} lost."))
    if write:
        target = Path(str(tables.path("scores"))) / f"{scores.version}.json"
        target.write_bytes(dump(scores))
        told.append(str(target))
    for line in told:
        print(line, file=sys.stderr)
    return 1 if change.lost or scores.unread else 0
