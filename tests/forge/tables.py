"""Tables of invented plans: how each looks, and what stands in it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from tests.forge import phrases
from tests.forge.writing import Block, Cell, Grid, Text

Gold = dict[str, Any]

_HEADINGS = {
    "ordinal": ("STT", "TT", "Số TT"),
    "task": ("Nhiệm vụ", "Nội dung công việc", "Tên nhiệm vụ", "Nhiệm vụ, giải pháp"),
    "lead": ("Cơ quan chủ trì", "Đơn vị chủ trì", "Chủ trì", "Đơn vị thực hiện"),
    "coordinating": ("Cơ quan phối hợp", "Đơn vị phối hợp", "Phối hợp"),
    "product": ("Sản phẩm", "Kết quả đầu ra", "Sản phẩm dự kiến"),
    "target": ("Chỉ tiêu/kết quả", "Chỉ tiêu cần đạt"),
    "deadline": ("Thời gian hoàn thành", "Thời hạn", "Thời gian thực hiện", "Tiến độ"),
    "note": ("Ghi chú",),
}
#: Stands between a heading and the one over it.
OVER = " / "
#: Columns in which a row that is done then has a cross; columns that say neither who nor when.
_WHEN = (
    [f"Thời gian thực hiện / Quý {quarter}" for quarter in ("I", "II", "III", "IV")],
    [f"Tiến độ năm 2026 / Quý {quarter}" for quarter in ("I", "II", "III", "IV")],
    [f"Quý {quarter}" for quarter in ("I", "II", "III", "IV")],
    [f"Thời gian thực hiện / Tháng {month}" for month in range(1, 13)],
    [f"Tháng / {month}" for month in range(1, 13)],
)
_BESIDE = (
    {"money 1": "Kinh phí (triệu đồng)", "source 1": "Nguồn vốn"},
    {f"money {n}": f"Kinh phí (triệu đồng) / {part}"
     for n, part in enumerate(("Tổng số", "Ngân sách tỉnh", "Nguồn khác"))},
    {f"money {n}": f"Kinh phí thực hiện / Năm 2026 / {part}"
     for n, part in enumerate(("Ngân sách trung ương", "Ngân sách tỉnh"))},
    {"basis 1": "Căn cứ pháp lý"},
)  # fmt: skip
_TOGETHER = (
    ("Cơ quan thực hiện / Chủ trì", "Cơ quan thực hiện / Phối hợp"),
    ("Phân công thực hiện / Đơn vị chủ trì", "Phân công thực hiện / Đơn vị phối hợp"),
)
_DEEPER = ("Tổ chức thực hiện / Cơ quan thực hiện / Chủ trì",
           "Tổ chức thực hiện / Cơ quan thực hiện / Phối hợp",
           "Tổ chức thực hiện / Thời hạn")  # fmt: skip
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
_GROUPS = ("row", "rest", "cells", "cells")
#: How the headings of groups, outermost first, and last the rows below them are numbered: by
#: number, Roman number, capital, small letter, by the number above, running on, not at all.
_NUMBERINGS = {
    0: ("{n}", "{n:02d}", "{n}."),
    1: ("- {n}", "{R} {n}", "{A} {n}", "{R} {R}.{n}", "{n} {p}.{n}", "{R}. {run}", "{R} -"),
    2: ("{A} {R} {n}", "{R} {n} {p}.{n}", "{R} {n} a)", "{A} {n} {p}.{n}"),
    3: ("{A} {R} {n} {p}.{n}", "{A} {R} {n} a)", "{R} {n} {p}.{n} a)"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: of a task, of a group (`depth` from 0), of headings or numbers of the columns again,
    of a sum, of a note.
    """

    kind: str
    ordinal: str
    cells: dict[str, str]
    depth: int = 0

    @property
    def name(self) -> str:
        return self.cells.get("task") or self.cells.get("indicator") or ""


@dataclass(frozen=True, slots=True)
class Looks:
    """How a table looks; what is not said is plain."""

    headings: str = "one"
    groups: str = "cells"
    bold: bool = False
    capitals: bool = False
    merged: bool = False
    two_ordinals: bool = False
    cut: int = 0
    caption: str = ""


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A table of tasks; `columns` are the roles in order, with their headings."""

    columns: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    looks: Looks

    kind = "tasks"

    def tasks(self) -> list[Gold]:
        found, stack = [], list[str]()
        for entry in self.entries:
            if entry.kind == "group":
                stack[entry.depth :] = [f"{entry.ordinal} {entry.name}".strip()]
            elif entry.kind == "task":
                row = {"ordinal": entry.ordinal, "group": list(stack), **entry.cells}
                if marked := [text for role, text in self.columns if entry.cells.get(role) == "x"]:
                    row["deadline"] = ", ".join(map(_when, marked))
                found.append(row)
        return found

    def targets(self) -> list[Gold]:
        return []

    def blocks(self) -> list[Block]:
        caption = [Text(self.looks.caption, bold=True)] if self.looks.caption else []
        head, rows = self._head(), self._rows()
        at = self.looks.cut
        cut = self.entries[at] if 0 < at < len(self.entries) else None
        if cut is None or cut.kind != "task" or len(cut.cells) < 2:  # one cell reads on
            return [*caption, Grid((*head, *rows))]
        return [*caption, Grid((*head, *rows[:at])), Grid(tuple(rows[at:]))]

    def smaller(self) -> Iterator["TaskTable"]:
        """The same with less of it."""
        for at in range(len(self.entries)):
            yield replace(self, entries=self.entries[:at] + self.entries[at + 1 :])
        for name, plain in (("cut", 0), ("merged", False), ("caption", ""), ("bold", False)):
            if getattr(self.looks, name) != plain:
                yield replace(self, looks=replace(self.looks, **{name: plain}))
        for at, (role, _) in enumerate(self.columns):
            if role in ("note", "product", "coordinating") and self.looks.headings != "two":
                entries = tuple(
                    replace(e, cells={r: t for r, t in e.cells.items() if r != role})
                    for e in self.entries
                )
                yield replace(self, columns=self.columns[:at] + self.columns[at + 1 :],
                              entries=entries)  # fmt: skip

    def _head(self) -> list[tuple[Cell, ...]]:
        head = _levels([heading for _, heading in self.columns])
        if self.looks.headings == "numbered":
            head.append(tuple(Cell(f"({n})") for n in range(1, len(self.columns) + 1)))
        return head

    def _rows(self) -> list[tuple[Cell, ...]]:
        shared = self._shared() if self.looks.merged else {}
        return [self._row(at, entry, shared) for at, entry in enumerate(self.entries)]

    def _shared(self) -> dict[int, int]:
        """How many rows the lead of each row goes on for; 0 where it comes from above."""
        found: dict[int, int] = {}
        at = 0
        while at < len(self.entries):
            end = at + 1
            here = self.entries[at]
            while (
                here.kind == "task"
                and end < len(self.entries)
                and end != self.looks.cut
                and self.entries[end].kind == "task"
                and self.entries[end].cells.get("lead") == here.cells.get("lead")
            ):
                end += 1
            found |= {at: end - at, **dict.fromkeys(range(at + 1, end), 0)}
            at = end
        return found

    def _row(self, at: int, entry: Entry, shared: dict[int, int]) -> tuple[Cell, ...]:
        width, bold = len(self.columns), self.looks.bold
        if entry.kind == "header":
            return tuple(Cell(text.rpartition(OVER)[2], bold=True) for _, text in self.columns)
        if entry.kind == "numbers":
            return tuple(Cell(f"({n})") for n in range(1, width + 1))
        if entry.kind in ("total", "remark"):
            return (Cell(""), Cell(entry.name, columns=width - 1))
        first = 2 if self.looks.two_ordinals else 1
        name = entry.name.upper() if self.looks.capitals else entry.name
        if entry.kind == "group" and self.looks.groups == "row":
            return (Cell(f"{entry.ordinal}. {name}".lstrip(". "), bold, columns=width),)
        if entry.kind == "group" and self.looks.groups == "rest":
            return (Cell(entry.ordinal, bold), Cell(name, bold, columns=width - 1))
        cells = []
        for column, (role, _) in enumerate(self.columns):
            text = entry.cells.get(role, "")
            if role == "ordinal":
                inner = self.looks.two_ordinals and entry.kind == "task"
                text = entry.ordinal if column == (first - 1 if inner else 0) else ""
            elif entry.kind == "group":
                text = name if role == "task" else text if role == "coordinating" else ""
            if role == "lead" and shared.get(at, 1) != 1:
                if shared[at]:
                    cells.append(Cell(text, rows=shared[at]))
                continue
            cells.append(Cell(text, bold and entry.kind == "group"))
        return tuple(cells)


def _when(heading: str) -> str:
    """The time that a column is headed with: also the month or the year that stands over it."""
    over, _, text = heading.rpartition(OVER)
    return f"{over} {text}" if text.isdigit() else text + over[-9:] * over.endswith("năm 2026")


def _levels(headings: list[str]) -> list[tuple[Cell, ...]]:
    """The rows of a head: a heading that several columns share stands over them, a lone one
    reaches down to the rows."""
    paths = [heading.split(OVER) for heading in headings]
    depth = max(map(len, paths))
    rows: list[list[Cell]] = [[] for _ in range(depth)]
    for level, row in enumerate(rows):
        for opening, columns in groupby(paths, key=lambda path, end=level + 1: path[:end]):
            width = len(list(columns))
            if opening in paths and len(opening) == level + 1:
                row += [Cell(opening[level], True, rows=depth - level)] * width
            elif len(opening) > level:
                row.append(Cell(opening[level], True, columns=width))
    return [tuple(row) for row in rows]


def task_table(draw: random.Random) -> TaskTable:
    roles = draw.sample(("lead", "coordinating", "product", "deadline"), 4)
    headings = draw.choice(("one", "one", "two", "numbered", "three"))
    if headings in ("two", "three"):
        roles = [role for role in roles if role != "coordinating"]
        roles.insert(roles.index("lead") + 1, "coordinating")
        if headings == "three":
            roles.remove("deadline")
            roles.insert(roles.index("coordinating") + 1, "deadline")
    elif draw.random() < 0.25:
        roles.remove(draw.choice(("coordinating", "product")))
    elif headings == "one" and draw.random() < 0.25:
        roles = [draw.choice(("lead", "deadline"))]
    two = draw.random() < 0.08
    depth = draw.choice((0, 1, 1, 2, 2, 3))
    if two:
        depth, headings = 1, "one"
    names = {role: draw.choice(_HEADINGS[role]) for role in _HEADINGS}
    if headings == "two":
        names |= zip(("lead", "coordinating"), draw.choice(_TOGETHER), strict=True)
    if headings == "three":
        names |= zip(("lead", "coordinating", "deadline"), _DEEPER, strict=True)
    if draw.random() < 0.2:
        roles.insert(0, "target")
    if draw.random() < 0.2:
        roles.append("note")
    if headings != "three" and "deadline" in roles and len(roles) > 1 and draw.random() < 0.12:
        times = draw.choice(_WHEN)
        at = roles.index("deadline")
        roles[at : at + 1] = [f"when {n}" for n in range(len(times))]
        names |= zip(roles[at : at + len(times)], times, strict=True)
    if draw.random() < 0.12:
        beside = draw.choice(_BESIDE)
        names |= beside
        at = len(roles) if headings in ("two", "three") else draw.randint(0, len(roles))
        roles[at:at] = beside
    roles = ["ordinal", "task", *roles]
    if "lead" in roles and headings not in ("two", "three") and draw.random() < 0.08:
        roles.remove("lead")
        roles.insert(1, "lead")
    numbering = tuple(("{n} {p}.{n}" if two else draw.choice(_NUMBERINGS[depth])).split())
    unnumbered = not two and draw.random() < 0.08
    if unnumbered:
        roles.remove("ordinal")
        numbering = draw.choice((("-",), ("-", "-")))
    columns = [(role, names[role]) for role in roles]
    if two:
        columns.insert(1, ("ordinal", "Chi tiết"))
    told = numbering[0] == "-"  # by its looks that it is a heading
    looks = Looks(
        headings,
        draw.choice(("row", "cells") if told else ("cells",) if two else _GROUPS),
        draw.random() < 0.5 or told,
        draw.random() < 0.3,
        draw.random() < 0.3,
        two,
    )
    entries = list(_entries(draw, numbering, [role for role, _ in columns if role != "ordinal"]))
    marked = [n for n, entry in enumerate(entries) if entry.kind == "group" and not entry.depth]
    if len(marked) > 2 and looks.groups == "cells" and numbering[0][:3] in ("{R}", "{A}"):
        # what a page break has left there of the row above
        entries[marked[-1]].cells["coordinating"] = "có liên quan"
    if draw.random() < 0.08:
        below = [n + 1 for n, entry in enumerate(entries) if entry.kind == "task"]
        entries.insert(draw.choice(below), Entry("task", "", {"task": phrases.task(draw)}))
    if draw.random() < 0.12:
        again = Entry(draw.choice(("header", "numbers")), "", {})
        entries.insert(draw.randint(1, len(entries)), again)
    tasks = sum(entry.kind == "task" for entry in entries)
    if draw.random() < 0.1:
        entries.append(Entry("total", "", {"task": f"Tổng cộng: {tasks} nhiệm vụ"}))
    if draw.random() < 0.08:
        entries.append(Entry("remark", "", {"task": "Ghi chú: Số liệu tính đến cuối năm."}))
    if draw.random() < 0.15:
        looks = replace(looks, cut=draw.randint(1, len(entries)))
    return TaskTable(tuple(columns), tuple(entries), looks)


def _entries(
    draw: random.Random, numbering: tuple[str, ...], roles: list[str], depth: int = 0,
    above: str = "", run: list[int] | None = None,
) -> Iterator[Entry]:  # fmt: skip
    """The rows under a heading, the headings below it with theirs."""
    run = run if run is not None else [0]
    last = depth == len(numbering) - 1
    names = phrases.groups(draw, 4)
    lead = phrases.lead(draw)
    for n in range(1, 1 + draw.randint(2, 5 if depth == 0 else 3)):
        if not last and n > 3:
            break
        run[0] += last
        mark = numbering[depth].format(
            n=n, R=_ROMAN[n - 1] if "{R}." not in numbering[depth] or not last else above,
            A="ABCDE"[n - 1], p=above.rstrip("."), run=run[0],
        )  # fmt: skip
        mark = {"a)": f"{'abcdeg'[n - 1]})", "-": ""}.get(numbering[depth], mark)
        if not last:
            yield Entry("group", mark, {"task": names[n - 1]}, depth)
            yield from _entries(draw, numbering, roles, depth + 1, mark, run)
            continue
        lead = lead if draw.random() < 0.4 else phrases.lead(draw)
        cells = {"task": phrases.task(draw)}
        cells |= {"lead": lead} if "lead" in roles else {}
        cells |= {"deadline": phrases.deadline(draw)} if "deadline" in roles else {}
        marks = [role for role in roles if role.startswith("when ")]
        if marks:
            at = draw.randrange(len(marks))
            cells |= dict.fromkeys(marks[at : at + draw.randint(1, 3)], "x")
        for role in roles:
            if (kind := role.partition(" ")[0]) in ("money", "source", "basis"):
                cells[role] = _OTHER[kind](draw)
        for role, seldom in (("coordinating", 0.1), ("product", 0.1), ("note", 0.8), ("target", 0)):
            if role in roles and draw.random() >= seldom:
                cells[role] = _OTHER[role](draw)
        yield Entry("task", mark, cells)


_OTHER = {
    "coordinating": phrases.coordinating,
    "product": phrases.product,
    "target": lambda draw: f"{phrases.aims(draw, 1)[0]} đạt {draw.randint(60, 95)}%",
    "money": lambda draw: draw.choice(("1.250", "300", "45,5", "2.000", "")),
    "source": lambda draw: draw.choice(("Ngân sách tỉnh", "Xã hội hóa")),
    "basis": lambda draw: f"Nghị quyết số {draw.randint(10, 99)}/NQ-HĐND",
    "note": lambda draw: draw.choice(("Bổ sung", "Chuyển tiếp từ năm trước")),
}


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A table of targets: the headings, and the rows below them; groups have but a name."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str

    kind = "targets"

    def tasks(self) -> list[Gold]:
        return []

    def targets(self) -> list[Gold]:
        return [{"indicator": row[1], "ordinal": row[0]} for row in self.rows if any(row[2:])]

    def blocks(self) -> list[Block]:
        rows = [tuple(map(Cell, row)) for row in self.rows]
        grid = Grid((*_levels(list(self.headings)), *rows))
        return [Text(self.title, bold=True), grid] if self.title else [grid]

    def smaller(self) -> Iterator["TargetTable"]:
        for at in range(len(self.rows)):
            yield replace(self, rows=self.rows[:at] + self.rows[at + 1 :])


def target_table(draw: random.Random) -> TargetTable:
    form = draw.choice(("unit", "years", "lead", "deadline", "fields", "stages", "quarters"))
    headings = {
        "unit": ("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2026", "Cơ quan chủ trì"),
        "years": ("STT", "Chỉ tiêu", "Năm 2025", "Năm 2026"),
        "lead": ("TT", "Nội dung chỉ tiêu", "Mục tiêu năm 2026", "Cơ quan theo dõi, đánh giá"),
        "deadline": ("TT", "Chỉ tiêu", "Kết quả", "Cơ quan chủ trì", "Thời hạn hoàn thành"),
        "fields": ("TT", "Ngành, lĩnh vực", "Mục tiêu năm 2026", "Cơ quan chủ trì"),
        "stages": (
            "TT",
            "Chỉ tiêu",
            "Đơn vị tính",
            "Thực hiện năm 2025",
            "Mục tiêu / Năm 2026",
            "Mục tiêu / Năm 2030",
            "Đơn vị chủ trì",
            "Đơn vị phối hợp",
        ),
        "quarters": (
            "TT",
            "Chỉ tiêu",
            "Đơn vị tính",
            "Kế hoạch năm 2026 / Quý I",
            "Kế hoạch năm 2026 / Quý II",
            "Kế hoạch năm 2026 / Cả năm",
            "Ghi chú",
        ),
    }[form]
    rows: list[tuple[str, ...]] = []
    named = phrases.groups if form == "fields" else phrases.aims
    names = named(draw, draw.randint(3, 5))
    if draw.random() < 0.3:
        rows.append(("I", "Giai đoạn 2026 - 2027", *[""] * (len(headings) - 2)))
    for n, name in enumerate(names, 1):
        value, lead = phrases.value(draw), phrases.lead(draw)
        rest = {
            "unit": ("%", value, lead),
            "years": (f"{draw.randint(10, 20)}%", f"{value}%"),
            "lead": (f"{value}%", lead),
            "fields": (f"{value}%", lead),
            "deadline": (f"{value}%", lead, f"Quý IV/{2026}"),
            "stages": ("%", str(draw.randint(10, 20)), value, value, lead, phrases.lead(draw)),
            "quarters": ("%", str(draw.randint(1, 9)), str(draw.randint(10, 19)), value, ""),
        }[form]
        rows.append((str(n), name, *rest))
    return TargetTable(headings, tuple(rows), draw.choice(("", "Các chỉ tiêu chủ yếu năm 2026")))


@dataclass(frozen=True, slots=True)
class OtherTable:
    """A table that gives nobody anything to do."""

    kind: str
    title: str
    lines: tuple[tuple[str, ...], ...]

    def tasks(self) -> list[Gold]:
        return []

    def targets(self) -> list[Gold]:
        return []

    def blocks(self) -> list[Block]:
        grid = Grid(tuple(tuple(Cell(t, n == 0) for t in r) for n, r in enumerate(self.lines)))
        return [Text(self.title, bold=True), grid]

    def smaller(self) -> Iterator["OtherTable"]:
        for at in range(1, len(self.lines)):
            yield replace(self, lines=self.lines[:at] + self.lines[at + 1 :])


def other_table(draw: random.Random) -> OtherTable:
    """One of the tables that stand beside those of tasks."""
    kind = draw.choice(sorted(_OTHERS))
    title, headings, row = _OTHERS[kind]
    number = draw.randint(3, 5)
    lines = [tuple(cell(draw, n) for cell in row) for n in range(1, number + 1)]
    titled = draw.choice(title)
    return OtherTable(kind, titled, (draw.choice(headings), *lines))


def _number(_: random.Random, n: int) -> str:
    return str(n)


def _fixed(*texts: str) -> Any:
    return lambda draw, _: draw.choice(texts)


def _hour(_: random.Random, n: int) -> str:
    return f"{7 + n}h00 - {7 + n}h45"


def _day(_: random.Random, n: int) -> str:
    return f"{10 + n}/3/2026"


def _money(draw: random.Random, _: int) -> str:
    return f"{draw.randint(2, 90)}.{draw.randint(100, 999)}.000"


def _order(draw: random.Random, _: int) -> str:
    return phrases.order(draw)


def _point(draw: random.Random, _: int) -> str:
    """A point of an agenda; some read like orders."""
    told = ("Đón tiếp đại biểu", "Khai mạc", "Báo cáo kết quả", "Thảo luận", "Phát biểu chỉ đạo")
    return draw.choice(told) if draw.random() < 0.5 else phrases.order(draw)


def _body(draw: random.Random, _: int) -> str:
    return phrases.lead(draw)


def _paper(_: random.Random, n: int) -> str:
    return f"{100 + n}/KH-UBND"


_OTHERS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[Any, ...]]] = {
    "agenda": (
        ("Chương trình hội nghị", "CHƯƠNG TRÌNH LÀM VIỆC"),
        (("Thời gian", "Nội dung", "Người thực hiện"), ("Thời gian", "Nội dung", "Phụ trách")),
        (_hour, _point, _body),
    ),
    "schedule": (
        ("Lịch kiểm tra năm 2026", "LỊCH LÀM VIỆC CỦA ĐOÀN"),
        (("TT", "Đơn vị được kiểm tra", "Thời gian", "Địa điểm", "Thành phần"),),
        (_number, _body, _day, _fixed("Trụ sở", "Hội trường tầng 2"), _fixed("Đoàn kiểm tra")),
    ),
    "budget": (
        ("Dự toán kinh phí", "KINH PHÍ THỰC HIỆN"),
        (("STT", "Nội dung", "Đơn giá", "Thành tiền", "Nguồn vốn"),
         ("TT", "Nội dung chi", "Kinh phí (đồng)", "Thành tiền", "Ghi chú")),
        (_number, _order, _money, _money, _fixed("Ngân sách tỉnh")),
    ),
    "persons": (
        ("Danh sách thành viên", "DANH SÁCH TỔ CÔNG TÁC"),
        (("STT", "Họ và tên", "Chức vụ", "Nhiệm vụ"),),
        (_number, _fixed("Nguyễn Văn An", "Trần Thị Bình", "Lê Văn Cường"),
         _fixed("Giám đốc Sở", "Phó Chánh Văn phòng"), _fixed("Tổ trưởng", "Thành viên")),
    ),
    "papers": (
        ("Danh mục văn bản", "DANH MỤC TÀI LIỆU"),
        (("TT", "Số, ký hiệu", "Ngày ban hành", "Trích yếu", "Cơ quan ban hành"),),
        (_number, _paper, _day, _fixed("Về việc trực hồ chứa", "Về việc quản lý chợ"), _body),
    ),
    "comments": (
        ("Tổng hợp ý kiến góp ý",),
        (("TT", "Nội dung", "Ý kiến góp ý", "Tiếp thu, giải trình", "Đơn vị"),),
        (_number, _fixed("Điều 3 của dự thảo", "Khoản 2 Điều 5"),
         _fixed("Đề nghị bỏ", "Đề nghị sửa"),
         _fixed("Tiếp thu", "Giữ như dự thảo"), _body),
    ),
    "results": (
        ("Kết quả thực hiện nhiệm vụ năm 2025", "TÌNH HÌNH THỰC HIỆN NHIỆM VỤ"),
        (("TT", "Nhiệm vụ", "Cơ quan chủ trì", "Kết quả thực hiện", "Tiến độ"),
         ("TT", "Nội dung công việc", "Đơn vị chủ trì", "Thời hạn", "Tình trạng")),
        (_number, _order, _body, _fixed("Đã hoàn thành", "Đã ban hành"),
         _fixed("Đã hoàn thành", "Chưa hoàn thành", "Đang thực hiện")),
    ),
    "procedure": (
        ("QUY TRÌNH GIẢI QUYẾT THỦ TỤC", "Quy trình phối hợp"),
        (("Thứ tự công việc", "Nội dung công việc", "Người thực hiện", "Thời gian thực hiện"),),
        (lambda _, n: f"Bước {n}", _fixed("Tiếp nhận hồ sơ", "Thẩm định hồ sơ", "Trả kết quả"),
         _fixed("Bộ phận Một cửa", "Chuyên viên"), _fixed("0,5 ngày làm việc", "2 ngày")),
    ),
    "other": (
        ("Danh sách bến đò ngang", "Hiện trạng chợ, hồ chứa"),
        (("TT", "Tên", "Xã, phường", "Số hộ"), ("STT", "Tên bến, chợ", "Địa chỉ", "Quy mô")),
        (_number, _fixed("Bến Ông Tám", "Chợ Đầu Mối", "Hồ Cây Sung"), _fixed("Xã Bình Hòa"),
         _fixed("từ 50 hộ trở lên", "120 hộ", "trên 30 hộ")),
    ),
    "form": (
        ("Biểu tổng hợp báo cáo", "Mẫu phiếu theo dõi"),
        (("TT", "Nhiệm vụ", "Kết quả trong tháng", "Lũy kế", "Khó khăn, vướng mắc"),),
        (_number, _order, _fixed("3", "5"), _fixed("12", "20"), _fixed("Không", "Thiếu kinh phí")),
    ),
}  # fmt: skip
