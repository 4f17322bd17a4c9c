"""The errors a person can meet, each with what was found, what was expected and how to mend it."""

from __future__ import annotations

from typing import Any, ClassVar


class SeedwiseError(Exception):
    """Root of every error that Seedwise raises on purpose; uncaught, it is a bug (exit code 1)."""

    exit_code: ClassVar[int] = 1


class UserError(SeedwiseError):
    """Something the user can mend; shown as three lines, never as a traceback (exit code 2).

    Parameters
    ----------
    found : str
        What was met, with the offending value or place.
    expected : str
        What would have been right.
    remedy : str
        The next thing to do, as a command or an edit where possible.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, *, found: str, expected: str, remedy: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.remedy = found, expected, remedy

    def __str__(self) -> str:
        return f"found:    {self.found}\nexpected: {self.expected}\nremedy:   {self.remedy}"

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the default pickling, and Prefect stores exceptions.
        return _rebuild, (type(self), self.found, self.expected, self.remedy)


def _rebuild(kind: type[UserError], found: str, expected: str, remedy: str) -> UserError:
    return kind(found=found, expected=expected, remedy=remedy)


class ConfigError(UserError):
    """A setting that is unknown, out of range or at odds with another."""


class DataError(UserError):
    """Input data that is missing, unreadable or unfit for the experiment."""


class LLMError(UserError):
    """A language model that cannot be reached, does not exist or refuses the key."""


class BudgetError(UserError):
    """A hard cap on money, tokens or requests was hit; everything paid for is kept (exit code 3)."""

    exit_code: ClassVar[int] = 3


class GateError(UserError):
    """A gate of an audit failed, so that a data set is not passed on (exit code 4)."""

    exit_code: ClassVar[int] = 4
