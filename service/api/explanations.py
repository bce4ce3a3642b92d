"""What `type` of a problem leads to: each code with its status and what it means."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from models.errors import KINDS, KehoachError
from service.api.dependencies import LangDep, needs
from service.api.errors import UnknownProblem
from service.api.outcomes import problems
from service.wording import Lang, pick

router = APIRouter(prefix="/problems", tags=["problems"], dependencies=[needs("read")])


class Explanation(BaseModel):
    """A kind of problem."""

    type: Annotated[str, Field(examples=["/problems/revision.stale"])]
    code: Annotated[str, Field(examples=["revision.stale"])]
    status: Annotated[int, Field(examples=[412])]
    title: str
    detail: str


class Explanations(BaseModel):
    """Every kind there is, by code."""

    items: list[Explanation]


def _explained(kind: type[KehoachError], lang: Lang) -> Explanation:
    return Explanation(
        type=f"/problems/{kind.code}",
        code=kind.code,
        status=kind.status,
        title=pick(lang, *kind.title),
        detail=pick(lang, *kind.meaning),
    )


@router.get("", operation_id="list_problems", summary="Every kind of problem", responses=problems())
def list_problems(lang: LangDep) -> Explanations:
    """Every code that a problem can have, with its status and what to do about it."""
    return Explanations(items=[_explained(KINDS[code], lang) for code in sorted(KINDS)])


@router.get(
    "/{code}",
    operation_id="get_problem",
    summary="One kind of problem",
    responses=problems(404),
)
def get_problem(
    code: Annotated[str, Path(max_length=64, description="`code` of a problem")], lang: LangDep
) -> Explanation:
    """What the `type` of a problem leads to."""
    if code not in KINDS:
        raise UnknownProblem
    return _explained(KINDS[code], lang)
