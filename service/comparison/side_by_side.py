"""`kehoach compare A B`: the differences of two plans as a table, CSV, HTML or JSON."""

import html
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlmodel import Session

from models.contract import decode
from models.plan import Plan
from models.tables.documents import document_key
from service.comparison.amending import amended
from service.comparison.differences import Item, differences, items_of
from service.comparison.groups import Groups
from service.comparison.holdings import Holding, holdings
from service.comparison.holdings import counted as counted_once
from service.comparison.sheets import Sheet, columns_of, written
from service.store.amendments import amendments_of, role_of
from service.store.errors import NoPlan
from service.store.judgements import Said, Sayings, sayings
from service.store.plans import plan_json
from service.wording import Lang, pick, values_of

Shape = Literal["table", "csv", "html", "json"]
#: What kinds of rows and changes are called, in Vietnamese and English.
NAMES = values_of("difference")
_FIELDS = ("ordinal", "text", "lead", "deadline")


@dataclass(frozen=True, slots=True)
class Compared:
    """Plans of a store with their tasks, and what people said of pairs. Of two, `role` is what the
    second does to the first by its words (amended, replaced) and `rows` tells each task."""

    plans: list[Holding]
    items: list[list[Item]]
    said: Sayings
    role: str | None = None
    rows: list[dict[str, Any]] = field(default_factory=list)


def not_held(key: str) -> tuple[str, str]:
    """What is said of a key without a plan."""
    return f"{key}: kho không có kế hoạch này.", f"{key}: no such plan is held."


def stood(session: Session, keys: Sequence[str]) -> Compared:
    """Plans by their keys, in this order; raises NoPlan."""
    held = {one.key: one for one in holdings(session)}
    known = []
    for key in keys:
        if document_key(key) not in held:
            raise NoPlan(*not_held(key))
        known.append(held[document_key(key)])
    items = [items_of(decode(plan_json(session, one.document_id))) for one in known]
    said = sayings(session, [one.document_id for one in known])
    return Compared(known, items, said)


def compared(session: Session, before: str, after: str) -> Compared:
    """Two plans of a store, task by task: another year, a draft and what was issued, an amendment.

    By their keys; raises NoPlan.
    """
    found = stood(session, (before, after))
    earlier, later = (one.document_id for one in found.plans)
    role = role_of(session.connection(), later, earlier)
    amending = decode(plan_json(session, later)) if role == "amended" else None
    first, second = found.items
    return replace(found, role=role, rows=rows_of(first, second, found.said, amending))


def amending(session: Session, document_id: str) -> list[Compared]:
    """A plan with each that it amends or replaces, then with each that amends or replaces it."""
    known = amendments_of(session.connection(), document_id)
    if not known.older and not known.newer:
        return []
    once = {one.document_id: one.key for one in counted_once(holdings(session))}
    mine = document_key(document_id)
    pairs = [(once[one], mine) for one in known.older if one in once]
    pairs += [(mine, once[one]) for one in known.newer if one in once]
    return [compared(session, *pair) for pair in pairs]


def rows_of(
    before: Sequence[Item],
    after: Sequence[Item],
    said: Sayings | None = None,
    amending: Plan | None = None,
) -> list[dict[str, Any]]:
    """Each difference as plain data: what it is, both tasks, the words marked, what a person said.

    `near` is, of a task without a partner, the one of the other plan that is most like it.
    `amending` is the second plan where it amends the first.
    """
    found = differences(before, after, said)
    found = amended(found, amending, before, after) if amending else found
    return [
        {
            "kind": row.kind,
            "changes": list(row.changes),
            "before": _told(before, row.before),
            "after": _told(after, row.after),
            "words": [{"kind": piece.kind, "text": piece.text} for piece in row.pieces],
            "score": row.score,
            "reason": row.reason,
            "said": _spoken(row.said),
            "near": _told(after if row.after is None else before, row.near),
        }
        for row in found
    ]


def _spoken(said: Said | None) -> dict[str, Any] | None:
    return {**said._asdict(), "at": said.at.isoformat()} if said else None


def _told(items: Sequence[Item], at: int | None) -> dict[str, Any] | None:
    if at is None:
        return None
    item = items[at]
    words = item.words
    return {
        "place": at + 1,
        "id": item.id,
        "key": item.key,
        "ordinal": item.ordinal,
        "text": words.text,
        "lead": words.lead,
        "product": words.product,
        "deadline": words.deadline,
        "due": item.due,
    }


def shared(plans: Sequence[Sequence[Item]], said: Sayings | None = None) -> list[dict[str, Any]]:
    """The tasks that at least two of some plans have, each once, with what each plan says of it.

    `tasks` has a list for each plan; `said` is what a person said of one and the first of the
    group. What most plans have comes first, then in the order of plans.
    """
    said = said or {}
    items = {f"{of}.{at}": item for of, plan in enumerate(plans) for at, item in enumerate(plan)}
    places = {item.key: place for place, item in items.items() if item.key}
    pairs = {frozenset(places.get(key, key) for key in pair): one for pair, one in said.items()}
    groups = Groups({pair: one.verdict == "same" for pair, one in pairs.items()})
    for key, item in items.items():
        groups.add(key, item.words)
    rows = []
    for leader, keys in groups.members.items():
        tasks: list[list[dict[str, Any]]] = [[] for _ in plans]
        for key in keys:
            of, at = map(int, key.split("."))
            spoken = _spoken(pairs.get(frozenset((leader, key))))
            tasks[of].append({**(_told(plans[of], at) or {}), "said": spoken})
        if (held := sum(map(bool, tasks))) > 1:
            deed = items[leader].words.deeds[0]
            first = items[leader].key
            rows.append({"plans": held, "step": deed.step, "object": deed.thing, "first": first,
                         "tasks": tasks})  # fmt: skip
    return sorted(rows, key=lambda row: -row["plans"])


def tallied(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many rows there are of each kind and change."""
    found = Counter(row["kind"] for row in rows)
    found.update(change for row in rows for change in row["changes"])
    return {name: found[name] for name in NAMES if found[name]}


def counted(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """The same in one line."""
    return ", ".join(f"{pick(lang, *NAMES[name])} {n}" for name, n in tallied(rows).items())


def shaped(rows: Sequence[Mapping[str, Any]], shape: Shape, lang: Lang) -> str:
    """The rows in one of the shapes; a table for the terminal is as wide as it needs."""
    if shape == "json":
        return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    if shape == "csv":
        return written(changes_sheet(rows, lang), "csv", lang).decode()
    return _html(rows, lang) if shape == "html" else _table(rows, lang)


def changes_sheet(rows: Sequence[Mapping[str, Any]], lang: Lang) -> Sheet:
    """The rows of `rows_of` as a table: what became of a task, before, after, and why."""
    lines = (
        (
            row["kind"],
            _what(row, lang),
            *((row[side] or {}).get(name, "") for side in ("before", "after") for name in _FIELDS),
            row["score"],
            row["reason"],
            (row["near"] or {}).get("text", ""),
        )
        for row in rows
    )
    return Sheet(columns_of("changes"), tuple(lines))


def shared_sheet(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """The rows of `shared` as a table, a line a task; `names` are those of the plans."""
    lines = (
        (number, row["plans"], row["step"], row["object"], name,
         *(task[field] for field in (*_FIELDS, "product")))
        for number, row in enumerate(rows, 1)
        for name, tasks in zip(names, row["tasks"], strict=True)
        for task in tasks
    )  # fmt: skip
    return Sheet(columns_of("shared"), tuple(lines))


def _what(row: Mapping[str, Any], lang: Lang) -> str:
    return ", ".join(pick(lang, *NAMES[name]) for name in (row["kind"], *row["changes"]))


def _html(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """A page of its own, readable without colours: what is gone is struck, what came underlined."""
    heads = (pick(lang, "Thay đổi", "Change"), pick(lang, "Trước", "Before"),
             pick(lang, "Sau", "After"))  # fmt: skip
    lines = [
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">',
        f"<title>{html.escape(counted(rows, lang))}</title>",
        "<table><thead><tr>", *(f"<th scope=col>{head}</th>" for head in heads),
        "</tr></thead><tbody>",
    ]  # fmt: skip
    for row in rows:
        cells = [_cell(row, side) for side in ("before", "after")]
        lines.append(
            f"<tr><th scope=row>{_what(row, lang)}</th><td>{'</td><td>'.join(cells)}</td></tr>"
        )
    return "\n".join([*lines, "</tbody></table></html>", ""])


def _cell(row: Mapping[str, Any], side: str) -> str:
    told = row[side]
    if told is None:
        return ""
    own, tag = ("gone", "del") if side == "before" else ("come", "ins")
    words = [
        html.escape(piece["text"]) if piece["kind"] == "same"
        else f"<{tag}>{html.escape(piece['text'])}</{tag}>"
        for piece in row["words"] if piece["kind"] in ("same", own)
    ] or [html.escape(told["text"])]  # fmt: skip
    rest = " · ".join(html.escape(told[name]) for name in ("lead", "deadline") if told[name])
    return f"{html.escape(told['ordinal'])} {' '.join(words)}<br><small>{rest}</small>"


def _table(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for head in (("thay đổi", "change"), ("trước", "before"), ("sau", "after")):
        table.add_column(pick(lang, *head), overflow="fold")
    for row in rows:
        table.add_row(_what(row, lang), *(_line(row, side) for side in ("before", "after")))
    console = Console(width=160, highlight=False, markup=False, file=io.StringIO())
    console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def _line(row: Mapping[str, Any], side: str) -> str:
    told = row[side]
    if told is None:
        return ""
    own, left, right = ("gone", "[-", "-]") if side == "before" else ("come", "{+", "+}")
    words = [
        piece["text"] if piece["kind"] == "same" else f"{left}{piece['text']}{right}"
        for piece in row["words"]
        if piece["kind"] in ("same", own)
    ]
    rest = " · ".join(told[name] for name in ("lead", "deadline") if told[name])
    return f"{told['ordinal']} {' '.join(words) or told['text']}\n({rest})".strip()
