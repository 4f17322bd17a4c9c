"""One number for how far language lies from real text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedwise.records import ALL, Composite, Distance, Exhibit, FamilyShare, Trait


def composites(
    exhibit: Exhibit, traits: Sequence[Trait], distances: Sequence[Distance]
) -> tuple[Composite, ...]:
    """Average over families the share of measures that lie outside the real-vs-real floor.

    Our definition: every family weighs the same, however many measures it holds, and a measure counts the
    same whether it lies barely or far outside. Real text has about .05 by the floors' own making.

    Parameters
    ----------
    exhibit
        Its classes are measured one by one, then pooled.
    traits, distances
        Of any exhibits; those of other names are passed over, as is what was not measured.
    """
    own: list[Trait | Distance] = [trait for trait in traits if trait.arm == exhibit.name]
    own += [distance for distance in distances if distance.name == exhibit.name]
    measured = [(found.label, found.family, found.outside) for found in own if found.outside is not None]
    return tuple(_composite(exhibit.name, label, measured) for label in (*exhibit.labels, ALL))


def _composite(name: str, label: str, measured: Sequence[tuple[str, str, bool]]) -> Composite:
    families = tuple(_shares([(family, out) for own, family, out in measured if own == label]))
    value = sum(share.outside for share in families) / len(families) if families else None
    return Composite(name, label, value, families)


def _shares(measured: Sequence[tuple[str, bool]]) -> Iterator[FamilyShare]:
    for family in dict.fromkeys(family for family, _ in measured):
        found = [is_outside for own, is_outside in measured if own == family]
        yield FamilyShare(family, sum(found) / len(found), len(found))
