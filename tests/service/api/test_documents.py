"""Documents: lists, one, its bytes, its removal, its readings."""

import hashlib

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, func, select

from models.tables import CorrectionRow, DocumentRow, JobRow, MentionRow, RunRow, TaskRow
from models.tables.documents import document_key
from service.jobs import submit
from service.store.vault import Vault
from tests.service.api.conftest import Serving, key_of, store_of
from tests.service.api.library import API, LAI_CHAU, VINH_LONG, held, planted, reading, sample
from tests.service.store.planting import plant
from tests.service.stores import DIALECTS

both = pytest.mark.parametrize("dialect", DIALECTS)


@both
def test_documents_are_listed_with_their_plan_and_their_job(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    store = store_of(client)
    key = planted(store)
    job = submit(store, b"khac", "khac.txt", by="an").job_id
    found = held(client, client.get(f"{API}/documents?sort=created"), "list_documents")
    read, waiting = found["items"]
    assert found["next"] is None
    assert read["key"] == key
    assert read["plan"]["number"] == "2621/QĐ-UBND"
    assert read["plan"]["years"] == [2023]
    assert read["plan"]["tasks"] == len(reading(VINH_LONG)[1].tasks)
    assert read["job"] is None
    assert waiting["plan"] is None
    assert (waiting["job"]["id"], waiting["job"]["state"]) == (job, "queued")
    only = client.get(f"{API}/documents", params={"state": "queued"}).json()["items"]
    assert [one["key"] for one in only] == [waiting["key"]]
    only = client.get(f"{API}/documents", params={"unit": "vn-86", "year": 2023}).json()["items"]
    assert [one["key"] for one in only] == [key]


def test_a_list_goes_on_where_its_page_ended(client: TestClient) -> None:
    store = store_of(client)
    for number in range(5):
        submit(store, f"tệp {number}".encode(), f"{number}.txt", by=None)
    seen = []
    answer = client.get(f"{API}/documents", params={"limit": 2, "sort": "created"})
    while True:
        found = held(client, answer, "list_documents")
        seen += [one["filename"] for one in found["items"]]
        if found["next"] is None:
            assert "link" not in answer.headers
            break
        assert answer.headers["link"] == f'<{found["next"]}>; rel="next"'
        answer = client.get(found["next"])
    assert seen == [f"{number}.txt" for number in range(5)]


def test_a_document_goes_by_its_id_its_digits_and_its_key(client: TestClient) -> None:
    key = planted(store_of(client))
    found = held(client, client.get(f"{API}/documents/{key}"), "get_document")
    for name in (found["id"], found["sha256"], found["key"]):
        assert client.get(f"{API}/documents/{name}").json() == found
        assert client.head(f"{API}/documents/{name}").status_code == 200
    other = found["sha256"][:16] + "0" * 48
    assert client.get(f"{API}/documents/{other}").status_code == 404
    assert client.head(f"{API}/documents/{other}").status_code == 404
    assert client.get(f"{API}/documents/nonsense").status_code == 422


def test_the_bytes_come_back_as_they_were_sent_and_are_never_shown(client: TestClient) -> None:
    key = planted(store_of(client))
    answer = client.get(f"{API}/documents/{key}/source")
    assert answer.content == sample(VINH_LONG).read_bytes()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == 'attachment; filename="vinh-long-2023.txt"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    same = client.get(
        f"{API}/documents/{key}/source", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert same.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-7", 206, slice(-7, None)),
        ("bytes=10-999999999", 206, slice(10, None)),
        ("bytes=9-3", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_a_part_of_the_bytes(client: TestClient, asked: str, status: int, part: slice) -> None:
    key = planted(store_of(client))
    answer = client.get(f"{API}/documents/{key}/source", headers={"Range": asked})
    whole = sample(VINH_LONG).read_bytes()
    assert (answer.status_code, answer.content) == (status, whole[part])
    if status == 206:
        start, stop, _ = part.indices(len(whole))
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"


def test_several_parts_of_the_bytes(client: TestClient) -> None:
    key = planted(store_of(client))
    answer = client.get(f"{API}/documents/{key}/source", headers={"Range": "bytes=0-1,3-4"})
    whole = sample(VINH_LONG).read_bytes()
    assert answer.status_code == 206
    assert answer.headers["content-type"].startswith("multipart/byteranges; boundary=")
    assert whole[0:2] in answer.content
    assert f"bytes 3-4/{len(whole)}".encode() in answer.content


def test_a_part_outside_of_the_file(client: TestClient) -> None:
    key = planted(store_of(client))
    answer = client.get(f"{API}/documents/{key}/source", headers={"Range": "bytes=99999999-"})
    assert held(client, answer, "get_source")["code"] == "range.unsatisfiable"
    assert answer.headers["content-range"].startswith("bytes */")


def test_bytes_that_are_gone_are_told(client: TestClient) -> None:
    store = store_of(client)
    key = planted(store)
    store.vault.delete(client.get(f"{API}/documents/{key}").json()["sha256"])
    answer = client.get(f"{API}/documents/{key}/source")
    assert held(client, answer, "get_source")["code"] == "source.unknown"


def test_the_name_of_a_file_adds_no_header(client: TestClient) -> None:
    name, data = 'a"\r\nX: y;.txt', sample(VINH_LONG).read_bytes()
    key = document_key(plant(store_of(client), data, name, *reading(VINH_LONG)))
    answer = client.get(f"{API}/documents/{key}/source")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"a___X_ y_.txt\"; filename*=UTF-8''a%22%0D%0AX%3A%20y%3B.txt"
    )


@both
def test_a_document_is_removed_with_all_that_hangs_on_it(serving: Serving, dialect: str) -> None:
    client = serving(dialect)
    store = store_of(client)
    key, kept = planted(store), planted(store, LAI_CHAU)
    task = client.get(f"{API}/tasks", params={"document": key, "limit": 1}).json()["items"][0]
    client.patch(
        f"{API}/tasks/{task['key']}",
        json={"changes": {"note": "x"}},
        headers={"If-Match": f'"{task["revision"]}"'},
    )
    address = f"{API}/documents/{key}"
    assert client.delete(address).status_code == 428
    assert client.delete(address, headers={"If-Match": '"old"'}).status_code == 412
    tag = client.get(address).headers["etag"]
    assert client.delete(address, headers={"If-Match": tag}).status_code == 204
    assert client.get(address).status_code == 404
    sha256 = hashlib.sha256(sample(VINH_LONG).read_bytes()).hexdigest()
    assert not store.vault.has(sha256)
    with store.reading() as session:
        for model in (DocumentRow, RunRow, TaskRow, MentionRow, CorrectionRow):
            column = col(model.id if model is DocumentRow else model.document_id)
            documents = set(session.exec(select(column)).all())
            assert {document[7:23] for document in documents} <= {kept}, model
    assert sorted(store.vault.names()) == sorted(
        {hashlib.sha256(sample(LAI_CHAU).read_bytes()).hexdigest()}
        | {hashlib.sha256(reading(LAI_CHAU)[0]).hexdigest()}
    )
    assert client.get(f"{API}/tasks", params={"text": "Vĩnh Long"}).json()["items"] == []


def test_not_while_it_is_read(client: TestClient) -> None:
    document = submit(store_of(client), b"text", "a.txt", by=None).document_id
    answer = client.delete(f"{API}/documents/{document}", headers={"If-Match": "*"})
    assert held(client, answer, "delete_document")["code"] == "document.busy"


def test_removal_is_for_administrators(client: TestClient) -> None:
    key = planted(store_of(client))
    header = key_of(client, "write") | {"If-Match": "*"}
    assert client.delete(f"{API}/documents/{key}", headers=header).status_code == 403


def test_readings_of_a_document_and_the_plan_of_each(client: TestClient) -> None:
    key = planted(store_of(client))
    found = held(client, client.get(f"{API}/documents/{key}/runs"), "list_document_runs")
    (run,) = found["items"]
    assert run["current"] is True
    assert run["fates"] == reading(VINH_LONG)[1].ledger.fates
    assert held(client, client.get(f"{API}/runs/{run['id']}"), "get_run") == run
    assert held(client, client.get(f"{API}/runs"), "list_runs")["items"] == [run]
    plan = client.get(f"{API}/runs/{run['id']}/plan")
    held(client, plan, "get_run_plan")
    assert plan.content == reading(VINH_LONG)[0]
    assert client.get(f"{API}/runs/{'0' * 32}/plan").status_code == 404


def test_a_reading_that_failed_has_no_plan(client: TestClient) -> None:
    store = store_of(client)
    key = planted(store)
    with store.writing() as session:
        run = session.exec(select(RunRow)).one()
        run.reading, run.error_code, run.error_vi, run.error_en = None, "x.y", "hỏng", "broken"
        session.add(run)
        name = run.id
    found = held(client, client.get(f"{API}/runs/{name}"), "get_run")
    assert found["error"] == {"code": "x.y", "vi": "hỏng", "en": "broken"}
    assert client.get(f"{API}/runs/{name}/plan").json()["code"] == "plan.unknown"
    assert client.get(f"{API}/runs", params={"failed": True}).json()["items"][0]["id"] == name
    assert client.get(f"{API}/documents/{key}/runs").json()["items"][0]["fates"]


def test_a_document_is_read_anew(client: TestClient) -> None:
    store = store_of(client)
    key = planted(store)
    first = client.post(f"{API}/documents/{key}/runs")
    found = held(client, first, "read_document")
    assert (first.status_code, found["new"]) == (202, True)
    again = client.post(f"{API}/documents/{key}/runs").json()
    assert (again["job"], again["new"]) == (found["job"], False)
    with store.reading() as session:
        assert session.exec(select(func.count()).select_from(JobRow)).one() == 1
    assert client.post(f"{API}/documents/{'0' * 16}/runs").status_code == 404


def test_the_bytes_of_a_vault_that_is_no_folder(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = planted(store_of(client))
    monkeypatch.setattr(Vault, "local", lambda vault, sha256: None)
    answer = client.get(f"{API}/documents/{key}/source", headers={"Range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (200, sample(VINH_LONG).read_bytes())
    assert "accept-ranges" not in answer.headers
