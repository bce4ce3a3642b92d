"""The resources under /api/v1."""

from fastapi import APIRouter

from service.api.resources import (
    agencies,
    citations,
    contract,
    corrections,
    documents,
    evaluation,
    exports,
    jobs,
    plans,
    readings,
    runs,
    targets,
    tasks,
    uploads,
)
from service.api.strictness import strict

router = APIRouter(dependencies=[strict])
for _module in (
    exports,
    uploads,
    documents,
    runs,
    plans,
    tasks,
    corrections,
    targets,
    citations,
    agencies,
    jobs,
    evaluation,
    readings,
    contract,
):
    router.include_router(_module.router)
