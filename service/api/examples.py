"""Examples in the OpenAPI: what each route answered once, from `examples.json`.

That file is made by `python -m tests.service.api.examples`; a test holds it to the OpenAPI.
"""

import json
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parent / "examples.json"


def given() -> dict[str, dict[str, Any]]:
    """By operation: `request`, the JSON of a request, and `answer`, what came back."""
    if not EXAMPLES.is_file():
        return {}
    told: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))
    return told


def place(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Puts the example of an operation where the OpenAPI has one."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None and "request" in example:
        body["example"] = example["request"]
    success = next(told for status, told in operation["responses"].items() if status < "300")
    for kind, told in success.get("content", {}).items():
        text = kind.startswith("text/")
        fits = kind in ("text/csv", "text/plain", "text/event-stream") if text else "json" in kind
        if "answer" in example and fits and isinstance(example["answer"], str) == text:
            told["example"] = example["answer"]
