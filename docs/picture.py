"""Draws docs/extract.svg, the picture of the README: python docs/picture.py."""

import io
import re
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from corpora import tables
from extractor import read_plan
from service.exports import show

PLAN = "plans/vinh-long-2023/vinh-long-2023.docx"
TASKS = 9
WIDTH = 132


def main() -> None:
    plan = read_plan(Path(str(tables.path(PLAN))))
    console = Console(record=True, width=WIDTH, file=io.StringIO(), highlight=False)
    show(replace(plan, tasks=plan.tasks[:TASKS]), console, "vi")
    svg = console.export_svg(title=f"kehoach extract {Path(PLAN).name} --format table")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.S)  # it would be fetched from elsewhere
    svg = svg.replace("Fira Code", "Menlo, Consolas, Noto Sans Mono")
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.S)
    Path(__file__).with_name("extract.svg").write_text(svg, "utf-8")


if __name__ == "__main__":
    main()
