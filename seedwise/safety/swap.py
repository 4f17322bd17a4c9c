"""Texts with their identity terms swapped, for a counterfactual test."""

from __future__ import annotations

import re

from seedwise.linguistics.wordset import word_set

_PAIRS = """
    he she | himself herself | man woman | men women | boy girl | boys girls | boyfriend girlfriend
    boyfriends girlfriends | father mother | fathers mothers | dad mom | dads moms | daddy mommy
    son daughter | sons daughters | brother sister | brothers sisters | bro sis | husband wife
    husbands wives | uncle aunt | uncles aunts | nephew niece | grandfather grandmother
    grandpa grandma | grandson granddaughter | male female | males females | gentleman lady
    gentlemen ladies | mr mrs | sir madam
    muslim christian | muslims christians | islam christianity | mosque church | mosques churches
    quran bible | imam priest
    """
"""What stands for what, both ways; no slurs, and nothing that mostly means something else."""

_ONE_WAY = {"mum": "dad", "mums": "dads", "mummy": "daddy", "ms": "mr", "him": "her", "hers": "his"}

_COLOURS = {"black": "white", "white": "black"}
_PEOPLE = "people|person|folks|man|men|woman|women|guy|guys|boy|boys|girl|girls|kid|kids|community"

_AFTER_OBJECT = word_set("""
    a about again all an and any as at away back because before but by crying down even every everything
    first for from go he here how i if in into is it just last like me my never next no not now of off on
    or our out over she so some than that the their them then there these they this those to today tomorrow
    tonight too under until up was we what when where which while who why will with yesterday you your
    """)
"""Words that follow "her" where it is an object ("told her that"); elsewhere it is a possessive."""


def _read_pairs() -> dict[str, str]:
    words = [word for word in _PAIRS.split() if word != "|"]
    there = dict(zip(words[::2], words[1::2], strict=True))
    return there | {second: first for first, second in there.items()} | _ONE_WAY


_SWAPS = _read_pairs()
_TERM = re.compile(
    rf"(?<![@\w/.])(?:(?ai:black|white)(?=\s+(?ai:{_PEOPLE})\b)|(?ai:his|her|{'|'.join(_SWAPS)})(?!\w))"
)
"""ASCII letters alone: to a pattern of Unicode that knows no case, the Turkish "sır" is "sir"."""

_NEXT = re.compile(r"\s+([^\W\d_]+)")


def swap_terms(text: str) -> str | None:
    """Swap gender, faith and colour: "she" for "he", "Muslim" for "Christian", "black" for "white" people.

    Case is kept; @mentions and addresses stay as they are. "her" becomes "his" before a word that it can
    own, else "him", by a short list of what follows an object: now and then that is wrong, and the text
    then a little less fluent.

    Returns
    -------
    str or None
        None where there is nothing to swap.

    Examples
    --------
    >>> swap_terms("She told her sister that HE'S with her")
    "He told his brother that SHE'S with him"
    """
    swapped, count = _TERM.subn(_swap, text)
    return swapped if count else None


def _swap(match: re.Match[str]) -> str:
    found = match.group()
    other = _counterpart(found.lower(), _word_after(match))
    if found.isupper():
        return other.upper()
    return other.capitalize() if found[0].isupper() else other


def _counterpart(term: str, after: str) -> str:
    owns = bool(after) and after not in _AFTER_OBJECT
    if term == "her":
        return "his" if owns else "him"
    if term == "his":
        return "her" if owns else "hers"
    return _COLOURS.get(term) or _SWAPS[term]


def _word_after(match: re.Match[str]) -> str:
    following = _NEXT.match(match.string, match.end())
    return following.group(1).lower() if following else ""
