"""Cheap tests of whether a generated text is one at all."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from seedwise.textual import words

_CANNOT = r"I (?:can(?:no|['’])t|am unable to|['’]m unable to|am not able to|['’]m not able to)"
_REFUSALS = (
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b",
    r"\bI(?:['’]m| am) (?:just |only )?an? (?:ai|(?:large )?language model)\b",
    rf"^(?:(?:I['’]m |I am )?sorry|I apologi[sz]e)\b.{{0,20}}\b{_CANNOT} \w+ (?:you|with|that|this|an?)\b",
    rf"^{_CANNOT} (?:assist|help (?:you )?with|fulfill?|comply)\b",
    rf"^{_CANNOT} (?:generate|create|produce|provide|write) (?:an?|the|such|this|that|content|text)\b",
)
_PARTS = re.compile(
    r"\b(?:plan|traits|replace|use|without|before|after):|\bwith(?:out)? the words:"
    r"|^\W*re-?writ(?:e|ing|ten)\b|\bas few words as\b",
    re.IGNORECASE,
)
_REFUSAL = re.compile("|".join(_REFUSALS), re.IGNORECASE)


def is_refusal(text: str) -> bool:
    """Tell whether the model declines to write, in one of the usual English phrases.

    "I'm sorry" alone is none: people write it too.
    """
    return bool(_REFUSAL.search(text))


def is_meta(text: str, label: str, topic: str) -> bool:
    """Tell whether a text talks about the task or repeats the form of the prompt."""
    return bool(_meta_pattern(label, topic).search(text))


def repeats_parts(text: str) -> bool:
    """Tell whether a text repeats a part of the prompts that plan, rewrite or ask for more than words."""
    return bool(_PARTS.search(text))


@lru_cache(maxsize=256)
def _meta_pattern(label: str, topic: str) -> re.Pattern[str]:
    name, class_name = re.escape(topic), re.escape(label)
    announced = (
        r"^(?:sure|certainly|of course|okay|ok|absolutely)?[,!.\s]*"
        rf"(?:here(?:['’]s| is| are)|below is)\b.*\b(?:{name}|example|text|class)"
    )
    described = (
        rf"^(?:this|the|a|my) (?:[\w-]+ ){{0,3}}{name} "
        r"(?:express|convey|show|capture|reflect|is about|that)"
    )
    asked = rf"\bwrite (?:a|one) {name}\b|\bexpress(?:es|ing):? {class_name}(?!\w)|\bthis class\b"
    formed = rf"\bkeywords:|\bwith the words:|(?:^|\s){name}(?: \([^)]*\))?:|</?example|< ?\|"
    return re.compile("|".join((announced, described, asked, formed)), re.IGNORECASE)


def letter_share(text: str) -> float:
    """Measure the share of letters, with the marks that belong to them, among all but spaces.

    Returns
    -------
    float
        In [0, 1]; 0 for a text of spaces.
    """
    characters = [character for character in text if not character.isspace()]
    letters = sum(unicodedata.category(character)[0] in "LM" for character in characters)
    return letters / len(characters) if characters else 0.0


def distinct_share(text: str) -> float:
    """Measure the share of distinct words among all, case aside.

    Returns
    -------
    float
        In (0, 1]; 1 for a text without words.
    """
    tokens = words(text.casefold())
    return len(set(tokens)) / len(tokens) if tokens else 1.0
