"""Grids from ruling lines."""

import pytest

from extractor.readers.pdf.rulings import Ruling
from extractor.readers.pdf.tables import MOST_LINES, Grid, grids_of

XS, YS = [0.0, 50.0, 100.0], [0.0, 20.0, 40.0]


def across(*ys: float, start: float = 0, end: float = 100) -> list[Ruling]:
    return [Ruling(y, start, end) for y in ys]


def spots(grid: Grid) -> list[tuple[int, int, int, int]]:
    return [(f.row, f.column, f.row_span, f.column_span) for f in grid.fields]


def only(horizontal: list[Ruling], vertical: list[Ruling]) -> Grid:
    (grid,) = grids_of(horizontal, vertical)
    return grid


def test_a_cell_spans_the_rows_whose_border_is_not_drawn() -> None:
    grid = only([*across(0, 40), Ruling(20, 50, 100)], across(0, 50, 100, end=40))
    assert spots(grid) == [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]
    assert grid.fields[0].bbox == (0, 0, 50, 40)


def test_a_point_finds_the_cell_that_covers_it() -> None:
    grid = only([*across(0, 40), Ruling(20, 50, 100)], across(0, 50, 100, end=40))
    assert grid.at(10, 30) == 0
    assert grid.at(70, 30) == 2
    assert grid.at(70, 41) is None


def test_dots_make_a_line() -> None:
    dots = [Ruling(y, x, x + 0.7) for y in YS for x in range(0, 101, 2)]
    assert len(only(dots, across(*XS, end=40)).fields) == 4


def test_double_borders_are_one() -> None:
    vertical = across(0, 2.2, 50, 52.2, 98, 100, end=40)
    assert len(only(across(0, 2.2, 20, 22.2, 38, 40), vertical).fields) == 4


def test_lines_that_fall_short_a_little_still_cross() -> None:
    assert len(only(across(*YS, start=1.5, end=98.5), across(*XS, end=40)).fields) == 4


def test_an_underline_in_a_cell_is_no_border() -> None:
    lines = [*across(*YS), Ruling(10, 8, 40)]
    assert len(only(lines, across(*XS, end=40)).fields) == 4


def test_sides_that_are_not_drawn_are_where_the_lines_end() -> None:
    grid = only(across(*YS), [Ruling(50, 0, 40)])
    assert grid.xs == XS
    assert len(grid.fields) == 4


def test_a_row_cut_by_the_page_has_no_lower_line() -> None:
    grid = only(across(0, 20), across(*XS, end=40))
    assert grid.ys == YS


def test_one_line_that_sticks_out_opens_no_column() -> None:
    grid = only([*across(0, 40), Ruling(20, 0, 150)], across(*XS, end=40))
    assert grid.xs == XS


def test_tables_apart_are_two_grids() -> None:
    other = [Ruling(y + 60, 0, 100) for y in YS]
    grids = grids_of(across(*YS) + other, across(*XS, end=40) + across(*XS, start=60, end=100))
    assert [g.ys[0] for g in grids] == [0, 60]


def test_every_position_has_an_owner_where_borders_are_odd() -> None:
    # An L of three positions without walls between them cannot be one cell.
    horizontal = [*across(0, 40), Ruling(20, 50, 100)]
    vertical = [Ruling(0, 0, 40), Ruling(100, 0, 40), Ruling(50, 20, 40)]
    grid = only(horizontal, vertical)
    assert all(index >= 0 for row in grid.owner for index in row)
    assert sum(f.row_span * f.column_span for f in grid.fields) == 4


@pytest.mark.parametrize("lines", [[], [Ruling(0, 0, 100)]])
def test_lines_without_crossings_are_no_grid(lines: list[Ruling]) -> None:
    assert grids_of(lines, []) == []
    assert grids_of(lines, [Ruling(300, 200, 300)]) == []


def test_a_drawing_of_very_many_lines_is_no_table() -> None:
    many = [Ruling(2.0 * n, 0, 100) for n in range(MOST_LINES + 1)]
    assert grids_of(many, across(*XS, end=9999)) == []
