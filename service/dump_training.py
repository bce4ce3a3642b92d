"""Prunes the weights of the decoder of dumps: `python -m service.dump_training`, or `make model`.

1. The lessons: the tables of the sample plans, and as many drawn at random from their cells and
   from the texts of known meaning in `corpora/`, each flattened into a dump (a line for a line of
   a cell, with bars between cells, with bars that mark rows and empty cells). What row and column
   each line is from is known.
2. The weights (`corpora/models/dumps.tsv`) are set by hand. One without which the known rows are
   no less likely, among all that the decoder's moves may give, is left out.
3. The scores (`corpora/scores/dumps.json`): the rows that come back from the dumps of each way.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy
from numpy.typing import NDArray

from corpora.tables import path, rows
from extractor.layout import Paragraph, Table
from extractor.readers.html import read_html
from extractor.structure.dumps.evidence import NO_HABITS, Sign, Weights
from extractor.structure.dumps.moves import Frame, Unit, end_cost
from extractor.structure.dumps.rows import decode_rows, lattice
from extractor.structure.headers import header_of
from models.provenance import Place

#: Plans with tables of tasks.
HELD_OUT = ("vinh-long-2023", "ninh-son-2024", "dong-nai-2024")
WAYS = ("lines", "bars", "marked")
_SEED, _DRAWN = 0, 150
#: Paths this much worse than the best are not weighed.
_BEAM = 9.0
#: How much less likely the lessons must be without a weight, as a logarithm, for it to stay.
_WORTH = 0.3
#: Signs that the lessons hardly show: no plan names persons, few have a column of measures.
_UNSEEN = frozenset(
    {("lead", "person"), ("coordinating", "person"), ("indicator_base", "any")}
    | {("follow", "first"), ("follow", "same"), ("indicator_base", "deadline")}
)

#: Where each unit goes: the kind of its row, its column, whether a row begins with it.
Target = tuple[str, int, bool]
_OUT: Target = ("out", 0, False)


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row: its kind, and the text of each column that has one of its own."""

    kind: str
    cells: Mapping[int, str]
    empty: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Sample:
    """A table with known rows, and the text that follows it."""

    source: str
    roles: tuple[str | None, ...]
    rows: tuple[Row, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A flattened table: its units, and where each goes."""

    frame: Frame
    units: list[Unit]
    places: list[Target] = field(default_factory=list)


@cache
def samples(slug: str) -> tuple[Sample, ...]:
    """The tables of a sample plan."""
    file = Path(str(path("plans"))) / slug / f"{slug}.html"
    blocks = read_html(file.read_bytes()).blocks
    found = []
    for index, table in enumerate(blocks):
        if not isinstance(table, Table) or table.columns < 3 or table.rows < 4:
            continue
        header = header_of(table)
        if not header.depth:
            continue
        after = [b.text for b in blocks[index + 1 : index + 7] if isinstance(b, Paragraph)]
        body = tuple(_rows(table, header.depth, header.roles))
        found.append(Sample(slug, header.roles, body, tuple(after)))
    return tuple(found)


def _rows(table: Table, first: int, roles: Sequence[str | None]) -> Iterator[Row]:
    frame = Frame(tuple(roles))
    for number, line in enumerate(table.grid()):
        if number < first:
            continue
        own = {
            column: cell
            for column, cell in enumerate(line)
            if cell and cell.row == number and cell.column == column
        }
        cells = {column: cell.text for column, cell in own.items() if cell.text}
        if not cells:
            continue
        covered = any(cell and cell.row < number for cell in line)
        kind = "cell"
        if not covered and len(cells) == 1:
            (column,) = cells
            if own[column].column_span >= table.columns - 1 or own[column].bold:
                kind, cells = "group", {0: cells[column]}
        elif not covered and {frame.ordinal, frame.title} <= set(cells):
            # A heading row may carry the deadline of all its rows.
            more = {roles[column] for column in cells} - {"ordinal", roles[frame.title]}
            if not more or (more == {"deadline"} and cells[frame.title].isupper()):
                kind = "parent"
        yield Row(kind, cells, frozenset(set(own) - set(cells)))


def lesson(sample: Sample, how: str) -> Lesson:
    """The table as a dump has it, one of `WAYS`: what a merged cell covers is not printed."""
    out = Lesson(Frame(sample.roles, how != "lines", how == "marked"), [])
    bars = 0
    for row in sample.rows:
        bars += how == "marked"
        opens = True
        for column in range(len(sample.roles)):
            if text := row.cells.get(column):
                for line in text.split("\n") if how == "lines" else [text]:
                    out.units.append(Unit(line, Place(), bars))
                    out.places.append((row.kind, column, opens))
                    bars, opens = 0, False
                bars += how != "lines"
            elif column in row.empty:
                bars += how == "marked"
    after = sample.after if how == "lines" else ["\n".join(sample.after)] * bool(sample.after)
    for text in after:
        out.units.append(Unit(text, Place(), bars))
        out.places.append(_OUT)
        bars = 0
    return out


Pools = Mapping[str, Sequence[str]]


def pools(plans: Sequence[Sample], without: str = "") -> Pools:
    """Texts for each role: those of the plans, and of `corpora/`; none that stands in `without`."""
    found: dict[str, list[str]] = defaultdict(list)
    for sample in plans:
        for row in sample.rows:
            for column, text in row.cells.items():
                role = sample.roles[column] or "other"
                if row.kind == "cell" and role != "ordinal":
                    found[role].append(text)
                elif row.kind != "cell" and column != Frame(sample.roles).ordinal:
                    found["title"].append(text)
        found["after"] += sample.after
    agencies = [row["text"].replace("\\n", "\n") for row in rows("gold/agencies")]
    found["lead"] += [text for text in agencies if len(text) < 60]
    found["coordinating"] += agencies
    found["deadline"] += [row["text"].replace("\\n", "\n") for row in rows("gold/deadlines")]
    found["note"] += ["Báo cáo", "Hằng năm", "Thực hiện từ năm 2023", "Theo phân công", "Đã có"]
    found["unit"] += ["%", "Hồ sơ", "Điểm", "Thủ tục", "Cơ quan", "Triệu đồng", "Văn bản", "Ngày"]
    return {
        role: [t for t in dict.fromkeys(texts) if t and t not in without]
        for role, texts in found.items()
    }


#: What a drawn table may have besides its ordinals, and how often such a cell is empty.
_EMPTY = {"task": 0.0, "subject": 0.02, "target": 0.06, "lead": 0.02, "coordinating": 0.15,
          "product": 0.08, "deadline": 0.04, "unit": 0.02, "indicator_base": 0.03, "note": 0.85,
          "approver": 0.03, "start": 0.05, "other": 0.15}  # fmt: skip
_FORMS = (
    ("task", "lead", "coordinating", "deadline"),
    ("task", "lead", "coordinating", "product", "deadline"),
    ("task", "product", "lead", "coordinating", "deadline"),
    ("task", "product", "deadline", "lead", "coordinating", "note"),
    ("task", "lead", "deadline"),
    ("task", "lead", "deadline", "product"),
    ("task", "deadline", "lead", "product"),
    ("lead", "task", "deadline"),
    ("task", "lead", "coordinating", "approver", "deadline"),
    ("task", "lead", "coordinating", "start", "deadline", "note"),
    ("subject", "target", "task", "deadline"),
    ("subject", "task", "lead", "deadline", "note"),
    ("subject", "unit", "indicator_base", "target"),
    ("subject", "indicator_base", "target", "lead"),
    ("task", "lead", "product", "indicator_base", "note"),
)
_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def drawn(draw: random.Random, known: Pools) -> Sample:
    """A table of random form, its cells drawn from `known`."""
    form = tuple(role for role in draw.choice(_FORMS) if known.get(_source(role)))
    roles = ("ordinal", *form)
    numbering = draw.choice(("plain", "plain", "groups", "dotted", "none"))
    heading = draw.choice(("group", "parent"))
    lines: list[Row] = []
    count = 0
    for number in range(draw.randint(6, 12)):
        if numbering in ("groups", "dotted") and number % 4 == 0 and len(lines) < 40:
            mark = _ROMAN[number // 4] if numbering == "groups" else str(number // 4 + 1)
            title = draw.choice(known.get("title") or known["task"])[:80]
            title = title.upper() if draw.random() < 0.4 else title
            if heading == "group":
                lines.append(Row("group", {0: f"{mark}. {title}"}))
            else:
                lines.append(Row("parent", {0: mark, 1: title}, frozenset(range(2, len(roles)))))
            count = 0
        count += 1
        ordinal = f"{number // 4 + 1}.{count}" if numbering == "dotted" else str(count)
        cells = {} if numbering == "none" or draw.random() < 0.02 else {0: ordinal}
        merged = set()
        for column, role in enumerate(form, 1):
            if draw.random() < _EMPTY[role]:
                continue
            if role in ("lead", "deadline") and column > 1 and lines and draw.random() < 0.05:
                merged.add(column)
                continue
            cells[column] = _text(draw, known, role)
        if len(cells) > 1:
            lines.append(Row("cell", cells, frozenset(range(len(roles))) - set(cells) - merged))
    after = draw.sample(list(known["after"]), min(4, len(known["after"])))
    if draw.random() < 0.5:
        after = [f"PHỤ LỤC {draw.randint(1, 20)}", "CÁC NHIỆM VỤ KHÁC", *after]
    return Sample("drawn", roles, tuple(lines), tuple(after))


def _source(role: str) -> str:
    return {"approver": "lead", "start": "deadline", "indicator_base": "unit"}.get(role, role)


def _text(draw: random.Random, known: Pools, role: str) -> str:
    if role == "indicator_base":
        number = draw.choice((str(draw.randint(1, 400)), f"{draw.uniform(1, 100):.2f}"))
        return number + draw.choice(("", "", "%", "/10"))
    return draw.choice(known[_source(role)])


class Form(float):
    """A number that remembers which weights it is the sum of, and how often each."""

    parts: Mapping[Sign, float]

    @classmethod
    def of(cls, value: float, parts: Mapping[Sign, float]) -> "Form":
        made = cls(value)
        made.parts = parts
        return made

    def __add__(self, other: float) -> "Form":
        if not isinstance(other, Form):
            return Form.of(float(self) + other, self.parts)
        parts = dict(self.parts)
        for sign, times in other.parts.items():
            parts[sign] = parts.get(sign, 0.0) + times
        return Form.of(float(self) + float(other), parts)

    __radd__ = __add__

    def __mul__(self, times: float) -> "Form":
        return Form.of(float(self) * times, {s: t * times for s, t in self.parts.items()})

    __rmul__ = __mul__


Floats = NDArray[numpy.float64]
Whole = NDArray[numpy.int64]


@dataclass(frozen=True, slots=True)
class Layer:
    """The moves to one unit, those to one state together: the state each comes from, where those
    to each state begin, whether it is right."""

    source: Whole
    begins: Whole
    state_of: Whole
    right: NDArray[numpy.bool_]
    first: int

    def own(self, gains: Floats, only_right: bool) -> Floats:
        """What the moves of this layer gain; only the right ones gain anything, if so asked."""
        mine = gains[self.first : self.first + len(self.source)]
        return numpy.where(self.right, mine, -numpy.inf) if only_right else mine


@dataclass(frozen=True, slots=True)
class Field:
    """All moves through a lesson: what signs each has, and how often."""

    layers: list[Layer]
    move: Whole
    sign: Whole
    times: Floats
    moves: int
    fixed: Floats

    @classmethod
    def of(cls, given: Lesson, known: Mapping[Sign, float]) -> "Field | None":
        """None where no moves give the known rows."""
        number = {sign: at for at, sign in enumerate(known)}
        forms = Weights({sign: Form.of(value, {sign: 1.0}) for sign, value in known.items()})
        states = lattice(given.units, given.frame, NO_HABITS, forms, _BEAM)
        if any(place != _OUT for place in given.places[len(states) - 1 :]):
            return None
        move: list[int] = []
        sign: list[int] = []
        times: list[float] = []
        fixed: list[float] = []
        layers: list[Layer] = []

        def add(gain: float) -> None:
            parts = gain.parts if isinstance(gain, Form) else {}
            move.extend([len(fixed)] * len(parts))
            sign.extend(number[part] for part in parts)
            times.extend(parts.values())
            fixed.append(float(gain) - sum(known[part] * n for part, n in parts.items()))

        index = {next(iter(states[0])): 0}
        for unit, layer in enumerate(states[1:]):
            first = len(fixed)
            source: list[int] = []
            begins: list[int] = []
            state_of: list[int] = []
            right: list[bool] = []
            kept = {state: at for at, state in enumerate(layer)}
            for state, node in layer.items():
                begins.append(len(source))
                for before, gain, opens in node.edges:
                    source.append(index[before])
                    state_of.append(kept[state])
                    right.append((*state[:2], opens) == given.places[unit])
                    add(gain)
            index = kept
            arrays = (numpy.array(source), numpy.array(begins), numpy.array(state_of))
            layers.append(Layer(*arrays, numpy.array(right), first))
        first = len(fixed)
        for state in index:
            add(end_cost(forms, given.frame, state[0], state[1]))
        count = len(index)
        layers.append(
            Layer(
                numpy.arange(count),
                numpy.zeros(1, int),
                numpy.zeros(count, int),
                numpy.ones(count, bool),
                first,
            )
        )
        made = cls(
            layers,
            numpy.array(move),
            numpy.array(sign),
            numpy.array(times),
            len(fixed),
            numpy.array(fixed),
        )
        return made if numpy.isfinite(made.likely(_array(known))) else None

    def gains(self, weights: Floats) -> Floats:
        return self.fixed + numpy.bincount(
            self.move, weights=self.times * weights[self.sign], minlength=self.moves
        )

    def likely(self, weights: Floats) -> float:
        """The log likelihood of the known rows."""
        gains = self.gains(weights)
        right, every = (float(self._sums(gains, only)[-1][0]) for only in (True, False))
        return right - every

    def _sums(self, gains: Floats, only_right: bool) -> list[Floats]:
        """For each layer, the sums over all ways to its states, or over the right ones."""
        sums = [numpy.zeros(1)]
        with numpy.errstate(divide="ignore"):
            for layer in self.layers:
                ways = sums[-1][layer.source] + layer.own(gains, only_right)
                top = max(ways.max(), -1e9)
                sums.append(
                    top + numpy.log(numpy.add.reduceat(numpy.exp(ways - top), layer.begins))
                )
        return sums


def _array(known: Mapping[Sign, float]) -> Floats:
    return numpy.array(list(known.values()))


def shown_weights() -> dict[Sign, float]:
    """The weights whose worth the lessons can show."""
    known = {(row["part"], row["sign"]): float(row["weight"]) for row in rows("models/dumps")}
    return {sign: value for sign, value in known.items() if sign not in _UNSEEN}


def fields(
    taught: Sequence[Sample], prior: Mapping[Sign, float], without: str = "", drills: int = _DRAWN
) -> list[Field]:
    """What is learned from: each table in each way, and as many drawn ones as `drills` says."""
    draw = random.Random(_SEED)
    known = pools(taught, without)
    given = [lesson(sample, how) for sample in taught for how in WAYS]
    given += [lesson(drawn(draw, known), WAYS[at % len(WAYS)]) for at in range(drills)]
    return [found for one in given if (found := Field.of(one, prior))]


def worth(shown: Sequence[Field], known: Mapping[Sign, float]) -> dict[Sign, float]:
    """How much less likely the known rows are without each weight."""
    weights = _array(known)
    whole = sum(one.likely(weights) for one in shown)
    found = {}
    for at, sign in enumerate(known):
        without = weights.copy()
        without[at] = 0.0
        found[sign] = whole - sum(one.likely(without) for one in shown)
    return found


def rows_right(taught: Sequence[Sample], known: Mapping[Sign, float]) -> dict[str, float]:
    """The share of rows that come back from the dumps of each way."""
    found = {}
    for how in WAYS:
        right = total = 0
        for given in (lesson(sample, how) for sample in taught):
            want: list[set[tuple[int, int]]] = []
            for index, (kind, column, opens) in enumerate(given.places):
                if kind != "out":
                    want += [set()] if opens else []
                    want[-1].add((index, column))
            decoded = decode_rows(given.units, given.frame, NO_HABITS, Weights(known)).rows
            got = [{(i, c) for c, ids in row.cells.items() for i in ids} for row in decoded]
            right += sum(row in got for row in want)
            total += len(want)
        found[how] = round(right / total, 4)
    return found


def main() -> None:
    """Writes the weights that stay, and scores, into `corpora/`."""
    root = Path(str(path("")))
    known = shown_weights()
    plans = [sample for slug in HELD_OUT for sample in samples(slug)]
    worths = worth(fields(plans, known), known)
    lines = [
        f"{row['part']}\t{row['sign']}\t{row['weight']}\n"
        for row in rows("models/dumps")
        if worths.get((row["part"], row["sign"]), _WORTH) >= _WORTH
    ]
    (root / "models" / "dumps.tsv").write_text(
        "# Weights of the signs by which the rows of a dump are told; logarithms of odds.\n"
        "# Set by hand on the sample plans; pruned by service/dump_training.py; 2026-11-28.\n"
        "part\tsign\tweight\n" + "".join(lines),
        "utf-8",
    )
    every = {(row["part"], row["sign"]): float(row["weight"]) for row in rows("models/dumps")}
    scores = {slug: rows_right(samples(slug), every) for slug in HELD_OUT}
    (root / "scores" / "dumps.json").write_text(json.dumps(scores, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
