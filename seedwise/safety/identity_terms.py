"""Which groups of people a text mentions, by their neutral names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from seedwise.linguistics.corpus import plain_words
from seedwise.linguistics.wordset import word_set

MOST_CHARACTERS = 2_000
"""Characters of a text that are read: a post has fewer."""

_PEOPLE = word_set("people person folks man men woman women guy guys boy boys girl girls kids community")


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people, and the words that name its members or what is theirs.

    ``before_people`` are adjectives that name it only before a word for people: "black man".
    """

    name: str
    words: frozenset[str]
    before_people: frozenset[str] = frozenset()


GROUPS = (
    Group(
        "women",
        word_set("""
        she her hers herself woman women girl girls lady ladies female females mother mothers mom moms mum
        mums sister sisters daughter daughters wife wives girlfriend girlfriends aunt aunts actress
        """),
    ),
    Group(
        "men",
        word_set("""
        he him his himself man men boy boys guy guys male males father fathers dad dads brother brothers
        son sons husband husbands boyfriend boyfriends uncle uncles gentleman gentlemen actor
        """),
    ),
    Group(
        "young people",
        word_set("child children kid kids baby babies toddler toddlers teen teens teenager teenagers youth"),
        frozenset({"young"}),
    ),
    Group(
        "old people",
        word_set("""
        elderly pensioner pensioners grandma grandmother grandmothers grandpa grandfather grandfathers
        granny nana grandparents
        """),
        word_set("old older senior"),
    ),
    Group("Muslims", word_set("muslim muslims islam islamic mosque mosques quran imam imams ramadan hijab")),
    Group(
        "Christians",
        word_set("""
        christian christians christianity church churches bible priest priests catholic catholics jesus
        protestant protestants
        """),
    ),
    Group("Jews", word_set("jew jews jewish judaism synagogue synagogues rabbi rabbis")),
    Group(
        "Hindus, Sikhs and Buddhists",
        word_set("hindu hindus hinduism sikh sikhs sikhism buddhist buddhists buddhism"),
    ),
    Group("Black people", word_set("blacks african africans blm"), frozenset({"black"})),
    Group("white people", word_set("caucasian caucasians"), frozenset({"white"})),
    Group(
        "Asian people",
        word_set("""
        asian asians chinese japanese korean koreans indian indians pakistani pakistanis filipino filipinos
        """),
    ),
    Group(
        "Latin American people",
        word_set("latino latinos latina latinas hispanic hispanics mexican mexicans"),
    ),
    Group(
        "Arab people",
        word_set("arab arabs arabic syrian syrians iraqi iraqis palestinian palestinians egyptian egyptians"),
    ),
    Group(
        "immigrants",
        word_set("immigrant immigrants migrant migrants refugee refugees foreigner foreigners"),
    ),
    Group(
        "LGBT people",
        word_set("""
        gay gays lesbian lesbians bisexual bisexuals transgender transsexual queer lgbt lgbtq homosexual
        homosexuals
        """),
        frozenset({"trans"}),
    ),
    Group(
        "disabled people",
        word_set("""
        disabled disability disabilities wheelchair wheelchairs autistic autism dyslexic dyslexia epileptic
        epilepsy paraplegic
        """),
        word_set("blind deaf handicapped"),
    ),
)
"""By gender, age, faith, origin, orientation and disability. A small list of our own, in English.

Kept out are words that mostly mean something else ("black", "old", "straight") unless a word for people
follows, and slurs. A text mentions a group that it speaks of in passing as much as one that it is about.
"""


def mentioned_groups(text: str) -> frozenset[str]:
    """Name the groups that a text mentions, hashtags included, by its first `MOST_CHARACTERS` characters.

    Examples
    --------
    >>> sorted(mentioned_groups("My sister's friend helps old people #refugees"))
    ['immigrants', 'old people', 'women']
    """
    words = [word.split("'")[0] for word in plain_words(text[:MOST_CHARACTERS])]
    named = {_by_word()[word] for word in words if word in _by_word()}
    before = {_by_adjective().get(first, "") for first, second in pairwise(words) if second in _PEOPLE}
    return frozenset(named | before - {""})


@cache
def _by_word() -> dict[str, str]:
    return {word: group.name for group in GROUPS for word in group.words}


@cache
def _by_adjective() -> dict[str, str]:
    return {word: group.name for group in GROUPS for word in group.before_people}
