"""What a child that is forked off the server finds loaded: every reader, and the tables of names.

Imported by the fork server of `multiprocessing`, once; all children share its memory, and read
their first document as fast as the next. Much is built when it is first needed: so the smaller
sample plans are read here.
"""

import gc
from pathlib import Path

import pypdfium2  # noqa: F401

import extractor.readers.docx
import extractor.readers.html
import extractor.readers.pdf
import extractor.readers.text  # noqa: F401
from corpora import tables
from extractor import read_plan

#: Bytes of a sample plan that is read at once; larger ones teach nothing more.
_SMALL = 100_000

for sample in sorted(Path(str(tables.path("plans"))).glob("*/*.html")):
    if sample.stat().st_size <= _SMALL:
        read_plan(sample)
gc.collect()
gc.freeze()  # or the collector would touch, and so copy, what is shared
