"""What was judged of issued plans, and the signs that it showed: the lessons of `signs`.

A lesson is what a table lists, what a row of one is, or whether an item of running text is a duty,
with the signs that it showed: facts, without a word of the paper. Papers that are not in the repo
leave theirs in `corpora/judgements.tsv`; those of the papers at hand are taken anew.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha1
from pathlib import Path
from typing import Any

from corpora.signs import Decision, judged, signs
from corpora.tables import rows, several
from extractor.context import Context
from extractor.language.documents import context_of, unit_of_plan
from extractor.language.duties import considered, deadline_of
from extractor.pipeline import layout_of
from extractor.structure.rows import views_of, with_task
from extractor.structure.segments import Segments, segment
from extractor.structure.sheets import Sheet, sheets_of
from extractor.structure.tabulation import is_blank, signs_of, tabulate
from extractor.structure.targets import as_work, columns_of
from extractor.text import key
from models.errors import KehoachError
from service.training import ROOT

TABLE = "judgements"
#: The forms of papers; what each shows is read.
SUFFIXES = frozenset({".md", ".html", ".docx", ".txt", ".pdf"})


@dataclass(frozen=True, slots=True, order=True)
class Lesson:
    """Something judged: its kind, and its signs by name; a sign may be shown twice."""

    decision: Decision
    document: str
    kind: str
    signs: tuple[str, ...]


def lessons() -> Counter[Lesson]:
    """All lessons of `corpora/judgements.tsv`, and how often each was given."""
    found: Counter[Lesson] = Counter()
    for row in rows(TABLE):
        shown = tuple(filter(None, row["signs"].split("; ")))
        lesson = Lesson(row["decision"], row["document"], row["kind"], shown)  # type: ignore[arg-type]
        found[lesson] += int(row["times"])
    return found


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as far as it is read before anything is judged; each table with its titles."""

    document: str
    tables: list[tuple[Sheet, str]]
    segments: Segments
    context: Context

    @classmethod
    def of(cls, path: Path) -> "Paper":
        layout = layout_of(path.read_bytes(), path.name)
        segments = segment(layout)
        outline = segments.outline
        sheets = sheets_of(layout.blocks, outline.tables)
        tables = [(sheet, outline.heading(sheet.block)) for sheet in sheets]
        listings = tabulate(layout.blocks, outline, segments.form)
        context = context_of(segments, listings, unit_of_plan(segments))
        return cls(path.name.partition(".")[0], tables, segments, context)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says of a paper: the kinds of its tables, the words of its rows, headings and
    duties, of what is none; `others` are the marks of items that are not what they are taken for.
    """

    tables: tuple[str, ...]
    items: Mapping[str, frozenset[str]]
    headings: frozenset[str]
    duties: frozenset[str] | None
    matters: frozenset[str]
    others: frozenset[str]

    @classmethod
    def of(cls, document: str, gold: Mapping[str, Any]) -> "Answer":
        seen = next((row for row in rows("gold/papers") if row["document"] == document), {})
        items = {kind: gold.get(kind, ()) for kind in ("tasks", "targets")}
        duties = [row["task"] for row in gold.get("narrative_tasks", ())]
        duties += [item for one in gold.get("responsibilities", ()) for item in one["items"]]
        return cls(
            tuple(gold.get("tables", ())) or several(seen.get("tables", "")),
            {
                kind: frozenset(key(text) for row in listed if (text := _named(row)))
                for kind, listed in items.items()
            },
            frozenset(key(text) for row in items["tasks"] for text in row["group"]),
            None if seen.get("duties") == "read" else frozenset(map(key, duties)),
            frozenset(map(key, gold.get("matters", ()))),
            frozenset(several(seen.get("others", ""))),
        )


def _named(row: Mapping[str, Any]) -> str | None:
    """What names a row of an annotation."""
    names = ("task", "subject", "target", "indicator", "text")
    return next((row[name] for name in names if row.get(name)), None)


def lessons_of(path: Path, gold: Mapping[str, Any]) -> Iterator[Lesson]:
    """What a paper teaches; `gold` is its annotation, of which what is missing teaches nothing."""
    paper = Paper.of(path)
    answer = Answer.of(paper.document, gold)
    for (sheet, title), kind in zip(paper.tables, answer.tables, strict=False):
        if not is_blank(sheet):
            yield Lesson("table", paper.document, kind, tuple(signs_of(sheet, title)))
        if answer.items.get(kind):
            for row_kind, shown in _rows(sheet, kind, answer):
                yield Lesson("row", paper.document, row_kind, shown)
    form = paper.segments.form
    if form is None or form.duties == "none":
        return
    for duty in considered(paper.segments, paper.context):
        shown = tuple(duty.signs(deadline_of(duty, paper.context, []) is not None))
        told = _duty(duty.text, judged("duty", shown), answer)
        if told:
            yield Lesson("duty", paper.document, told, shown)


def _rows(sheet: Sheet, kind: str, answer: Answer) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of a table with what they are: an item by its words, a heading by those of groups.

    What is neither is what its signs say, unless that is an item, which it is not.
    """
    work = kind == "tasks"
    header = with_task(sheet) if work else as_work(sheet.header, columns_of(sheet))
    for view in views_of(sheet.rows, header):
        shown = tuple(view.signs)
        texts = {key(text) for text in view.row.texts if text}
        name = key(view.name or "")
        if texts & answer.items[kind]:
            yield "item", shown
        elif name and any(h.endswith(name) for h in answer.headings):
            yield "heading", shown
        elif (told := _apart(shown)) != "item":
            yield told, shown


def _apart(shown: tuple[str, ...]) -> str:
    """What a row is that is neither item nor heading by its words."""
    kinds = (signs("row")[name].kind for name in shown)
    return next((kind for kind in kinds if kind not in ("item", "heading")), judged("row", shown))


def _duty(text: str, taken: str, answer: Answer) -> str | None:
    """Whether an item is a duty: by its words, or as it was taken where a person has read them."""
    if answer.duties is not None:
        words = key(text)
        found = any(words in duty or duty in words for duty in answer.duties if duty)
        return "duty" if found else "doubtful" if words in answer.matters else None
    mark = sha1(key(text).encode()).hexdigest()[:8]
    return taken if mark not in answer.others else "doubtful" if taken == "duty" else "duty"


def written(found: Counter[Lesson]) -> str:
    """The table of the lessons."""
    head = (
        f"# Source: annotations of issued and of generated plans; made {date.today()}.\n"
        "# What was judged of them, and the signs it showed. Made by service/training/\n"
        "# judgements.py, not by hand; service/training/signs.py learns from it. Papers whose\n"
        "# files are not here keep what they have.\n"
        "decision\tdocument\tkind\tsigns\ttimes\n"
    )
    lines = (
        f"{one.decision}\t{one.document}\t{one.kind}\t{'; '.join(one.signs)}\t{times}\n"
        for one, times in sorted(found.items())
    )
    return head + "".join(lines)


def main(papers: Path, gold: Path) -> None:
    """Takes the lessons of the files in `papers` anew; `gold` has the annotation of each."""
    judged_by_eye = {row["document"] for row in rows("gold/papers")}
    fresh: dict[str, Counter[Lesson]] = defaultdict(Counter)
    for path in sorted(papers.rglob("*.*")):
        document = path.name.partition(".")[0]
        annotation = next(gold.rglob(f"{path.stem}.gold.json"), None)
        known = annotation is not None or document in judged_by_eye
        if not known or path.suffix not in SUFFIXES:
            continue
        given = json.loads(annotation.read_text("utf-8")) if annotation else {}
        try:
            fresh[document].update(lessons_of(path, given))
        except KehoachError as error:
            print(path.name, error, file=sys.stderr)
    found = Counter({one: times for one, times in lessons().items() if one.document not in fresh})
    for taught in fresh.values():
        found.update(taught)
    (ROOT / f"{TABLE}.tsv").write_text(written(found), "utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
