"""The receiver that the guide gives: it bears what it must, and its mirror is the store."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from models.tables import DeliveryRow
from service.access.audit import By
from service.api.app import create_app
from service.feed import deliveries
from service.feed.sending import new_secret
from service.jobs import Jobs
from service.store import Store, opened_store
from service.store.corrections import confirm_task, correct
from tests.conftest import ROOT
from tests.service.api.conftest import client_of
from tests.service.api.library import API
from tests.service.commands import called
from tests.service.feed.mirror import present
from tests.service.feed.receiver import receiver
from tests.service.jobs.test_faults import until
from tests.service.mock_reader import mock_reader
from tests.service.processes import free_port
from tests.service.store.planting import planted
from tests.service.stores import DIALECTS, SettingsFor

SECRET = new_secret()


@pytest.fixture
def port() -> int:
    return free_port()


@contextmanager
def receiving(mirror: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The receiver of the guide, once it listens; it is killed at the end."""
    program = ROOT / "docs" / "feed" / "receiver.py"
    process = subprocess.Popen(
        [sys.executable, program, mirror, str(port), new_secret(), SECRET],
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_bears_all_that_a_receiver_must(tmp_path: Path, port: int) -> None:
    url = "http" + f"://127.0.0.1:{port}/"
    with receiving(tmp_path / "mirror.db", port):
        done = called("feed", "test", url, "--secret", SECRET)
    assert done.returncode == 0, done.stdout.decode()
    assert done.stdout.decode().count("✓") == 10
    with closing(sqlite3.connect(tmp_path / "mirror.db")) as mirror:
        assert mirror.execute("SELECT revision, state FROM mirror").fetchall() == [(3, None)]


def test_one_that_takes_anything_is_told_so() -> None:
    with receiver() as there:
        done = called("feed", "test", there.url(), "--secret", SECRET)
    assert done.returncode == 1
    assert done.stdout.decode().count("✗") == 5
    assert called("feed", "test", there.url(), "--secret", "whsec_x").returncode == 2


@pytest.mark.soak
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_mirror_is_the_store_though_the_receiver_is_killed_again_and_again(
    settings_for: SettingsFor, dialect: str, tmp_path: Path, port: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(deliveries, "DELAYS", [0.2] * 500)
    monkeypatch.setattr(deliveries, "EVERY", 0.05)
    near = {"webhook_networks": "127.0.0.0/8", "webhook_http": True, "webhook_ports": str(port)}
    path = tmp_path / "mirror.db"
    with (
        opened_store(settings_for(dialect, workers=0, rate=100_000, **near)) as store,
        client_of(create_app(store, None)) as client,
    ):
        url = "http" + f"://127.0.0.1:{port}/"
        hook = {"name": "x", "url": url, "payload": "full", "secret": SECRET}
        assert client.post(f"{API}/webhooks", json=hook).status_code == 201
        with Jobs(store, "worker", 1, mock_reader):
            for number in range(1, 4):
                with receiving(path, port):
                    work(store, client, number)
        with Jobs(store, "worker", 1, mock_reader), receiving(path, port):  # both begun anew
            until(lambda: not waiting(store), 120)
        with closing(sqlite3.connect(path)) as mirror:
            rows = mirror.execute("SELECT state FROM mirror WHERE state IS NOT NULL").fetchall()
        held = {state["key"]: state for (text,) in rows if "task" in (state := json.loads(text))}
        there = present(client)
        assert held.keys() == there.keys()
        for key, item in there.items():
            assert held[key]["task"] == item["task"]
            assert held[key]["status"] == item["status"]


def work(store: Store, client: TestClient, number: int) -> None:
    """One more plan; a task of it is corrected, one confirmed, one dropped."""
    document = planted(store, number)
    asked = {"document": document}
    keys = [one["key"] for one in client.get(f"{API}/tasks", params=asked).json()["items"]]
    with store.writing() as session:
        correct(session, keys[0], {"note": "xem lại"}, by=By("an"))
    with store.writing() as session:
        confirm_task(session, keys[1], by=By("an"))
        confirm_task(session, keys[2], by=By("an"), status="dropped")
    time.sleep(0.3)  # some of it is sent before the receiver is killed, some is not


def waiting(store: Store) -> bool:
    with store.reading() as session:
        states = session.exec(select(DeliveryRow.state)).all()
    return len(states) < 21 or set(states) != {"delivered"}
