"""The service as those who follow it meet it."""

from tests.service.api.conftest import serving

__all__ = ["serving"]
