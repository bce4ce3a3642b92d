"""`kehoach evaluate`: how right the readings are, and what a change has gained and lost.

A score file names every row and field that is not right; what it does not name is right. So two
files tell which rows a change gained and which it lost, by name, and each release keeps its own
in `corpora/scores/`.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import msgspec

from corpora import tables
from extractor.limits import DEFAULT_LIMITS
from service.extraction import SUFFIXES, account_of, jobs
from service.isolation import Input, read_isolated
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

    gained: list[str]
    lost: list[str]


def samples() -> Path:
    """The folder of the sample plans."""
    return Path(str(tables.path("plans")))


def score_files() -> list[Path]:
    """The score files of the releases, oldest first."""
    folder = Path(str(tables.path("scores")))
    return sorted(folder.glob("[0-9]*.json"), key=_order)


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
    results = read_isolated(
        [Input(document, document.name) for document, _ in pairs],
        DEFAULT_LIMITS,
        jobs(None, len(pairs)),
    )
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
        for kind, outcome in _outcomes(found):
            for row, fields in outcome.wrong.items():
                for key in fields:
                    yield (name, kind, row, key), f"{name}: {kind} [{row}] {key}"
            for row in outcome.lost:
                yield (name, kind, row), f"{name}: {kind} [{row}] not found"
            for row in outcome.invented:
                yield (name, kind, row, "+"), f"{name}: {kind} [{row}] invented"


def _outcomes(found: Score) -> tuple[tuple[str, Outcome], ...]:
    return (
        ("task", found.tasks),
        ("target", found.targets),
        ("goal", found.goals),
        ("duty", found.duties),
    )


def report(scores: Scores, lang: Lang) -> None:
    """The scores as a table on standard output."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(pick(lang, "văn bản", "document"), no_wrap=True)
    headings = (
        (pick(lang, "nhiệm vụ", "tasks"), "gold"),
        *((name, "") for name in ("recall", "precision", "row")),
        (pick(lang, "chỉ tiêu", "targets"), "gold"),
        ("row", ""),
        (pick(lang, "chỉ tiêu lời", "goals"), "gold"),
        ("f1", ""),
        ("row", ""),
        (pick(lang, "việc lời", "duties"), "gold"),
        ("f1", ""),
        ("row", ""),
    )
    for heading, _ in headings:
        table.add_column(heading, justify="right")
    table.add_column(pick(lang, "sai ở", "wrong in"))
    for name, found in scores.documents.items():
        tasks = found.tasks
        bad = [key for key, right in found.document.items() if not right]
        bad += [
            f"{key} {tasks.share(key):.3f}" for key, n in tasks.right.items() if n < tasks.matched
        ]
        table.add_row(
            name,
            str(tasks.gold),
            *(f"{value:.3f}" for value in (tasks.recall, tasks.precision, tasks.row)),
            *_pair(found.targets)[::2],
            *_pair(found.goals),
            *_pair(found.duties),
            ", ".join(bad),
        )
    for name, error in scores.unread.items():
        table.add_row(name, *[""] * len(headings), error)
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False)
    console.print(table)


def _pair(outcome: Outcome) -> tuple[str, str, str]:
    """Gold count, F1 and rows of what running text says; blank where the gold has none."""
    if not outcome.gold:
        return "", "", ""
    return str(outcome.gold), f"{outcome.f1:.3f}", f"{outcome.row:.3f}"


def figures(scores: Scores) -> Mapping[str, object]:
    """The scores with their shares, for `--json`."""
    documents = {
        name: {
            **{
                kind: {
                    "gold": outcome.gold,
                    "predicted": outcome.predicted,
                    "matched": outcome.matched,
                    "recall": outcome.recall,
                    "precision": outcome.precision,
                    "f1": outcome.f1,
                    "fields": {key: outcome.share(key) for key in outcome.right},
                    "row": outcome.row,
                    "wrong": outcome.wrong,
                    "lost": outcome.lost,
                    "invented": outcome.invented,
                }
                for kind, outcome in _outcomes(found)
            },
            "document": found.document,
        }
        for name, found in scores.documents.items()
    }
    return {"version": scores.version, "documents": documents, "unread": scores.unread}


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
    change = compare(load(against), scores) if against else Change([], [])
    for sign, word, texts in (
        ("+", pick(lang, "được", "gained"), change.gained),
        ("-", pick(lang, "mất", "lost"), change.lost),
    ):
        for text in texts:
            print(f"{sign} {word}: {text}", file=sys.stderr)
    if against:
        print(
            pick(
                lang,
                f"So với {against.name}: được {len(change.gained)}, mất {len(change.lost)}.",
                f"Against {against.name}: {len(change.gained)} gained, {len(change.lost)} lost.",
            ),
            file=sys.stderr,
        )
    if write:
        target = Path(str(tables.path("scores"))) / f"{scores.version}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(dump(scores))
        print(target, file=sys.stderr)
    return 1 if change.lost or scores.unread else 0
