"""Tables flattened into dumps, whose rows are known: the lessons of `dumps`.

They are the tables of the sample plans, and others drawn at random from the cells of one plan.
Each is flattened in a way of real dumps: a line for each line of a cell; bars between cells; bars
that mark rows and empty cells, too. What a merged cell covers is not printed.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from corpora.fields import criteria
from corpora.tables import rows
from extractor.layout import Paragraph, Table
from extractor.readers.html import read_html
from extractor.structure.dumps.frame import Frame, Unit
from extractor.structure.dumps.moves import Move
from extractor.structure.evidence import NO_HABITS, Habits, habits_of, kind_of
from extractor.structure.headers import header_of
from models.provenance import Place
from service.training import ROOT

WAYS = ("lines", "bars", "marked")
_SEED = 0

#: Where each unit goes: the kind of its row, its column, whether a row begins with it.
Target = tuple[str, int, bool]
OUTSIDE: Target = ("out", 0, False)


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed row: its kind, the text of each column that has one of its own, and the columns
    whose cell is empty."""

    kind: str
    cells: Mapping[int, str]
    empty: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sample:
    """A table with known rows, and the text that follows it; `source` is the plan it is from.

    `headings` are as printed, "A / B" where B stands below A; one that is drawn has none.
    """

    source: str
    roles: tuple[str | None, ...]
    rows: tuple[Printed, ...]
    after: tuple[str, ...]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DumpLesson:
    """A flattened table: its units, and where each goes."""

    source: str
    way: str
    frame: Frame
    habits: Habits
    units: list[Unit] = field(default_factory=list)
    places: list[Target] = field(default_factory=list)

    def is_right(self, number: int, move: Move) -> bool:
        """Whether a move to the unit of this number is right."""
        return (*move.state[:2], move.opens) == self.places[number]

    def add(self, text: str, bars: int, place: Target) -> None:
        self.units.append(Unit(text, Place(), bars))
        self.places.append(place)


@cache
def samples(slug: str) -> tuple[Sample, ...]:
    """The tables of a sample plan."""
    blocks = read_html((ROOT / "plans" / slug / f"{slug}.html").read_bytes()).blocks
    found = []
    for index, table in enumerate(blocks):
        if not isinstance(table, Table) or table.columns < 3 or table.rows < 4:
            continue
        header = header_of(table)
        if not header.depth:
            continue
        after = [b.text for b in blocks[index + 1 : index + 7] if isinstance(b, Paragraph)]
        body = tuple(_rows(table, header.depth, header.roles))
        found.append(Sample(slug, header.roles, body, tuple(after), header.headings))
    return tuple(found)


def _rows(table: Table, first: int, roles: tuple[str | None, ...]) -> Iterator[Printed]:
    frame = Frame(roles)
    for number, line in enumerate(table.grid()[first:], first):
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
            wide = own[column].column_span >= table.columns - 1
            if (wide or own[column].bold) and column <= frame.title:
                kind = "group"
        elif not covered and {frame.ordinal, frame.title} <= set(cells):
            # A heading row may carry the deadline of all its rows.
            more = {roles[column] for column in cells} - {"ordinal", roles[frame.title]}
            if not more or (more == {"deadline"} and cells[frame.title].isupper()):
                kind = "parent"
        yield Printed(kind, cells, frozenset(set(own) - set(cells)))


def flattened(sample: Sample, way: str, habits: Habits = NO_HABITS) -> DumpLesson:
    """The table as a dump has it."""
    out = DumpLesson(
        sample.source, way, Frame(sample.roles, way != "lines", way == "marked"), habits
    )
    bars = int(way == "marked")
    for row in sample.rows:
        bars += way == "marked"
        opens = True
        for column in range(len(sample.roles)):
            if text := row.cells.get(column):
                # Only bars tell that a heading over all columns does not begin with the first.
                at = column if row.kind != "group" or way == "marked" else 0
                for line in text.split("\n") if way == "lines" else [text]:
                    out.add(line, bars, (row.kind, at, opens))
                    bars, opens = 0, False
                bars += way != "lines"
            elif column in row.empty:
                bars += way == "marked"
    after = sample.after if way == "lines" else ["\n".join(sample.after)] * bool(sample.after)
    for text in after:
        out.add(text, bars, OUTSIDE)
        bars = 0
    return out


def lessons(slug: str, drills: int) -> list[DumpLesson]:
    """The tables of a plan in each way, and as many drawn ones as `drills` says."""
    draw = random.Random(_SEED)
    plan = samples(slug)
    found = []
    for sample in plan:
        others = [one for one in plan if one is not sample and one.roles == sample.roles]
        habits = habits_of(cell for other in others for cell in _teaching(other))
        found += [flattened(sample, w, habits if w == "lines" else NO_HABITS) for w in WAYS]
    known = pools(plan)
    for number in range(drills):
        way = WAYS[number % len(WAYS)]
        found.append(flattened(drawn(draw, known, slug, way), way))
    return found


def _teaching(sample: Sample) -> Iterator[tuple[int, str]]:
    """The cells of the rows that lack none and have one line in each."""
    for row in sample.rows:
        texts = row.cells.values()
        if len(texts) == len(sample.roles) and not any("\n" in text for text in texts):
            yield from row.cells.items()


#: What a drawn table may have besides its ordinals.
FORMS = (
    ("task", "lead", "coordinating", "deadline"),
    ("task", "lead", "coordinating", "product", "deadline"),
    ("task", "product", "lead", "coordinating", "deadline"),
    ("task", "product", "deadline", "lead", "coordinating", "note"),
    ("task", "lead", "deadline"),
    ("task", "lead", "deadline", "product"),
    ("task", "deadline", "lead", "product"),
    ("lead", "task", "deadline"),
    ("lead", "coordinating", "subject", "task", "target", "deadline"),
    ("task", "lead", "coordinating", "approver", "deadline"),
    ("task", "lead", "coordinating", "start", "deadline", "note"),
    ("subject", "target", "task", "deadline"),
    ("subject", "task", "lead", "deadline", "note"),
    ("subject", "unit", "indicator_base", "target"),
    ("subject", "indicator_base", "target", "lead"),
    ("target", "unit", "indicator_base", "lead"),
    ("task", "lead", "product", "indicator_base", "note"),
)
#: How often a cell is empty, and how many times as often where bars tell; how often cells on the
#: left of a row reach over several, or those on the right over two; how often a text is from
#: another plan; how often a product is a whole sentence.
_EMPTY = {"lead": 0.02, "coordinating": 0.06, "product": 0.08, "deadline": 0.04, "unit": 0.02,
          "indicator_base": 0.03, "note": 0.85, "approver": 0.03, "start": 0.05,
          "target": 0.04, "ordinal": 0.02}  # fmt: skip
_PRINTED = 3
_LEFT, _RIGHT, _FOREIGN, _SENTENCE = 0.15, 0.05, 0.2, 0.2
#: How often the first row below a heading numbered I takes number and subject from there; how often
#: the headings of a marked dump have no number, and stand beside its empty cell.
_UNDER, _BARE = 0.2, 0.3
#: How rows are numbered: the heading of a group, and a row below it.
_NUMBERINGS = (
    ("", "{row}"), ("", "{row}"), ("", "{row}."), ("", ""), ("{roman}", "{row}"),
    ("{roman}", "{row}"), ("{head}", "{head}.{row}"), ("{roman}", "{roman}.{row}"),
    ("{letter}", "{row}"), ("{roman}.{head}", "{roman}.{head}.{row}"), ("", "{head}.{row}"),
)  # fmt: skip
#: Whose texts stand for those of a role that no plan has.
_LIKE = {"approver": "lead", "start": "deadline"}
_NOTES = ("Báo cáo", "Hằng năm", "Thực hiện từ năm 2023", "Theo phân công", "Đã có")
_UNITS = ("%", "Hồ sơ", "Điểm", "Thủ tục", "Cơ quan", "Triệu đồng", "Văn bản", "Ngày")

#: Sample plans whose goals stand in running text.
_WITHOUT_TABLES = ("lai-chau-2025", "binh-duong-2024")

Pools = Mapping[str, Sequence[str]]


def pools(plan: Sequence[Sample]) -> Pools:
    """Texts for each role: those of the plan; "foreign" ones are of `corpora/`, of no plan."""
    found: dict[str, list[str]] = defaultdict(list)
    for sample in plan:
        for row in sample.rows:
            for column, text in row.cells.items():
                if row.kind == "cell" and column != Frame(sample.roles).ordinal:
                    found[sample.roles[column] or "other"].append(text)
                elif row.kind != "cell" and column != Frame(sample.roles).ordinal:
                    found["title"].append(text)
        found["after"] += sample.after
    for kind, texts in _foreign().items():
        found[f"foreign {kind}"] = texts
    for role in ("lead", "coordinating", "subject", "target"):
        found[role] = found[role] or found[f"foreign {kind_of(role)}"]
    found["note"], found["unit"] = list(_NOTES), list(_UNITS)
    found["title"] = found["title"] or found["subject"]
    return {role: texts for role, texts in found.items() if texts}


@cache
def _foreign() -> dict[str, list[str]]:
    """Texts of some kinds of columns that are from no plan with tables."""
    deadlines = [row for row in rows("gold/more_deadlines") if row["kind"] != "none"]
    goals = [
        target["text"]
        for slug in _WITHOUT_TABLES
        for target in json.loads((ROOT / "plans" / slug / f"{slug}.gold.json").read_text("utf-8"))[
            "targets"
        ]
    ]
    return {
        "doer": [row["text"] for row in rows("gold/collectives")]
        + [row["name"] for row in rows("agencies")][::7],
        "deadline": [row["text"].replace("\\n", "\n") for row in deadlines],
        "subject": [criterion.text for criterion in criteria()],
        "target": goals,
    }


def drawn(
    draw: random.Random,
    known: Pools,
    source: str,
    way: str,
    forms: Sequence[tuple[str, ...]] = FORMS,
) -> Sample:
    """A table of one of these forms, its cells drawn from `known`."""
    able = {*known, "indicator_base"}
    form = draw.choice([one for one in forms if all(_LIKE.get(r, r) in able for r in one)])
    roles = ("ordinal", *form)
    above, below = draw.choice(_NUMBERINGS)
    heading = draw.choice(("group", "parent"))
    # A heading without a number is told from a row by the bars alone.
    bare = way == "marked" and draw.random() < _BARE
    if bare:
        heading, above, below = "group", "-", "{row}"
    left = draw.randint(1, len(form) - 1) if draw.random() < _LEFT else 0
    lines: list[Printed] = []
    row = reaching = 0
    under = False
    for number in range(draw.randint(6, 12)):
        head = number // 4 + 1
        marks = {"roman": "I" * head, "head": head, "letter": "ABC"[head - 1]}
        if number % 4 == 0 and not bare and (above or "head" in below):
            row = 0
        if number % 4 == 0 and above:
            reaching = 0
            mark = "" if bare else above.format(**marks)
            lines.append(_heading(draw, known, heading, mark, len(roles)))
            under = heading == "parent" and above == "{roman}" and draw.random() < _UNDER
        merged = set(range(left + 1)) if reaching else set()
        if under:
            merged |= {0, 1} if form[0] == "subject" else {0}
            under = False
        reaching = reaching - 1 if reaching else draw.randint(0, 3) * bool(left)
        if lines and lines[-1].kind == "cell" and row and draw.random() < _RIGHT:
            merged |= set(range(draw.randint(2, len(form)), len(roles)))
        cells = {}
        for column, role in enumerate(roles):
            seldom = _EMPTY.get(role, 0.0) * (1 if way != "marked" else _PRINTED)
            if column in merged or draw.random() < seldom:
                continue
            if role != "ordinal":
                cells[column] = _text(draw, known, role)
            elif below:
                row += 1
                cells[column] = below.format(row=row, **marks)
        if any(cells):
            empty = frozenset(range(len(roles))) - set(cells) - merged
            lines.append(Printed("cell", cells, empty))
    after = draw.sample(known["after"], min(4, len(known["after"])))
    if draw.random() < 0.5:
        after = [f"PHỤ LỤC {draw.randint(1, 20)}", "CÁC NHIỆM VỤ KHÁC", *after]
    return Sample(source, roles, tuple(lines), tuple(after))


def _heading(draw: random.Random, known: Pools, kind: str, mark: str, width: int) -> Printed:
    title = draw.choice(known["title"]).split("\n")[0][:100]
    title = title.upper() if draw.random() < 0.4 else title
    if not mark:
        return Printed("group", {1: title}, frozenset(range(width)) - {1})
    if kind == "group":
        return Printed("group", {0: f"{mark}. {title}"}, frozenset())
    return Printed("parent", {0: mark, 1: title}, frozenset(range(2, width)))


def _text(draw: random.Random, known: Pools, role: str) -> str:
    if role == "indicator_base":
        number = draw.choice((str(draw.randint(1, 400)), f"{draw.uniform(1, 100):.2f}"))
        return number + draw.choice(("", "", "%", "/10"))
    foreign = known.get(f"foreign {kind_of(role)}")
    if foreign and draw.random() < _FOREIGN:
        return draw.choice(foreign)
    if role == "product" and draw.random() < _SENTENCE:
        return draw.choice(known.get("target") or known["task"])
    return draw.choice(known[_LIKE.get(role, role)])
