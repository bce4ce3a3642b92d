"""Agencies: who is meant by the words of a lead or a coordinating cell, or inside a sentence.

A text becomes folded words (extractor.text), these are scanned for names, posts and sets (names,
collectives, scan, lists), and each name is linked to a body of one unit (places, links).

>>> from datetime import date
>>> [m.id for m in read_agencies("Sở Nội vụ; Bộ Y tế", "vn-86", date(2022, 12, 13))]
['vn-86/so-noi-vu', 'vn/bo-y-te']
"""

from extractor.language.agencies.links import full_name
from extractor.language.agencies.lists import read_agencies
from extractor.language.agencies.search import find_agencies, unit_of

__all__ = ["find_agencies", "full_name", "read_agencies", "unit_of"]
