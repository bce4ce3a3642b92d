"""Single cells read: a deadline, or the bodies in a text, as the commands of the same name do."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from extractor.language.agencies import read_agencies
from extractor.language.deadlines import read_deadline
from models.contract import encode
from models.deadline import Deadline
from service.api.answers import AgencyReading
from service.api.dependencies import needs
from service.api.outcomes import problems
from service.api.parameters import UNIT, OnDay
from service.api.splicing import json_answer

router = APIRouter(tags=["readings"], dependencies=[needs("read")])

Text = Annotated[
    str, Query(max_length=2_000, description="The words of one cell; a line break is a line break")
]


@router.get(
    "/deadline",
    operation_id="read_deadline",
    summary="Read a deadline",
    response_model=Deadline,
    responses=problems(),
)
def deadline(
    text: Annotated[Text, Query(examples=["Quý IV năm 2022"])],
    year: Annotated[
        list[Annotated[int, Query(ge=1, le=9999)]],
        Query(
            min_length=1,
            max_length=20,
            description="Years of the plan the words stand in",
            examples=[[2023]],
        ),
    ],
    on: OnDay = None,
) -> Response:
    """What a deadline means: the span, the day to watch, the rule of repeating.

    `on` is the day the paper was issued. Words that were not understood are in `unread`.
    """
    return json_answer(encode(read_deadline(text, tuple(year), on)))


@router.get(
    "/agency",
    operation_id="read_agencies",
    summary="Read the bodies in a text",
    response_model=AgencyReading,
    responses=problems(),
)
def agency(
    text: Annotated[Text, Query(examples=["Sở Nội vụ; Bộ Y tế"])],
    unit: Annotated[
        str, Query(pattern=UNIT, description="Unit of the issuer of the paper", examples=["vn-86"])
    ],
    on: OnDay = None,
) -> Response:
    """Who is named: the bodies, in printed order, with the characters of each.

    `unit` and `on` say whose "Sở Nội vụ" it is and which bodies stood on the day.
    """
    found = read_agencies(text, unit, on)
    return json_answer(encode({"text": text, "agencies": found}))
