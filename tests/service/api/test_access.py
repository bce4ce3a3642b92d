"""Who is let in, and what for: open access on loopback, keys, sign-ins, users, the audit trail."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select, update

from models.tables import AuditRow, KeyRow, SessionRow, UserRow
from models.tables.columns import now
from service.access import keys, users
from service.api.dependencies import Need
from service.api.gate import OWN, PUBLIC, PUBLIC_FOLDER, SAFE
from tests.service.api.conftest import PASSWORD, Serving, key_of, signed_in, store_of, user_of

HEALTH = {"/healthz", "/readyz"}


def operations(client: TestClient) -> list[tuple[str, str]]:
    """Every method and path of the OpenAPI, parameters filled with what no store has."""
    paths = client.app.openapi()["paths"]  # type: ignore[attr-defined]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def filled(path: str) -> str:
    return path.replace("{", "").replace("}", "")


def trail(client: TestClient) -> list[tuple[str, str, str | None]]:
    with store_of(client).reading() as session:
        rows = session.exec(select(AuditRow).order_by(col(AuditRow.serial))).all()
        return [(row.actor, row.action, row.subject) for row in rows]


# Open access


def test_on_loopback_without_a_key_it_works_at_once(client: TestClient) -> None:
    assert client.get("/api/v1/session").json()["kind"] == "open"
    assert client.post("/api/v1/keys", json={"name": "x"}).status_code == 201


def test_the_first_key_ends_open_access(client: TestClient) -> None:
    assert client.get("/api/v1/keys").status_code == 200
    header = key_of(client, "admin")
    assert client.get("/api/v1/keys").status_code == 401
    assert client.get("/api/v1/keys", headers=header).status_code == 200


def test_it_ends_for_many_at_once(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as threads:

        def asked() -> set[int]:
            return set(threads.map(lambda _: client.get("/api/v1/session").status_code, range(40)))

        assert asked() == {200}
        user_of(client, "an", "admin")
        assert asked() == {401}


def test_a_disabled_user_or_a_revoked_key_does_not_open_it_again(serving: Serving) -> None:
    client = serving()
    user_of(client, "an", "admin")
    with store_of(client).writing() as session:
        users.disable(session, users.one(session, "an"))
    assert client.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize(
    "settings", [{"access": "required"}, {"host": "0.0.0.0"}, {"host": "192.0.2.1"}]
)
def test_it_is_open_only_by_its_settings(serving: Serving, settings: dict[str, str]) -> None:
    client = serving(**settings)
    assert client.get("/api/v1/session").status_code == 401
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "name", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]
)
def test_a_proxy_in_front_ends_open_access(client: TestClient, name: str) -> None:
    answer = client.get("/api/v1/session", headers={name: "for=192.0.2.1"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "access.proxied"
    assert "kehoach user add" in answer.json()["detail"]


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "localhost@evil", "a b", "[::1"]
)
def test_another_name_is_not_answered(client: TestClient, host: str) -> None:
    """DNS rebinding: a page of evil.example, whose name now leads to 127.0.0.1."""
    answer = client.get("/api/v1/session", headers={"Host": host})
    assert answer.status_code == 421
    assert client.get("/healthz", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost:8321", "127.0.0.1", "[::1]:8321", "LOCALHOST."])
def test_names_of_its_own_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/v1/session", headers={"Host": host}).status_code == 200


def test_more_names_by_the_settings(serving: Serving) -> None:
    client = serving(allowed_hosts="kehoach.example, *.noi-bo.example")
    for host, status in [
        ("kehoach.example", 200),
        ("a.noi-bo.example", 200),
        ("noi-bo.example", 421),
        ("xnoi-bo.example", 421),
    ]:
        assert client.get("/healthz", headers={"Host": host}).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https" + "://evil.example"},
        {"Origin": "http" + "://localhost:1"},
        {"Origin": "file" + "://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http" + "://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/keys", json={"name": "x"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "access.cross-site"
    assert client.get("/api/v1/keys").json() == {"items": []}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http" + "://localhost"},
        {"Origin": "http" + "://localhost:80", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_its_own_pages_and_programs_do(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/v1/keys", json={"name": "x"}, headers=headers).status_code == 201


# Keys


def test_without_a_key_nothing_answers_but_health(serving: Serving) -> None:
    client = serving(access="required")
    for method, path in operations(client):
        answer = client.request(method, filled(path))
        public = path in HEALTH or method in PUBLIC.get(path, ())
        assert (answer.status_code != 401) == public, (method, path, answer.status_code)
        if not public:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", ["/openapi.json", "/problems", "/metrics", "/nothing", "/"])
def test_nor_what_is_not_in_the_openapi(serving: Serving, path: str) -> None:
    assert serving(access="required").get(path).status_code == 401


def test_public_is_what_needs_no_more_than_a_door() -> None:
    assert set(PUBLIC) == {*HEALTH, "/api/v1/session", "/login", "/language"}
    assert PUBLIC["/api/v1/session"] == {"POST"}
    assert PUBLIC_FOLDER == "/static/"


def needed(client: TestClient) -> dict[tuple[str, str], set[str]]:
    """The scopes each operation asks for, read off its dependencies."""
    found: dict[tuple[str, str], set[str]] = {}

    def walk(dependant: Any) -> set[str]:
        own = {dependant.call.scope} if isinstance(dependant.call, Need) else set()
        return own.union(*map(walk, dependant.dependencies)) if dependant.dependencies else own

    from fastapi.routing import iter_route_contexts

    for context in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        dependant = getattr(context, "dependant", None)
        for method in getattr(context, "methods", None) or ():
            if dependant is not None:
                found[method, context.path_format] = walk(dependant)
    return found


def test_every_route_tells_its_scope(client: TestClient) -> None:
    scopes = needed(client)
    for method, path in operations(client):
        if method in PUBLIC.get(path, ()):
            continue
        asked = scopes[method, path]
        assert asked, (method, path)
        if method not in SAFE and path not in OWN:
            assert asked & {"report", "write", "admin"}, (method, path)
        if path.startswith(("/api/v1/users", "/api/v1/keys", "/api/v1/audit")):
            assert "admin" in asked, (method, path)


def test_a_key_that_reads_writes_nothing_and_one_that_writes_manages_nothing(
    client: TestClient,
) -> None:
    reads, writes = key_of(client, "read"), key_of(client, "write")
    scopes = needed(client)
    for method, path in operations(client):
        if method in PUBLIC.get(path, ()):
            continue
        if method not in SAFE and path not in OWN:
            assert client.request(method, filled(path), headers=reads).status_code == 403
        if "admin" in scopes[method, path]:
            answer = client.request(method, filled(path), headers=writes)
            assert answer.status_code == 403 or answer.status_code == 422, (method, path)
    assert client.get("/api/v1/keys", headers=writes).json()["needed"] == "admin"


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Bearer kh_wrong", "Basic YTpi", "bearer\tx", "Bearer \xff"]
)
def test_a_wrong_key_is_401(client: TestClient, value: str) -> None:
    key_of(client, "read")
    answer = client.get("/api/v1/session", headers={"Authorization": value.encode("latin-1")})
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_wrong_key_is_401_even_while_access_is_open(client: TestClient) -> None:
    assert client.get("/api/v1/session", headers={"Authorization": "Bearer x"}).status_code == 401


def test_a_key_is_shown_once_kept_as_a_digest_and_revoked_at_once(client: TestClient) -> None:
    admin = key_of(client, "admin")
    made = client.post("/api/v1/keys", json={"name": "đồng bộ", "rate": 7}, headers=admin).json()
    secret = made.pop("secret")
    assert secret.startswith("kh_")
    assert len(secret) >= 46
    shown = client.get(f"/api/v1/keys/{made['id']}", headers=admin).json()
    assert shown == made
    assert (shown["scope"], shown["rate"], shown["created_by"][:4]) == ("read", 7, "key:")
    with store_of(client).reading() as session:
        assert all(secret not in str(row.model_dump()) for row in session.exec(select(KeyRow)))
    own = {"Authorization": f"Bearer {secret}"}
    assert client.get("/api/v1/session", headers=own).json()["name"] == "đồng bộ"
    assert client.get(f"/api/v1/keys/{made['id']}", headers=admin).json()["last_used_at"]
    assert client.delete(f"/api/v1/keys/{made['id']}", headers=admin).status_code == 204
    assert client.get("/api/v1/session", headers=own).status_code == 401
    assert client.delete("/api/v1/keys/none", headers=admin).status_code == 404


# Sign-ins


def test_signing_in_and_out(client: TestClient) -> None:
    user_of(client, "an", "write")
    answer = client.post("/api/v1/session", json={"name": "an", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"
    me = client.get("/api/v1/session").json()
    assert (me["kind"], me["name"], me["scope"]) == ("user", "an", "write")
    token = {"X-CSRF-Token": me["csrf"]}
    assert client.delete("/api/v1/session").status_code == 403
    held = dict(client.cookies)
    assert client.delete("/api/v1/session", headers=token).status_code == 204
    client.cookies.update(held)  # a browser that kept it all the same
    assert client.get("/api/v1/session").status_code == 401
    assert [action for _, action, _ in trail(client)] == ["sign_in", "sign_out"]


def test_over_https_the_cookie_goes_over_https_only(serving: Serving) -> None:
    client = serving(https=True)
    client.base_url = "https" + "://localhost"
    user_of(client, "an", "read")
    answer = client.post("/api/v1/session", json={"name": "an", "password": PASSWORD})
    assert answer.headers["Set-Cookie"].startswith("__Host-kehoach=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    assert client.get("/api/v1/session").status_code == 200


def test_the_cookie_is_kept_as_a_digest_and_a_new_one_at_every_sign_in(client: TestClient) -> None:
    user_of(client, "an", "read")
    client.cookies.set("kehoach", "planted", domain="localhost.local")
    signed_in(client, "an")
    first = client.cookies["kehoach"]
    assert first != "planted"
    signed_in(client, "an")
    second = client.cookies["kehoach"]
    assert second != first
    with store_of(client).reading() as session:
        (row,) = session.exec(select(SessionRow)).all()
    assert second not in row.token
    client.cookies.clear()
    client.cookies.set("kehoach", first)
    assert client.get("/api/v1/session").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "'; DROP TABLE sessions", "a" * 4000])
def test_a_forged_cookie_opens_nothing(client: TestClient, cookie: str) -> None:
    user_of(client, "an", "admin")
    signed_in(client, "an")
    client.cookies.clear()
    client.cookies.set("kehoach", cookie)
    assert client.get("/api/v1/session").status_code == 401


def test_a_sign_in_ends_in_time(client: TestClient) -> None:
    user_of(client, "an", "admin")
    signed_in(client, "an")
    with store_of(client).writing() as session:
        session.execute(update(SessionRow).values(expires_at=now() - timedelta(seconds=1)))
    assert client.get("/api/v1/session").status_code == 401


def test_locking_a_user_out_ends_the_sign_in(client: TestClient) -> None:
    user_of(client, "an", "admin")
    signed_in(client, "an")
    with store_of(client).writing() as session:
        session.execute(update(UserRow).values(disabled_at=now()))
    assert client.get("/api/v1/session").status_code == 401
    wrong = client.post("/api/v1/session", json={"name": "an", "password": PASSWORD})
    assert wrong.status_code == 401


def test_wrong_passwords_and_unknown_names_look_the_same(client: TestClient) -> None:
    user_of(client, "an", "read")
    answers = [
        client.post("/api/v1/session", json={"name": name, "password": "không phải mật khẩu"})
        for name in ("an", "bình")
    ]
    bodies = [{**answer.json(), "request_id": ""} for answer in answers]
    assert answers[0].status_code == 401
    assert bodies[0] == bodies[1]
    assert trail(client) == [
        ("nobody", "sign_in.failed", "an"),
        ("nobody", "sign_in.failed", "bình"),
    ]


def test_an_unknown_name_costs_as_much_work(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_of(client, "an", "read")
    tried = []
    hasher = users.HASHER

    class Counting:
        def verify(self, digest: str, password: str) -> bool:
            tried.append(password)
            return hasher.verify(digest, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(users, "HASHER", Counting())
    for name in ("an", "bình"):
        client.post("/api/v1/session", json={"name": name, "password": "sai"})
    assert tried == ["sai", "sai"]


def test_guessing_is_slowed_down_also_with_the_right_password(client: TestClient) -> None:
    user_of(client, "an", "read")
    user_of(client, "bình", "read")
    wrong = {"name": "an", "password": "sai"}
    statuses = [client.post("/api/v1/session", json=wrong).status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    right = client.post("/api/v1/session", json={"name": "an", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    signed_in(client, "bình")


def test_a_change_by_a_sign_in_needs_the_token_of_its_pages(client: TestClient) -> None:
    user_of(client, "an", "admin")
    token = signed_in(client, "an")
    body = {"name": "x"}
    for headers, status in [
        ({}, 403),
        ({"X-CSRF-Token": "wrong"}, 403),
        ({"X-CSRF-Token": ""}, 403),
        ({**token, "Origin": "https" + "://evil.example"}, 403),
        ({**token, "Sec-Fetch-Site": "same-site"}, 403),
        (token, 201),
    ]:
        assert client.post("/api/v1/keys", json=body, headers=headers).status_code == status


def test_the_token_can_stand_in_a_plain_form(client: TestClient) -> None:
    user_of(client, "an", "admin")
    token = signed_in(client, "an")["X-CSRF-Token"]
    for given, status in [("wrong", 403), (token, 415)]:  # through the gate; no form is taken there
        answer = client.post("/api/v1/keys", data={"name": "x", "csrf_token": given})
        assert answer.status_code == status


def test_a_key_needs_no_token(client: TestClient) -> None:
    headers = {**key_of(client, "admin"), "Origin": "https" + "://program.example"}
    assert client.post("/api/v1/keys", json={"name": "x"}, headers=headers).status_code == 201


def test_one_s_own_password(client: TestClient) -> None:
    user_of(client, "an", "read")
    token = signed_in(client, "an")
    new = "một mật khẩu khác hẳn"

    def change(current: str, to: str) -> Any:
        body = {"current": current, "new": to}
        return client.put("/api/v1/session/password", json=body, headers=token)

    assert change("sai", new).json()["code"] == "user.wrong-password"
    assert change(PASSWORD, "ngắn").json()["code"] == "user.password"
    assert change(PASSWORD, new).status_code == 204
    assert client.get("/api/v1/session").status_code == 401
    for password, status in [(PASSWORD, 401), (new, 200)]:
        answer = client.post("/api/v1/session", json={"name": "an", "password": password})
        assert answer.status_code == status
    assert new not in str(trail(client))


def test_all_of_it_works_on_postgresql_too(serving: Serving) -> None:
    client = serving("postgresql")
    user_of(client, "an", "admin")
    token = signed_in(client, "an")
    made = client.post("/api/v1/keys", json={"name": "khóa"}, headers=token).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    assert client.get("/api/v1/session", headers=key).json()["name"] == "khóa"
    assert client.get("/api/v1/keys", headers=key).status_code == 403
    body = {"name": "an", "password": PASSWORD}
    assert client.post("/api/v1/users", json=body, headers=token).status_code == 409
    change = {**token, "If-Match": "*"}
    last = client.patch("/api/v1/users/an", json={"disabled": True}, headers=change)
    assert last.status_code == 409
    page = client.get("/api/v1/audit?limit=1").json()
    assert client.get(page["next"]).json()["items"][0]["action"] == "sign_in"
    assert client.delete(f"/api/v1/keys/{made['id']}", headers=token).status_code == 204
    assert client.get("/api/v1/session", headers=key).status_code == 401
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 200


# Users


def test_users_are_managed_by_administrators(client: TestClient) -> None:
    user_of(client, "an", "admin")
    token = signed_in(client, "an")
    body = {"name": "bình", "password": PASSWORD, "scope": "read"}
    made = client.post("/api/v1/users", json=body, headers=token)
    assert made.status_code == 201
    assert "password" not in made.json()
    assert client.post("/api/v1/users", json=body, headers=token).status_code == 409
    where = made.headers["Location"]
    read = client.get(where)
    assert read.headers["ETag"] == made.headers["ETag"]
    change = {"scope": "write", "disabled": True}
    assert client.patch(where, json=change, headers=token).status_code == 428
    stale = {**token, "If-Match": '"x"'}
    assert client.patch(where, json=change, headers=stale).status_code == 412
    fresh = {**token, "If-Match": read.headers["ETag"]}
    changed = client.patch(where, json=change, headers=fresh)
    assert (changed.json()["scope"], changed.json()["disabled_at"] is None) == ("write", False)
    assert client.patch(where, json=change, headers=fresh).status_code == 412
    assert [user["name"] for user in client.get("/api/v1/users").json()["items"]] == ["an", "bình"]
    assert ("user:an", "user.change", "bình") in trail(client)


@pytest.mark.parametrize("change", [{"scope": "write"}, {"disabled": True}])
def test_the_last_administrator_stays(client: TestClient, change: dict[str, Any]) -> None:
    user_of(client, "an", "admin")
    headers = {**signed_in(client, "an"), "If-Match": "*"}
    answer = client.patch("/api/v1/users/an", json=change, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "user.last-admin")
    assert client.get("/api/v1/users").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [("a b", PASSWORD), ("", PASSWORD), ("an\n", PASSWORD), ("an", "ngắn"), ("an", "an" * 6),
     ("an", "x" * 257)],
)  # fmt: skip
def test_bad_names_and_weak_passwords(client: TestClient, name: str, password: str) -> None:
    answer = client.post("/api/v1/users", json={"name": name, "password": password})
    assert answer.status_code == 422
    assert password not in answer.text or len(password) < 5


# The trail


def test_the_trail_tells_who_did_what_and_pages(client: TestClient) -> None:
    admin = key_of(client, "admin")
    for number in range(5):
        client.post("/api/v1/keys", json={"name": f"khóa {number}"}, headers=admin)
    seen, where = [], "/api/v1/audit?limit=2"
    while where:
        page = client.get(where, headers=admin).json()
        seen += page["items"]
        where = page["next"]
    assert [row["action"] for row in seen] == ["key.add"] * 5
    assert [row["serial"] for row in seen] == sorted((row["serial"] for row in seen), reverse=True)
    assert all(row["request_id"] and row["address"] for row in seen)
    for query, status in [("after=x", 422), ("limit=0", 422), ("actor=open", 200)]:
        assert client.get(f"/api/v1/audit?{query}", headers=admin).status_code == status


def test_keys_of_one_name_are_told_apart(client: TestClient) -> None:
    with store_of(client).writing() as session:
        made = [keys.add(session, "a", "read") for _ in range(2)]
        assert made[0].secret != made[1].secret
        assert made[0].row.id != made[1].row.id


def test_wrong_passwords_from_elsewhere_lock_nobody_out(client: TestClient) -> None:
    user_of(client, "an", "read")
    rates = client.app.state.rates  # type: ignore[attr-defined]
    for number in range(1000):
        rates.wrong_signin("an", f"192.0.2.{number % 250}")
    signed_in(client, "an")
