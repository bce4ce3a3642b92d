"""Rows of the store as the answers show them; the shapes are those of `answers`."""

from typing import Any

from models.tables import CorrectionRow, DocumentRow, JobRow, PlanRow, RunRow
from models.tables.documents import document_key, task_key
from service.api.splicing import raw

View = dict[str, Any]


def failure(code: str | None, vi: str | None, en: str | None) -> View | None:
    return {"code": code, "vi": vi or "", "en": en or ""} if code else None


def job_view(row: JobRow) -> View:
    return {
        "id": row.id,
        "document_id": row.document_id,
        "document_key": document_key(row.document_id),
        "filename": row.filename,
        "state": row.state,
        "stage": row.stage,
        "page": row.page,
        "pages": row.pages,
        "attempts": row.attempts,
        "error": failure(row.error_code, row.error_vi, row.error_en),
        "submitted_by": row.submitted_by,
        "created_at": row.created_at,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }


def run_view(row: RunRow, current: str | None) -> View:
    """A reading; `current` is the id of that which the plan comes from."""
    return {
        "id": row.id,
        "document_id": row.document_id,
        "job_id": row.job_id,
        "version": row.version,
        "started_at": row.started_at,
        "seconds": row.seconds,
        "pages": row.pages,
        "units": row.units,
        "balanced": row.balanced,
        "fates": raw(row.fates) if row.fates else None,
        "warnings": row.warnings,
        "error": failure(row.error_code, row.error_vi, row.error_en),
        "current": row.id == current,
    }


def plan_view(row: PlanRow, years: list[int]) -> View:
    return {
        "document_id": row.document_id,
        "document_key": document_key(row.document_id),
        "run_id": row.run_id,
        "contract": row.contract,
        "kind": row.kind,
        "number": row.number,
        "title": row.title,
        "issued_on": row.issued_on,
        "place": row.place,
        "issuer": row.issuer,
        "issuer_id": row.issuer_id,
        "unit_id": row.unit_id,
        "unit_name": row.unit_name,
        "unit_level": row.unit_level,
        "years": years,
        "period_start": row.period_start,
        "period_end": row.period_end,
        "pages": row.pages,
        "tasks": row.tasks,
        "distinct_tasks": row.distinct_tasks,
        "targets": row.targets,
        "citations": row.citations,
        "units": row.units,
        "balanced": row.balanced,
        "warnings": row.warnings,
        "status": row.status,
        "revision": row.revision,
    }


def document_view(
    row: DocumentRow, plan: PlanRow | None, years: list[int], job: JobRow | None
) -> View:
    return {
        "id": row.id,
        "key": row.key,
        "sha256": row.sha256,
        "filename": row.filename,
        "media_type": row.media_type,
        "bytes": row.bytes,
        "submitted_by": row.submitted_by,
        "created_at": row.created_at,
        "plan": plan_view(plan, years) if plan else None,
        "job": job_view(job) if job else None,
    }


def correction_view(row: CorrectionRow) -> View:
    return {
        "id": row.id,
        "document_id": row.document_id,
        "task_id": row.task_id,
        "task_key": task_key(row.document_id, row.task_id),
        "field": row.field,
        "before": raw(row.before),
        "after": raw(row.after),
        "reason": row.reason,
        "author": row.author,
        "version": row.version,
        "created_at": row.created_at,
        "withdrawn_at": row.withdrawn_at,
        "withdrawn_by": row.withdrawn_by,
        "orphaned_at": row.orphaned_at,
    }
