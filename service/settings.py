"""The settings: one validated record, from the command line, the environment and a file.

In this order, the first that says something counts: what the command line gives, the environment
(`KEHOACH_PORT=8080`), the file that `KEHOACH_CONFIG` names or else `kehoach.toml` in the folder of
the data, the defaults here. `kehoach config` shows what is in force and from where it comes.
"""

import os
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from extractor.limits import DEFAULT_LIMITS, Limits
from models.errors import KehoachError

PREFIX = "KEHOACH_"
MB = 1024**2

Port = Annotated[int, Field(ge=0, le=65535)]
#: Several names: a list in the file, separated by commas in the environment.
Names = Annotated[tuple[str, ...], NoDecode]


class WrongSettings(KehoachError):
    code = "settings.wrong"
    status = 500
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
    """Every setting there is; the description of each is what the documentation prints."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(
        default_factory=data_home, description="Folder of the database and the files"
    )
    database: str | None = Field(
        default=None,
        description="sqlite:///PATH or postgresql://USER@HOST/NAME; default: kehoach.db in data",
    )
    vault: str | None = Field(
        default=None,
        description="Where bytes are kept: a folder or s3://BUCKET/PREFIX; default: files in data",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: Port = Field(default=8321, description="Port to listen on; 0 takes a free one")
    access: Literal["auto", "required"] = Field(
        default="auto",
        description="auto: open on loopback while there is no user or key; required: never open",
    )
    allowed_hosts: Names = Field(
        default=(), description="Names the service answers to besides its address; *: any"
    )
    proxies: Names = Field(
        default=("127.0.0.1",), description="Proxies whose X-Forwarded headers are believed"
    )
    https: bool = Field(
        default=False, description="Pages are reached by https: cookies are Secure, HSTS is sent"
    )
    session_hours: float = Field(default=12, gt=0, description="Hours a sign-in lasts")
    rate: int = Field(
        default=600, ge=1, description="Requests a minute for each key, user or address"
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=0,
        description="Documents read at a time by this process; 0: it only answers, others read",
    )
    name: str | None = Field(
        default=None,
        description="What workers of this machine are called; default: its host name",
    )
    takeover_seconds: float = Field(
        default=30,
        ge=1,
        description="Seconds without a sign of life until a worker's jobs go to another",
    )
    attempts: int = Field(
        default=4, ge=1, description="Tries of a step that fails for a passing reason"
    )
    queue: int = Field(
        default=1000, ge=1, description="Jobs that may wait; more uploads get 503 and Retry-After"
    )
    upload_mb: int = Field(default=100, ge=1, description="Largest file of an upload, in MB")
    upload_files: int = Field(default=100, ge=1, description="Files in one upload")
    read_seconds: float = Field(
        default=DEFAULT_LIMITS.seconds, gt=0, description="Longest reading of a document"
    )
    silence_seconds: float = Field(
        default=60, gt=0, description="Longest time the reader of a document gives no sign of life"
    )
    memory_mb: int = Field(
        default=DEFAULT_LIMITS.memory // MB,
        ge=64,
        description="Most memory for reading a document, in MB",
    )
    unpacked_mb: int = Field(
        default=DEFAULT_LIMITS.unpacked_bytes // MB,
        ge=1,
        description="Most unpacked bytes of a document, in MB",
    )
    pages: int = Field(default=DEFAULT_LIMITS.pages, ge=1, description="Most pages of a document")
    cells: int = Field(
        default=DEFAULT_LIMITS.cells, ge=1, description="Most table cells of a document"
    )
    page_size: int = Field(
        default=500, ge=1, le=5000, description="Most records in one answer of a list"
    )
    lang: Literal["vi", "en"] = Field(
        default="vi", description="Language where a client asks for none"
    )
    log: Literal["json", "text"] = Field(default="text", description="Form of the log lines")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level logged"
    )

    @field_validator("data")
    @classmethod
    def _whole(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("allowed_hosts", "proxies", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(name for part in value.split(",") if (name := part.strip()))
        return value

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
        given = init_settings() | {}
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls, file_of(given)))


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
