"""Words that a list of profanity holds, and that are none by themselves."""

from __future__ import annotations

from seedwise.linguistics.wordset import word_set

ORDINARY = word_set("""
    gay gays gai gae gey hebe homey lesbians negro queer queers transsexual gringo ruski paddy guido
    god omg lmao hitler nazi nazism reich klan arian aryan slave massa leper
    kill murder rape raped raper raping rapist molest incest pedo pedophile pedophilia pedophiliac
    fat ugly stupid dopey dummy doofus ninny nimrod moron weirdo schizo trashy prude prig vulgar
    anal anus areole breasts ejaculate ejaculated ejaculates ejaculating ejaculation erect erection erotic
    foreskin glans gonad gonads gspot herpes hiv hymen labia loin loins menses menstruate menstruation
    nipple nipples oral orally organ ovary ovum ovums penetrate penetration penial penile penis phallic
    phalli pubic pubis rectal rectum rectus scrotum semen sex sexual sperm teat teste testee testes
    testical testicle testis urinal urine uterus vagina vomit vulva womb virgin busty nude nudes naked
    ganja hemp heroin hookah junkie junky meth opiate opium pcp peyote pot reefer stoned toke valium
    viagra weed cocaine drunk hooch rum souse soused vodka uzi napalm sniper thug
    bimbo bimbos bondage bestial cowgirl cowgirls crotch dink dinks dogging doggin dong enlargement
    extacy extasy facial fanny fart feck fist fisted flange fondle foobar fook frigg frigga fubar gigolo
    hentai herp herpy hoar hoare hoer honky hooker hooter hooters hore horny horniest hump humped humping
    hussy inbred jerk jerked kinky knob kock kooch kraut kum kums lech len lube lust lusting lusty
    mams masochist maxi milf muff mutha muther nad nads nappy niggle nob nooky orgies orgy pantie panties
    panty pastie pasty pawn pecker pee peepee perversion pinko playboy pms polack pollock poop potty
    prostitute punky puss quicky quim racy revue rimming rump sadism sadist sandbar scag scantily screw
    screwed screwing seaman seamen seduce shag shamedame shota sissy skag skank sleaze sleazy slope smut
    smutty snatch snuff sodom spac spik spunk steamy stiffy strip stripclub stroke suck sucked sucking
    tampon tard tawdry teets tinkle titi toots tramp tush tosser undies unwed vixen voyeur wad wang
    wazoo wedgie weenie weewee weiner wench whiz willies willy woody xx xxx yaoi yury cipa kkk heshe
    fingering throating thrust essohbee howtokill howtomurdep
    """)
"""Names of people and faiths, of the body, of drugs and crimes, mild insults and words of two meanings.

Our choice. What is left is what people would bleep. The list's slurs stay in.
"""
