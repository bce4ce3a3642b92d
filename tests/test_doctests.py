"""The examples in the docstrings run and hold."""

import doctest
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import corpora
import extractor
import models
import service


def modules() -> Iterator[str]:
    for room in (corpora, models, extractor, service):
        yield room.__name__
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            yield found.name


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
