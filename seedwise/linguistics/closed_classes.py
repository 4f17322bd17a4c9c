"""Words that are hardly ever of more than one part of speech, or of one far more often than of others."""

from __future__ import annotations

from collections.abc import Mapping

from seedwise.linguistics.tags import Tag
from seedwise.linguistics.wordset import word_set

_LISTS: Mapping[Tag, str] = {
    Tag.PRONOUN: """
        i me my mine myself we us our ours ourselves you your yours yourself yourselves u ur ya he him his
        himself she her hers herself it its itself they them their theirs themselves who whom whose what
        someone somebody something anyone anybody anything everyone everybody everything nobody nothing none
        one
        """,
    Tag.DETERMINER: "a an the this these those no every each some any all both another either neither half",
    Tag.ADPOSITION: """
        of in on at by for with from into about over after before through under between against without
        during than off onto upon via w up out down around across behind beyond towards toward within among
        beside besides despite except inside outside past per near along until till
        """,
    Tag.CONJUNCTION: "and or but & nor yet plus n",
    Tag.SUBORDINATOR: """
        because cause cuz bc if when while although though since as where how unless whether
        """,
    Tag.AUXILIARY: """
        am is are 'm 're was were be been being can could may might must shall should will would 'll 'd 've
        """,
    Tag.PARTICLE: "n't not",
    Tag.INTERJECTION: """
        lol lmao lmfao rofl omg haha hahaha yes yeah yep nah nope oh ah ugh wow hey hi hello please pls ok
        okay wtf smh thanks damn hmm aww yay ooh ouch bye well ffs btw tbh
        """,
    Tag.ADVERB: """
        so just now then never always really very too still even already ever again also here there why maybe
        soon ago almost only away back today tonight tomorrow yesterday
        """,
    Tag.ADJECTIVE: """
        more most less many much few own such other last next first same new good bad happy sad
        """,
    Tag.NUMBER: "two three four five six seven eight nine ten hundred thousand million billion",
}

CLOSED_CLASSES: Mapping[str, Tag] = {word: tag for tag, words in _LISTS.items() for word in word_set(words)}
"""The part of speech of each word listed, as it is most often in posts."""
