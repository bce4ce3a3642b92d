"""Caveats: what must be said of plans before their numbers are set side by side.

Each follows from what is held and counted; none is about one plan in particular.
"""

from collections.abc import Iterator, Sequence

from service.comparison.holdings import Holding
from service.comparison.tallies import Tally
from service.wording import Lang, pick

#: Of fewer tasks a share says little: one task more or less moves it by more than 5 points.
FEW = 20
#: A plan has so many times the tasks of another: they are not of one kind.
MANY_TIMES = 4


def caveats(plans: Sequence[Holding], counts: dict[str, Tally], lang: Lang) -> Iterator[str]:
    """What hinders the comparison of plans, whose counts are given by their keys."""
    if len(plans) < 2:
        return
    found = {one.key: counts[one.key].count("tasks") if one.key in counts else 0 for one in plans}
    levels = {one.unit_level for one in plans}
    if len(levels) > 1:
        yield pick(
            lang,
            "Các kế hoạch thuộc nhiều cấp: việc của tỉnh và của huyện, xã không cùng loại.",
            "The plans are of several levels: the work of a province is not that of a district.",
        )
    years = {one.years for one in plans}
    if len(years) > 1:
        yield pick(
            lang,
            "Các kế hoạch của những năm khác nhau: hạn và chỉ tiêu không cùng một thời gian.",
            "The plans are for different years: their days and targets are not of one time.",
        )
    if empty := [one.name for one in plans if not found[one.key]]:
        yield pick(
            lang,
            f"Không có nhiệm vụ nào đọc được trong: {'; '.join(empty)}.",
            f"No task was read in {'; '.join(empty)}.",
        )
    if few := [one.name for one in plans if 0 < found[one.key] < FEW]:
        yield pick(
            lang,
            f"Dưới {FEW} nhiệm vụ, tỷ lệ không nói được nhiều: {'; '.join(few)}.",
            f"Of fewer than {FEW} tasks a share says little: {'; '.join(few)}.",
        )
    some = [count for count in found.values() if count]
    if some and max(some) > MANY_TIMES * min(some):
        yield pick(
            lang,
            "Số nhiệm vụ chênh nhau nhiều lần: có kế hoạch chi tiết, có kế hoạch chỉ nêu hướng.",
            "Some plans have many times the tasks of others: detailed ones, and mere outlines.",
        )
    counted = [one for one in plans if one.key in counts]
    if raw := [one.name for one in counted if not counts[one.key].count("confirmed")]:
        yield pick(
            lang,
            f"Chưa ai rà soát, số liệu là kết quả máy đọc: {'; '.join(raw)}.",
            f"Nobody has reviewed these, the numbers are as the machine read: {'; '.join(raw)}.",
        )
    for name, vi, en in _COLUMNS:
        bare = [one.name for one in counted if not counts[one.key].count(name)]
        if 0 < len(bare) < len(counted):
            yield pick(
                lang,
                f"Không nêu {vi}, nên không so được cột này: {'; '.join(bare)}.",
                f"These name no {en}, which cannot be compared then: {'; '.join(bare)}.",
            )


_COLUMNS = (
    ("product", "sản phẩm", "product"),
    ("dated", "hạn có ngày", "dated deadline"),
    ("led", "cơ quan chủ trì nào nhận ra được", "lead that is known"),
)
