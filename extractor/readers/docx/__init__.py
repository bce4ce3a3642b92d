"""Word documents (OOXML) to a Layout."""

from extractor.readers.docx.document import read_docx

__all__ = ["read_docx"]
