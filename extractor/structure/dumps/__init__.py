"""Dumps: tables that lost their lines, whose cells stand one below the other in a text."""

from extractor.structure.dumps.tables import with_tables

__all__ = ["with_tables"]
