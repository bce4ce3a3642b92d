"""One document looked through: its bytes, its reading, and the rows that were made of it.

The rows are made again from the reading in the vault and from the JSON beside them, and compared.
A finding names keys and counts, never the words of a document.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Integer, RowMapping, Table, column, select, table
from sqlmodel import Session, col

from models.contract import decode_task
from models.plan import Plan
from models.provenance import Provenance
from models.tables import (
    CitationRow,
    CorrectionRow,
    DeadlineRow,
    DocumentRow,
    JobRow,
    MentionRow,
    PlanRow,
    PlanYearRow,
    RunRow,
    SectionRow,
    TargetRow,
    TaskRow,
)
from models.tables.documents import KEY_LENGTH, task_key
from models.tables.plans import NOWHERE
from models.task import Task
from service.store import rows
from service.store.errors import MissingBytes
from service.store.search import folded, words_of
from service.store.vault import Vault

Severity = Literal["error", "warning", "note"]
#: Of the spans of a document that quote less than half of their words, the share that is borne: a
#: cell that reaches over several rows is quoted at its first.
BORNE = 0.1


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do; `code` is stable, `subject` a key."""

    severity: Severity
    code: str
    subject: str
    vi: str
    en: str


def looked_through(session: Session, vault: Vault, document_id: str) -> Iterator[Finding]:
    """What is wrong with one document, all seen at one moment."""
    connection = session.connection()
    document = connection.execute(
        select(DocumentRow.__table__).where(col(DocumentRow.id) == document_id)
    ).one_or_none()
    if document is None:  # deleted since it was listed
        return
    key: str = document.key
    if document.id != f"sha256:{document.sha256}" or key != document.sha256[:KEY_LENGTH]:
        yield Finding(
            "error", "document.name", document.id,
            "id, khóa và SHA-256 của văn bản không khớp nhau; hãy khôi phục từ bản sao lưu",
            "id, key and SHA-256 of the document disagree; restore a backup",
        )  # fmt: skip
    yield from _bytes(vault, document)
    runs = connection.execute(
        select(RunRow.__table__).where(col(RunRow.document_id) == document_id)
    ).all()
    for run in runs:
        if run.reading is not None:
            yield from _reading(vault, key, run)
    plan = connection.execute(
        select(PlanRow.__table__).where(col(PlanRow.document_id) == document_id)
    ).one_or_none()
    if plan is None:
        yield from _without_plan(session, document, [run.reading for run in runs])
        return
    by_id = {run.id: run.reading for run in runs}
    reading = by_id.get(plan.run_id)
    if reading is None:
        yield Finding(
            "error", "plan.run", key,
            "kế hoạch không còn lần đọc đã tạo ra nó; hãy đọc lại văn bản "
            "(kehoach ingest --again)",
            "the plan has no reading that it was made of; read the document again "
            "(kehoach ingest --again)",
        )  # fmt: skip
        return
    try:
        parts = rows.parts_of(vault.get(reading))
    except (MissingBytes, msgspec.MsgspecError):
        return  # told above
    yield from _Rows(session, document_id, key, parts, plan._mapping).findings()
    if parts.plan.document.source.reader == "text":
        yield from _quoted(vault, key, document.sha256, parts.plan)


def _bytes(vault: Vault, document: Any) -> Iterator[Finding]:
    try:
        size, right = _measured(vault, document.sha256)
    except MissingBytes:
        yield Finding(
            "error", "document.missing", document.key,
            "mất tệp gốc của văn bản; hãy gửi lại tệp hoặc khôi phục từ bản sao lưu",
            "the file of the document is lost; upload it again, or restore a backup",
        )  # fmt: skip
        return
    if not right or size != document.bytes:
        yield Finding(
            "error", "document.damaged", document.key,
            "tệp gốc của văn bản bị hỏng (sai SHA-256); hãy gửi lại tệp hoặc khôi phục từ "
            "bản sao lưu",
            "the file of the document is damaged (its SHA-256 is another); upload it again, or "
            "restore a backup",
        )  # fmt: skip


def _measured(vault: Vault, sha256: str) -> tuple[int, bool]:
    """How many bytes are kept under the name, and whether they are those of the name."""
    found, size = hashlib.sha256(), 0
    for piece in vault.chunks(sha256):
        found.update(piece)
        size += len(piece)
    return size, found.hexdigest() == sha256


def _reading(vault: Vault, key: str, run: Any) -> Iterator[Finding]:
    subject = f"{key}/{run.id}"
    try:
        _, right = _measured(vault, run.reading)
    except MissingBytes:
        yield Finding(
            "error", "reading.missing", subject,
            "mất kết quả của một lần đọc; hãy đọc lại văn bản (kehoach ingest --again) "
            "hoặc khôi phục từ bản sao lưu",
            "the result of a reading is lost; read the document again "
            "(kehoach ingest --again), or restore a backup",
        )  # fmt: skip
        return
    if right:
        try:
            rows.parts_of(vault.get(run.reading))
            return
        except msgspec.MsgspecError:
            pass
    yield Finding(
        "error", "reading.damaged", subject,
        "kết quả của một lần đọc bị hỏng; hãy đọc lại văn bản (kehoach ingest --again) "
        "hoặc khôi phục từ bản sao lưu",
        "the result of a reading is damaged; read the document again "
        "(kehoach ingest --again), or restore a backup",
    )  # fmt: skip


def _without_plan(
    session: Session, document: Any, readings: Sequence[str | None]
) -> Iterator[Finding]:
    """A document without a plan: it could not be read, or it waits, or it was forgotten."""
    if any(readings):
        yield Finding(
            "error", "plan.missing", document.key,
            "văn bản đã được đọc nhưng không có kế hoạch; hãy đọc lại văn bản "
            "(kehoach ingest --again)",
            "the document was read and yet has no plan; read it again "
            "(kehoach ingest --again)",
        )  # fmt: skip
        return
    waits = session.connection().scalar(
        select(col(JobRow.id)).where(col(JobRow.document_id) == document.id).limit(1)
    )
    if waits is None and not readings:
        yield Finding(
            "error", "document.unread", document.key,
            "văn bản đã được nhận nhưng chưa đọc và không có việc nào chờ; hãy gửi lại tệp",
            "the document was taken in, but was not read and no job waits; upload it again",
        )  # fmt: skip


class _Rows:
    """The rows of one plan against those its reading gives."""

    def __init__(
        self, session: Session, document: str, key: str, parts: rows.Parts, plan: RowMapping
    ) -> None:
        self._connection = session.connection()
        self._document, self._key, self._parts, self._plan = document, key, parts, plan

    def findings(self) -> Iterator[Finding]:
        wrong: Counter[str] = Counter()
        if _differs(rows.plan_columns(self._parts), self._plan):
            wrong["plans"] += 1
        years = {row["year"] for row in self._stored(PlanYearRow.__table__)}
        period = self._parts.plan.document.period
        if years != set(period.years if period else ()):
            wrong["plan_years"] += 1
        for kept, records, read, columns in (
            (
                SectionRow.__table__,
                self._parts.sections,
                self._parts.plan.sections,
                rows.section_columns,
            ),
            (TargetRow.__table__, self._parts.targets, self._parts.plan.targets, self._target),
            (
                CitationRow.__table__,
                self._parts.citations,
                self._parts.plan.citations,
                rows.citation_columns,
            ),
        ):
            wrong[kept.name] += self._listed(kept, records, read, columns)
        tasks = self._stored(TaskRow.__table__, col(TaskRow.position))
        understood = self._tasks(tasks, wrong)
        self._meanings(understood, wrong)
        for name, count in wrong.items():
            if count:
                yield Finding(
                    "error", f"rows.{name}", self._key,
                    f"{count} dòng của bảng {name} không khớp với kết quả đọc; "
                    "hãy khôi phục từ bản sao lưu",
                    f"{count} rows of the table {name} disagree with the reading; "
                    "restore a backup",
                )  # fmt: skip
        yield from self._words(tasks)
        yield from self._corrections({row["id"] for row in tasks})

    def _stored(self, kept: Table, *order: Any) -> list[RowMapping]:
        found = select(kept).where(kept.c.document_id == self._document).order_by(*order)
        return [row._mapping for row in self._connection.execute(found)]

    def _target(self, target: Any) -> rows.Row:
        key = task_key(self._document, target.id)
        return {"key": key, "unit_id": self._parts.unit_id, **rows.target_columns(target)}

    def _listed(
        self,
        kept: Table,
        records: Sequence[str],
        read: Sequence[Any],
        columns: Callable[[Any], rows.Row],
    ) -> int:
        """How many rows differ of a table that has one for each record, in their order."""
        stored = {row["id"]: row for row in self._stored(kept)}
        wrong = len(stored.keys() - {one.id for one in read})
        for position, (one, record) in enumerate(zip(read, records, strict=True)):
            row = stored.get(one.id)
            wanted = {"position": position, "record": record, **columns(one)}
            wrong += row is None or _differs(wanted, row)
        return wrong

    def _tasks(self, stored: Iterable[RowMapping], wrong: Counter[str]) -> list[tuple[int, Task]]:
        """Compares the tasks; gives back those that can be understood, with their serials."""
        raw = {
            task.id: (position, record)
            for position, (task, record) in enumerate(
                zip(self._parts.plan.tasks, self._parts.tasks, strict=True)
            )
        }
        understood = []
        for row in stored:
            position, record = raw.pop(row["id"], (None, None))
            try:
                task = decode_task(row["record"])
            except msgspec.MsgspecError:
                wrong["tasks"] += 1
                continue
            understood.append((row["serial"], task))
            wanted = {
                "key": task_key(self._document, task.id),
                "id": task.id,
                "position": position,
                "unit_id": self._parts.unit_id,
                "unit_order": self._parts.unit_id or NOWHERE,
                "corrected": row["reading"] is not None,
                **rows.task_columns(task),
            }
            as_read = row["record"] if row["reading"] is None else row["reading"]
            wrong["tasks"] += as_read != record or _differs(wanted, row)
        wrong["tasks"] += len(raw)
        return understood

    def _meanings(self, tasks: Iterable[tuple[int, Task]], wrong: Counter[str]) -> None:
        mentions = rows.issuer_rows(self._document, self._parts.plan)
        deadlines: list[rows.Row] = []
        for serial, task in tasks:
            mentions += rows.mention_rows(self._document, task, serial)
            deadlines += rows.deadline_rows(self._document, task, serial)
            wrong["mentions"] += sum(not _spanned(cell) for cell in (task.lead, task.coordinating))
        for kept, wanted in ((MentionRow.__table__, mentions), (DeadlineRow.__table__, deadlines)):
            names = [one.name for one in kept.columns if one.name != "serial"]
            have = Counter(tuple(row[name] for name in names) for row in self._stored(kept))
            want = Counter(tuple(row[name] for name in names) for row in wanted)
            wrong[kept.name] += max((have - want).total(), (want - have).total())

    def _words(self, tasks: Sequence[RowMapping]) -> Iterator[Finding]:
        sqlite = self._connection.dialect.name == "sqlite"
        serial = column("rowid" if sqlite else "task", Integer)
        words = table("task_words", serial, column("folded"))
        numbers = select(col(TaskRow.serial)).where(col(TaskRow.document_id) == self._document)
        found = self._connection.execute(select(serial, words.c.folded).where(serial.in_(numbers)))
        have = {number: text.strip() for number, text in found}
        wrong = sum(_searched(row["record"]) != have.get(row["serial"]) for row in tasks)
        if wrong:
            yield Finding(
                "error", "search.words", self._key,
                f"{wrong} nhiệm vụ không tìm được theo đúng từ ngữ của nó; hãy đọc lại văn bản "
            "(kehoach ingest --again)",
                f"{wrong} tasks cannot be found by their words; read the document again "
            "(kehoach ingest --again)",
            )  # fmt: skip

    def _corrections(self, tasks: set[str]) -> Iterator[Finding]:
        for row in self._stored(CorrectionRow.__table__):
            if row["withdrawn_at"] is not None:
                continue
            if row["orphaned_at"] is not None:
                yield Finding(
                    "note", "correction.orphan", f"{self._key}/{row['id']}",
                    "một chỗ sửa của người dùng không còn khớp nhiệm vụ nào; hãy xem và sửa lại "
                    "hoặc rút",
                    "a correction fits no task any more; look at it, make it anew or withdraw it",
                )  # fmt: skip
            elif row["task_id"] not in tasks:
                yield Finding(
                    "error", "correction.lost", f"{self._key}/{row['id']}",
                    "một chỗ sửa của người dùng trỏ tới nhiệm vụ không có; hãy đọc lại văn bản "
            "(kehoach ingest --again)",
                    "a correction names a task that is not there; read the document again "
            "(kehoach ingest --again)",
                )  # fmt: skip


def _differs(wanted: rows.Row, row: RowMapping) -> bool:
    return any(row[name] != value for name, value in wanted.items())


def _searched(record: str) -> str | None:
    try:
        return words_of(record)
    except msgspec.MsgspecError:
        return None  # told as a row that differs


def _spanned(cell: Any) -> bool:
    """Whether each body of a cell stands where its span says."""
    return cell is None or all(
        body.span is None or cell.text[slice(*body.span)] == body.text for body in cell.agencies
    )


def _quoted(vault: Vault, key: str, sha256: str, plan: Plan) -> Iterator[Finding]:
    """Whether the spans of a text file, characters of its decoded text, quote what they should."""
    from extractor.readers.encoding import decode
    from models.errors import UnreadableSource

    try:
        text = decode(vault.get(sha256)).text
    except (MissingBytes, UnreadableSource):
        return  # told above, or a file that was damaged since
    spans = [(one.provenance, one.title) for one in plan.sections]
    spans += [(one.provenance, one.description or one.subject or "") for one in plan.tasks]
    spans += [(one.provenance, one.text) for one in plan.targets]
    known = [(place, words) for place, words in spans if place.span is not None]
    wrong = sum(not _quotes(text, place, words) for place, words in known)
    if wrong > BORNE * len(known):
        yield Finding(
            "error", "spans.differ", key,
            f"{wrong}/{len(known)} vị trí trích dẫn không khớp với tệp gốc; hãy đọc lại văn bản "
            "(kehoach ingest --again)",
            f"{wrong} of {len(known)} places do not quote the file; read the document again "
            "(kehoach ingest --again)",
        )  # fmt: skip


def _quotes(text: str, place: Provenance, words: str) -> bool:
    """Whether half of the words stand at the place and its parts, or what stands there is of them.

    The second is so where a heading goes on for lines: its place is where it begins.
    """
    parts = [place.span, *(part.span for part in (*place.cells.values(), *place.continued))]
    spans = [span for span in parts if span is not None]
    if not all(0 <= start <= end <= len(text) for start, end in spans):
        return False
    wanted = Counter(folded(words).split())
    there = Counter(folded("\n".join(text[start:end] for start, end in spans)).split())
    if 2 * (wanted - there).total() <= wanted.total():
        return True
    return there.total() > 0 and 2 * (there - wanted).total() <= there.total()
