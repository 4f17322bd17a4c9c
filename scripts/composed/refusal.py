"""What a compose file may not say where it is to run without Docker."""

from __future__ import annotations

from seedwise.errors import UserError


def refuse(found: str, expected: str, remedy: str = "") -> UserError:
    """Make the error for something that this machine cannot do as it is written."""
    return UserError(
        found=found,
        expected=expected,
        remedy=remedy or "change docker-compose.yml, or teach scripts/composed what it means",
    )
