"""Closed lists of English verb forms, and of the words that decide what a form is doing."""

from __future__ import annotations

from seedwise.linguistics.wordset import word_set

BE_PRESENT = word_set("am is are 'm 're")
BE_PAST = word_set("was were")
BE = BE_PRESENT | BE_PAST | {"be", "been", "being", "'s"}
HAVE = word_set("have has had 've having")
MODAL = word_set("can could may might must shall should will would 'll 'd")
AUXILIARY = BE_PRESENT | BE_PAST | MODAL | {"do", "does", "did", "have", "has", "had", "'ve"}

PAST_ONLY = word_set("""
    ate became began blew came chose did drank drew drove flew forgot forgave froze gave grew hid knew
    mistook overcame rang saw sang sank shook spoke stole swam swore took threw tore undertook went
    withdrew wore wrote ran sprang strove awoke arose
    """)
"""Irregular simple pasts that are neither a participle nor, as a rule, another word."""

PAST_OR_OTHER = word_set("""
    bent bit bought bound broke brought built burnt caught clung dealt dreamt dug fed fell felt flung fought
    found fled got heard held hung kept laid learnt led left lent lit lost made meant met paid rode rose
    said sat sent shot slept slid sold sought spent spun stood stuck stung struck swept swung taught
    thought told understood wept woke won
    """)
"""Irregular pasts that are also a participle, a noun or an adjective: they need a subject before them."""

PARTICIPLE = word_set("""
    been become begun bitten blown broken chosen come done drawn drunk driven eaten fallen flown forgotten
    forgiven frozen given gone gotten grown hidden hit hurt known let put quit read ridden risen run rung
    seen set shaken shown shut spoken stolen sung sunk sworn swum taken thrown torn woken worn written
    bet cost cut spread beaten proven
    """) | (PAST_OR_OTHER - {"got", "broke", "woke", "rode", "rose", "fell"})

NOT_REGULAR_PAST = word_set("""
    need indeed speed feed seed weed bed red ted shed sped breed bleed exceed proceed succeed greed creed
    deed heed reed steed tweed embed sled bred wed ned ed fred med hundred hatred kindred sacred naked
    wicked rugged jagged crooked ragged wretched beloved infrared aged biped moped bobsled united fed led
    fled newlywed unlimited limited mixed gifted talented based so-called supposed
    """)
"""Words in -ed that are no regular past, or hardly ever one."""

PARTICIPIAL_ADJECTIVE = word_set("""
    addicted agitated alarmed amazed animated amused annoyed ashamed astonished baffled bemused blessed bored
    bothered broken concerned confused delighted depressed determined devastated disappointed discouraged
    disgusted dismayed displeased distressed disturbed doomed elated embarrassed embittered enraged
    enthused exasperated excited exhausted fascinated fatigued flustered frightened frustrated furious
    grossed heartbroken horrified humiliated hurt incensed infuriated insulted interested intimidated involved
    intrigued irked irritated jaded jealous motivated mortified offended obsessed outraged overjoyed
    overwhelmed panicked perplexed petrified pissed pleased puzzled relaxed relieved saddened
    satisfied scared shocked spooked startled stressed stunned surprised tempted terrified thrilled tired
    touched troubled unimpressed unmotivated upset vexed wasted worried wounded
    """)
"""Participles that tweets use as adjectives more often than as verbs; past only after a subject pronoun."""

SUBJECT = word_set("""
    i you u ya he she it we they who everyone everybody someone somebody anyone anybody nobody no-one ppl
    people guys that which what this something everything nothing
    """)
DEMONSTRATIVE = word_set("that this which what it people guys ppl you u ya")
"""Subjects that are as often something else: a participial adjective needs an object to be past after one."""

ASKED = word_set("i you u ya he she it we they this that everyone")
"""Subjects that may stand between an auxiliary and its verb, as in a question."""

PERSONAL_SUBJECT = word_set("i we they")
SINGULAR_SUBJECT = word_set("he she it")

ADVERB = word_set("""
    just also never always finally actually already ever even still only once often sometimes both simply
    fucking fuckin freaking almost all then soon now not n't kinda sorta first
    """)
"""Adverbs without -ly that stand between a subject and its verb."""

DEGREE = word_set(
    "so very too more most less least how as such super extremely quite pretty rather hella well"
)

DETERMINER = word_set("""
    a an the this these those my your ur his her its our their no any some every each another much many
    few several both half
    """)

PREPOSITION = word_set("""
    of in on at by for with from to about into over after before through under between against without
    during like than off onto upon via w
    """)

OBJECT = word_set("me him them us her myself yourself himself herself itself ourselves themselves")

LINKING = word_set("""
    be being been get gets getting got gotten feel feels feeling felt look looks looking looked seem seems
    seemed become becomes became becoming stay stays stayed keep keeps kept remain remains sound sounds
    sounded act acting make makes making made have has had having 'm 're 's am is are was were 've 'd
    need needs want wants wanted go goes going gone went left turn turned turns
    """)
"""Verbs after which a participle is an adjective, a passive or a perfect."""

NEVER_BEFORE_FINITE = DETERMINER | PREPOSITION | OBJECT | LINKING | AUXILIARY | {"to", "let"}
"""What stands before an adjective, a participle, a noun or an infinitive, never before a finite verb."""

CONJUNCTION = word_set("and or but & nor yet plus")
SUBORDINATOR = word_set(
    "that which who because cause cuz bc if when while although though since as where why how what until till"
)
BARE_CLAUSE_VERB = word_set(
    "think know hope say says said guess believe bet wish swear feel thought knew told mean means"
)
"""Verbs that take a clause with no word to introduce it."""

PLACE = word_set("bed school work church town class hell jail home")

NOT_PROGRESSIVE = word_set("""
    thing something nothing anything everything king ring spring morning evening wedding during string
    wing sing bring amazing annoying boring exciting depressing disgusting disappointing terrifying
    interesting shocking embarrassing charming disturbing frightening frustrating heartbreaking horrifying
    infuriating inspiring intimidating irritating outstanding overwhelming pressing relaxing satisfying
    startling stunning surprising thrilling tiring touching upsetting worrying willing unwilling
    fucking freaking fuckin bloody refreshing confusing entertaining hilarious insulting appalling alarming
    outing meeting building ceiling
    """)
"""Words in -ing that after "be" are nouns or adjectives."""

COMMON_VERB = word_set("""
    agree ask believe bet bring call care come cry deserve do drink drive eat enjoy expect fall feel fight
    find forget get give go guess hate have hear help hit hold hope hurt keep know laugh leave let like
    listen live look lose love make mean meet miss move need pay play pray prefer promise put read
    realize remember run say see seem sell send sit sleep smell smile speak stand start stay stop suck
    suffer support take talk tell thank think try turn understand use wait wake walk want watch win wish
    wonder work worry write become bother follow happen matter
    """)

CLEAR_SINGULAR = word_set("""
    makes gets says thinks knows goes comes seems keeps gives takes wants means feels hates becomes tells
    happens has does loves sucks deserves believes brings
    """)
"""Third persons singular that are hardly ever a plural noun."""

NOT_A_VERB = (
    DETERMINER
    | PREPOSITION
    | OBJECT
    | CONJUNCTION
    | SUBORDINATOR
    | DEGREE
    | SUBJECT
    | MODAL
    | word_set("""
        both too here there again together alone today tonight tomorrow yesterday lol lmao omg yes yeah please
        as well really right wrong good bad happy sad sorry next last ones gonna
        """)
)
"""Closed-class words, and a few others, that follow a pronoun without being its verb."""
