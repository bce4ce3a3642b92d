"""Web pages to a Layout."""

from extractor.readers.html.page import read_html

__all__ = ["read_html"]
