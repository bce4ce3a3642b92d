"""OpenRefine's reconciliation: version 0.2 at `/reconcile`, the draft of 1.0 at `/reconcile/draft`.

Both are of the W3C Entity Reconciliation Community Group. Any page of the web may ask (CORS): all
that is told are reference data. What is wrong is told in plain words with a status, as pages that
ask from elsewhere can read it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from html import escape
from importlib.metadata import version
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, request_response

from service.api.dependencies import language_of
from service.feed.reconciliation import (
    LINKS,
    PROPERTIES,
    TYPES,
    Candidate,
    Entity,
    candidates,
    entities,
    suggested,
    values_of,
)
from service.wording import Lang, called, pick

PATH = "/reconcile"
DRAFT = f"{PATH}/draft"

#: The most queries of a batch, entities of an extension, and suggestions at a time.
BATCH, ROWS, OFFERED = 50, 500, 20
#: The room for a preview, in pixels.
PREVIEW = {"width": 420, "height": 160}

Handler = Callable[[Request], Awaitable[Response]]


class _Wrong(Exception):
    """What is asked for makes no sense."""


def routes() -> list[Route]:
    """All routes of both versions, open to pages from anywhere."""
    there: dict[str, Handler] = {PATH: _root, DRAFT: _draft_root}
    for root in (PATH, DRAFT):
        there |= {
            f"{root}/suggest/{what}": _suggest(what) for what in ("entity", "type", "property")
        }
        there |= {f"{root}/preview": _preview, f"{root}/extend/propose": _propose}
    there |= {f"{DRAFT}/{name}": _draft_match for name in ("match", "reconcile")}
    there[f"{DRAFT}/extend"] = _draft_extend
    return [Route(path, _open(handler), include_in_schema=False) for path, handler in there.items()]


def _open(handler: Handler) -> CORSMiddleware:
    async def told(request: Request) -> Response:
        try:
            answer = await handler(request)
        except (_Wrong, msgspec.MsgspecError) as error:
            answer = PlainTextResponse(str(error), 400)
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    return CORSMiddleware(
        request_response(told), allow_origins=["*"], allow_methods=["GET", "POST"],
        allow_headers=["*"],
    )  # fmt: skip


# What is asked


class _Property(msgspec.Struct):
    pid: str
    v: Any


class _Query(msgspec.Struct):
    """A query of 0.2."""

    query: str = ""
    type: str | list[str] | None = None
    limit: int | None = None
    properties: list[_Property] = []


class _Condition(msgspec.Struct, rename="camel"):
    match_type: str
    property_value: Any = msgspec.field(default=None)
    property_id: str | None = None
    v: Any = None
    pid: str | None = None
    required: bool = False


class _DraftQuery(msgspec.Struct):
    """A query of the draft, whose names of keys have changed once."""

    conditions: list[_Condition]
    type: str | None = None
    limit: int | None = None


class _Batch(msgspec.Struct):
    queries: list[_DraftQuery]


class _Wanted(msgspec.Struct):
    id: str


class _Extension(msgspec.Struct):
    ids: list[str]
    properties: list[_Wanted]


_queries = msgspec.json.Decoder(dict[str, _Query])
_batch = msgspec.json.Decoder(_Batch | list[_DraftQuery])
_extension = msgspec.json.Decoder(_Extension)


def _texts(value: Any) -> list[str]:
    """The values of a property as text; an entity by its id."""
    some = value if isinstance(value, list) else [value]
    return [str(one.get("id", "")) if isinstance(one, dict) else str(one) for one in some]


# What is told


def _lang(request: Request) -> Lang:
    return language_of(request)


def _manifest(request: Request) -> dict[str, Any]:
    root, lang = str(request.base_url).rstrip("/"), _lang(request)
    return {
        "name": pick(
            lang, "kehoach: cơ quan, địa bàn, chỉ số", "kehoach: bodies, units, indicators"
        ),
        "defaultTypes": [_type(one, lang) for one in TYPES],
        "documentation": f"{root}/docs",
        "serviceVersion": version("kehoach"),
        "batchSize": BATCH,
    }


def _type(name: str, lang: Lang) -> dict[str, str]:
    return {"id": name, "name": called("entity_type", name, lang)}


def _property(name: str, lang: Lang) -> dict[str, str]:
    return {"id": name, "name": called("property", name, lang)}


def _candidate(one: Candidate, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.entity.id,
        "name": one.entity.name,
        "description": one.entity.description,
        "type": [_type(one.entity.type, lang)],
        "score": round(one.score, 1),
        "match": one.match,
    }


async def _root(request: Request) -> Response:
    """The manifest of 0.2; with `queries` or `extend`, their answers."""
    given: Mapping[str, Any] = request.query_params
    if request.method == "POST":
        given = await request.form()
    if queries := given.get("queries"):
        asked = _queries.decode(str(queries))
        return JSONResponse(await run_sync(_answers, asked, _lang(request)))
    if extend := given.get("extend"):
        found = await run_sync(_extended, _extension.decode(str(extend)), _lang(request))
        return JSONResponse({**found, "rows": {one["id"]: one["cells"] for one in found["rows"]}})
    if request.method == "POST":
        raise _Wrong("queries, extend?")
    root = str(request.base_url).rstrip("/")
    service = {"service_url": root}
    return JSONResponse(
        {
            "versions": ["0.1", "0.2"],
            **_manifest(request),
            "identifierSpace": f"{root}/",
            "schemaSpace": f"{root}{PATH}/",
            "view": {"url": f"{root}{PATH}/preview?id={{{{id}}}}"},
            "preview": {"url": f"{root}{PATH}/preview?id={{{{id}}}}", **PREVIEW},
            "suggest": {
                what: {**service, "service_path": f"{PATH}/suggest/{what}"}
                for what in ("entity", "type", "property")
            },
            "extend": {
                "propose_properties": {**service, "service_path": f"{PATH}/extend/propose"},
                "property_settings": [],
            },
        }
    )


def _answers(asked: Mapping[str, _Query], lang: Lang) -> dict[str, Any]:
    if len(asked) > BATCH:
        raise _Wrong(f"> {BATCH}")
    told = {}
    for name, query in asked.items():
        types = [query.type] if isinstance(query.type, str) else query.type or ()
        wanted = {one.pid: _texts(one.v) for one in query.properties}
        found = candidates(query.query, types, wanted, limit=query.limit)
        told[name] = {"result": [_candidate(one, lang) for one in found]}
    return told


async def _draft_root(request: Request) -> Response:
    if request.method != "GET":
        raise _Wrong(f"POST {DRAFT}/match")
    root = str(request.base_url).rstrip("/")
    return JSONResponse(
        {
            "versions": ["1.0-draft"],
            **_manifest(request),
            "view": {"url": f"{root}{PATH}/preview?id={{id}}"},
            "preview": PREVIEW,
            "suggest": {"entity": True, "type": True, "property": True},
            "extend": {"proposeProperties": True, "propertySettings": []},
            "standardizedScore": True,
            "lang": "vi",
        }
    )


async def _draft_match(request: Request) -> Response:
    asked = _batch.decode(await request.body())
    queries = asked.queries if isinstance(asked, _Batch) else asked
    return JSONResponse({"results": await run_sync(_results, queries, _lang(request))})


def _results(queries: Sequence[_DraftQuery], lang: Lang) -> list[dict[str, Any]]:
    if len(queries) > BATCH:
        raise _Wrong(f"> {BATCH}")
    told = []
    for query in queries:
        names: list[str] = []
        wanted: dict[str, list[str]] = {}
        required = set()
        for one in query.conditions:
            values = _texts(one.v if one.property_value is None else one.property_value)
            if one.match_type == "name":
                names += values
            elif name := one.property_id or one.pid:
                wanted[name] = values
                required |= {name} if one.required else set()
        if not query.conditions:
            raise _Wrong("conditions: []")
        types = [query.type] if query.type else ()
        found = candidates(" ".join(names), types, wanted, required, query.limit)
        told.append({"candidates": [_candidate(one, lang) for one in found]})
    return told


async def _draft_extend(request: Request) -> Response:
    found = await run_sync(_extended, _extension.decode(await request.body()), _lang(request))
    rows = [
        {"id": one["id"], "properties": [{"id": name, "values": some} for name, some in
                                         one["cells"].items()]}
        for one in found["rows"]
    ]  # fmt: skip
    return JSONResponse({"meta": found["meta"], "rows": rows})


def _extended(asked: _Extension, lang: Lang) -> dict[str, Any]:
    """The properties asked for, and of each entity their values."""
    if len(asked.ids) > ROWS:
        raise _Wrong(f"> {ROWS}")
    names = [one.id for one in asked.properties]
    rows = []
    for key in asked.ids:
        entity = entities().get(key)
        cells = {name: [_cell(name, one) for one in values_of(entity, name)] if entity else []
                 for name in names}  # fmt: skip
        rows.append({"id": key, "cells": cells})
    return {"meta": [_property(name, lang) for name in names], "rows": rows}


def _cell(name: str, value: str) -> dict[str, str]:
    if name in LINKS and value in entities():
        return {"id": value, "name": entities()[value].name}
    if name.startswith("valid_"):
        return {"date": f"{value}T00:00:00"}
    return {"str": value}


async def _propose(request: Request) -> Response:
    type_, lang = request.query_params.get("type", ""), _lang(request)
    names: Iterable[str] = TYPES.get(type_) or PROPERTIES
    return JSONResponse({"type": type_, "properties": [_property(name, lang) for name in names]})


def _suggest(what: str) -> Handler:
    async def suggest(request: Request) -> Response:
        asked, lang = request.query_params, _lang(request)
        prefix, cursor = asked.get("prefix", ""), asked.get("cursor", "0")
        start = int(cursor) if cursor.isdecimal() else 0
        if what == "entity":
            types = asked.getlist("type")
            found = await run_sync(lambda: list(suggested(prefix, types)))
            told = [_offered(one, lang) for one in found[start : start + OFFERED]]
        else:
            some = TYPES if what == "type" else PROPERTIES
            all_ = [(_type if what == "type" else _property)(one, lang) for one in some]
            wanted = prefix.casefold()
            told = [one for one in all_ if wanted in one["id"] or wanted in one["name"].casefold()]
            told = told[start : start + OFFERED]
        return JSONResponse({"result": told})

    return suggest


def _offered(one: Entity, lang: Lang) -> dict[str, Any]:
    said = {"id": one.id, "name": one.name, "description": one.description}
    return {**said, "notable": [_type(one.type, lang)]}


async def _preview(request: Request) -> Response:
    """A small page to be set into another."""
    entity, lang = entities().get(request.query_params.get("id", "")), _lang(request)
    if entity is None:
        return PlainTextResponse(pick(lang, "không có", "no such thing"), 404)
    lines = [entity.description, ", ".join(entity.names[1:6]), f"{entity.type}: {entity.id}"]
    told = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    page = f"<!doctype html><html lang=vi><meta charset=utf-8><title>{escape(entity.name)}</title>"
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors *"}
    return HTMLResponse(f"{page}<h1>{escape(entity.name)}</h1>{told}</html>", 200, headers)
