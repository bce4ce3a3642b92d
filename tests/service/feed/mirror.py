"""A mirror of the feed as a tracker keeps it, and what it should hold."""

from typing import Any

from fastapi.testclient import TestClient

from tests.service.api.library import API


class Mirror:
    """What was last told of each plan and task, from page to page."""

    def __init__(self, client: TestClient, **asked: Any) -> None:
        self.client, self.asked = client, asked
        self.cursor = "0"
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, dict[str, Any]] = {}
        self.revisions: dict[str, int] = {}

    def follow(self) -> list[dict[str, Any]]:
        """Takes in what is new, and tells it."""
        new: list[dict[str, Any]] = []
        while True:
            asked = {"after": self.cursor, **self.asked}
            page = self.client.get(f"{API}/changes", params=asked).json()
            for event in page["items"]:
                self.take(event)
            new += page["items"]
            self.cursor = page["cursor"]
            if page["next"] is None:
                self.events += new
                return new

    def take(self, event: dict[str, Any]) -> None:
        subject, data = event["subject"], event["data"]
        if data["revision"] <= self.revisions.get(subject, 0):
            return
        self.revisions[subject] = data["revision"]
        assert data["before"] == self.state.get(subject) or self.asked.get("latest")
        if data["after"] is None:
            self.state.pop(subject, None)
        else:
            self.state[subject] = data["after"]

    def tasks(self) -> dict[str, dict[str, Any]]:
        """The tasks it holds, by their keys in the API."""
        return {one["key"]: one for one in self.state.values() if "task" in one}

    def plans(self) -> dict[str, dict[str, Any]]:
        return {name: one for name, one in self.state.items() if "document" in one}


def types(events: list[dict[str, Any]]) -> list[str]:
    return [event["type"].removeprefix("kehoach.") for event in events]


def present(client: TestClient) -> dict[str, Any]:
    """The tasks that the API lists, by their keys."""
    found: dict[str, Any] = {}
    address = f"{API}/tasks?limit=500"
    while address:
        page = client.get(address).json()
        found |= {item["key"]: item for item in page["items"]}
        address = page["next"]
    return found


def agrees(mirror: Mirror, client: TestClient) -> None:
    """A mirror of a store without second forms holds what the API lists."""
    mine, there = mirror.tasks(), present(client)
    assert mine.keys() == there.keys()
    for key, item in there.items():
        for name in ("task", "revision", "status", "corrected"):
            assert mine[key][name] == item[name], (key, name)
    listed = client.get(f"{API}/plans").json()["items"]
    plans = {one["key"]: one["status"] for one in mirror.plans().values()}
    assert plans == {one["document_key"]: one["status"] for one in listed}
