"""Whether the process lives, and whether it can work; both answer without a key."""

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: str = "ok"


@router.get("/healthz", summary="The process answers")
async def healthz() -> Health:
    return Health()
