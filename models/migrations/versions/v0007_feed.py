"""Changes for others to follow, with what they tell back; the first start puts in what is there."""

from alembic import op

from models.migrations.tables import create_tables

revision = "0007"
down_revision = "0006"

_TABLES = """
changes: integer serial; string id; moment at; string type plan subject; integer revision; flag
  latest; integer previous?; string state? unit_id? agencies; text after?; primary serial; unique
  subject revision; unique id
plan_forms: string document_id plan; primary document_id; index plan
reports: flag done; date done_on?; text note? link?; string author; moment at; integer revision;
  string subject; primary subject
foreign_ids: string tracker id subject; primary tracker id; index subject
webhooks: string id name; text url; string payload unit? agency? events? state; text reason?;
  integer position; string created_by?; moment created_at rotated_at?; integer revision; string
  secret old_secret?; primary id
deliveries: string id webhook change state; integer attempts replay; moment created_at tried_at?
  next_at?; number seconds?; integer status?; text error? request? answer?; in webhooks.id webhook;
  primary id; unique webhook change
calendars: string id name document? agency? kind created_by?; moment created_at revoked_at?; string
  secret; primary id; unique secret
"""


def upgrade() -> None:
    create_tables(_TABLES, changes={"sqlite_autoincrement": True})
    op.create_index("ix_changes_latest", "changes", ["plan", "latest"])
    op.create_index("ix_deliveries_state", "deliveries", ["state", "created_at"])
    op.create_index("ix_deliveries_webhook", "deliveries", ["webhook", "created_at"])
