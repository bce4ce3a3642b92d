"""How large a request may be: its head, and its body while it comes in, before any is kept."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.errors import HeadTooLarge, TooLarge
from service.api.problems import answer
from service.settings import MB, Settings

#: The most of a request's address and headers together.
HEAD_BYTES = 64 * 1024

#: The most of a body from somebody unknown: a name and a password.
PUBLIC_BYTES = 64 * 1024

#: The most of a body that is no upload: JSON, or a plain form. It is held in memory.
PLAIN_BYTES = 16 * MB

#: Where files come in, as a form or one by one.
UPLOADS = "/api/v1/documents"

#: What the parts of a form may add to the bytes of their files.
_PART_BYTES = 16 * 1024


def most(connection: HTTPConnection, settings: Settings) -> int:
    """The most bytes that a request's body may have; which routes take more stands here alone."""
    if getattr(connection.state, "caller", None) is None:
        return PUBLIC_BYTES
    method, path = connection.scope["method"], connection.scope["path"]
    file = settings.upload_mb * MB
    if (method, path) == ("POST", UPLOADS):
        return settings.upload_files * (file + _PART_BYTES)
    if method == "PUT" and path.startswith(f"{UPLOADS}/"):
        return file
    return PLAIN_BYTES


def check_head(scope: Scope) -> None:
    """Raises 431 where the address and the headers are longer than any client of ours sends.

    The server bounds what it waits for; what comes at once can still be larger.
    """
    size = len(scope.get("raw_path", b"")) + len(scope.get("query_string", b""))
    size += sum(len(name) + len(value) for name, value in scope["headers"])
    if size > HEAD_BYTES:
        raise HeadTooLarge(limit=HEAD_BYTES)


class Bodies:
    """Answers 413 to a body that says it is too large, and stops one that turns out to be."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        bound = most(connection, self.settings)
        said = connection.headers.get("content-length", "")
        if said.isdecimal() and int(said[:20]) > bound:
            await answer(TooLarge(limit=bound), connection)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > bound:
                    raise TooLarge(limit=bound)
            return message

        await self.app(scope, counted, send)
