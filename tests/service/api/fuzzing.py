"""Schemathesis over the whole OpenAPI: every route, with data in the store and an admin's key.

`python -m tests.service.api.fuzzing 100` makes a long run by hand, with as many examples a route
and phase; a second number is the seed.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.engine import events, from_schema

from models.tables import JobRow
from models.tables.columns import now
from service.access import keys
from service.api import logs
from service.api.app import create_app
from service.jobs import submit
from service.settings import load
from service.store import Store, opened_store
from tests.service.api.library import API, LAI_CHAU, VINH_LONG, planted, webhook_of

SEED = 20261122
HOST = "localhost"

#: Refusals that no schema can foresee: they hang on what is in the store, or on what words mean.
UNFORESEEN = frozenset(
    {
        "correction.value", "cursor.lost", "cursor.wrong", "document.busy", "plan.json",
        "revision.required", "revision.stale", "source.empty", "upload.hash", "upload.nothing",
        "user.last-admin", "user.password", "user.wrong-password", "webhook.secret",
        "webhook.url",
    }
)  # fmt: skip

#: Said of a NUL or half a surrogate pair, for which JSON Schema has no keyword.
UNKEPT = "có ký tự không lưu được"


@dataclass(slots=True)
class Account:
    """What a run came to: requests, how many got which status, what failed and why."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Library:
    """The names of what is in the store, for the parameters of addresses."""

    store: Store
    headers: dict[str, str]
    names: dict[str, str]
    key: str

    @classmethod
    def of(cls, store: Store) -> "Library":
        planted(store, LAI_CHAU)
        key = planted(store, VINH_LONG)
        with store.writing() as session:
            made = keys.add(session, "fuzzing", "admin")
            own = made.row.id
            headers = {"Authorization": f"Bearer {made.secret}", "Host": HOST}
        client = TestClient(create_app(store, None), base_url=f"http://{HOST}", headers=headers)

        def first(what: str, **asked: Any) -> Any:
            return client.get(f"{API}/{what}", params=asked).json()["items"][0]

        task = first("tasks", document=key)["key"]
        client.patch(f"{API}/tasks/{task}", json={"changes": {"note": "x"}},
                     headers={"If-Match": "*"})  # fmt: skip
        names = {
            "document": key,
            "task": task,
            "run": first("runs", document=key)["id"],
            "job": ended_job(store),
            "correction": first("corrections")["id"],
            "unit": "vn-86",
            "slug": "so-noi-vu",
            "code": "revision.stale",
            **dict(zip(("webhook", "delivery"), webhook_of(store), strict=True)),
        }
        return cls(store, headers, names, own)

    def is_open(self) -> bool:
        """Whether the key is still good; else every later answer was a 401."""
        client = TestClient(create_app(self.store, None), base_url=f"http://{HOST}")
        return client.get(f"{API}/keys", headers=self.headers).status_code == 200


def ended_job(store: Store) -> str:
    """A job that failed; its events end at once."""
    job = str(submit(store, uuid4().bytes, "a.txt", by="an").job_id)
    with store.writing() as session:
        row = session.get_one(JobRow, job)
        row.state, row.finished_at = "failed", now()
        row.error_code, row.error_vi, row.error_en = "source.empty", "trống", "empty"
        session.add(row)
    return job


def schema_of(app: FastAPI, library: Library, examples: int, seed: int) -> Any:
    """The OpenAPI as schemathesis sees it, with the hooks that make its requests meet something.

    What is left out: the live events of a job that has not ended, which do not end either.
    """
    described = app.openapi()
    described["security"] = [entry for entry in described["security"] if entry]  # never open here
    config = SchemathesisConfig(
        seed=seed,
        projects=ProjectsConfig(
            default=ProjectConfig(
                headers=library.headers,
                continue_on_failure=True,
                generation=GenerationConfig(max_examples=examples, no_shrink=True, database="none"),
            )
        ),
    )
    schema = schemathesis.openapi.from_asgi(
        "/openapi.json", app, config=config, headers=library.headers
    )
    turns: Counter[str] = Counter()

    @schema.hook  # type: ignore[untyped-decorator]
    def map_path_parameters(context: Any, path_parameters: dict[str, Any]) -> dict[str, Any]:
        """Two of three valid names are of something that is there."""
        label = context.operation.label
        for name in path_parameters or {}:
            turns[label] += 1
            sure = label.endswith("/events") or turns[label] % 3
            spared = context.operation.method in ("delete", "put") and name == "document"
            if name in library.names and sure and not spared:
                path_parameters[name] = library.names[name]
        return path_parameters

    @schema.hook  # type: ignore[untyped-decorator]
    def filter_case(context: Any, case: Any) -> bool:
        waits = str((case.query or {}).get("wait", "0"))
        if waits.replace(".", "", 1).isdigit() and 1 < float(waits) <= 60:
            return False
        return bool((case.path_parameters or {}).get("key") != library.key)

    @schema.hook  # type: ignore[untyped-decorator]
    def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
        if failure.title == "Schema-valid request rejected":
            told = response.json()
            # A chain of requests takes names out of answers that may be of another kind of thing.
            faults = told.get("errors") or ()
            misnamed = any(fault.get("in") == "path" for fault in faults)
            unkept = any(fault.get("detail") == UNKEPT for fault in faults)
            return bool(told.get("code") not in UNFORESEEN) and not misnamed and not unkept
        if failure.title == "Schema-violating request accepted":
            return bool(response.status_code < 400)  # 412, 413: refused for another reason first
        if failure.title == "Deleted resource still available":
            return bool("/keys/" not in case.operation.path)  # a revoked key stays in the list
        return True

    return schema


def run(schema: Any) -> Account:
    """Every phase: examples, borders of the schema, random requests, chains of requests."""
    account = Account()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            for interaction in event.recorder.interactions.values():
                account.requests += 1
                if interaction.response is not None:
                    account.statuses[interaction.response.status_code] += 1
            account.operations[event.recorder.label] += len(event.recorder.interactions)
            for case, checks in event.recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        name = f"{event.recorder.label} {check.name}"
                        account.failures.setdefault(name, told(check, event.recorder, case))
        elif isinstance(event, events.NonFatalError):
            account.errors.append(f"{event.label}: {event.value!r}"[:600])
        elif isinstance(event, events.FatalError):
            account.errors.append(repr(event.exception))
    return account


def told(check: Any, recorder: Any, case: str) -> str:
    """A failure with the request and the answer to it."""
    found = check.failure_info
    interaction = recorder.interactions.get(case)
    response = interaction.response if interaction else None
    answer = f"{response.status_code} {response.text[:300]}" if response else ""
    return f"{found.failure.title}\n{found.failure.message}\n{found.code_sample[:900]}\n{answer}"


def main(arguments: Sequence[str]) -> None:
    examples, seed = int(arguments[0]), int(arguments[1]) if len(arguments) > 1 else SEED
    with tempfile.TemporaryDirectory() as folder:
        settings = load(data=Path(folder), rate=10_000_000, queue=1_000_000, log_level="error")
        logs.configure(settings)
        with opened_store(settings) as store:
            library = Library.of(store)
            started = time.monotonic()
            account = run(schema_of(create_app(store, None), library, examples, seed))
            print("the key is good to the end:", library.is_open())
    for name, words in account.failures.items():
        print("==", name, words, sep="\n")
    print(*account.errors, sep="\n")
    print(dict(account.statuses))
    print(
        f"{account.requests} requests, {len(account.operations)} operations, "
        f"{len(account.failures)} failures, {time.monotonic() - started:.0f} s"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
