"""Commands on who may use the service: user add|list|disable|enable|password, key add|list|revoke.

They work on the store itself, beside a running service or without one.
"""

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from service.cli.console import AsJson, Data, _, command, listened, stored, tell, wrong

if TYPE_CHECKING:
    from sqlmodel import Session, SQLModel

_Scope = Literal["read", "report", "write", "admin"]
_Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@contextmanager
def _transaction(data: Data) -> Iterator[tuple["Session", Callable[..., None]]]:
    """A transaction on the store of these settings, and the way to put into the trail what is done.

    What is wrong ends the command.
    """
    from service.access.audit import By

    by = By(actor())

    def record(action: str, subject: str, **detail: str) -> None:
        by.record(session, action, subject, detail)

    with stored(data) as store, store.writing() as session:
        yield session, record


def actor() -> str:
    """Who gives the command, for the trail."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):
        return "cli"


def _asked_password() -> str:
    """Asks twice at a terminal; else takes the first line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass(
        _("Mật khẩu (ít nhất 12 ký tự): ", "Password (at least 12 characters): ")
    )
    if getpass.getpass(_("Nhập lại: ", "Again: ")) != first:
        wrong(_("hai lần nhập không giống nhau", "the two are not the same"))
    return first


def _show(rows: "list[SQLModel]", as_json: bool, exclude: set[str] | None = None) -> None:
    shown = [row.model_dump(exclude=exclude) for row in rows]
    with listened():
        if as_json:
            print(json.dumps(shown, ensure_ascii=False, indent=2, default=str))
        else:
            for row in shown:
                print("\t".join(map(_cell, row.values())))


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


@command("user add")
def user_add(name: _Name, scope: _Scope = "write", data: Data = None) -> None:
    password = _asked_password()
    with _transaction(data) as (session, record):
        from service.access import users

        users.add(session, name, password, scope)
        record("user.add", name, scope=scope)
    tell(f"Đã thêm {name} với quyền {scope}.", f"Added {name}, who may {scope}.")


@command("user list")
def user_list(as_json: AsJson = False, data: Data = None) -> None:
    with _transaction(data) as (session, _record):
        from models.tables import UserFacts
        from service.access import users

        rows: list[SQLModel] = [UserFacts.model_validate(row) for row in users.listed(session)]
    _show(rows, as_json, exclude={"id"})


@command("user disable")
def user_disable(name: _Name, undo: bool = False, data: Data = None) -> None:
    with _transaction(data) as (session, record):
        from service.access import users

        row = users.disable(session, users.one(session, name), not undo)
        record("user.enable" if undo else "user.disable", row.name)


@command("user password")
def user_password(name: _Name, data: Data = None) -> None:
    password = _asked_password()
    with _transaction(data) as (session, record):
        from service.access import users

        record(
            "user.password", users.set_password(session, users.one(session, name), password).name
        )


@command("key add")
def key_add(
    name: _Name,
    scope: _Scope = "read",
    rate: Annotated[int | None, typer.Option(min=1)] = None,
    data: Data = None,
) -> None:
    with _transaction(data) as (session, record):
        from service.access import keys

        made = keys.add(session, name, scope, rate=rate, by=actor())
        secret, key_id = made.secret, made.row.id
        record("key.add", key_id, scope=scope)
    print(secret)
    tell(
        f"Khóa {key_id} với quyền {scope}. Hãy cất ngay: không xem lại được.",
        f"Key {key_id}, which may {scope}. Put it away now: it cannot be shown again.",
    )


@command("key list")
def key_list(as_json: AsJson = False, data: Data = None) -> None:
    with _transaction(data) as (session, _record):
        from models.tables import KeyFacts
        from service.access import keys

        rows: list[SQLModel] = [KeyFacts.model_validate(row) for row in keys.listed(session)]
    _show(rows, as_json)


@command("key revoke")
def key_revoke(
    key: Annotated[str, typer.Argument(metavar="ID", show_default=False)], data: Data = None
) -> None:
    with _transaction(data) as (session, record):
        from service.access import keys

        record("key.revoke", keys.revoke(session, key).id)
