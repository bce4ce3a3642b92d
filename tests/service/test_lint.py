"""The note to the drafting office: each rule on a plan in which it holds, and none elsewhere."""

import dataclasses
from typing import get_args

import pytest

from extractor import read_plan
from models.plan import Plan
from service.lint import RULES, Rule, findings
from tests.service.plans import made_plan

HEAD = """UBND TỈNH VĨNH LONG
Số: 7/KH-UBND
Vĩnh Long, ngày 13 tháng 12 năm 2022

KẾ HOẠCH
Cải cách hành chính năm 2023

PHỤ LỤC
| STT | Nhiệm vụ | Cơ quan chủ trì | Thời hạn |
|---|---|---|---|
"""
ROWS = [
    "| 1 | Rà soát thủ tục hành chính | Sở Nội vụ | Quý I/2023 |",
    "| 2 | Kiểm tra công vụ | Thanh tra tỉnh | Quý II/2023 |",
    "| 3 | Công bố kết quả | Sở Nội vụ | Quý III/2023 |",
]


def test_every_rule_is_called_something() -> None:
    assert RULES.keys() == set(get_args(Rule))


def plan_of(*rows: str) -> Plan:
    plan = read_plan((HEAD + "\n".join(rows) + "\n").encode(), "kh.md")
    assert len(plan.tasks) == len(rows)
    return plan


def test_a_plan_without_fault_has_no_note() -> None:
    assert findings(plan_of(*ROWS)) == []


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("ordinal", ROWS[2].replace("| 3 |", "| 5 |")),
        ("before-issue", ROWS[2].replace("Quý III/2023", "15/3/2021")),
        ("no-lead", ROWS[2].replace("Sở Nội vụ", "")),
        ("twice", ROWS[0].replace("| 1 |", "| 3 |")),
        ("not-in-force", ROWS[2].replace("Sở Nội vụ", "Sở Nông nghiệp và Môi trường")),
    ],
)
def test_what_is_wrong_is_told_once(rule: str, changed: str) -> None:
    assert [one.rule for one in findings(plan_of(*ROWS[:2], changed))] == [rule]


def test_a_target_below_its_base_is_told() -> None:
    made = made_plan()
    low = dataclasses.replace(
        made.targets[0], number=80.0, baseline=85.0, comparator=">=", rank=None
    )
    assert [one.rule for one in findings(dataclasses.replace(made, tasks=(), targets=(low,)))] == [
        "below-base"
    ]
