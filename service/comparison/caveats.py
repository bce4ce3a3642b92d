"""Caveats: what must be said of plans before their numbers are set side by side.

Each follows from what is held and counted; none is about one plan in particular.
"""

from collections.abc import Iterable, Iterator, Sequence

from service.comparison.holdings import Holding
from service.comparison.tallies import Tally
from service.wording import Lang, called

#: Of fewer tasks a share says little: one task more or less moves it by more than 5 points.
FEW = 20
#: A plan has so many times the tasks of another: they are not of one kind.
MANY_TIMES = 4


def caveats(plans: Sequence[Holding], counts: dict[str, Tally], lang: Lang) -> Iterator[str]:
    """What hinders the comparison of plans, whose counts are given by their keys."""
    if len(plans) < 2:
        return
    found = {one.key: counts[one.key].count("tasks") if one.key in counts else 0 for one in plans}
    counted = [one for one in plans if one.key in counts]
    some = [count for count in found.values() if count]

    def bare(name: str) -> list[Holding]:
        return [one for one in counted if not counts[one.key].count(name)]

    if len({one.unit_level for one in plans}) > 1:
        yield _told("levels", (), lang)
    if len({one.years for one in plans}) > 1:
        yield _told("years", (), lang)
    if empty := [one for one in plans if not found[one.key]]:
        yield _told("empty", empty, lang)
    if few := [one for one in plans if 0 < found[one.key] < FEW]:
        yield _told("few", few, lang)
    if some and max(some) > MANY_TIMES * min(some):
        yield _told("many", (), lang)
    if raw := bare("confirmed"):
        yield _told("raw", raw, lang)
    for name in ("product", "dated", "led"):
        if 0 < len(without := bare(name)) < len(counted):
            yield _told(name, without, lang)


def _told(caveat: str, plans: Iterable[Holding], lang: Lang) -> str:
    names = "; ".join(one.name for one in plans)
    return called("caveat", caveat, lang).format(names=names, few=FEW)
