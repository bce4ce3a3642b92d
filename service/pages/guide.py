"""The API for people who write programs, made on the server from the OpenAPI.

Every route with what it takes and answers, and how to call it with curl and from Python.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from markupsafe import Markup, escape
from pydantic import Field

from service.api.gate import SAFE
from service.pages.looks import page, page_router
from service.pages.tables import FromForm

router = page_router()

#: The most characters of an example that are shown.
LONGEST = 1500

#: Where a sample has the key, and the tag of an object that is to be changed.
KEY, TAG = "$KEHOACH_KEY", '"1"'


class DocsAsked(FromForm):
    """The group of routes that is told in full."""

    about: str | None = Field(default=None, pattern=r"^[a-z]{1,30}$")


@router.get("/docs")
def docs(request: Request, asked: Annotated[DocsAsked, Query()]) -> Any:
    """All routes of the API by what they are about; those of one group with all that they take."""
    app: FastAPI = request.app
    base = str(request.base_url).rstrip("/")
    groups = _groups(app, base)
    return page(request, "docs", "docs", groups=groups, about=asked.about, coded=coded, typed=typed)


def coded(text: str) -> Markup:
    """A description, in which code stands between backticks.

    >>> coded("of `vn-86` & all below")
    Markup('of <code>vn-86</code> &amp; all below')
    """
    pieces = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(pieces)
    )


@lru_cache(maxsize=4)
def _groups(app: FastAPI, base: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The operations of the OpenAPI by their tags, each with two samples and what it answers."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for path, methods in app.openapi()["paths"].items():
        for method, told in methods.items():
            call = _call(base, path, method.upper(), told)
            shown = {"method": call.method, "path": path, "answer": _example(told["responses"])}
            samples = {"curl": call.curl(), "python": call.python()}
            found.setdefault(told["tags"][0], []).append(told | shown | samples)
    return found


def _call(base: str, path: str, method: str, told: Mapping[str, Any]) -> "_Call":
    parameters = told.get("parameters", [])
    content = told.get("requestBody", {}).get("content", {})
    return _Call(
        base,
        path,
        method,
        {one["name"]: _sample(one) for one in parameters if one["in"] == "query"
         and (one.get("required") or _shown(one) is not None)},
        any(one["name"] == "If-Match" for one in parameters),
        next(iter(content), ""),
        content.get("application/json", {}).get("example"),
    )  # fmt: skip


def typed(schema: Mapping[str, Any]) -> str:
    """The type of a value in a few words.

    >>> typed({"anyOf": [{"type": "string"}, {"type": "null"}]}), typed({"enum": ["a", "b"]})
    ('string', 'a | b')
    """
    if some := [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]:
        return " | ".join(map(typed, some))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{typed(schema['items'])}]"
    return str(schema.get("format") or schema.get("type") or schema.get("const") or "object")


def _shown(parameter: Mapping[str, Any]) -> Any:
    """The example that the OpenAPI gives of a parameter."""
    schema = parameter["schema"]
    some = schema.get("examples") or [parameter.get("example", schema.get("example"))]
    return some[0]


def _sample(parameter: Mapping[str, Any]) -> str | list[str]:
    found = _shown(parameter)
    if isinstance(found, list):
        return [str(one) for one in found]
    return str(found) if found is not None else parameter["name"].upper()


def _example(responses: Mapping[str, Any]) -> str:
    """What a success looked like once, cut where it is long."""
    success: Mapping[str, Any] = next(
        (told for status, told in responses.items() if status < "300"), {}
    )
    for told in success.get("content", {}).values():
        if "example" in told:
            found = told["example"]
            text = (
                found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, indent=2)
            )
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit("\n", 1)[0] + "\n…"
    return ""


@dataclass(frozen=True, slots=True)
class _Call:
    """A request as people would write it."""

    base: str
    path: str
    method: str
    query: Mapping[str, str | list[str]]
    tagged: bool
    kind: str
    body: Any

    @property
    def address(self) -> str:
        """With what is to be filled in, in capitals."""
        steps = (
            step.replace("{", "").replace("}", "").upper() if "{" in step else step
            for step in self.path.replace(".{form}", ".csv").split("/")
        )
        return self.base + "/".join(steps)

    def curl(self) -> str:
        lines = [f"curl -H 'Authorization: Bearer {KEY}'".replace("'", '"')]
        if self.method == "HEAD":
            lines.append("--head")
        elif self.method not in SAFE:
            lines.append(f"-X {self.method}")
        if self.tagged:
            lines.append(f"-H 'If-Match: {TAG}'")
        if self.kind == "multipart/form-data":
            lines.append("-F files=@ke-hoach.docx")
        elif self.kind == "application/octet-stream":
            lines.append("-H 'Content-Type: application/octet-stream' --data-binary @ke-hoach.docx")
        elif self.kind:
            body = json.dumps(self.body or {}, ensure_ascii=False).replace("'", "'\\''")
            lines.append(f"-H 'Content-Type: application/json' -d '{body}'")
        query = "?" + urlencode(self.query, doseq=True) if self.query else ""
        lines.append(f'"{self.address}{query}"')
        return " \\\n  ".join(lines)

    def python(self) -> str:
        headers = ['"Authorization": f"Bearer {key}"']
        if self.tagged:
            headers.append(f'"If-Match": {TAG!r}')
        given = [f'"{self.address}"', "headers={" + ", ".join(headers) + "}"]
        if self.query:
            given.append(f"params={dict(self.query)!r}")
        if self.kind == "multipart/form-data":
            given.append('files={"files": open("ke-hoach.docx", "rb")}')
        elif self.kind == "application/octet-stream":
            given.append('content=open("ke-hoach.docx", "rb").read()')
        elif self.kind:
            given.append(f"json={self.body or {}!r}")
        inner = ",\n    ".join(given)
        return (
            'import os\n\nimport httpx\n\nkey = os.environ["KEHOACH_KEY"]\n'
            f"answer = httpx.{self.method.lower()}(\n    {inner},\n)\n"
            "answer.raise_for_status()\nprint(answer.text)"
        )
