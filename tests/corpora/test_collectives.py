"""Collectives: each wording of the table reads as the table says, and every code is known."""

from datetime import date

from corpora import collectives, tables
from corpora.lineage import expand
from tests.extractor.commands import agencies
from tests.extractor.language.test_agencies import expected, got

ROWS = tables.rows("gold/collectives")


def test_a_wording_reads_as_the_table_says() -> None:
    for row in ROWS:
        (found,) = agencies([row["text"]], row["unit"], date.fromisoformat(row["on"]))
        assert got(found) == expected(row["reading"]), row["text"]


def test_a_closed_row_names_sets_and_an_open_one_is_open() -> None:
    for row in ROWS:
        assert row["closed"] in ("yes", "plan", "no")
        if row["closed"] == "no":
            assert row["reading"].endswith("?")


def test_the_sets_of_the_districts_are_gone_after_them() -> None:
    nouns = frozenset({"cơ quan", "đơn vị", "địa phương"})
    assert "HUYEN" in collectives.sets(nouns, "province", False)[0]
    assert collectives.sets(nouns, "province", True)[0] == ("BQL", "DVSN", "SO", "XA")
    assert collectives.sets(frozenset({"địa phương"}), "province", True)[0] == ("XA",)


def test_every_code_has_members_while_it_stands() -> None:
    codes = {
        code
        for rows in collectives.meanings().values()
        for row in rows
        for cell in row.sets
        for code in cell.split(">")
    }
    homes = {"_HUYEN": "vn-58-585", "_XA": "vn-56-22810"}
    for code in sorted(codes):
        unit = next((home for end, home in homes.items() if code.endswith(end)), "vn-86")
        unit = {"PHONG": "vn-58-585", "PHONG_XA": "vn-56-22810"}.get(code, unit)
        on = date(2025, 9, 1) if code.endswith("_XA") else date(2024, 5, 1)
        assert expand([code], unit, on), code
