"""The tables of the first store, and what searches them.

SQLite keeps the folded words of tasks in an FTS5 table whose row ids are those of `tasks`; a
trigger takes a task's words away with the task. PostgreSQL keeps them in a plain table with a
trigram index, and has `kehoach_fold` for the words of a question.
"""

import sqlalchemy as sa
from alembic import op

from models.migrations.tables import create_tables

revision = "0001"
down_revision = None

_TABLES = """
agencies: string id unit_id slug name level kind; date valid_from? valid_to?; text words; primary
  id; index slug; index unit_id
api_keys: string id name secret scopes; integer rate?; string created_by?; moment created_at
  last_used_at? revoked_at?; primary id; unique secret
audit: integer serial; moment at; string actor action subject?; text detail?; string request_id?
  address?; primary serial; index at; index subject
deliveries: string id; text url; string event subject; text payload; string state; integer attempts;
  text error?; moment created_at delivered_at?; primary id; index state; index subject
documents: string id key sha256 filename? media_type?; integer bytes; string submitted_by?; moment
  created_at; primary id; unique key; unique sha256; index created_at
reference: string name digest; primary name
replies: string actor key fingerprint; integer status?; string media_type?; text headers?; bytes
  body?; moment created_at; primary actor key; index created_at
successions: string id frame successor_id; integer position; primary id frame successor_id; index
  successor_id
units: integer serial; string id level kind name parent?; date valid_from? valid_to?; text words;
  primary serial; index id; index parent
users: string id name password scopes; moment created_at disabled_at?; primary id; unique name
workers: string executor host; integer pid; string version; moment started_at beat_at; primary
  executor
corrections: string id document_id task_id field; text before after selectors; string reason? author
  version; moment created_at withdrawn_at?; string withdrawn_by?; moment orphaned_at?; in
  documents.id document_id; primary id; index document_id; index task_id
jobs: string id document_id filename? state stage?; integer page? pages? attempts; string executor?
  error_code? error_vi? error_en? submitted_by?; moment created_at started_at? finished_at?; in
  documents.id document_id; primary id; index document_id
runs: string id document_id job_id? version; moment started_at; number seconds; integer pages?;
  string reading?; integer units?; flag balanced?; text fates?; integer warnings?; string
  error_code? error_vi? error_en?; in documents.id document_id; primary id; unique job_id; index
  document_id
sessions: string token user_id csrf; moment created_at expires_at; in users.id user_id; primary
  token; index user_id
plans: string document_id run_id contract kind? number?; date issued_on?; string place?; text
  title?; string issuer? issuer_id? signer_name? signer_position? unit_id? unit_name? unit_level?;
  date period_start? period_end?; integer pages? tasks distinct_tasks targets citations units; flag
  balanced; integer warnings; string status; integer revision; text head tail words; in documents.id
  document_id; of runs.id run_id; primary document_id; index issued_on; index issuer_id; index
  number; index run_id; index status; index unit_id
citations: integer serial; string id document_id; integer position; text text; string kind? number?
  dated? issuer? issuer_id? role; integer basis?; text record words; in plans.document_id
  document_id; primary serial; unique document_id id; index id; index number; index role
plan_years: string document_id; integer year; in plans.document_id document_id; primary document_id
  year; index year
sections: integer serial; string document_id id; integer position; string parent?; integer level;
  string label?; text title text appendix?; integer page?; text record; in plans.document_id
  document_id; primary serial; unique document_id id
targets: integer serial; string key id document_id; integer position; string unit_id?; text text
  indicator?; string comparator? value?; number number? scale?; string measure?; integer year?;
  string rank? baseline?; integer baseline_year? page?; text record words; in plans.document_id
  document_id; primary serial; unique document_id id; unique key; index unit_id; index year
tasks: integer serial; string key id document_id; integer position; string unit_id? origin; text
  appendix? group?; string ordinal?; text subject? description? lead? coordinating? product? target?
  note? deadline?; string deadline_kind?; date starts_on? ends_on? due_on? due_order; string field?
  field_by?; number confidence; text issues?; string same_as?; integer page? table_number?
  row_number?; string status; flag corrected; integer revision; text record reading?; in
  plans.document_id document_id; primary serial; unique document_id id; unique key; index id
deadlines: integer task position; string document_id; text text?; string kind; date starts_on?
  ends_on? due_on?; string edtf? rrule?; text trigger?; flag assumed_year; string rule?; text
  unread; in plans.document_id document_id; in tasks.serial task; primary task position; index
  document_id
mentions: integer serial; string document_id; integer task?; string role; integer position; text
  text; string kind agency_id? name? level? members?; flag closed?; number score; string via?;
  integer span_start? span_end?; in plans.document_id document_id; in tasks.serial task; primary
  serial; index document_id; index task
"""

_ASKED = ("field", "deadline_kind", "status", "origin", "same_as", "corrected")

_SQLITE = (
    "CREATE VIRTUAL TABLE task_words USING fts5("
    "folded, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')",
    "CREATE TRIGGER task_words_gone AFTER DELETE ON tasks BEGIN "
    "DELETE FROM task_words WHERE rowid = old.serial; END",
)

_POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE FUNCTION kehoach_fold(words text) RETURNS text LANGUAGE sql "
    "IMMUTABLE STRICT PARALLEL SAFE SET search_path FROM CURRENT AS $$ "
    "SELECT regexp_replace(trim(regexp_replace(lower(unaccent(normalize(words, NFKC))), "
    "'[^0-9a-z]+', ' ', 'g')), '\\m([bcdghklmnpqrstvx]+)y\\M', '\\1i', 'g') $$",
    "CREATE TABLE task_words ("
    "task integer PRIMARY KEY REFERENCES tasks (serial) ON DELETE CASCADE, folded text NOT NULL)",
    "CREATE INDEX ix_task_words_folded ON task_words USING gin (folded gin_trgm_ops)",
    "CREATE INDEX ix_plans_words ON plans USING gin (words gin_trgm_ops)",
)


#: The indices of several columns.
_INDICES = (
    ("ix_jobs_state", "jobs", "state", "created_at"),
    ("ix_citations_document", "citations", "document_id", "position"),
    ("ix_targets_document", "targets", "document_id", "position"),
    ("ix_tasks_confidence", "tasks", "confidence", "serial", "document_id", "due_order", *_ASKED),
    ("ix_tasks_document", "tasks", "document_id", "position", "due_order", *_ASKED),
    ("ix_tasks_due", "tasks", "due_order", "serial", "document_id", *_ASKED),
    ("ix_tasks_unit", "tasks", "unit_id", "document_id", "position", "due_order", *_ASKED),
    ("ix_mentions_agency", "mentions", "agency_id", "role", "task"),
)


def upgrade() -> None:
    create_tables(_TABLES)
    for name, table, *columns in _INDICES:
        op.create_index(name, table, columns)
    active = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "ux_jobs_active", "jobs", ["document_id"], unique=True, sqlite_where=active,
        postgresql_where=active,
    )  # fmt: skip
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
