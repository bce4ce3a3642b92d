"""Digital PDF: pages of glyphs and rulings to a Layout."""

from extractor.readers.pdf.document import read_pdf

__all__ = ["read_pdf"]
