"""A change as an event: CloudEvents 1.0 in JSON, and an entry of an Atom feed (RFC 4287).

`subject` is the name that a plan or a task keeps, `sequence` the cursor behind the change. `after`
is what the subject is now, null once it is gone; whoever keeps the last `after` of each subject has
all plans and tasks of the store. `revision` counts the changes of the subject: what comes late, or
twice, has one that is not above the one that is kept.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from models.plan import Document
from models.task import Task
from service.feed.log import TYPES, cursor_of
from service.wording import Lang, pick, values_of

#: What the type of an event begins with.
PREFIX = "kehoach."
SOURCE = "/api/v1/changes"
SCHEMA = f"{SOURCE}/schema"

#: What became of a plan or a task, in words.
WORDS = values_of("change")


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True)


class Report(_Closed):
    """What a tracker says of a task; the document says nothing of it."""

    done: bool
    done_on: date | None
    note: str | None
    link: str | None
    author: str
    at: datetime
    revision: int


class ForeignId(_Closed):
    """What another program calls the task."""

    tracker: str
    id: str


class PlanState(_Closed):
    """A plan: `key` is that of the document that leads among its `forms`.

    `amends` are the plans that it changes or replaces, `amended_by` those that do so to it.
    """

    key: str
    forms: list[str]
    run: str
    status: Literal["draft", "confirmed"]
    unit: str | None
    amends: list[str]
    amended_by: list[str]
    document: Document


class TaskState(_Closed):
    """A task: `key` names it in the API, `revision` is its ETag there.

    `supersedes` and `superseded_by` are subjects of the feed: tasks of the plans that its plan
    amends, or is amended by; or that plan itself where the whole of it was replaced.
    """

    key: str
    plan: str
    revision: int
    status: Literal["open", "confirmed"]
    corrected: bool
    supersedes: list[str]
    superseded_by: str | None
    report: Report | None
    external: list[ForeignId]
    task: Task


class ChangeData(_Closed):
    """What a subject was, and what it is: null where it was not, or is not any more."""

    plan: str
    revision: int = Field(ge=1)
    before: PlanState | TaskState | None
    after: PlanState | TaskState | None


class Event(_Closed):
    """A change as a CloudEvent; one with the same `id` is the same one."""

    specversion: Literal["1.0"]
    id: str = Field(pattern=r"^[0-9a-f]{32}$")
    source: str
    type: str = Field(json_schema_extra={"enum": [PREFIX + one for one in TYPES]})
    subject: str
    time: datetime
    datacontenttype: Literal["application/json"]
    dataschema: str
    sequence: str = Field(pattern=r"^[0-9]{12,15}-[0-9a-f]{8}$")
    data: ChangeData


class ThinData(_Closed):
    """Of what there is news, and no more: what it is is fetched by whoever may see it."""

    plan: str
    revision: int = Field(ge=1)


class ThinEvent(Event):
    """The same without what was and what is."""

    data: ThinData  # type: ignore[assignment]


def event_json(row: Any, *, thin: bool = False) -> str:
    """The event of a change, as `service.feed.log` tells it."""
    data = f'{{"plan":"{row.plan}","revision":{row.revision}'
    if not thin:
        data += f',"before":{row.before or "null"},"after":{row.after or "null"}'
    return (
        f'{{"specversion":"1.0","id":"{row.id}","source":"{SOURCE}","type":"{PREFIX}{row.type}"'
        f',"subject":"{row.subject}","time":"{row.at.isoformat()}"'
        f',"datacontenttype":"application/json","dataschema":"{SCHEMA}"'
        f',"sequence":"{cursor_of(row.serial, row.id)}","data":{data}}}}}'
    )


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of an event, thin or full."""
    told = TypeAdapter(Event | ThinEvent).json_schema(mode="serialization")
    return {"$id": SCHEMA, **told}


# Atom

_ATOM = "http://www.w3.org/2005/Atom"


def atom(rows: Iterable[Any], address: str, lang: Lang) -> bytes:
    """Changes as an Atom feed; `address` is where it is."""
    from lxml import etree

    def tag(parent: Any, name: str, text: str | None = None, **given: str) -> Any:
        made = etree.SubElement(parent, f"{{{_ATOM}}}{name}", given)
        made.text = text
        return made

    feed: Any = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})  # type: ignore[dict-item]
    tag(feed, "id", address)
    tag(feed, "title", pick(lang, "Thay đổi của các kế hoạch", "Changes of plans"))
    tag(feed, "link", rel="self", href=address)
    entries = list(rows)
    updated = entries[0].at if entries else datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    tag(feed, "updated", updated.isoformat())
    tag(tag(feed, "author"), "name", "kehoach")
    for row in entries:
        entry = tag(feed, "entry")
        state = _state.decode(row.after or row.before or "{}")
        said = state.words()
        tag(entry, "id", f"urn:uuid:{row.id}")
        tag(entry, "title", f"{pick(lang, *WORDS[row.type])}: {said}"[:300])
        tag(entry, "updated", row.at.isoformat())
        if row.after:
            tag(entry, "link", rel="alternate", href=f"/plans/{state.key.partition('.')[0]}")
        tag(entry, "category", term=PREFIX + row.type)
        tag(entry, "summary", said)
    return etree.tostring(feed, xml_declaration=True, encoding="utf-8")


class _Titled(msgspec.Struct):
    subject: str | None = None
    description: str | None = None
    product: str | None = None
    number: str | None = None
    title: str | None = None


class _State(msgspec.Struct):
    key: str = ""
    task: _Titled | None = None
    document: _Titled | None = None

    def words(self) -> str:
        """What the plan or the task is called, as text that XML takes."""
        one = self.task or self.document or _Titled()
        parts = (one.number, one.title, one.subject, one.description or one.product)
        said = " ".join(" ".join(filter(None, parts)).split())
        return "".join(letter for letter in said if letter.isprintable()) or self.key


_state = msgspec.json.Decoder(_State)


def said_of(state: str | None) -> str:
    """What the plan or the task of a state is called."""
    return _state.decode(state or "{}").words()
