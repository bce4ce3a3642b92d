"""What needs no store: a single cell read, a deadline or bodies, and the contract of plans."""

from typing import Annotated

import msgspec
from fastapi import Query, Response
from pydantic import Field

from extractor.language.agencies import read_agencies as bodies_in
from extractor.language.deadlines import read_deadline as deadline_in
from models.agency import AgencyMention
from models.contract import encode, schema
from models.deadline import Deadline
from service.api.answers import Closed, json_answer
from service.api.dependencies import Told, routes
from service.store.filters import UNIT, Asked, OnDay

router = routes("readings")
contract = routes("contract")

SCHEMA_TYPE = "application/schema+json"

Text = Annotated[
    str, Field(max_length=2_000, description="The words of one cell; a line break is a line break")
]


class DeadlineText(Asked):
    """A deadline as it is printed, and when the plan is for."""

    text: Text = Field(examples=["Quý IV năm 2022"])
    year: list[Annotated[int, Field(ge=1, le=9999)]] = Field(
        min_length=1,
        max_length=20,
        description="Years of the plan the words stand in",
        examples=[[2023]],
    )
    on: OnDay = None


@router.get("/deadline", summary="Read a deadline")
def read_deadline(asked: Annotated[DeadlineText, Query()]) -> Told[Deadline]:
    """What a deadline means: the span, the day to watch, the rule of repeating.

    `on` is the day the paper was issued. Words that were not understood are in `unread`.
    """
    return json_answer(encode(deadline_in(asked.text, tuple(asked.year), asked.on)))


class AgencyText(Asked):
    """Bodies as they are printed, and where."""

    text: Text = Field(examples=["Sở Nội vụ; Bộ Y tế"])
    unit: str = Field(
        pattern=UNIT, description="Unit of the issuer of the paper", examples=["vn-86"]
    )
    on: OnDay = None


class AgencyReading(Closed):
    """The bodies found in a text."""

    text: str
    agencies: list[AgencyMention]


@router.get("/agency", summary="Read the bodies in a text")
def read_agencies(asked: Annotated[AgencyText, Query()]) -> Told[AgencyReading]:
    """Who is named: the bodies, in printed order, with the characters of each.

    `unit` and `on` say whose "Sở Nội vụ" it is and which bodies stood on the day.
    """
    found = bodies_in(asked.text, asked.unit, asked.on)
    return json_answer(encode({"text": asked.text, "agencies": found}))


@contract.get(
    "/schema",
    summary="The JSON Schema of a plan",
    response_class=Response,
    responses={
        200: {
            "description": "JSON Schema 2020-12 of `kehoach/plan@1`",
            "content": {SCHEMA_TYPE: {"schema": {"type": "object"}}},
        }
    },
)
def get_schema() -> Response:
    """JSON Schema 2020-12 of `kehoach/plan@1`, as `kehoach schema` prints it."""
    return Response(msgspec.json.encode(schema()), media_type=SCHEMA_TYPE)
