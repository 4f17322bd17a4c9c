"""Word lists of our own.

LIWC is proprietary, so these are small closed lists written for this project: they hold the frequent
members of each class, not all of it, and their rates are comparable with each other, not with LIWC's.
All words are as `seedwise.linguistics.grammar.tokenize` gives them (lower case, contractions opened).
"""

from __future__ import annotations

from seedwise.linguistics.wordset import word_set

FIRST_PERSON = word_set("i me my mine myself we us our ours ourselves")

SECOND_PERSON = word_set("you your yours yourself yourselves u ur ya thou thee thy")

THIRD_PERSON = word_set("he him his himself she her hers herself they them their theirs themselves")
"""People only: "it" and "its" rarely stand for a person, and are left out."""

NEGATION = word_set("not n't no never none nobody nothing neither nor nowhere nope")

TIME_WORDS = word_set("""
    yesterday today tomorrow tonight now then soon later ago already yet still again once before after
    always often sometimes usually rarely recently lately currently earlier eventually finally forever
    until till since while during when whenever early late tmrw tmr tomo 2day 2nite
    morning afternoon evening night midnight noon weekend weekends birthday
    seconds minute minutes hour hours day days week weeks month months year years decade century
    monday tuesday wednesday thursday friday saturday sunday
    january february april june july august september october november december
    """)
"""Without the ambiguous "may", "march" and "second", or "never", which counts as negation."""

MODALS = word_set("can could may might must shall should will would 'll ought gonna")

HEDGES = word_set("""
    maybe perhaps probably possibly apparently seemingly presumably supposedly somewhat kinda sorta
    guess suppose seem seems seemed think thought believe might may could likely almost
    """)

INTENSIFIERS = word_set("""
    so very really too totally absolutely completely extremely incredibly literally utterly truly such
    super fucking freaking damn bloody hella seriously deeply
    """)

SLANG = word_set("""
    lol lmao lmfao rofl haha hahaha lolz omg omfg wtf wth ffs idk idc idgaf imo imho tbh smh fyi btw brb afk
    asap ikr ily nvm ngl irl rn rt dm fomo yolo tfw mfw icymi jk ppl bc cuz coz cos cause thx ty pls plz
    gonna finna kinda sorta dunno lemme gimme ain u ur r ya yall em til tho thru nah nope yup yep yeah meh ugh
    dude bro bruh bae fam lit dope hella legit totes adorbs sus salty lowkey highkey vibe vibes stan yikes oof
    haters troll selfie meme bff bday convo obvs probs defo srsly fr
    """)
"""Abbreviations and words of chats and posts; some are ordinary words, too ("cause", "lit", "salty")."""
