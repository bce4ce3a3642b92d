"""The queue by itself, as any kind of work may use it."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOS

from service.jobs.queue import Queue, Works, accept, client_of
from service.jobs.troubles import Stopped
from service.store import Store
from tests.service.jobs.test_faults import until


class Recorder:
    """Work that notes when it is done, and how much of it at once."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.most = self.now = 0
        self.lock = threading.Lock()

    def work(self, piece: str) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            DBOS.run_step({"name": "note"}, self.note, piece)
        finally:
            with self.lock:
                self.now -= 1

    def note(self, piece: str) -> None:
        with self.lock:
            self.done[piece] += 1

    def queue(self, name: str, at_once: int) -> Queue:
        return Queue(name, self.work, at_once, lambda _: [], lambda _: None)


@contextmanager
def working(store: Store, *queues: Queue) -> Iterator[Works]:
    works = Works(store, "tester", queues)
    works.start()
    try:
        yield works
    finally:
        works.close()
        works.wait(30)
        works.stop()


def put(store: Store, queue: str, *pieces: str) -> None:
    client = client_of(store)
    with store.writing() as session:
        for piece in pieces:
            accept(client, session, queue, piece)


def test_what_is_accepted_is_done_once_and_what_was_rolled_back_never(store: Store) -> None:
    letters, numbers = Recorder(), Recorder()
    client = client_of(store)
    try:
        with store.writing() as session:
            accept(client, session, "letters", "never")
            raise RuntimeError
    except RuntimeError:
        pass
    put(store, "letters", *"abcdefgh")
    put(store, "letters", "a")
    put(store, "numbers", *"0123")
    with working(store, letters.queue("letters", 3), numbers.queue("numbers", 1)):
        until(lambda: len(letters.done) == 8 and len(numbers.done) == 4, 60)
    assert letters.done == Counter("abcdefgh")
    assert numbers.done == Counter("0123")
    assert letters.most <= 3
    assert numbers.most == 1


def test_what_is_left_goes_on_without_the_steps_that_are_finished(sqlite_store: Store) -> None:
    recorder = Recorder()
    tries: list[str] = []

    def work(piece: str) -> None:
        recorder.work(piece)
        tries.append(piece)
        if len(tries) < 3:
            raise Stopped

    put(sqlite_store, "letters", "a")
    queue = Queue("letters", work, 1, lambda _: [], lambda _: None)
    with working(sqlite_store, queue) as works:

        def ended() -> bool:
            works.recover()
            return client_of(sqlite_store).list_workflows(status="SUCCESS") != []

        until(ended, 60)
    assert len(tries) >= 3
    assert recorder.done == Counter("a")


def test_what_another_had_in_hand_is_put_back(sqlite_store: Store) -> None:
    recorder = Recorder()
    back: list[str] = []

    def stops(_: str) -> None:
        raise Stopped

    put(sqlite_store, "letters", "a", "b")
    dead = Works(sqlite_store, "dead", [Queue("letters", stops, 2, lambda _: [], back.append)])
    dead.start()
    until(lambda: dead.holders() == {"dead"}, 60)
    dead.wait(30)
    dead.stop()
    queue = Queue("letters", recorder.work, 2, lambda _: [], back.append)
    with working(sqlite_store, queue) as works:
        assert works.give_back("dead") in (1, 2)  # the other may never have been begun
        until(lambda: recorder.done == Counter("ab"), 60)
    assert back == ["dead"]
