"""The history of the tables, one revision a module in `versions/`, run by `service.store`.

What a revision makes outside of `models.tables` (search words) is named here, so that a comparison
of a database with the tables leaves it alone. On SQLite a table made anew (`batch_alter_table`)
loses its triggers: one that makes `tasks` anew must make `task_words_gone` again.
"""

import re
from typing import Any

#: Tables and indexes for search, each made by hand for its database.
_SEARCH = re.compile(r"task_words(_\w+)?|ix_task_words_folded|ix_plans_words")


def compared(_: Any, name: str | None, kind: str, *_more: Any) -> bool:
    """Whether a table or an index is one that `models.tables` tells of (alembic include_object)."""
    return not (kind in {"table", "index"} and name and _SEARCH.fullmatch(name))
