"""Uploads: by form, by SHA-256, in part, twice, too large, too many."""

import hashlib
from contextlib import ExitStack
from importlib.metadata import version
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import func, select

from extractor import read_plan
from extractor.readers.bundle import packed
from models.tables import DocumentRow, JobRow, RunRow
from tests.extractor.pages import page
from tests.extractor.readers.test_bundle import appendix
from tests.extractor.readers.test_office import OFFICE
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, VINH_LONG, held, planted, sample
from tests.service.stores import DIALECTS


def sent(client: TestClient, *files: tuple[str, bytes], **given: Any) -> Any:
    return client.post(f"{API}/documents", files=[("files", file) for file in files], **given)


def jobs(client: TestClient) -> int:
    with store_of(client).reading() as session:
        return session.exec(select(func.count()).select_from(JobRow)).one()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_several_files_each_with_its_own_answer(serving: Serving, dialect: str) -> None:
    client = serving(dialect, upload_mb=1)
    large = b"x" * (1024**2 + 1)
    answer = sent(
        client, ("kế hoạch.txt", b"mot"), ("trong.txt", b""), ("lon.txt", large), ("b.txt", b"hai")
    )
    assert answer.status_code == 202
    first, empty, over, last = held(client, answer, "upload_documents")["files"]
    assert first["filename"] == "kế hoạch.txt"
    assert first["document"] == f"sha256:{hashlib.sha256(b'mot').hexdigest()}"
    assert (first["new"], last["new"]) == (True, True)
    assert empty["error"]["code"] == "source.empty"
    assert over["error"]["code"] == "source.limit"
    assert (empty["document"], over["document"]) == (None, None)
    assert jobs(client) == 2
    state = held(client, client.get(f"{API}/jobs/{last['job']}"), "get_job")["state"]
    assert state == "queued"


def test_a_plan_and_its_appendices_are_one_document_together(client: TestClient) -> None:
    files = (
        ("ke hoach.html", page().encode()),
        ("phu luc.xls", (OFFICE / "appendix.xls").read_bytes()),
    )
    answer = sent(client, *files, params={"together": True})
    (one,) = held(client, answer, "upload_documents")["files"]
    assert one["filename"] == "ke hoach.zip"
    plan = read_plan(store_of(client).vault.get(one["document"].removeprefix("sha256:")))
    assert plan.document.number == "12/KH-UBND"
    assert len(plan.tasks) == 3
    again = sent(client, ("alles.zip", packed(files)), params={"together": True}).json()
    assert [found["document"] for found in again["files"]] == [one["document"]]
    assert jobs(client) == 1
    told = sent(client, *files).json()
    assert [found["document"] for found in told["files"]] == [one["document"]]
    apart = sent(client, *files, params={"together": False}).json()
    assert [found["filename"] for found in apart["files"]] == ["ke hoach.html", "phu luc.xls"]


def test_each_of_several_plans_has_its_appendices(client: TestClient) -> None:
    sheet = (OFFICE / "appendix.xls").read_bytes()
    plan = page().encode()
    files = (
        ("PL2 KH 34.xls", sheet),
        ("KH 12.html", plan),
        ("KH 34.html", plan.replace(b"12/KH-UBND", b"34/KH-UBND")),
        ("bieu.xls", sheet + b"\0"),
    )
    taken = held(client, sent(client, *files), "upload_documents")["files"]
    assert [one["filename"] for one in taken] == ["KH 12.html", "KH 34.zip", "bieu.xls"]
    whole = read_plan(store_of(client).vault.get(taken[1]["document"].removeprefix("sha256:")))
    assert whole.document.number == "34/KH-UBND"
    assert len(whole.tasks) == 3


def appendices() -> list[tuple[str, bytes]]:
    """Two plans, and what comes with them, by names that tell nothing."""
    other = (
        page().replace("12/KH-UBND", "34/KH-UBND").replace("Cải cách hành chính", "Chuyển đổi số")
    )
    blank, title = "    /KH-UBND ngày    /01/2024", "<p>NHIỆM VỤ CẢI CÁCH HÀNH CHÍNH NĂM 2024</p>"
    own = (
        page()
        .replace("12/KH-UBND", "56/QĐ-UBND")
        .replace("Cải cách hành chính", "Phòng thủ dân sự")
        + "<p>PHỤ LỤC</p><p>(Kèm theo Quyết định số 56/QĐ-UBND)</p>"
    )
    return [
        ("1.html", appendix("I", "34 /KH-UBND", "Việc một")),
        ("2.html", page().encode()),
        ("3.html", other.encode()),
        ("4.html", appendix("1", blank, title + "Việc hai")),
        ("5.html", appendix("2", blank, "Việc ba")),
        ("6.html", appendix("2", "78/KH-UBND", "Việc bốn")),
        ("7.txt", "Danh sách cán bộ đầu mối.".encode()),
        ("8.html", own.encode()),
    ]


@pytest.mark.parametrize("archived", [False, True])
def test_files_are_put_together_by_what_they_say(client: TestClient, archived: bool) -> None:
    files = appendices()
    shown = [("tất cả.zip", packed(files))] if archived else files
    taken = held(client, sent(client, *shown), "upload_documents")["files"]
    assert {
        one["filename"]: [(of["filename"], of["why"]) for of in one["parts"]] for one in taken
    } == {
        "2.zip": [("2.html", "plan"), ("4.html", "title")],
        "3.zip": [("3.html", "plan"), ("1.html", "number")],
        "5.html": [("5.html", "unknown")],
        "6.html": [("6.html", "other")],
        "7.txt": [("7.txt", "unknown")],
        "8.html": [("8.html", "plan")],
    }
    (other,) = (one for one in taken if one["filename"] == "3.zip")
    whole = read_plan(store_of(client).vault.get(other["document"].removeprefix("sha256:")))
    assert (whole.document.number, whole.tasks[0].description) == ("34/KH-UBND", "Việc một")


def test_a_plan_that_a_decision_carries_has_its_appendix(client: TestClient) -> None:
    """Even as a scan, whose number nobody knows before it is read; and in any form."""
    for form in ("docx", "pdf", "scan.pdf", "html"):
        files = (
            (f"a.{form}", sample(VINH_LONG, form).read_bytes()),
            ("b.html", appendix("V", "2621/QĐ-UBND", "Việc")),
        )
        (one,) = sent(client, *files).json()["files"]
        assert [of["why"] for of in one["parts"]] == [
            "plan",
            "only" if "scan" in form else "number",
        ]
    plan = read_plan(packed(files))
    assert plan.document.number == "2621/QĐ-UBND"


def test_what_is_too_large_or_empty_together_is_refused(serving: Serving) -> None:
    client = serving(upload_mb=1)
    half = b"x" * (1024**2 * 2 // 3)
    for files, code in (
        ([("a.txt", half), ("b.txt", half + b"y")], "source.limit"),
        ([("a.zip", packed([("x.bin", b"x")]))], "source.empty"),
    ):
        answer = sent(client, *files, params={"together": True})
        assert held(client, answer, "upload_documents")["code"] == code
    assert jobs(client) == 0


def test_the_same_bytes_are_the_same_document(client: TestClient) -> None:
    first = sent(client, ("a.txt", b"mot")).json()["files"][0]
    second = sent(client, ("b.txt", b"mot")).json()["files"][0]
    assert second["document"] == first["document"]
    assert (second["job"], second["new"]) == (first["job"], False)
    assert jobs(client) == 1


def test_where_no_file_was_taken_the_first_error_is_the_answer(serving: Serving) -> None:
    client = serving(upload_mb=1)
    answer = sent(client, ("a.txt", b""))
    found = held(client, answer, "upload_documents")
    assert (answer.status_code, found["code"]) == (422, "source.empty")
    assert found["files"][0]["filename"] == "a.txt"
    answer = sent(client, ("a.txt", b"x" * 1024**2 * 2))
    assert (answer.status_code, answer.json()["code"]) == (413, "source.limit")
    answer = client.post(f"{API}/documents", files={"x": (None, "no file")})
    assert (answer.status_code, answer.json()["code"]) == (422, "upload.nothing")


def test_more_files_than_allowed(serving: Serving) -> None:
    client = serving(upload_files=2)
    files = [(f"{n}.txt", f"{n}".encode()) for n in range(3)]
    answer = sent(client, *files)
    found = held(client, answer, "upload_documents")
    assert (answer.status_code, found["code"], found["limit"]) == (413, "upload.too-many", 2)
    assert jobs(client) == 0
    assert sent(client, *files[:2]).status_code == 202


def test_a_full_queue_says_when_to_come_again_before_the_body_is_read(serving: Serving) -> None:
    client = serving(queue=1)
    assert sent(client, ("a.txt", b"a")).status_code == 202
    answer = sent(client, ("b.txt", b"b"))
    assert held(client, answer, "upload_documents")["code"] == "queue.full"
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (503, True)
    body = b"b"
    put = client.put(f"{API}/documents/{hashlib.sha256(body).hexdigest()}", content=body)
    assert (put.status_code, "retry-after" in put.headers) == (503, True)


def test_a_queue_that_fills_up_on_the_way(serving: Serving) -> None:
    client = serving(queue=1)
    found = held(client, sent(client, ("a.txt", b"a"), ("b.txt", b"b")), "upload_documents")
    assert [one["error"] and one["error"]["code"] for one in found["files"]] == [None, "queue.full"]


def test_few_uploads_of_a_caller_at_a_time(client: TestClient) -> None:
    turns = client.app.state.uploads  # type: ignore[attr-defined]
    with ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(turns.taken("address:testclient"))
        answer = sent(client, ("a.txt", b"a"))
        assert (answer.status_code, answer.json()["code"]) == (429, "rate.at-once")
        assert "retry-after" in answer.headers
        assert jobs(client) == 0
    assert sent(client, ("a.txt", b"a")).status_code == 202


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("application/json", b"{}", 415, "request.media-type"),
        ("", b"", 415, "request.media-type"),
        ("multipart/form-data", b"", 415, "request.media-type"),
        ("multipart/mixed; boundary=x", b"", 415, "request.media-type"),
        ("multipart/form-data; boundary=x", b"no form", 400, "upload.broken"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhalf',
            400,
            "upload.broken",
        ),
    ],
)
def test_what_is_no_form(
    client: TestClient, kind: str, body: bytes, status: int, code: str
) -> None:
    answer = client.post(f"{API}/documents", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, held(client, answer, "upload_documents")["code"]) == (status, code)
    assert jobs(client) == 0


def test_a_form_that_breaks_off_is_not_taken_in(client: TestClient) -> None:
    whole = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nmot\r\n'
    cut = b'--x\r\nContent-Disposition: form-data; name="f"; filename="b"\r\n\r\nha'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (whole, whole + cut):
        answer = client.post(f"{API}/documents", content=body, headers=kind)
        assert (answer.status_code, answer.json()["code"]) == (400, "upload.broken")
    assert jobs(client) == 0
    assert client.post(f"{API}/documents", content=whole + b"--x--", headers=kind).json()["files"]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_files_come_out_as_they_went_in(client: TestClient, size: int) -> None:
    """In whatever pieces they come, with a boundary of the like in them, long or short."""
    bodies = {"một.txt": b"m\xe1\xbb\x99t\r\n--xy\r\n--", "hai.txt": b"a--x" * 30_000}
    form = b""
    for name, body in bodies.items():
        form += f'--x\r\nContent-Disposition: form-data; name="f"; filename="{name}"'.encode()
        form += b"\r\nContent-Type: text/plain\r\n\r\n" + body + b"\r\n"
    form += b'--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nno file\r\n--x--\r\n'
    pieces = (form[at : at + size] for at in range(0, len(form), size))
    kind = {"Content-Type": 'multipart/form-data; boundary="x"'}
    answer = client.post(f"{API}/documents", content=pieces, headers=kind)
    for one in held(client, answer, "upload_documents")["files"]:
        assert client.get(f"{API}/documents/{one['document']}/source").content == bodies.pop(
            one["filename"]
        )
    assert not bodies


def test_one_file_by_its_hash_after_asking_whether_it_is_known(client: TestClient) -> None:
    body = "một văn bản".encode()
    digest = hashlib.sha256(body).hexdigest()
    address = f"{API}/documents/{digest}"
    assert client.head(address).status_code == 404
    for new in (True, False):
        answer = client.put(address, content=body, params={"filename": "kế hoạch.txt"})
        found = held(client, answer, "put_document")
        assert (answer.status_code, found["new"]) == (202, new)
    assert client.head(address).status_code == 200
    with store_of(client).reading() as session:
        assert session.exec(select(DocumentRow.filename)).all() == ["kế hoạch.txt"]


def test_bytes_of_another_hash_are_refused(serving: Serving) -> None:
    client = serving(upload_mb=1)
    answer = client.put(f"{API}/documents/{'0' * 64}", content=b"x")
    found = held(client, answer, "put_document")
    assert (answer.status_code, found["code"]) == (422, "upload.hash")
    assert found["sha256"] == hashlib.sha256(b"x").hexdigest()
    for body, status in ((b"", 422), (b"x" * (1024**2 + 1), 413)):
        assert client.put(f"{API}/documents/{'0' * 64}", content=body).status_code == status
    text = {"Content-Type": "text/plain"}
    assert client.put(f"{API}/documents/{'0' * 64}", content=b"x", headers=text).status_code == 415
    assert jobs(client) == 0


def test_a_file_larger_than_other_bodies_may_be(serving: Serving) -> None:
    client = serving(upload_mb=20)
    body = b"x" * (17 * 1024**2)
    answer = client.put(f"{API}/documents/{hashlib.sha256(body).hexdigest()}", content=body)
    assert answer.status_code == 202, answer.text


def test_what_was_read_by_this_version_is_read_again_only_when_asked(client: TestClient) -> None:
    store = store_of(client)
    planted(store)
    with store.writing() as session:
        run = session.exec(select(RunRow)).one()
        run.version = version("kehoach")
        session.add(run)
    file = ("a.txt", sample(VINH_LONG).read_bytes())
    assert sent(client, file).json()["files"][0]["job"] is None
    assert sent(client, file, params={"again": True}).json()["files"][0]["new"] is True


def test_a_reader_may_not_send(client: TestClient) -> None:
    assert sent(client, ("a", b"a"), headers=key_of(client, "read")).status_code == 403


def test_names_in_answers_are_clean(client: TestClient) -> None:
    answer = sent(client, ("k\u202ehoach.txt", b"a"))
    assert answer.json()["files"][0]["filename"] == "khoach.txt"
    put = client.put(f"{API}/documents/{hashlib.sha256(b'b').hexdigest()}",
                     content=b"b", params={"filename": "b\u200f.txt"})  # fmt: skip
    assert put.json()["filename"] == "b.txt"


def test_sixty_thousand_parts_are_refused_at_the_bound(client: TestClient) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="%d"\r\n\r\nv\r\n'
    form = b"".join(part % number for number in range(60_000)) + b"--x--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post(f"{API}/documents", content=form, headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload.too-many")
    assert jobs(client) == 0
