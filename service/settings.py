"""The settings: one validated record, from the command line, the environment and a file.

In this order, the first that says something counts: what the command line gives, the environment
(`KEHOACH_PORT=8080`), the file that `KEHOACH_CONFIG` names or else `kehoach.toml` in the folder of
the data, the defaults here. `kehoach config` shows what is in force and from where it comes.
"""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from extractor.limits import DEFAULT_LIMITS, Limits
from service.errors import InternalError

PREFIX = "KEHOACH_"
MB = 1024**2

#: Several names: a list in the file, separated by commas in the environment.
Names = Annotated[tuple[str, ...], NoDecode]


class WrongSettings(InternalError, code="settings.wrong"):
    title = "Thiết lập sai", "A setting is wrong"
    sentence = (
        "thiết lập {setting} ({variable}) không đúng: {reason}",
        "the setting {setting} ({variable}) is wrong: {reason}",
    )


class NoConfiguration(WrongSettings):
    sentence = "{variable}: không có tệp {path}", "{variable}: there is no file {path}"


class WrongConfiguration(WrongSettings):
    sentence = "{path} không phải TOML hợp lệ: {reason}", "{path} is not valid TOML: {reason}"


def data_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the data where none is set: by the XDG base directory specification."""
    home = environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "kehoach"


class Settings(BaseSettings):
    """Every setting there is; what is said of each here, docs/settings.md says too."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    data: Path = Field(default_factory=data_home)
    """Folder of the database, the files and `kehoach.toml`."""

    database: str | None = None
    """`sqlite:///PATH` or `postgresql://USER@HOST/NAME`; several machines share a PostgreSQL."""

    vault: str | None = None
    """Where the bytes of documents are kept: a folder, or `s3://BUCKET/PREFIX` (its keys by
    `AWS_…`).
    """

    host: str = "127.0.0.1"
    """Address to listen on; any but a loopback address needs a user or a key first."""

    port: Annotated[int, Field(ge=0, le=65535)] = 8321
    """Port to listen on; 0 takes a free one."""

    processes: PositiveInt = 1
    """Processes that answer; another beside them reads the documents."""

    access: Literal["auto", "required"] = "auto"
    """`auto`: open on loopback while there is no user and no key; `required`: never open."""

    allowed_hosts: Names = ()
    """Names the service answers to besides `localhost`, its address and addresses in digits; `*.`
    before a name takes all below it, `*` any.
    """

    proxies: Names = ("127.0.0.1",)
    """Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""

    https: bool = False
    """People reach the pages by https: cookies are `Secure`, HSTS is sent."""

    session_hours: PositiveFloat = 12
    """Hours a sign-in lasts."""

    rate: PositiveInt = 600
    """Requests a minute for each key, user or address; a key can have its own (`kehoach key add
    --rate`).
    """

    workers: NonNegativeInt = Field(default_factory=lambda: os.cpu_count() or 1)
    """Documents read at a time by this process; 0: it only answers, other processes read."""

    name: str | None = None
    """What workers of this machine are called."""

    takeover_seconds: Annotated[float, Field(ge=1)] = 30
    """Seconds without a sign of life until a worker's jobs go to another."""

    attempts: PositiveInt = 4
    """Tries of a step that fails for a passing reason."""

    queue: PositiveInt = 1000
    """Jobs that may wait; more uploads are answered by 503 and Retry-After."""

    upload_mb: PositiveInt = 100
    """Largest file of an upload, in MB."""

    upload_files: PositiveInt = 100
    """Files in one upload."""

    read_seconds: PositiveFloat = DEFAULT_LIMITS.seconds
    """Longest reading of a document."""

    page_seconds: PositiveFloat = DEFAULT_LIMITS.page_seconds
    """Seconds more for each page of it that is a scan and is recognised."""

    silence_seconds: PositiveFloat = DEFAULT_LIMITS.silence
    """Longest time the reader of a document gives no sign of life."""

    memory_mb: Annotated[int, Field(ge=64)] = DEFAULT_LIMITS.memory // MB
    """Most memory for reading a document, in MB."""

    unpacked_mb: PositiveInt = DEFAULT_LIMITS.unpacked_bytes // MB
    """Most unpacked bytes of a document, in MB."""

    pages: PositiveInt = DEFAULT_LIMITS.pages
    """Most pages of a document."""

    cells: PositiveInt = DEFAULT_LIMITS.cells
    """Most table cells of a document."""

    page_size: Annotated[int, Field(ge=1, le=5000)] = 500
    """Most records in one answer of a list."""

    webhook_networks: Names = ()
    """Networks (CIDR) that are not public and yet may be sent to: `10.20.0.0/16`."""

    webhook_ports: Annotated[tuple[int, ...], NoDecode] = ()
    """Ports of webhooks besides the usual ones."""

    webhook_http: bool = False
    """Webhooks may be sent to without TLS."""

    webhook_log_days: PositiveInt = 90
    """Days that what was sent to webhooks is kept in the log."""

    lang: Literal["vi", "en"] = "vi"
    """`vi` or `en`, where a client asks for no language; also the language of the commands."""

    log: Literal["json", "text"] = "text"
    """Form of the log on standard error: `text` (logfmt) or `json`."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level logged: `debug`, `info`, `warning`, `error`."""

    @field_validator("data")
    @classmethod
    def _whole(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("allowed_hosts", "proxies", "webhook_networks", "webhook_ports", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name for part in value.split(",") if (name := part.strip()))
        return value

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(ip_network(one)) for one in value)

    @field_validator("lang", mode="before")
    @classmethod
    def _spoken(cls, value: object) -> object:
        """A locale (en_US.UTF-8) names a language too."""
        return value[:2].lower() if isinstance(value, str) else value

    @field_validator("database")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'kehoach.db'}"

    @property
    def vault_url(self) -> str:
        return self.vault or str(self.data / "files")

    @property
    def limits(self) -> Limits:
        """The bounds on one document."""
        return replace(
            DEFAULT_LIMITS,
            seconds=self.read_seconds,
            page_seconds=self.page_seconds,
            silence=self.silence_seconds,
            memory=self.memory_mb * MB,
            source_bytes=self.upload_mb * MB,
            unpacked_bytes=self.unpacked_mb * MB,
            pages=self.pages,
            cells=self.cells,
        )

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches the service."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, file_of(init_settings()))
        return init_settings, env_settings, file


def file_of(given: Mapping[str, Any]) -> Path:
    """The file of settings, there or not; raises WrongSettings where the one named is not."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named:
        if not Path(named).is_file():
            raise NoConfiguration(variable=f"{PREFIX}CONFIG", path=str(named))
        return Path(named)
    data = given.get("data") or os.environ.get(f"{PREFIX}DATA") or data_home()
    return Path(data).expanduser() / "kehoach.toml"


def load(**given: Any) -> Settings:
    """The settings in force, `given` (without its Nones) before all else.

    Raises WrongSettings, which names the first setting that is wrong.

    >>> load(port=9000, host=None).port
    9000
    """
    given = {name: value for name, value in given.items() if value is not None}
    try:
        return Settings(**given)
    except TOMLDecodeError as wrong:
        path = file_of(given)
        raise WrongConfiguration(path=str(path), reason=str(wrong)) from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "?"
        raise WrongSettings(
            setting=name, variable=f"{PREFIX}{name.upper()}", reason=first["msg"]
        ) from None


_IN_ADDRESS = re.compile(r"(://[^/?#@:]*:)[^/?#]*@")
_IN_QUERY = re.compile(r"([?&][^=&#]*(?:pass|secret|token|key)[^=&#]*=)[^&#]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting: its variable of the environment, its value, and where that is from."""

    name: str
    variable: str
    value: Any
    origin: str
    file: Path | None


def in_force(settings: Settings, given: Collection[str]) -> Iterator[InForce]:
    """Every setting in its order; `given` are the names that the command line set."""
    path = file_of({"data": settings.data} if "data" in given else {})
    sources: list[tuple[str, Collection[str]]] = [
        ("command line", given),
        ("environment", EnvSettingsSource(Settings)()),
        ("file", TomlConfigSettingsSource(Settings, path)()),
    ]
    derived = {"database": settings.database_url, "vault": settings.vault_url}
    for name in Settings.model_fields:
        value = masked(derived.get(name) or getattr(settings, name))
        origin = next((origin for origin, names in sources if name in names), "default")
        file = path if origin == "file" else None
        yield InForce(name, PREFIX + name.upper(), value, origin, file)


def masked(value: Any) -> Any:
    """A value to be shown: no password of an address stays in it.

    >>> masked("postgresql://an:secret@db/kehoach?sslmode=require&password=x")
    'postgresql://an:***@db/kehoach?sslmode=require&password=***'
    """
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return [masked(one) for one in value]
    if not isinstance(value, str) or "://" not in value:
        return value
    return _IN_QUERY.sub(r"\1***", _IN_ADDRESS.sub(r"\1***@", value))
