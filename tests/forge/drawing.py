"""A plan from a number: its parts, drawn at random, and what stands in them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.forge import phrases
from tests.forge.tables import (
    Gold,
    OtherTable,
    TargetTable,
    TaskTable,
    other_table,
    target_table,
    task_table,
)
from tests.forge.writing import Block, Cell, Grid, Text

Table = TaskTable | TargetTable | OtherTable


@dataclass(frozen=True, slots=True)
class Duties:
    """Sections of running text: orders to bodies, and matters that are none."""

    orders: tuple[tuple[str, tuple[str, ...]], ...]
    matters: tuple[str, ...]

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        if self.matters:
            found.append(Text("II. NỘI DUNG KIỂM TRA", bold=True))
            marked = (text if text.endswith("?") else f"{text}." for text in self.matters)
            found += [Text(f"{n}. {text}") for n, text in enumerate(marked, 1)]
        found.append(Text("III. TỔ CHỨC THỰC HIỆN", bold=True))
        for n, (body, orders) in enumerate(self.orders, 1):
            found.append(Text(f"{n}. {body}", bold=True))
            found += [Text(f"- {order}.") for order in orders]
        return found

    def texts(self) -> list[str]:
        return [order for _, orders in self.orders for order in orders]

    def smaller(self) -> Iterator["Duties"]:
        for at in range(len(self.orders)):
            yield replace(self, orders=self.orders[:at] + self.orders[at + 1 :])
        for at in range(len(self.matters)):
            yield replace(self, matters=self.matters[:at] + self.matters[at + 1 :])


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: its sections in the body, and its tables, in an appendix or in the body; two small
    ones may stand `beside` each other."""

    duties: Duties
    tables: tuple[Table, ...]
    appendix: bool = True
    beside: bool = False

    def blocks(self) -> list[Block]:
        tables = [block for table in self.tables for block in table.blocks()]
        if self.beside and len(self.tables) > 1:
            pairs = [
                [b for b in table.blocks() if isinstance(b, Grid)] for table in self.tables[:2]
            ]
            if all(len(pair) == 1 for pair in pairs):
                inner = tuple(pair[0] for pair in pairs)
                rest = [block for table in self.tables[2:] for block in table.blocks()]
                tables = [Grid((), inner=inner), *rest]
        body: list[Block] = [
            *_HEAD, *([] if self.appendix else tables), *self.duties.blocks(), *_TAIL,
        ]  # fmt: skip
        return [*body, *_APPENDIX, *tables] if self.appendix else body

    def gold(self) -> Gold:
        tasks = [task for table in self.tables for task in table.tasks()]
        return {
            "tables": [table.kind for table in self.tables],
            "tasks": tasks,
            "targets": [target for table in self.tables for target in table.targets()],
            "narrative_tasks": [{"task": text} for text in self.duties.texts()],
            "matters": list(self.duties.matters),
        }

    def smaller(self) -> Iterator["Plan"]:
        """The same with less of it, what takes most away first."""
        for at in range(len(self.tables)):
            yield replace(self, tables=self.tables[:at] + self.tables[at + 1 :])
        if self.beside:
            yield replace(self, beside=False)
        for less in self.duties.smaller():
            yield replace(self, duties=less)
        for at, table in enumerate(self.tables):
            for smaller in table.smaller():
                yield replace(self, tables=(*self.tables[:at], smaller, *self.tables[at + 1 :]))


def plan(number: int) -> Plan:
    """The plan of this number."""
    draw = random.Random(number)
    tables: list[Table] = [task_table(draw)]
    if draw.random() < 0.35:
        tables.append(target_table(draw))
    if draw.random() < 0.55:
        tables.append(other_table(draw))
    if draw.random() < 0.1:
        tables.append(task_table(draw))
    draw.shuffle(tables)
    bodies = draw.sample(phrases.BODIES, draw.randint(1, 2))
    orders = tuple(
        (body, tuple(phrases.order(draw) for _ in range(draw.randint(1, 2)))) for body in bodies
    )
    matters = tuple(draw.sample(phrases.MATTERS, 3)) if draw.random() < 0.2 else ()
    return Plan(Duties(orders, matters), tuple(tables), draw.random() < 0.8, draw.random() < 0.04)


_HEAD: tuple[Block, ...] = (
    Grid(
        (
            (Cell("ỦY BAN NHÂN DÂN\nTỈNH VĨNH LONG", bold=True),
             Cell("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc", bold=True)),
            (Cell("Số: 12/KH-UBND"), Cell("Vĩnh Long, ngày 05 tháng 01 năm 2026")),
        ),
        ruled=False,
    ),
    Text("KẾ HOẠCH", bold=True, centred=True),
    Text("Quản lý bến bãi, chợ và hồ chứa năm 2026", bold=True, centred=True),
    Text("I. MỤC ĐÍCH, YÊU CẦU", bold=True),
    Text("Nâng cao chất lượng phục vụ người dân."),
)  # fmt: skip
_TAIL: tuple[Block, ...] = (
    Grid(
        (
            (Cell("Nơi nhận:\n- Bộ Nội vụ;\n- Lưu: VT."),
             Cell("TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nTrần Văn Bình", bold=True)),
        ),
        ruled=False,
    ),
)  # fmt: skip
_APPENDIX: tuple[Block, ...] = (
    Text("PHỤ LỤC", bold=True, centred=True),
    Text("DANH MỤC NHIỆM VỤ NĂM 2026", bold=True, centred=True),
    Text("(Kèm theo Kế hoạch số 12/KH-UBND ngày 05 tháng 01 năm 2026)", centred=True),
)
