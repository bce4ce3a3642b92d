"""Citations: the papers that a plan names, and one paper for all its names.

A text is read for numbers, titles of laws and short forms (cited, with numbers, laws, issuers and
roles); what a plan names in its title, legal basis, text and tables is gathered (passages) and
resolved to papers (papers).
"""

from extractor.language.citations.cited import Cited, read_citations
from extractor.language.citations.passages import citations_of

__all__ = ["Cited", "citations_of", "read_citations"]
