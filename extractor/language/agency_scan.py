"""Scan: where the reading of a cell stands, and the words it is read by."""

from dataclasses import dataclass, field
from functools import cache

from extractor.language.collectives import noun_tree, quantifiers
from extractor.language.place_names import Context
from extractor.language.registry import END, Name, Node, longest, names, phrases
from extractor.text import LINK, Tokens
from models.agency import AgencyMention

STOPS = frozenset({",", ";", ":", ".", LINK, "(", ")", "[", "]", "!", "?", "|", "…"})


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """The tries of names and of the words around them."""

    names: Node
    posts: Node
    roles: Node
    organs: Node
    matters: Node
    quantifiers: Node
    nouns: Node
    executive: Name  # UBND: a unit named as a doer acts by it


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary(
        names(),
        phrases("post"),
        phrases("role"),
        phrases("organ"),
        phrases("matter"),
        quantifiers(),
        noun_tree(),
        names()["ubnd"][END],
    )


@dataclass(slots=True)
class Scan:
    """Where the scan of a cell stands: what was found, and what the next words can share.

    `head` is where names that share the last head go on, `placed` the last name that a named
    place followed, `duty` whether the words at hand tell what a body does, `told` whether any
    words of the list item did.
    """

    tokens: Tokens
    ctx: Context
    found: list[AgencyMention] = field(default_factory=list)
    head: Node | None = None
    placed: Name | None = None
    duty: bool = False
    told: bool = False
    keys: list[str] = field(init=False)
    stop: int = field(init=False)
    capitals: bool = field(init=False)

    def __post_init__(self) -> None:
        self.keys = self.tokens.keys
        self.stop = len(self.keys)
        self.capitals = self.tokens.text.isupper()

    def capital(self, at: int) -> bool:
        """Whether the word at a key begins with a capital."""
        return self.tokens.text[self.tokens.starts[at]].isupper()

    def past_quantifier(self, at: int) -> int:
        """Past "các", "tất cả các"; the same key where there is none."""
        tree = vocabulary().quantifiers
        if (
            at < self.stop
            and self.keys[at] in tree
            and (hit := longest(tree, self.keys, at, self.stop))
        ):
            return hit[0]
        return at

    def begins(self, tree: Node, at: int) -> bool:
        """Whether a phrase of the trie begins at the key."""
        return self.keys[at] in tree and longest(tree, self.keys, at, self.stop) is not None

    def executive(self) -> bool:
        """Whether the last body found is a UBND."""
        last = self.found[-1].id if self.found else None
        return last is not None and "/ubnd-" in last

    def glued(self, at: int) -> bool:
        """Whether the key follows a body with nothing between them."""
        return bool(
            self.found
            and at not in self.tokens.items
            and not (at in self.tokens.breaks and self.capital(at))
            and (self.keys[at - 1] not in STOPS or self.keys[at - 1] == ")")
        )
