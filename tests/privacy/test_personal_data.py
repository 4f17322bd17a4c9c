from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwise.privacy.patterns import GATED, REPORTED, find_personal

EMAIL, PHONE, CARD, IBAN, IP = GATED
HANDLE, PROFILE = REPORTED


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (EMAIL, "mail jo.doe+x@mail.example.org!", "jo.doe+x@mail.example.org"),
        (PHONE, "ring +44 20 7946 0958 now", "+44 20 7946 0958"),
        (PHONE, "ring (555) 010-9999.", "(555) 010-9999"),
        (PHONE, "ring 555-010-9999", "555-010-9999"),
        (PHONE, "unter 030 123 45678", "030 123 45678"),
        (CARD, "card 4111-1111-1111-1111 ok", "4111-1111-1111-1111"),
        (IBAN, "to GB82 WEST 1234 5698 7654 32 please", "GB82 WEST 1234 5698 7654 32"),
        (IP, "host 8.8.8.8.", "8.8.8.8"),
        (HANDLE, "@user and @jo_doe", "@jo_doe"),
        (PROFILE, "see https://twitter.com/jo_doe", "twitter.com/jo_doe"),
        (PROFILE, "https://jo:secret@host.example", "https://jo:secret@host.example"),
    ],
)
def test_what_is_personal_is_found(kind: str, text: str, found: str) -> None:
    assert find_personal(kind, text) == (found,)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (EMAIL, "@user me@home, a@b.c and 3 @ 4.50"),
        (PHONE, "on 2026-11-21 at 10:30 we were 100 000 000 of 7 000, scored 3-0, 1.234.567.890"),
        (PHONE, "1234567890 or 0.12345678"),
        (CARD, "4111 1111 1111 1112 and 0000 0000 0000 0000"),
        (IBAN, "GB82 WEST 1234 5698 7654 33 and SO HAPPY 123456789012345"),
        (IP, "version 10.0.0.1, 999.1.1.1, 192.168.0.1 and 1.2.3.4.5"),
        (HANDLE, "@user @USER me@example.org"),
        (PROFILE, "https://example.org/page and twitter.com"),
    ],
)
def test_what_only_looks_like_it_is_not(kind: str, text: str) -> None:
    assert find_personal(kind, text) == ()


@given(st.text(max_size=200), st.sampled_from([*GATED, *REPORTED]))
def test_any_text_can_be_searched(text: str, kind: str) -> None:
    assert all(found in text for found in find_personal(kind, text))


@pytest.mark.parametrize("kind", [*GATED, *REPORTED])
@pytest.mark.parametrize("part", ["a", "1", "1 ", "+1-", "a.", "a@", "A1 ", "http://a", "1."])
def test_a_text_that_goes_on_and_on_ends_a_search(kind: str, part: str) -> None:
    assert len(find_personal(kind, part * 20_000)) <= 20_000
