"""Units and agencies as of their days, loaded from `corpora/`: to join with, not to write to."""

from datetime import date

from sqlalchemy import Text
from sqlmodel import Field

from models.tables.columns import Facts, Row


class UnitRecord(Facts):
    """A territory while its name and rank stood; a code can pass to another name."""

    id: str = Field(index=True)
    level: str
    kind: str
    name: str
    parent: str | None = Field(default=None, index=True)
    valid_from: date | None = None
    valid_to: date | None = None


class UnitRow(UnitRecord, Row, table=True):
    """A territory; `words` are its names, folded for search."""

    __tablename__ = "units"

    serial: int | None = Field(default=None, primary_key=True)
    words: str = Field(sa_type=Text)


class AgencyRecord(Facts):
    """A body as of its days: a role in a unit, as mentions name it."""

    id: str = Field(primary_key=True)
    unit_id: str = Field(index=True)
    slug: str = Field(index=True)
    name: str
    level: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None


class AgencyRow(AgencyRecord, Row, table=True):
    """Every body of the centre and of the provinces of all times; one of a district or a commune
    from the day a plan names it."""

    __tablename__ = "agencies"

    words: str = Field(sa_type=Text)


class SuccessionRow(Row, table=True):
    """`successor_id` does work in the frame (2024, 2026) that `id` did; many to many."""

    __tablename__ = "successions"

    id: str = Field(primary_key=True)
    frame: str = Field(primary_key=True)
    successor_id: str = Field(primary_key=True, index=True)
    position: int


class ReferenceRow(Row, table=True):
    """Which state of `corpora/` the reference tables were loaded from: one row."""

    __tablename__ = "reference"

    name: str = Field(primary_key=True)
    digest: str
