"""The shape of a gold annotation, as people send it to have a reading scored."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: The longest text and the most rows of an annotation: scoring compares each row with many.
Words = Annotated[str, Field(max_length=20_000)]
MOST_ROWS = 5_000


class Gold(BaseModel):
    """What every part of an annotation has in common: keys that are not compared may be there."""

    model_config = ConfigDict(extra="allow")


class GoldDocument(Gold):
    """The letterhead, the title and the signature as they should be read."""

    number: Words | None
    issued_on: Words | None
    kind: Words | None
    title: Words | None
    issuer: Words | None
    place: Words | None
    signer: Words | None
    plan_years: list[int]
    legal_basis_count: int | None = None


class GoldTask(Gold):
    """A row of a table of tasks, as printed."""

    appendix: Words | None = None
    group: list[Words] = []
    ordinal: Words | None = None
    task: Words | None = None
    lead: Words | None = None
    coordinating: Words | None = None
    product: Words | None = None
    target: Words | None = None
    subject: Words | None = None
    deadline: Words | None = None
    note: Words | None = None


class GoldTarget(Gold):
    """A goal: of a table where it has `ordinal`, else of running text."""

    text: Words | None = None
    indicator: Words | None = None
    comparator: Words | None = None
    value: Words | float | None = None
    unit: Words | None = None
    year: int | None = None
    rank: Words | None = None
    baseline: Words | float | None = None
    baseline_year: int | None = None


class GoldDuties(Gold):
    """The duties under the heading of one agency."""

    agency: Words
    items: list[Words] = Field(max_length=MOST_ROWS)


class GoldDuty(Gold):
    """A duty of running text."""

    task: Words


class GoldPlan(Gold):
    """A plan as it should be read."""

    document: GoldDocument
    tasks: list[GoldTask] = Field(max_length=MOST_ROWS)
    targets: list[GoldTarget] = Field(default=[], max_length=MOST_ROWS)
    responsibilities: list[GoldDuties] = Field(default=[], max_length=MOST_ROWS)
    narrative_tasks: list[GoldDuty] = Field(default=[], max_length=MOST_ROWS)
