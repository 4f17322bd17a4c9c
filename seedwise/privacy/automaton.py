"""The runs of words that some texts hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class SuffixAutomaton:
    """Finds the longest run of words, ending at each place of a text, that one of some texts holds.

    The smallest automaton of all their suffixes (Blumer et al., 1985): time and memory to build it and
    the time to ask it grow with the number of words.

    Parameters
    ----------
    texts
        Each as its words; no run spans two of them.

    Examples
    --------
    >>> SuffixAutomaton(["so it goes".split(), "it goes on".split()]).longest_runs("and it goes on".split())
    [0, 1, 2, 3]
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._next: list[dict[str | int, int]] = [{}]
        self._link, self._length, self._last = [-1], [0], 0
        for number, text in enumerate(texts):
            for word in text:
                self._append(word)
            self._append(number)  # no word is a number, so that nothing runs across

    def _append(self, symbol: str | int) -> None:
        state, added = self._last, self._add({}, self._length[self._last] + 1, 0)
        while state >= 0 and symbol not in self._next[state]:
            self._next[state][symbol] = added
            state = self._link[state]
        if state >= 0:
            self._link[added] = self._split(state, symbol)
        self._last = added

    def _split(self, state: int, symbol: str | int) -> int:
        """Give the state that a symbol leads to, apart from longer runs that used to share it."""
        target, length = self._next[state][symbol], self._length[state] + 1
        if self._length[target] == length:
            return target
        clone = self._add(dict(self._next[target]), length, self._link[target])
        while state >= 0 and self._next[state].get(symbol) == target:
            self._next[state][symbol] = clone
            state = self._link[state]
        self._link[target] = clone
        return clone

    def _add(self, next_: dict[str | int, int], length: int, link: int) -> int:
        self._next.append(next_)
        self._length.append(length)
        self._link.append(link)
        return len(self._next) - 1

    def longest_runs(self, text: Sequence[str]) -> list[int]:
        """Give for each place of a text the length of the longest run ending there that a text holds."""
        state, length, runs = 0, 0, []
        for word in text:
            while state and word not in self._next[state]:
                state = self._link[state]
                length = self._length[state]
            if word in self._next[state]:
                state, length = self._next[state][word], length + 1
            runs.append(length)
        return runs
