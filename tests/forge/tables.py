"""Tables of invented plans: how each looks, and what stands in it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
_ROMAN = ("I", "II", "III", "IV", "V", "VI")
#: How the headings of groups, outermost first, and last the rows below them are numbered: by
#: number, Roman number, capital, small letter, by the number above, running on, not at all.
_NUMBERINGS = {
    0: ("{n}", "{n:02d}", "{n}."),
    1: ("{R} {n}", "{A} {n}", "{R} {R}.{n}", "{n} {p}.{n}", "{R}. {run}", "{R} -"),
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
                found.append({"ordinal": entry.ordinal, "group": list(stack), **entry.cells})
        return found

    def targets(self) -> list[Gold]:
        return []

    def blocks(self) -> list[Block]:
        caption = [Text(self.looks.caption, bold=True)] if self.looks.caption else []
        head, rows = self._head(), self._rows()
        at = self.looks.cut
        if not 0 < at < len(self.entries) or self.entries[at].kind != "task":
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
        texts = dict(self.columns)
        plain = tuple(Cell(text, bold=True) for _, text in self.columns)
        if self.looks.headings == "numbered":
            return [plain, tuple(Cell(f"({n})") for n in range(1, len(plain) + 1))]
        if self.looks.headings == "two" and {"lead", "coordinating"} <= set(texts):
            top = [
                Cell(text, True, rows=2) for role, text in self.columns if role != "coordinating"
            ]
            at = next(n for n, (role, _) in enumerate(self.columns) if role == "lead")
            top[at] = Cell("Cơ quan thực hiện", True, columns=2)
            return [tuple(top), (Cell("Chủ trì", True), Cell("Phối hợp", True))]
        return [plain]

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
            return tuple(Cell(text, bold=True) for _, text in self.columns)
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


def task_table(draw: random.Random) -> TaskTable:
    roles = draw.sample(("lead", "coordinating", "product", "deadline"), 4)
    headings = draw.choice(("one", "one", "two", "numbered"))
    if headings == "two":
        roles = [role for role in roles if role != "coordinating"]
        roles.insert(roles.index("lead") + 1, "coordinating")
    elif draw.random() < 0.25:
        roles.remove(draw.choice(("coordinating", "product")))
    elif headings == "one" and draw.random() < 0.25:
        roles = [draw.choice(("lead", "deadline"))]
    if draw.random() < 0.2:
        roles.insert(0, "target")
    if draw.random() < 0.2:
        roles.append("note")
    two = draw.random() < 0.08
    depth = draw.choice((0, 1, 1, 2, 2, 3))
    if two:
        depth, headings = 1, "one"
    columns = [("ordinal", draw.choice(_HEADINGS["ordinal"]))]
    if two:
        columns.append(("ordinal", "Chi tiết"))
    columns += [(role, draw.choice(_HEADINGS[role])) for role in ("task", *roles)]
    numbering = tuple(("{n} {p}.{n}" if two else draw.choice(_NUMBERINGS[depth])).split())
    looks = Looks(
        headings,
        "cells" if two else draw.choice(("row", "rest", "cells", "cells")),
        draw.random() < 0.5,
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
        for role, seldom in (("coordinating", 0.1), ("product", 0.1), ("note", 0.8), ("target", 0)):
            if role in roles and draw.random() >= seldom:
                cells[role] = _OTHER[role](draw)
        yield Entry("task", mark, cells)


_OTHER = {
    "coordinating": phrases.coordinating,
    "product": phrases.product,
    "target": lambda draw: f"{phrases.aims(draw, 1)[0]} đạt {draw.randint(60, 95)}%",
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
        lines = (self.headings, *self.rows)
        grid = Grid(tuple(tuple(Cell(t, n == 0) for t in line) for n, line in enumerate(lines)))
        return [Text(self.title, bold=True), grid] if self.title else [grid]

    def smaller(self) -> Iterator["TargetTable"]:
        for at in range(len(self.rows)):
            yield replace(self, rows=self.rows[:at] + self.rows[at + 1 :])


def target_table(draw: random.Random) -> TargetTable:
    form = draw.choice(("unit", "years", "lead", "deadline", "fields"))
    headings = {
        "unit": ("TT", "Chỉ tiêu", "Đơn vị tính", "Năm 2026", "Cơ quan chủ trì"),
        "years": ("STT", "Chỉ tiêu", "Năm 2025", "Năm 2026"),
        "lead": ("TT", "Nội dung chỉ tiêu", "Mục tiêu năm 2026", "Cơ quan theo dõi, đánh giá"),
        "deadline": ("TT", "Chỉ tiêu", "Kết quả", "Cơ quan chủ trì", "Thời hạn hoàn thành"),
        "fields": ("TT", "Ngành, lĩnh vực", "Mục tiêu năm 2026", "Cơ quan chủ trì"),
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
