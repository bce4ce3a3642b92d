"""`kehoach serve`, `config`, `user` and `key` as people run them."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from service.serving import AddressTaken, Unguarded, bound, check_guarded
from service.settings import load
from service.store import opened_store
from tests.conftest import ROOT
from tests.service.commands import KEHOACH, called, environment
from tests.service.processes import alive, offspring
from tests.service.stores import SettingsFor

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PASSWORD = "ba con mèo trên mái nhà"
WAIT = 300.0


@pytest.fixture
def data(settings_for: SettingsFor) -> Path:
    """The folder of a store with all tables."""
    return settings_for("sqlite").data


def kehoach(
    data: Path, *words: str, stdin: str = "", **given: str
) -> "subprocess.CompletedProcess[bytes]":
    return called(*words, stdin=stdin, **{"KEHOACH_DATA": str(data), **given})


Started = tuple[subprocess.Popen[bytes], str]


@pytest.fixture
def serve(data: Path) -> Iterator[Callable[..., Started]]:
    """Starts a service on a free port; gives its process and its address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*words: str, **given: str) -> Started:
        process = subprocess.Popen(
            [*KEHOACH, "serve", "--port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment(
                KEHOACH_DATA=str(data), **{f"KEHOACH_{k.upper()}": v for k, v in given.items()}
            ),
        )
        running.append(process)
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        found = re.search(r"(http:\S+)/ ", line)
        assert found, line
        return process, found[1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


#: Bytes that are no request.
NONSENSE = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 300_000,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"POST /api/v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/keys HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
)


def test_serve_says_where_it_is_answers_whatever_comes_and_stops(
    serve: Callable[..., Started],
) -> None:
    process, address = serve("--workers", "1")
    assert address.startswith("http" + "://127.0.0.1:")
    port = int(address.rpartition(":")[2])
    for sent in NONSENSE:
        with socket.create_connection(("127.0.0.1", port), WAIT) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            status = line.recv(4096).split(b" ", 2)[1:2]
        assert status in ([], [b"400"], [b"421"], [b"422"]), sent[:60]
    deadline = time.monotonic() + WAIT
    with httpx.Client(base_url=address) as client:
        while True:
            ready = client.get("/readyz")
            if ready.status_code == 200 or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert ready.json()["checks"]["jobs"] == "ok"
        assert client.get("/api/v1/session").json()["kind"] == "open"
        assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421
        assert "server" not in client.get("/healthz").headers
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0


@linux
def test_several_processes_answer_as_one(serve: Callable[..., Started]) -> None:
    """One count of requests and of figures; one that dies is replaced, none outlives the first."""
    process, address = serve("--processes", "2", "--workers", "0", rate="20")

    def status(path: str = "/healthz") -> int:
        with closing(HTTPConnection(address.partition("//")[2], timeout=WAIT)) as line:
            line.request("GET", path)  # each by a connection of its own
            return line.getresponse().status

    def answering() -> set[int]:
        return {one for one in offspring(process.pid) if listens(one)}

    wait_for(lambda: len(answering()) == 2 and status() == 200)
    told = [status("/api/v1/session") for _ in range(32)]
    assert told[:20] == [200] * 20
    assert 429 in told  # two counts would let forty pass
    first = min(answering())
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: len(answering() - {first}) == 2 and status() == 200)
    everybody = offspring(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0
    wait_for(lambda: not alive(everybody))


@linux
def test_where_the_process_that_counts_for_all_dies_others_begin(
    serve: Callable[..., Started],
) -> None:
    process, address = serve("--processes", "2", "--workers", "0")

    def status() -> int:
        return httpx.get(f"{address}/api/v1/session", timeout=WAIT).status_code

    wait_for(lambda: sum(map(listens, offspring(process.pid))) == 2 and status() == 200)
    everybody = offspring(process.pid)
    answering = set(filter(listens, everybody))
    (counting,) = (
        one
        for one in everybody - answering
        if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()
    )
    os.kill(counting, signal.SIGKILL)
    wait_for(lambda: not alive(answering))
    wait_for(lambda: sum(map(listens, offspring(process.pid))) == 2)
    assert [status() for _ in range(8)] == [200] * 8
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0


@linux
def test_what_one_process_took_in_is_followed_in_another(serve: Callable[..., Started]) -> None:
    """While one of two is stopped, the other has every connection."""
    process, address = serve("--processes", "2", "--workers", "1")
    wait_for(lambda: sum(map(listens, offspring(process.pid))) == 2)
    one, other = filter(listens, offspring(process.pid))

    def only(answers: int, stopped: int) -> httpx.Client:
        os.kill(answers, signal.SIGCONT)
        os.kill(stopped, signal.SIGSTOP)
        return httpx.Client(base_url=f"{address}/api/v1", timeout=WAIT)

    try:
        with only(one, other) as client:
            sent = client.post("/documents", files={"files": ("a.txt", "1. Sở Y tế báo cáo.")})
            job = sent.json()["files"][0]["job"]
        with only(other, one) as client:
            told = client.get(f"/jobs/{job}/events").text  # to its end
            assert '"state":"done"' in told
            changes = client.get("/changes", params={"after": "0", "wait": "30"}).json()
            assert changes["items"]
    finally:
        for process_id in (one, other):
            os.kill(process_id, signal.SIGCONT)
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for temporary files; its path is short, for the names of sockets are."""
    with TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@linux
def test_none_that_answers_outlives_the_first_and_its_temporary_files_go_at_the_next_start(
    serve: Callable[..., Started], temporary: Path
) -> None:
    process, _ = serve("--processes", "2", "--workers", "0")
    wait_for(lambda: sum(map(listens, offspring(process.pid))) == 2)
    everybody = offspring(process.pid)
    left = list(temporary.iterdir())
    process.kill()
    process.wait(WAIT)
    wait_for(lambda: not alive(everybody))
    assert list(temporary.iterdir()) == left != []
    process, _ = serve("--workers", "0")
    assert not any(one.exists() for one in left)
    process.send_signal(signal.SIGTERM)
    assert process.wait(WAIT) == 0
    assert list(temporary.iterdir()) == []


def listens(process: int) -> bool:
    """Whether it has a socket of TCP open."""
    known = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]}
    try:
        links = [os.readlink(one) for one in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return False
    return any(link.startswith("socket:[") and link[8:-1] in known for link in links)


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT
    while True:
        with suppress(OSError, HTTPException):
            if true():
                return
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_signal_right_at_the_start_stops_it_too(serve: Callable[..., Started]) -> None:
    process, _ = serve("--workers", "1")
    process.send_signal(signal.SIGINT)
    assert process.wait(WAIT) == 0


def test_another_address_needs_a_user_or_a_key_first(
    data: Path, serve: Callable[..., Started]
) -> None:
    refused = kehoach(data, "serve", "--host", "0.0.0.0", "--port", "0")
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert "kehoach user add" in refused.stderr.decode()
    english = kehoach(data, "serve", "--host", "0.0.0.0", "--port", "0", KEHOACH_LANG="en")
    assert "there is nobody yet" in english.stderr.decode()
    made = kehoach(data, "key", "add", "thử", "--scope", "read")
    key = {"Authorization": f"Bearer {made.stdout.decode().strip()}"}
    _, address = serve("--host", "0.0.0.0", "--workers", "0")
    port = address.rpartition(":")[2]
    with httpx.Client(base_url=f"{'http'}://127.0.0.1:{port}") as client:
        assert client.get("/api/v1/session").status_code == 401
        assert client.get("/api/v1/session", headers=key).json()["name"] == "thử"


def test_required_access_needs_one_on_loopback_too(data: Path) -> None:
    settings = load(data=data, access="required")
    with opened_store(settings) as store, pytest.raises(Unguarded):
        check_guarded(store)


def test_a_port_in_use_is_told_in_one_sentence(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = kehoach(data, "serve", "--port", str(port))
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = done.stderr.decode().splitlines()
    assert f"Cổng {port}" in line


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.name.invalid"])
def test_an_address_that_is_not_ours_is_told(host: str) -> None:
    with pytest.raises(AddressTaken):
        bound(host, 0)


def test_a_store_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for given in (
        {"KEHOACH_DATABASE": "postgresql://127.0.0.1:1/none"},
        {"KEHOACH_DATA": str(tmp_path / "file" / "x")},
    ):
        for words in (
            ("serve", "--port", "0"),
            ("user", "list"),
            ("key", "add", "x"),
            ("ingest", "README.md"),
            ("worker",),
            ("doctor",),
        ):
            done = kehoach(tmp_path, *words, **given)
            assert (done.returncode, done.stdout) == (2, b""), words
            (line,) = done.stderr.decode().splitlines()
            assert line.startswith("không dùng được kho dữ liệu: ")


def test_users_and_keys_by_command(data: Path) -> None:
    added = kehoach(data, "user", "add", "an", "--scope", "admin", stdin=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, b"")
    assert PASSWORD not in added.stderr.decode()
    for words, stdin, word in [
        (("user", "add", "an"), PASSWORD, "đã có"),
        (("user", "add", "bình"), "ngắn", "mật khẩu"),
        (("user", "disable", "bình"), "", "không có"),
        (("key", "revoke", "x"), "", "không có"),
    ]:
        wrong = kehoach(data, *words, stdin=stdin)
        assert (wrong.returncode, wrong.stdout) == (2, b"")
        assert word in wrong.stderr.decode()
    assert kehoach(data, "user", "password", "an", stdin=PASSWORD + "!").returncode == 0
    assert kehoach(data, "user", "disable", "an").returncode == 0
    (user,) = json.loads(kehoach(data, "user", "list", "--json").stdout)
    assert (user["name"], user["scope"], user["disabled_at"] is None) == ("an", "admin", False)
    assert kehoach(data, "user", "disable", "an", "--undo").returncode == 0
    secret = kehoach(data, "key", "add", "đồng bộ", "--rate", "5").stdout.decode().strip()
    assert secret.startswith("kh_")
    listed = kehoach(data, "key", "list")
    assert secret not in listed.stdout.decode()
    assert "đồng bộ" in listed.stdout.decode()
    (key,) = json.loads(kehoach(data, "key", "list", "--json").stdout)
    assert (key["scope"], key["rate"], key["revoked_at"]) == ("read", 5, None)
    assert kehoach(data, "key", "revoke", key["id"]).returncode == 0
    assert json.loads(kehoach(data, "key", "list", "--json").stdout)[0]["revoked_at"]


def test_config_shows_what_is_in_force(tmp_path: Path) -> None:
    url = "postgresql://an:mat@db/kehoach"
    shown = kehoach(tmp_path, "config", KEHOACH_DATABASE=url, KEHOACH_LANG="en")
    assert shown.returncode == 0
    text = shown.stdout.decode()
    assert "postgresql://an:***@db/kehoach" in text
    assert re.search(r"KEHOACH_PORT +8321 +default", text)
    asked = kehoach(tmp_path, "config", "--json", "--data", str(tmp_path / "x"))
    told = json.loads(asked.stdout)
    assert told["data"] == {
        "value": str(tmp_path / "x"),
        "from": "command line",
        "variable": "KEHOACH_DATA",
        "file": None,
    }
    assert told["lang"]["from"] == "environment"
    assert not (tmp_path / "x").exists()
    wrong = kehoach(tmp_path, "config", KEHOACH_PORT="x")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert "KEHOACH_PORT" in wrong.stderr.decode()
