"""The contract: what a plan looks like, for programs that read plans."""

import msgspec
from fastapi import APIRouter, Response

from models.contract import schema
from service.api.dependencies import needs
from service.api.outcomes import problems

router = APIRouter(tags=["contract"], dependencies=[needs("read")])

MEDIA_TYPE = "application/schema+json"


@router.get(
    "/schema",
    operation_id="get_schema",
    summary="The JSON Schema of a plan",
    response_class=Response,
    responses={
        200: {
            "description": "JSON Schema 2020-12 of `kehoach/plan@1`",
            "content": {MEDIA_TYPE: {"schema": {"type": "object"}}},
        },
        **problems(),
    },
)
def get_schema() -> Response:
    """JSON Schema 2020-12 of `kehoach/plan@1`, as `kehoach schema` prints it."""
    return Response(msgspec.json.encode(schema()), media_type=MEDIA_TYPE)
