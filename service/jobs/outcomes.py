"""What came out of reading a document, as one step of the workflow hands it to the next."""

from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from extractor.errors import KehoachError
from models.tables import JobRow, RunRow
from service.isolation import Result
from service.jobs.intake import this_version


class Outcome(msgspec.Struct, omit_defaults=True):
    """`reading`, the name of the plan JSON in the vault, with its figures; or an error.

    `started_at` is in seconds since 1970; the other fields are those of a RunRow.
    """

    started_at: float
    seconds: float
    reading: str | None = None
    pages: int | None = None
    units: int | None = None
    balanced: bool | None = None
    fates: str | None = None
    warnings: int | None = None
    error_code: str | None = None
    error_vi: str | None = None
    error_en: str | None = None

    def packed(self) -> dict[str, Any]:
        """As JSON objects are."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))

    @property
    def error(self) -> dict[str, str | None]:
        """The columns of the error, for a job row."""
        return {
            "error_code": self.error_code,
            "error_vi": self.error_vi,
            "error_en": self.error_en,
        }

    def run(self, job: JobRow) -> RunRow:
        """The row that keeps this outcome; its id is that of the job, so a job has one."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        fields["started_at"] = datetime.fromtimestamp(self.started_at, UTC)
        return RunRow(
            id=job.id, job_id=job.id, document_id=job.document_id, version=this_version(), **fields
        )


_OUTCOME = msgspec.json.Decoder(Outcome)


def unpacked(packed: dict[str, Any]) -> Outcome:
    """The outcome that `packed` made JSON of."""
    return _OUTCOME.decode(msgspec.json.encode(packed))


def failed(error: KehoachError, started_at: float, seconds: float = 0.0) -> Outcome:
    """The outcome of a reading that gave no plan."""
    outcome = Outcome(started_at, round(seconds, 3))
    outcome.error_code, outcome.error_vi, outcome.error_en = error.code, error.vi, error.en
    return outcome


def read(result: Result, reading: str, started_at: float) -> Outcome:
    """The outcome of a reading whose plan is kept under the name `reading`."""
    assert result.summary is not None
    ledger = result.summary.ledger
    return Outcome(
        started_at,
        round(result.seconds, 3),
        reading,
        msgspec.json.decode(result.plan, type=_Plan).document.source.pages,
        ledger.units,
        ledger.balanced,
        msgspec.json.encode(ledger.fates).decode(),
        result.summary.warnings,
    )


class _Source(msgspec.Struct):
    pages: int | None


class _Document(msgspec.Struct):
    source: _Source


class _Plan(msgspec.Struct):
    document: _Document
