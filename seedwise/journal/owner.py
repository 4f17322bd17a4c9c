"""Who asks: a name that tells whether its bearer still lives."""

from __future__ import annotations

import os
import socket
import uuid
from functools import cache
from pathlib import Path

_SEPARATOR = "|"
_SILENT = "silent-"
_JOB = f"batch{_SEPARATOR}"


def make_owner(*, sends: bool = True) -> str:
    """Name one asker of this process: machine, boot, process, its start, and a word of its own.

    Parameters
    ----------
    sends
        Whether it sends what it has claimed; one that hands its claims over to a job does not.
    """
    process, word = _describe_process(os.getpid()), uuid.uuid4().hex[:12]
    return _SEPARATOR.join([_machine(), str(os.getpid()), process, word if sends else _SILENT + word])


def may_have_sent(owner: str) -> bool:
    """Tell whether what an owner had claimed when it ended may have been sent."""
    return not owner.rpartition(_SEPARATOR)[2].startswith(_SILENT)


def make_job_owner(job: str) -> str:
    """Name a job of a provider's batch API as one who asks: it lives on when the process is dead."""
    return _JOB + job


def find_job(owner: str) -> str:
    """Tell which job an owner is; empty for a process."""
    return owner.removeprefix(_JOB) if owner.startswith(_JOB) else ""


def is_gone(owner: str) -> bool:
    """Tell whether an owner's process has surely ended; of another machine's owner nothing is sure."""
    if find_job(owner):
        return False
    machine, pid, process, _ = owner.rsplit(_SEPARATOR, 3)
    return machine == _machine() and _describe_process(int(pid)) != process


@cache
def _machine() -> str:
    boot = _read(Path("/proc/sys/kernel/random/boot_id"))
    return f"{socket.gethostname()[:60]}/{boot}/{_find_namespace()}"[:120]


def _find_namespace() -> str:
    """Tell apart containers that share the machine's name, and do not see each other's processes."""
    try:
        return str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        return ""


def _describe_process(pid: int) -> str:
    """Say when a process started, where the system tells, so that a number used again is told apart.

    Empty where there is no such process, or a dead one that nobody has waited for yet.
    """
    if not Path("/proc/self/stat").exists():
        return "alive" if _is_running(pid) else ""
    # The name of the program, in parentheses, may hold anything.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if fields and fields[0] not in ("Z", "X") else ""


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
