"""Bodies of districts and communes: agencies with their successions, once a plan names them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from corpora import agencies, units
from extractor.language.lineage import FRAMES, successors
from models.tables import AgencyRow, SuccessionRow
from service.store.words import folded


def body_row(agency_id: str, name: str) -> dict[str, Any] | None:
    """The row of an agency; None where its unit or its role is not known."""
    unit, _, slug = agency_id.partition("/")
    role = agencies.roles().get(slug)
    if role is None or units.find(unit) is None:
        return None
    return {
        "id": agency_id,
        "unit_id": unit,
        "slug": slug,
        "name": name,
        "level": role.unit,
        "kind": role.kind,
        "valid_from": role.valid_from,
        "valid_to": role.valid_to,
        "words": folded(" ".join((name, *role.aliases))),
    }


def add_bodies(connection: Connection, named: Mapping[str, str]) -> None:
    """Adds those of `named` (id to name) that the table has not; safe when others do it too."""
    if not named:
        return
    known = set(connection.scalars(select(col(AgencyRow.id)).where(col(AgencyRow.id).in_(named))))
    rows = _rows(sorted((key, name) for key, name in named.items() if key not in known))
    if rows:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        connection.execute(insert(AgencyRow.__table__).on_conflict_do_nothing(), rows)
        if heirs := list(succession_rows(row["id"] for row in rows)):
            connection.execute(insert(SuccessionRow.__table__).on_conflict_do_nothing(), heirs)


def succession_rows(ids: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of `successions` of bodies or units, each id once."""
    for key in dict.fromkeys(ids):
        for frame in FRAMES:
            for position, successor in enumerate(successors(key, frame)):
                yield {"id": key, "frame": frame, "successor_id": successor, "position": position}


def _rows(named: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [row for key, name in named if (row := body_row(key, name)) is not None]
