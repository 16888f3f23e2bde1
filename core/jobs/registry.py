from collections.abc import Callable

from core.jobs.attempt import JobRun
from core.models import Job

Work = Callable[[JobRun], None]
Failure = Callable[[Job, str], None]

_works: dict[str, Work] = {}
_failures: dict[str, Failure] = {}


def handler(kind: str, *, on_failure: Failure | None = None) -> Callable[[Work], Work]:
    """Registers a function as the work of jobs of this kind.

    The function gets a JobRun. It must be idempotent up to `with run.commit():`, in which it writes its result and
    after which the job is done. `on_failure(job, sentence)` runs in the transaction that marks the job failed.
    """

    def register(work: Work) -> Work:
        _works[kind] = work
        if on_failure:
            _failures[kind] = on_failure
        return work

    return register


def work_of(kind: str) -> Work:
    return _works[kind]


def failure_of(kind: str) -> Failure | None:
    return _failures.get(kind)
