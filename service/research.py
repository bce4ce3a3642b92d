"""Plans as a frame, for research: from a store, a release, a folder of JSON, or a service.

    from service.research import load

    tasks = load("out/data")
    tasks.group_by("unit_name", "field").len()

`load("release/", "targets")` and `load("json/", "deadlines")` ask other sources and tables; what
each column means stands in `service.exports.columns` and in the codebook of a release.
"""

import json
from collections.abc import Iterable, Iterator
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal, get_args, overload
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

import msgspec

from models.errors import KehoachError
from service.exports.columns import Flat
from service.exports.parquet import as_parquet, opened, quoted

if TYPE_CHECKING:
    import pandas
    import polars

#: What the folder of a store holds one of, and what marks the folder of a release.
_STORE, _MANIFEST = ("kehoach.db", "kehoach.toml"), "datapackage.json"
#: What a service hands out as one file; of all else the plans are asked for one by one.
_FILES = ("tasks", "targets", "citations")
#: Seconds to wait for each answer of a service.
PATIENCE = 300
#: What is not of one plan.
REFERENCE = ("groups", "judgements", "units", "agencies", "successions")


class NoSource(KehoachError, code="research.source"):
    title = "Không có dữ liệu ở đây", "No data here"
    sentence = (
        "{source}: không phải kho, bản phát hành, tệp hay thư mục JSON, hay địa chỉ của dịch vụ",
        "{source}: no store, no release, no file or folder of JSON, no address of a service",
    )


class NoTable(KehoachError, code="research.table"):
    title = "Không có bảng này", "No such table"
    sentence = (
        "{table}: không có bảng này; có: {names}",
        "{table}: no such table; there are {names}",
    )


@overload
def load(
    source: str | PathLike[str],
    table: Flat = "tasks",
    *,
    frame: Literal["polars"] = "polars",
    key: str | None = None,
) -> "polars.DataFrame": ...


@overload
def load(
    source: str | PathLike[str],
    table: Flat = "tasks",
    *,
    frame: Literal["pandas"],
    key: str | None = None,
) -> "pandas.DataFrame": ...


def load(
    source: str | PathLike[str],
    table: Flat = "tasks",
    *,
    frame: Literal["polars", "pandas"] = "polars",
    key: str | None = None,
) -> Any:
    """A table of plans as a frame of polars, or of pandas where that is installed.

    `source` is the folder of a store (`out/data`) or of a release, a file or a folder of plan JSON
    (`*.json`, `*.jsonl`, also below it), or the address of a service, which may want a `key`.
    `groups` of the same task, `judgements` of people and reference data (`units`, `agencies`,
    `successions`) are in stores and releases only. Raises NoSource, NoTable, or what the store
    raises.
    """
    if table not in _flat():
        raise NoTable(table=table, names=", ".join(_flat()))
    with TemporaryDirectory(prefix="kehoach-") as folder:
        return _framed(_parquet(str(source), table, key, Path(folder)), frame)


def _flat() -> list[str]:
    return [name for part in get_args(Flat) for name in (get_args(part) or (part,))]


def _framed(file: Path, frame: str) -> Any:
    if frame == "polars":
        import polars

        return polars.read_parquet(file)
    with opened(file.parent) as engine:
        return engine.execute(f"SELECT * FROM read_parquet({quoted(str(file))})").df()


def _parquet(source: str, table: Flat, key: str | None, folder: Path) -> Path:
    """A Parquet file with the table of a source: its own, or one made in the folder."""
    made = folder / f"{table}.parquet"
    if source.startswith(("http:", "https:")):
        _fetched(source, table, key, made)
        return made
    path = Path(source)
    if (path / _MANIFEST).is_file():
        return path / f"{table}.parquet"
    if any((path / name).is_file() for name in _STORE):
        from service.comparison.release import table_of
        from service.settings import load as settings_of
        from service.store import opened_store

        with opened_store(settings_of(data=path)) as store:
            table_of(store, table, made)
        return made
    if not path.exists() or table in REFERENCE:
        raise NoSource(source=source if table not in REFERENCE else f"{source} ({table})")
    _write(made, as_parquet(_plans_in(path, source), table))
    return made


def _write(file: Path, pieces: Iterable[bytes]) -> None:
    with file.open("wb") as out:
        out.writelines(pieces)


def _plans_in(path: Path, source: str) -> Iterator[bytes]:
    """The plans of a JSON file, of JSON lines, or of all such files in a folder."""
    some = [path] if path.is_file() else sorted(path.rglob("*.json*"))
    files = [one for one in some if one.suffix in (".json", ".jsonl", ".ndjson")]
    found = False
    for file in files:
        for plan in _objects(file.read_bytes(), lines=file.suffix != ".json"):
            found = True
            yield plan
    if not found:
        raise NoSource(source=source)


def _objects(data: bytes, *, lines: bool) -> Iterator[bytes]:
    """The plans in some JSON; what is no plan (a note, settings) is passed over."""
    texts: list[Any] = data.splitlines() if lines else [data]
    for text in texts:
        try:
            value = msgspec.json.decode(text, type=msgspec.Raw)
            array = bytes(value).lstrip()[:1] == b"["
            some = msgspec.json.decode(value, type=list[msgspec.Raw]) if array else [value]
            yield from (bytes(one) for one in some if _is_plan(one))
        except msgspec.DecodeError:
            continue


class _Head(msgspec.Struct):
    contract: str


def _is_plan(value: msgspec.Raw) -> bool:
    try:
        return msgspec.json.decode(value, type=_Head).contract.startswith("kehoach/plan@")
    except msgspec.DecodeError:
        return False


def _fetched(address: str, table: Flat, key: str | None, made: Path) -> None:
    """Fetches a table from a service: as one file, or made of its plans."""
    root = address.rstrip("/") + "/"
    if table in _FILES:
        with _asked(urljoin(root, f"api/v1/{table}.parquet"), key) as answer:
            _write(made, iter(lambda: answer.read(2**16), b""))
    elif table in REFERENCE:
        raise NoSource(source=f"{address} ({table})")
    else:
        _write(made, as_parquet(_plans_at(root, key), table))


def _plans_at(root: str, key: str | None) -> Iterator[bytes]:
    """Every plan of a service, by its document."""
    following: str | None = "api/v1/plans?" + urlencode({"sort": "document", "limit": 1000})
    while following:
        with _asked(urljoin(root, following), key) as answer:
            page = json.load(answer)
        for item in page["items"]:
            with _asked(urljoin(root, f"api/v1/plans/{item['document_key']}.json"), key) as answer:
                yield answer.read()
        following = page["next"]


def _asked(address: str, key: str | None) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        return urlopen(Request(address, headers=headers), timeout=PATIENCE)
    except HTTPError as error:
        raise NoSource(source=f"{address} ({error.code})") from error
    except OSError as error:
        raise NoSource(source=f"{address} ({error})") from error
