"""The same task of many plans in one group."""

import pytest

from corpora import tables
from service.comparison.groups import Groups
from service.comparison.judge import Words

TASKS = {
    "a.1": Words("Xây dựng Kế hoạch tuyên truyền CCHC của tỉnh năm 2023", unit="vn-86"),
    "a.2": Words("Kiểm tra công tác cải cách hành chính", unit="vn-86"),
    "b.1": Words("Tham mưu UBND tỉnh ban hành kế hoạch tuyên truyền CCHC", unit="vn-75"),
    "b.2": Words("Tuyển dụng viên chức ngành y tế", unit="vn-75"),
    "c.1": Words("Kế hoạch tuyên truyền cải cách hành chính", unit="vn-01"),
}  # fmt: skip


def grouped(*keys: str, said: dict[frozenset[str], bool] | None = None) -> dict[str, list[str]]:
    groups = Groups(said or {})
    for key in keys or TASKS:
        groups.add(key, TASKS[key])
    return groups.members


def test_the_same_task_of_three_plans() -> None:
    assert grouped() == {"a.1": ["a.1", "b.1", "c.1"], "a.2": ["a.2"], "b.2": ["b.2"]}


def test_an_item_that_leads_a_long_row_leads_to_its_task() -> None:
    """The other items of the row do not hide it."""
    one = Words("Xây dựng Kế hoạch tuyên truyền CCHC", unit="vn-86")
    row = Words(
        "Ban hành kế hoạch tuyên truyền cải cách hành chính; kiểm tra việc mua sắm thuốc, vật tư "
        "của bệnh viện; trồng rừng phòng hộ ven biển; sửa chữa đê điều, hồ chứa trước mùa mưa lũ",
        unit="vn-75",
    )
    groups = Groups()
    assert groups.add("a", one) == groups.add("b", row) == "a"


def test_the_same_words_of_another_year_and_place_go_with_them() -> None:
    groups = Groups()
    text = "Kiểm tra công tác cải cách hành chính"
    for number, tail in enumerate(("", " năm 2023", " trên địa bàn tỉnh Vĩnh Long năm 2024")):
        groups.add(str(number), Words(text + tail, unit=f"vn-{number}"))
    assert groups.members == {"0": ["0", "1", "2"]}


def test_a_plan_that_is_added_leaves_the_rest_as_it_is() -> None:
    pairs = tables.rows("pairs")
    texts = [Words(row[f"text_{side}"], unit=row[f"unit_{side}"]) for row in pairs for side in "ab"]
    whole, half = Groups(), Groups()
    for at, words in enumerate(texts[:600]):
        whole.add(str(at), words)
    for at, words in enumerate(texts[:500]):
        half.add(str(at), words)
    before = {key: list(members) for key, members in half.members.items()}
    for at, words in enumerate(texts[500:600], 500):
        half.add(str(at), words)
    assert half.members == whole.members
    assert all(half.members[key][: len(members)] == members for key, members in before.items())
    assert sum(map(len, whole.members.values())) == 600
    assert all(
        whole.leader_of(key) == leader for leader, keys in whole.members.items() for key in keys
    )


@pytest.mark.parametrize("same", [True, False])
def test_what_a_person_says_wins(same: bool) -> None:
    one, other = ("a.1", "a.2") if same else ("a.1", "b.1")
    members = grouped(said={frozenset((one, other)): same})
    together = any({one, other} <= set(keys) for keys in members.values())
    assert together is same
