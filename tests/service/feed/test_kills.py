"""Server, worker and receiver killed at random moments: the mirror is the store all the same.

The processes are real, and so is the SIGKILL. The figures are printed: pytest -rP shows them.
"""

import json
import os
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import select

from models.tables import ChangeRow, DeliveryRow, JobRow, WebhookRow
from service.feed.log import last_serial
from service.feed.sending import new_secret
from service.store import Store, opened_store
from service.store.doctor import check
from tests.service.api.library import API
from tests.service.feed.mirror import Mirror, agrees, present
from tests.service.jobs.crashing import Crashable
from tests.service.jobs.test_faults import given, kill, until
from tests.service.processes import free_port
from tests.service.store.planting import TEXT
from tests.service.stores import DIALECTS, SettingsFor

#: Kills in all, shared out among the databases.
KILLS = int(os.environ.get("KILLED_FOLLOWED", "200"))
SEED = 20241214
PATIENCE = 1200.0


class Work:
    """What people and trackers do meanwhile; what a dead server does not take is lost to them."""

    def __init__(self, client: httpx.Client, chance: random.Random) -> None:
        self.client, self.chance, self.number = client, chance, count(1)
        self.done: Counter[str] = Counter()

    def some(self) -> None:
        """One thing, if the server lives to do it."""
        with suppress(httpx.HTTPError, KeyError, IndexError, ValueError):
            what = self.chance.choice(("upload", "correct", "confirm", "drop", "open", "report"))
            uploads = what == "upload" and self.chance.random() < 0.3
            answer = self.upload() if uploads else self._on_a_task(what)
            self.done["upload" if uploads else what] += answer.is_success

    def upload(self) -> httpx.Response:
        text = TEXT.format(n=next(self.number)).encode()
        return self.client.post(f"{API}/documents", files={"files": ("a.txt", text)})

    def _on_a_task(self, what: str) -> httpx.Response:
        items = self.client.get(f"{API}/tasks?limit=200").json()["items"]
        address = f"{API}/tasks/{self.chance.choice(items)['key']}"
        note, any_ = f"x{self.chance.random()}", {"If-Match": "*"}
        if what in ("report", "upload"):
            return self.client.put(f"{address}/status", json={"done": True, "note": note})
        if what == "correct":
            return self.client.patch(address, json={"changes": {"note": note}}, headers=any_)
        status = {"drop": "dropped", "open": "open"}.get(what, "confirmed")
        if what == "drop" and self.chance.random() < 0.7:
            status = "confirmed"
        return self.client.post(f"{address}/confirm", json={"status": status}, headers=any_)


@pytest.mark.soak
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_mirror_is_the_store_whoever_is_killed(
    dialect: str, settings_for: SettingsFor, tmp_path: Path
) -> None:
    chance, secret = random.Random(SEED), new_secret()
    port, answers = free_port(), free_port()
    near = {"webhook_networks": "127.0.0.0/8", "webhook_http": True, "webhook_ports": str(port)}
    settings = settings_for(dialect, workers=1, takeover_seconds=5, rate=1_000_000, **near)
    path, heard, kills = tmp_path / "mirror.db", tmp_path / "heard.log", max(3, KILLS // 2)
    url, base = (f"http{''}://127.0.0.1:{one}" for one in (port, answers))
    begun, killed = time.monotonic(), Counter[str]()
    with (
        Crashable(tmp_path / "log") as crashable,
        opened_store(settings) as store,
        httpx.Client(base_url=base, timeout=10) as client,
    ):
        orders: dict[str, dict[str, Any]] = {
            "server": {"settings": given(settings), "port": answers},
            "worker": {"settings": given(settings), "ready": tmp_path / "ready", "delay": 0.1},
            "receiver": {"settings": [str(path), port, secret, str(heard)]},
        }
        alive = {name: crashable.start(name, **order) for name, order in orders.items()}
        until(lambda: _answers(client), 120)
        hook = {"name": "x", "url": f"{url}/", "payload": "full", "secret": secret}
        assert client.post(f"{API}/webhooks", json=hook).status_code == 201
        work, mirror = Work(client, chance), Mirror(client)  # type: ignore[arg-type]
        assert all(work.upload().is_success for _ in range(5))
        until(lambda: len(present(client)) == 15, 120)  # type: ignore[arg-type]
        while killed.total() < kills:
            assert time.monotonic() - begun < PATIENCE
            end = time.monotonic() + chance.uniform(0, 1.2)
            while time.monotonic() < end:
                work.some()
                if chance.random() < 0.2:
                    with suppress(httpx.HTTPError, ValueError, KeyError):
                        mirror.follow()
            name = chance.choice(sorted(alive))
            kill(alive[name])
            killed[name] += 1
            if chance.random() < 0.3:
                time.sleep(chance.uniform(0, 0.5))
            alive[name] = crashable.start(name, **orders[name])
            if name == "server" and chance.random() < 0.7:
                until(lambda: _answers(client), 120)
        until(lambda: _answers(client), 120)
        until(lambda: _is_told(store), PATIENCE)
        mirror.follow()
        agrees(mirror, client)
        _is_the_store(path, client, mirror)
        accepted = [line.split()[0] for line in heard.read_text().splitlines() if "204" in line]
        with store.reading() as session:
            changes = set(session.exec(select(ChangeRow.id)).all())
        assert set(accepted) == changes  # each came, and again only under its own id
        assert [one for one in check(store) if one.severity != "note"] == []
    print(
        f"{dialect}: killed {dict(killed)}; done {dict(work.done)}; {len(changes)} changes, "
        f"{len(accepted)} messages; {time.monotonic() - begun:.0f} s"
    )
    assert len(changes) > kills


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def _is_told(store: Store) -> bool:
    with store.reading() as session:
        jobs = set(session.exec(select(JobRow.state)).all())
        (hook,) = session.exec(select(WebhookRow)).all()
        states = set(session.exec(select(DeliveryRow.state)).all())
        behind = hook.position < last_serial(session)
    assert hook.state == "active"
    return not behind and states <= {"delivered"} and not jobs & {"queued", "running"}


def _is_the_store(path: Path, client: httpx.Client, mirror: Mirror) -> None:
    """What the receiver keeps is what the API lists, and what one who follows keeps."""
    with closing(sqlite3.connect(path)) as kept:
        rows = kept.execute("SELECT subject, state FROM mirror WHERE state IS NOT NULL").fetchall()
    held = {subject: json.loads(state) for subject, state in rows}
    assert held == mirror.state
    there = present(client)  # type: ignore[arg-type]
    tasks = {one["key"]: one["task"] for one in held.values() if "task" in one}
    assert tasks == {key: item["task"] for key, item in there.items()}
