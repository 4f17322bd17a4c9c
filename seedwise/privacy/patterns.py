"""Patterns of personal data in text."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from seedwise.textual import normalise

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_PHONE = re.compile(
    r"(?<![\w.+/-])(?:\+\d[\d ().-]{6,20}\d|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[ .-]\d{3}[ .-]\d{4}"
    r"|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5})(?![\w/-]|\.\d)"
)
_CARD = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?!\w)")
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_HANDLE = re.compile(r"(?<![\w@])@(?!user\b)\w+", re.IGNORECASE)
_PROFILE = re.compile(
    r"(?:https?://)[^\s/@]{1,80}@\S+"
    r"|(?<![\w.])(?:twitter|x|instagram|facebook|tiktok|github|linkedin)\.com/(?:in/|@)?[\w.-]+",
    re.IGNORECASE,
)


def _is_card(found: str) -> bool:
    """Check the last digit by Luhn's rule (ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(found) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_iban(found: str) -> bool:
    """Check the two digits after the country (ISO 13616, modulo 97)."""
    code = found.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


def _is_phone(found: str) -> bool:
    return 9 <= sum(sign.isdigit() for sign in found) <= 15


def _is_public_address(found: str) -> bool:
    try:
        return ipaddress.IPv4Address(found).is_global
    except ipaddress.AddressValueError:
        return False


def _holds(_: str) -> bool:
    return True


_Pattern = tuple[re.Pattern[str], Callable[[str], bool]]

GATED: Mapping[str, _Pattern] = {
    "e-mail addresses": (_EMAIL, _holds),
    "telephone numbers": (_PHONE, _is_phone),
    "payment card numbers": (_CARD, _is_card),
    "IBANs": (_IBAN, _is_iban),
    "public IP addresses": (_IP, _is_public_address),
}
"""What a gate reads: by it a person, an account or a machine can be reached."""

REPORTED: Mapping[str, _Pattern] = {
    "handles other than @user": (_HANDLE, _holds),
    "addresses of profiles": (_PROFILE, _holds),
}
"""What posts hold anyway."""


def find_personal(kind: str, text: str) -> tuple[str, ...]:
    """List what looks like personal data of a kind: a key of `GATED` or `REPORTED`.

    Our own patterns, with check digits where there are some; they know no names and no streets. A
    telephone number has nine digits or more, with a plus sign, the groups of North America, or a leading
    zero and a gap. Addresses of private networks and reserved ranges are none.

    Examples
    --------
    >>> find_personal("e-mail addresses", "write to jo.doe@example.org, please")
    ('jo.doe@example.org',)
    >>> find_personal("payment card numbers", "4111 1111 1111 1111, not 4111 1111 1111 1112")
    ('4111 1111 1111 1111',)
    """
    pattern, is_valid = GATED.get(kind) or REPORTED[kind]
    return tuple(match for match in pattern.findall(text) if is_valid(match))


def holds_personal(text: str) -> bool:
    """Tell whether a text holds personal data of a kind that a gate reads."""
    return any(find_personal(kind, normalise(text)) for kind in GATED)
