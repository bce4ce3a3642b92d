"""Scanned pages: what is printed in a picture, recognised by Tesseract.

A page that is a picture, or whose text layer is garbage, gives the same as one with text: runs of
words and ruling lines, from which the reader of PDF files builds tables and paragraphs.
"""

from extractor.readers.scan.files import read_picture
from extractor.readers.scan.sheets import Scans

__all__ = ["Scans", "read_picture"]
