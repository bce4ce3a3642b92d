"""What a receiver of webhooks must bear: messages that are right, wrong, late, or come twice.

Any receiver can be tried: it must accept (2xx) what is signed rightly, whether it has come before
or comes out of order, and refuse (4xx) what is not, or is too old to be more than a copy.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from secrets import token_hex
from types import SimpleNamespace
from typing import Any

from models.tables.columns import now
from service.feed.events import event_json
from service.feed.sending import Answer, new_secret, send, signed
from service.settings import Settings

#: Seconds that the time of a message may be off, as the libraries of Standard Webhooks have it.
TOLERANCE = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """A message, what it is called, and whether it is to be accepted."""

    vi: str
    en: str
    body: bytes
    headers: dict[str, str]
    accept: bool

    def passed(self, answer: Answer) -> bool:
        """Whether the receiver did what it must."""
        refused = answer.status is not None and 400 <= answer.status < 500
        return answer.accepted if self.accept else refused


def trials(secret: str) -> Iterator[Trial]:
    """The messages in the order they are to be sent; each is made at the moment it is asked for."""
    plan, task = token_hex(8), f"t-{token_hex(8)}"
    after = f'{{"key":"{plan}.{task}","revision":1,"task":{{"description":"Thử"}}}}'
    first, second, gone = (
        SimpleNamespace(
            id=token_hex(16), serial=revision, revision=revision, type="task.corrected",
            at=now(), plan=plan, subject=f"{plan}.{task}", before=None, after=was,
        )
        for revision, was in ((1, after), (2, after), (3, None))
    )  # fmt: skip

    def trial(
        vi: str, en: str, event: Any, accept: bool, late: int = 0, key: str = secret
    ) -> Trial:
        body = event_json(event).encode()
        headers = signed(body, event.id, int(time.time()) - late, [key])
        return Trial(vi, en, body, headers, accept)

    right = trial("ký đúng", "signed rightly", second, True)
    yield right
    yield trial("gửi lại lần nữa", "sent twice", second, True)
    yield Trial("phát lại y nguyên", "the very same bytes again", right.body, right.headers, True)
    yield trial("tới sai thứ tự", "out of order", first, True)
    yield trial("ký bằng khóa khác", "signed by another secret", second, False, key=new_secret())
    wrong = trial("", "", gone, False)
    changed = wrong.body.replace(b'"1.0"', b'"1.1"')
    yield Trial("nội dung bị đổi", "changed on its way", changed, wrong.headers, False)
    bare = {name: value for name, value in right.headers.items() if name != "webhook-signature"}
    yield Trial("không có chữ ký", "without a signature", right.body, bare, False)
    yield trial("bản cũ phát lại", "an old copy", second, False, late=2 * TOLERANCE)
    yield trial("từ tương lai", "of the future", second, False, late=-2 * TOLERANCE)
    both = signed(wrong.body, gone.id, int(time.time()), [new_secret(), secret])
    yield Trial("hai chữ ký khi đổi khóa", "two signatures", wrong.body, both, True)


def tried(url: str, secret: str, settings: Settings) -> Iterator[tuple[Trial, Answer]]:
    """Sends them all; raises WrongAddress, ForbiddenAddress or WrongSecret."""
    for trial in trials(secret):
        yield trial, send(url, trial.body, trial.headers, settings)
