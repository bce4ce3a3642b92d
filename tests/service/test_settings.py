"""Settings: where they come from, what is wrong with them, and that each is documented."""

import json
import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from service.settings import PREFIX, Settings, WrongSettings, in_force, load, masked
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
#: A row of a table: the variable, the default, what it says.
ROWS = re.findall(r"^\| `([A-Z_]+)` \| (.+?) \| (.+) \|$", PAGE, re.M)


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.delenv(f"{PREFIX}CONFIG", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


def test_every_setting_is_documented_and_none_that_is_gone() -> None:
    names = [PREFIX + name.upper() for name in Settings.model_fields]
    assert sorted(variable for variable, _, _ in ROWS) == sorted(names)


@pytest.mark.parametrize(("variable", "default", "meaning"), ROWS, ids=[row[0] for row in ROWS])
def test_the_page_says_what_the_code_says(variable: str, default: str, meaning: str) -> None:
    field = Settings.model_fields[variable.removeprefix(PREFIX).lower()]
    said = " ".join((field.description or "").split())
    assert (said[:1].lower() + said[1:]).removesuffix(".") == meaning
    if field.default in (None, (), PydanticUndefined):
        assert default
        assert not re.fullmatch(r"`[^`]*`", default), "a default that is worked out has no one form"
        return
    value = field.default
    if isinstance(value, bool):
        told = str(value).lower()
    elif isinstance(value, tuple):
        told = ",".join(value)
    else:
        told = f"{value:g}" if isinstance(value, float) else str(value)
    assert default == f"`{told}`"


def test_the_first_that_says_something_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kehoach.toml").write_text('port = 1\nrate = 2\nlang = "en"\n')
    monkeypatch.setenv("KEHOACH_PORT", "3")
    monkeypatch.setenv("KEHOACH_RATE", "4")
    settings = load(data=tmp_path, port=5)
    assert (settings.port, settings.rate, settings.lang, settings.queue) == (5, 4, "en", 1000)
    origins = {row.name: (row.value, row.origin) for row in in_force(settings, ["data", "port"])}
    assert origins["port"] == (5, "command line")
    assert origins["rate"] == (4, "environment")
    assert origins["lang"] == ("en", "file")
    assert origins["queue"] == (1000, "default")
    assert origins["database"] == (f"sqlite:///{tmp_path / 'kehoach.db'}", "default")


def test_the_file_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('allowed_hosts = ["a", "b"]')
    monkeypatch.setenv("KEHOACH_CONFIG", str(tmp_path / "own.toml"))
    settings = load()
    assert settings.allowed_hosts == ("a", "b")
    (row,) = [row for row in in_force(settings, ()) if row.name == "allowed_hosts"]
    assert (row.value, row.origin, row.file) == (["a", "b"], "file", tmp_path / "own.toml")


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEHOACH_PROXIES", "10.0.0.1, 10.0.0.2,")
    assert load().proxies == ("10.0.0.1", "10.0.0.2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "x"),
        ("access", "open"),
        ("database", "mysql://x"),
        ("workers", "-1"),
        ("rate", "0"),
        ("log", "xml"),
    ],
)
def test_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(PREFIX + name.upper(), value)
    with pytest.raises(WrongSettings) as wrong:
        load()
    assert PREFIX + name.upper() in str(wrong.value)
    assert PREFIX + name.upper() in wrong.value.vi


@pytest.mark.parametrize("text", ["port = ", "colour = 1", "port = [1]"])
def test_a_wrong_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "kehoach.toml").write_text(text)
    with pytest.raises(WrongSettings):
        load(data=tmp_path)


def test_a_file_that_is_named_and_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KEHOACH_CONFIG", str(tmp_path / "none.toml"))
    with pytest.raises(WrongSettings, match=r"none\.toml"):
        load()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("kehoach.example", False)],
)  # fmt: skip
def test_which_addresses_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert load(host=host).loopback == loopback


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("postgresql://an:bí mật@db/kehoach", "postgresql://an:***@db/kehoach"),
        ("postgresql://an@db/kehoach", "postgresql://an@db/kehoach"),
        ("postgresql://db/kehoach?password=x&a=b", "postgresql://db/kehoach?password=***&a=b"),
        ("sqlite:////data/kehoach.db", "sqlite:////data/kehoach.db"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
        (7, 7),
    ],
)
def test_no_secret_is_shown(value: object, shown: object) -> None:
    assert masked(value) == shown
    assert json.dumps(masked(value))


def test_every_bound_on_a_document_comes_from_its_setting() -> None:
    settings = load(
        read_seconds=1,
        silence_seconds=2,
        memory_mb=64,
        upload_mb=3,
        unpacked_mb=4,
        pages=5,
        cells=6,
    )
    limits = settings.limits
    assert (limits.seconds, limits.silence, limits.memory) == (1, 2, 64 * 1024**2)
    assert (limits.source_bytes, limits.unpacked_bytes) == (3 * 1024**2, 4 * 1024**2)
    assert (limits.pages, limits.cells) == (5, 6)
