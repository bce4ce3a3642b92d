"""Jobs: from an upload to a stored plan, by a queue that forgets nothing."""

from service.jobs.errors import QueueFull
from service.jobs.intake import Submission, check_room, job_of, read_anew, submit, watch_job
from service.jobs.worker import Jobs

__all__ = [
    "Jobs",
    "QueueFull",
    "Submission",
    "check_room",
    "job_of",
    "read_anew",
    "submit",
    "watch_job",
]
