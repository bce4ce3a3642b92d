"""Plans that tests read: files, and small ones written as web pages."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from extractor import read_plan
from models.plan import Plan
from models.task import Task

HEAD = """<table border=0><tr><td>ỦY BAN NHÂN DÂN<br>TỈNH VĨNH LONG</td>
<td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM<br>Độc lập - Tự do - Hạnh phúc</td></tr>
<tr><td>Số: 12/KH-UBND</td><td>Vĩnh Long, ngày 05 tháng 01 năm 2024</td></tr></table>
<p align=center><b>KẾ HOẠCH</b></p><p align=center><b>Cải cách hành chính năm 2024</b></p>
<p>Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ;</p>
<p><b>I. MỤC ĐÍCH</b></p><p>Nâng cao chất lượng phục vụ người dân.</p>"""
TAIL = """<table border=0><tr><td>Nơi nhận:<br>- Bộ Nội vụ;<br>- Lưu: VT.</td>
<td>TM. ỦY BAN NHÂN DÂN<br>KT. CHỦ TỊCH<br>PHÓ CHỦ TỊCH<br>Trần Văn Bình</td></tr></table>"""


@cache
def sample(path: Path) -> Plan:
    """The plan of a file, read once for all that is asked of it."""
    return read_plan(path)


def page(*parts: str) -> str:
    """A plan of the province of Vĩnh Long for 2024 with `parts` behind its signature."""
    return f"<html><body>{HEAD}{TAIL}{''.join(parts)}</body></html>"


def table(*rows: Sequence[str]) -> str:
    """A ruled table; a cell that starts with '<td' is taken as it is."""
    lines = ("".join(c if c.startswith("<td") else f"<td>{c}</td>" for c in row) for row in rows)
    return "<table border=1>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


def plan(*parts: str) -> Plan:
    return read_plan(page(*parts).encode(), "thu.html")


def words(read: Plan) -> list[str]:
    """The lines of the sections of a plan, headings with their labels."""
    return [
        line
        for section in read.sections
        for line in (f"{section.label or ''} {section.title}".strip(), *section.text.split("\n"))
        if line
    ]


def codes(read: Plan) -> list[str]:
    """What is told of the file and its letters, not of what the plan lacks."""
    return [
        d.code
        for d in read.diagnostics
        if d.code.startswith(("source.", "text.", "pdf.", "html.", "docx."))
    ]


def made(*paragraphs: str) -> list[Task]:
    """The duties of a plan of Vĩnh Long for 2024 with these paragraphs."""
    tasks = plan(*(f"<p>{text}</p>" for text in paragraphs)).tasks
    return [task for task in tasks if task.origin != "table"]


def said(task: Task) -> tuple[str | None, str | None, str | None]:
    """Lead, coordinating and deadline as printed."""
    return (
        task.lead.text if task.lead else None,
        task.coordinating.text if task.coordinating else None,
        task.deadline.text if task.deadline else None,
    )
