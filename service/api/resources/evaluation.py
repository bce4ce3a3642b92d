"""Evaluation: how right the reading of a stored document is, against what a person annotated."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from service.api.answers import Evaluation
from service.api.dependencies import StoreDep, needs
from service.api.gold import GoldPlan
from service.api.lookups import plan_of, run_of
from service.api.outcomes import problems
from service.api.parameters import DOCUMENT
from service.api.splicing import encoded, json_answer
from service.api.views import View
from service.scoring import Outcome, score
from service.store.errors import NoPlan

router = APIRouter(tags=["evaluation"])


class Wanted(BaseModel):
    """Which document, and how it should have been read."""

    model_config = ConfigDict(extra="forbid")

    document: Annotated[str, Field(pattern=DOCUMENT, description="Id or key of the document")]
    gold: GoldPlan


@router.post(
    "/evaluation",
    operation_id="evaluate",
    summary="Score the reading of a document",
    response_model=Evaluation,
    responses=problems(404, 413, 415),
    dependencies=[needs("read")],
)
def evaluate(wanted: Wanted, store: StoreDep) -> Response:
    """How right the latest reading of a document is, field by field, against your annotation.

    The annotation has the form of the `.gold.json` files beside the sample plans. It is not kept,
    and corrections do not count: what is scored is what was read.
    """
    with store.reading() as session:
        run = run_of(session, plan_of(session, wanted.document).run_id)
        document_id, run_id, version, reading = run.document_id, run.id, run.version, run.reading
    if reading is None:
        raise NoPlan
    found = score(
        msgspec.json.decode(store.vault.get(reading)), wanted.gold.model_dump(exclude_unset=True)
    )
    outcomes = {
        "tasks": found.tasks,
        "targets": found.targets,
        "goals": found.goals,
        "duties": found.duties,
    }
    head = {"document_id": document_id, "run_id": run_id, "version": version}
    answer = {
        **head,
        "document": found.document,
        **{name: _outcome(outcome) for name, outcome in outcomes.items()},
    }
    return json_answer(encoded(answer))


def _outcome(outcome: Outcome) -> View:
    return {
        "gold": outcome.gold,
        "predicted": outcome.predicted,
        "matched": outcome.matched,
        "recall": outcome.recall,
        "precision": outcome.precision,
        "f1": outcome.f1,
        "row": outcome.row,
        "fields": {name: outcome.share(name) for name in outcome.right},
        "wrong": outcome.wrong,
        "lost": outcome.lost,
        "invented": outcome.invented,
    }
