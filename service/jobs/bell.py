"""A bell in this process: whoever works hears at once of a job that was taken in here.

Jobs taken in by other processes are found by looking now and then; the bell only saves the wait.
"""

import threading

_rung = threading.Condition()
_count = 0


def ring() -> None:
    """Tells all who wait that there is something new."""
    global _count
    with _rung:
        _count += 1
        _rung.notify_all()


def rings() -> int:
    """How often it has rung; to be handed to `wait_for_ring`."""
    return _count


def wait_for_ring(heard: int, seconds: float) -> bool:
    """Waits until it has rung more than `heard` times, for `seconds` at most; whether it has."""
    with _rung:
        return _rung.wait_for(lambda: _count > heard, seconds)
