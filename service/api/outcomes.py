"""What a route can answer besides success, for the OpenAPI: problem details by status."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.problems import BY_STATUS, MEDIA_TYPE

#: What any route can answer, whatever it does.
ALWAYS = (400, 401, 403, 421, 422, 429, 431, 500, 503)


class Fault(BaseModel):
    """One wrong value: `pointer` into the body (RFC 6901), or a `parameter` and where it stands."""

    model_config = ConfigDict(extra="forbid")

    detail: str
    pointer: str | None = None
    parameter: str | None = None
    place: str | None = Field(default=None, alias="in")


class ProblemRecord(BaseModel):
    """Problem details (RFC 9457). `code` is stable; some codes come with further members."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None
    errors: list[Fault] | None = None


def example(status: int) -> dict[str, Any]:
    """A problem of that status, in English."""
    kind = BY_STATUS[status]
    return {
        "type": f"/problems/{kind.code}",
        "title": kind.title[1],
        "status": status,
        "detail": kind.meaning[1],
        "code": kind.code,
        "request_id": "0f3c2a",
    }


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with these problems, and with those of ALWAYS.

    >>> sorted(problems(404))
    [400, 401, 403, 404, 421, 422, 429, 431, 500, 503]
    """
    return {
        status: {
            "description": BY_STATUS[status].title[1],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": example(status),
                }
            },
        }
        for status in (*ALWAYS, *statuses)
    }
