"""Lineage: what a body or a unit was called and became, and who is in a set, on a day.

Frames name the map a comparison speaks in: `2024` is the 63 provinces and the bodies of
2024-12-31, `2026` the 34 provinces and the bodies of 2026-11-21.
"""

from datetime import date

from corpora import agencies, units
from corpora.agencies import Role

FRAMES = {"2024": date(2024, 12, 31), "2026": date(2026, 11, 21)}


def _split(agency_id: str) -> tuple[str, Role | None]:
    unit, _, slug = agency_id.partition("/")
    return unit, agencies.roles().get(slug)


def as_of(agency_id: str, on: date) -> bool:
    """Whether the body, or the unit for an id without a slug, stood on the day.

    >>> as_of("vn-86/so-thong-tin-truyen-thong", date(2024, 1, 1))
    True
    >>> as_of("vn-86/so-thong-tin-truyen-thong", date(2025, 6, 1))
    False
    """
    unit, role = _split(agency_id)
    territory = units.find(unit, on)
    if territory is None or not territory.stands(on):
        return False
    return "/" not in agency_id or (role is not None and role.stands(on))


def _home(unit: str, role: Role, on: date) -> tuple[str, ...]:
    """The units of the day that hold `unit` and have bodies of the role's level."""
    here = units.find(unit, on)
    now: tuple[str, ...] = (unit,) if here is not None and here.stands(on) else ()
    if not now:
        before = units.LAST_DISTRICT_DAY
        now = units.successors(unit, before) if on > before else units.predecessors(unit, on)
    if role.unit == "central":
        return ("vn",)
    if role.unit == "province":
        return tuple(dict.fromkeys("-".join(key.split("-")[:2]) for key in now))
    return tuple(key for key in now if key.count("-") == 2)


def successors(agency_id: str, frame: str) -> tuple[str, ...]:
    """The bodies of the frame that the body's work went to; itself when it still stands.

    The order is that of the table: the body with the larger part of the work first.

    >>> successors("vn-83/so-ke-hoach-dau-tu", "2026")
    ('vn-86/so-tai-chinh',)
    """
    on = FRAMES[frame]
    unit, role = _split(agency_id)
    if role is None:
        return units.successors(unit, date(2024, 12, 31)) if "/" not in agency_id else ()
    found: dict[str, None] = {}
    todo, seen = [role], {role.slug}
    while todo:
        now = todo.pop(0)
        if now.valid_to is None or now.valid_to >= on:
            for home in _home(unit, now, on):
                found[f"{home}/{now.slug}"] = None
            continue
        for slug in now.successors:
            heir = agencies.roles().get(slug)
            if heir is not None and slug not in seen:
                seen.add(slug)
                todo.append(heir)
    return tuple(found)


def predecessors(agency_id: str) -> tuple[str, ...]:
    """The bodies of 2024-12-31 whose work the body does now.

    >>> predecessors("vn-01/so-xay-dung")
    ('vn-01/so-xay-dung', 'vn-01/so-giao-thong-van-tai')
    """
    on = FRAMES["2024"]
    unit, role = _split(agency_id)
    if role is None:
        return ()
    found: dict[str, None] = {}
    todo, seen = [role], {role.slug}
    while todo:
        now = todo.pop(0)
        if now.stands(on):
            homes = ("vn",) if now.unit == "central" else units.predecessors(unit, units.TWO_TIERS)
            for home in homes:
                found[f"{home}/{now.slug}"] = None
        for slug in agencies.heirs().get(now.slug, ()):
            if slug not in seen:
                seen.add(slug)
                todo.append(agencies.roles()[slug])
    return tuple(found)


def _bodies(unit: str, on: date, keep: frozenset[str], level: str) -> list[str]:
    return [
        f"{unit}/{role.slug}"
        for role in agencies.roles().values()
        if role.unit == level and role.kind in keep and role.stands(on) and role.listed
    ]


def expand(members: tuple[str, ...] | list[str], unit: str, on: date) -> list[str]:
    """The bodies the set codes stand for, seen from `unit` on the day.

    Executive bodies of units come out one for each unit; bodies that only some provinces have
    (Sở Du lịch) are in the list, for no table says which province has them.

    >>> expand(["HUYEN"], "vn-86", date(2022, 12, 13))[:2]
    ['vn-86-855/ubnd-huyen', 'vn-86-857/ubnd-huyen']
    """
    found: dict[str, None] = {}
    province = "-".join(unit.split("-")[:2])
    for code in members:
        for key in _members(code, unit, province, on):
            found[key] = None
    return list(found)


def _members(code: str, unit: str, province: str, on: date) -> list[str]:
    if code == "TINH":
        return [f"{u.id}/ubnd-tinh" for u in units.children("vn", "province", on)]
    if code == "HUYEN":
        return [f"{u.id}/ubnd-huyen" for u in units.children(unit, "district", on)]
    if code == "XA":
        return [f"{u.id}/ubnd-xa" for u in units.children(unit, "commune", on)]
    kinds, level = _SETS.get(code, (frozenset(), ""))
    home = {"central": "vn", "province": province}.get(level, unit)
    found = _bodies(home, on, frozenset(kinds), level)
    if code == "SO":
        found.append(f"{province}/vp-ubnd-tinh")
    return found


_SETS: dict[str, tuple[frozenset[str], str]] = {
    "BO": (frozenset({"bo"}), "central"),
    "NGANG_BO": (frozenset({"ngang-bo"}), "central"),
    "THUOC_CP": (frozenset({"thuoc-chinh-phu"}), "central"),
    "SO": (frozenset({"so", "thanh-tra", "ban"}), "province"),
    "BQL": (frozenset({"ban-quan-ly"}), "province"),
    "DVSN": (frozenset({"don-vi-su-nghiep", "trung-tam"}), "province"),
    "NGANH_DOC": (
        frozenset(
            [
                "cong-an",
                "quan-su",
                "thue",
                "kho-bac",
                "bhxh",
                "ngan-hang",
                "qltt",
                "thong-ke",
                "hai-quan",
                "thi-hanh-an",
                "toa-an",
                "vien-kiem-sat",
            ]
        ),
        "province",
    ),
    "DOAN_THE": (frozenset({"doan-the"}), "province"),
    "MTTQ": (frozenset({"mttq"}), "province"),
    "DANG": (frozenset({"cap-uy", "ban-dang"}), "province"),
    "PHONG": (frozenset({"phong", "thanh-tra", "van-phong"}), "district"),
    "NGANH_DOC_HUYEN": (
        frozenset(
            [
                "cong-an",
                "quan-su",
                "thue",
                "kho-bac",
                "bhxh",
                "thi-hanh-an",
                "toa-an",
                "vien-kiem-sat",
            ]
        ),
        "district",
    ),
    "DVSN_HUYEN": (frozenset({"don-vi-su-nghiep", "trung-tam"}), "district"),
    "DANG_HUYEN": (frozenset({"cap-uy"}), "district"),
    "DOAN_THE_HUYEN": (frozenset({"doan-the"}), "district"),
    "PHONG_XA": (frozenset({"phong", "van-phong"}), "commune"),
    "DVSN_XA": (frozenset({"don-vi-su-nghiep", "trung-tam"}), "commune"),
    "DOAN_THE_XA": (frozenset({"doan-the"}), "commune"),
}
