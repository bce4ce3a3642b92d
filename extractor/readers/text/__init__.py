"""Text and Markdown dumps, as people copy them from web sites, to a Layout."""

from extractor.readers.text.dump import read_text

__all__ = ["read_text"]
