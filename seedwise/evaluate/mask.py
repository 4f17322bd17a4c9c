"""Generated rows without the words that their prompts hinted at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from seedwise.records import Candidate
from seedwise.textual import stem, words

_RUN = re.compile(r"[#@]?([^\W\d_]+)")
"""A run of letters, with the mark that makes it a hashtag or a mention."""

Form = Callable[[str], str]
"""What two words have in common where they count as the same."""


def mask_row(row: Candidate, *, by_stem: bool) -> str:
    """Take the words that its prompt hinted at out of a row's text; empty where that leaves no word."""
    masked = mask_words(row.text, row.hints, by_stem=by_stem)
    return masked if words(masked) else ""


def mask_words(text: str, hinted: Sequence[str], *, by_stem: bool = False) -> str:
    """Take words out of a text wherever they stand.

    Words are matched as prompts match them: whole runs of letters, case aside. So ``#happy`` goes with
    ``happy``, its mark too, but ``happily`` and ``#sohappy`` stay.

    Parameters
    ----------
    text : str
        In normal form.
    hinted : sequence of str
        Words, or several in a row; one without a letter matches nothing.
    by_stem : bool
        Whether a word also goes with another of its stem: ``worries`` with ``worried``.

    Returns
    -------
    str
        Possibly empty; the very text where it holds none of the words.

    Examples
    --------
    >>> mask_words("So Happy about this #happy day", ["happy", "sad"])
    'So about this day'
    """
    form: Form = _stem_of if by_stem else str.casefold
    runs = list(_RUN.finditer(text))
    held = [form(run.group(1)) for run in runs]
    gone = {place for hint in hinted for place in _places(held, _forms(hint, form))}
    if not gone:
        return text
    spans = (runs[place].span() for place in sorted(gone))
    return " ".join("".join(_without(text, spans)).split())


def _stem_of(word: str) -> str:
    return stem(word.casefold())


def _forms(hint: str, form: Form) -> list[str]:
    return [form(word) for word in _RUN.findall(hint)]


def _places(held: Sequence[str], wanted: Sequence[str]) -> Iterator[int]:
    """Find where all of ``wanted`` stands in a row, and give every place of it."""
    length = len(wanted)
    for start in range(len(held) - length + 1 if length else 0):
        if held[start : start + length] == wanted:
            yield from range(start, start + length)


def _without(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[str]:
    end = 0
    for start, after in spans:
        yield text[end:start]
        end = after
    yield text[end:]
