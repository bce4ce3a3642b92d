"""Jobs: from an upload to a stored plan, in durable steps."""

from service.jobs.engine import Jobs
from service.jobs.intake import QueueFull, Submission, check_room, read_anew, submit
from service.jobs.watching import job_of, watch_job

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
