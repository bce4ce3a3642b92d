"""Commands on who may use the service: user add|list|disable|enable|password, key add|list|revoke.

They work on the store itself, beside a running service or without one.
"""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.console import Data, _, app, listened, on_store, settings_of, wrong

if TYPE_CHECKING:
    from sqlmodel import Session

_user = typer.Typer(
    help=_("Người dùng của dịch vụ.", "Users of the service."),
    no_args_is_help=True,
    rich_markup_mode=None,
)
_key = typer.Typer(
    help=_("Khóa của API.", "Keys of the API."), no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(_user, name="user")
app.add_typer(_key, name="key")

_Scope = Annotated[
    Literal["read", "write", "admin"],
    typer.Option(
        help=_("Quyền: đọc, ghi (và đọc), quản trị.", "May read, write (and read), manage.")
    ),
]
_Name = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help=_("In dạng JSON.", "As JSON."))]


@contextmanager
def _writing(data: Data) -> Iterator["Session"]:
    """A transaction on the store of these settings; what is wrong ends the command."""
    settings = settings_of(data=data)

    from service.store import opened_store

    with on_store(), opened_store(settings) as store, store.writing() as session:
        yield session


def _actor() -> str:
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


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone().strftime("%Y-%m-%d %H:%M")


def _shown(rows: list[dict[str, object]], as_json: bool) -> None:
    with listened():
        if as_json:
            print(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
            return
        for row in rows:
            cells = (
                _moment(cell) if isinstance(cell, datetime) else "" if cell is None else str(cell)
                for cell in row.values()
            )
            print("\t".join(cells))


@_user.command(
    "add",
    help=_(
        "Thêm người dùng; mật khẩu hỏi trên màn hình hoặc đọc từ đầu vào chuẩn.",
        "Adds a user; the password is asked for, or read from standard input.",
    ),
)
def user_add(name: _Name, scope: _Scope = "write", data: Data = None) -> None:
    password = _asked_password()
    with _writing(data) as session:
        from service.access import audit, users

        row = users.add(session, name, password, scope)
        audit.record(session, _actor(), "user.add", row.name, detail={"scope": scope})
    print(
        _(f"Đã thêm {name} với quyền {scope}.", f"Added {name}, who may {scope}."), file=sys.stderr
    )


@_user.command("list", help=_("Mọi người dùng.", "All users."))
def user_list(as_json: _Json = False, data: Data = None) -> None:
    with _writing(data) as session:
        from service.access import users

        rows: list[dict[str, object]] = [
            {
                "name": row.name,
                "scope": row.scope,
                "created_at": row.created_at,
                "disabled_at": row.disabled_at,
            }
            for row in users.listed(session)
        ]
    _shown(rows, as_json)


@_user.command(
    "disable",
    help=_(
        "Khóa một người dùng và kết thúc mọi lần đăng nhập của họ.",
        "Locks a user out and ends every sign-in of theirs.",
    ),
)
def user_disable(
    name: _Name,
    undo: Annotated[
        bool, typer.Option("--undo", help=_("Mở lại.", "Lets the user in again."))
    ] = False,
    data: Data = None,
) -> None:
    with _writing(data) as session:
        from service.access import audit, users

        row = users.disable(session, users.one(session, name), not undo)
        action = "user.enable" if undo else "user.disable"
        audit.record(session, _actor(), action, row.name)


@_user.command(
    "password",
    help=_(
        "Đặt mật khẩu mới; mọi lần đăng nhập của người ấy kết thúc.",
        "Sets a new password; every sign-in of that user ends.",
    ),
)
def user_password(name: _Name, data: Data = None) -> None:
    password = _asked_password()
    with _writing(data) as session:
        from service.access import audit, users

        row = users.set_password(session, users.one(session, name), password)
        audit.record(session, _actor(), "user.password", row.name)


@_key.command(
    "add",
    help=_(
        "Tạo khóa và in ra một lần duy nhất; không nơi nào giữ lại nó.",
        "Makes a key and prints it this once; it is kept nowhere.",
    ),
)
def key_add(
    name: _Name,
    scope: _Scope = "read",
    rate: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default=False,
            help=_("Số yêu cầu mỗi phút của riêng khóa này.", "Its own bound, requests a minute."),
        ),
    ] = None,
    data: Data = None,
) -> None:
    with _writing(data) as session:
        from service.access import audit, keys

        made = keys.add(session, name, scope, rate=rate, by=_actor())
        audit.record(session, _actor(), "key.add", made.row.id, detail={"scope": scope})
        secret, key_id = made.secret, made.row.id
    print(secret)
    print(
        _(
            f"Khóa {key_id} với quyền {scope}. Hãy cất ngay: không xem lại được.",
            f"Key {key_id}, which may {scope}. Put it away now: it cannot be shown again.",
        ),
        file=sys.stderr,
    )


@_key.command("list", help=_("Mọi khóa, không có phần bí mật.", "All keys, without secrets."))
def key_list(as_json: _Json = False, data: Data = None) -> None:
    with _writing(data) as session:
        from service.access import keys

        rows: list[dict[str, object]] = [
            {
                "id": row.id,
                "name": row.name,
                "scope": row.scope,
                "rate": row.rate,
                "created_by": row.created_by,
                "created_at": row.created_at,
                "last_used_at": row.last_used_at,
                "revoked_at": row.revoked_at,
            }
            for row in keys.listed(session)
        ]
    _shown(rows, as_json)


@_key.command("revoke", help=_("Thu hồi một khóa vĩnh viễn.", "Revokes a key for good."))
def key_revoke(
    key: Annotated[str, typer.Argument(metavar="ID", show_default=False)], data: Data = None
) -> None:
    with _writing(data) as session:
        from service.access import audit, keys

        audit.record(session, _actor(), "key.revoke", keys.revoke(session, key).id)
