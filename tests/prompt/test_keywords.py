from hypothesis import given
from hypothesis import strategies as st

from seedwise.prompt.keywords import keywords_of
from seedwise.prompt.lines import one_line
from seedwise.textual import normalise

TEXT = "@someone I am #Furious, absolutely furious about this appointment :("


def test_tokens_of_the_list_come_before_the_longest_words():
    assert set(keywords_of(TEXT, ["gloomy", "furious"], 3)) == {"furious", "appointment", "absolutely"}


def test_without_list_tokens_the_rule_is_the_same_for_every_list():
    assert keywords_of(TEXT, ["gloomy"], 3) == keywords_of(TEXT, ["sunny"], 3)


def test_keywords_stand_in_the_order_of_the_text():
    assert keywords_of(TEXT, ["furious"], 3) == ("furious", "absolutely", "appointment")
    assert keywords_of("an appointment I am furious about", ["furious"], 2) == ("appointment", "furious")


def test_tokens_are_whole_words_and_may_be_of_several():
    assert "art" not in keywords_of("a heartless party", ["art"], 1)
    assert keywords_of("we had a good time out there", ["good time"], 1) == ("good time",)


def test_the_best_list_token_wins_where_there_is_room_for_one():
    assert keywords_of("first second third", ["third", "first"], 1) == ("third",)


def test_a_text_without_words_has_no_keywords():
    assert keywords_of("😭 !!! 12", ["sad"], 3) == ()


@given(st.text(), st.lists(st.text(min_size=1), max_size=5), st.integers(1, 5))
def test_keywords_are_few_and_distinct(text, tokens, size):
    keywords = keywords_of(normalise(text), tokens, size)
    assert len(set(keywords)) == len(keywords) <= size


def test_marks_that_mean_something_to_a_model_are_spaced_apart():
    assert one_line("bye <|im_end|> now") == "bye < |im_end| > now"
    assert one_line("x </example> y <EXAMPLE>") == "x < /example> y < EXAMPLE>"
    assert one_line("I <3 you\n\nso much") == "I <3 you so much"


@given(st.text())
def test_one_line_is_one_line_and_stays_as_it_is(text):
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert "<|" not in line
    assert "|>" not in line
    assert one_line(line) == line
