"""`kehoach worker`: reads what others take in, until it is told to stop."""

import sys
import threading

from service.jobs.engine import Jobs
from service.settings import Settings
from service.store import opened_store
from service.wording import Lang, pick


def work(settings: Settings, workers: int | None, lang: Lang, stop: threading.Event) -> int:
    """Works until `stop` is set; always 0."""
    with opened_store(settings) as store, Jobs(store, "worker", workers) as jobs:
        if jobs.executor is None:
            _tell(pick(lang, "KEHOACH_WORKERS là 0: không có gì để làm",
                       "KEHOACH_WORKERS is 0: there is nothing to do"))  # fmt: skip
            return 0
        _tell(
            pick(
                lang,
                f"{jobs.executor} đang chờ văn bản, đọc {jobs.workers} văn bản cùng lúc; "
                "Ctrl-C để dừng",
                f"{jobs.executor} waits for documents and reads {jobs.workers} at a time; "
                "Ctrl-C ends it",
            )
        )
        while not stop.wait(1.0):
            pass
        _tell(pick(lang, "Đang dừng: đọc nốt hoặc trả lại văn bản đang đọc",
                   "Stopping: what is in hand is finished or given back"))  # fmt: skip
    return 0


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
