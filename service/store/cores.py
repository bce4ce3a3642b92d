"""The tables as SQLAlchemy Core sees them: for bulk writes, and for queries of single columns."""

from sqlalchemy import Table
from sqlmodel import SQLModel

from models import tables


def core(model: type[SQLModel]) -> Table:
    """The table of a model."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


AGENCIES = core(tables.AgencyRow)
CITATIONS = core(tables.CitationRow)
CORRECTIONS = core(tables.CorrectionRow)
DEADLINES = core(tables.DeadlineRow)
DOCUMENTS = core(tables.DocumentRow)
JOBS = core(tables.JobRow)
MENTIONS = core(tables.MentionRow)
PLANS = core(tables.PlanRow)
PLAN_YEARS = core(tables.PlanYearRow)
RUNS = core(tables.RunRow)
SECTIONS = core(tables.SectionRow)
SUCCESSIONS = core(tables.SuccessionRow)
TARGETS = core(tables.TargetRow)
TASKS = core(tables.TaskRow)
UNITS = core(tables.UnitRow)
