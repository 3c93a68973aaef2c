"""A chain of seals holds as long as nothing is changed, and says where it breaks when anything is."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line import seals
from salesdesk.line.seals import Member, Seal, SealKey, Values, Witness

KEY = SealKey.of(bytes(range(32)))
OTHER = SealKey.of(bytes(range(1, 33)))


def event(number: int) -> Values:
    """A fact as it is stored."""
    data = json.dumps({"token": f"t{number}"})
    return (1_000 + number, 50 + number, "2026-11-19", "dialed", 1, number, None, 3, "sdr", "", 1, data)


WIDTH = len(event(0))


def chain(*sizes: int, key: SealKey = KEY) -> list[tuple[Seal, list[Member]]]:
    """Seals over batches of these sizes, with their members."""
    made: list[tuple[Seal, list[Member]]] = []
    number = 0
    for size in sizes:
        batch = [event(number + n) for n in range(size)]
        number += size
        seal, marks = seals.close(key, made[-1][0] if made else None, batch, at=100 + number)
        made.append((seal, [Member(values[0], mark, values) for values, mark in zip(batch, marks, strict=True)]))
    return made


def faults(made: list[tuple[Seal, list[Member]]], *keys: SealKey) -> list[str]:
    """What is wrong with each link of a chain."""
    known = {key.id: key for key in keys or (KEY,)}
    before, found = None, []
    for seal, members in made:
        found.append(seals.follows(seal, before) or seals.broken(known, seal, members))
        before = seal
    return [each for each in found if each]


VALUES = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1), st.text(), st.binary(), st.floats(allow_nan=False))
EVENTS = st.lists(st.tuples(*(VALUES for _ in range(WIDTH))), min_size=2, max_size=2)


def test_a_chain_that_nobody_touched_holds() -> None:
    made = chain(1, 4, 2)
    assert faults(made) == []
    assert [seal.id for seal, _ in made] == [1, 2, 3]
    assert [seal.total for seal, _ in made] == [1, 5, 7]
    assert made[2][0].previous == made[1][0].mac


@given(EVENTS)
def test_two_rows_are_spelled_alike_only_when_they_are_alike(pair: list[Values]) -> None:
    def typed(values: Values) -> list[tuple[str, object]]:
        return [(type(each).__name__, each) for each in values]

    one, other = pair
    assert (seals.canonical(one) == seals.canonical(other)) == (repr(typed(one)) == repr(typed(other)))


@given(where=st.integers(0, 6), column=st.integers(0, WIDTH - 1), value=VALUES)
def test_any_changed_value_breaks_the_seal_at_its_event(where: int, column: int, value: object) -> None:
    made = chain(3, 1, 3)
    members = [member for _, each in made for member in each]
    before = members[where]
    assert before.values is not None
    values = list(before.values)
    if type(values[column]) is type(value) and values[column] == value:
        return
    values[column] = value
    for _, each in made:
        each[:] = [member._replace(values=values) if member is before else member for member in each]
    (fault,) = faults(made)
    assert f"breaks at event {before.event_id}:" in fault


@given(where=st.integers(0, 6), bit=st.integers(0, 10_000))
def test_a_single_bit_of_the_data_breaks_it(where: int, bit: int) -> None:
    made = chain(7)
    member = made[0][1][where]
    assert member.values is not None
    data = bytearray(member.values[-1].encode())
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    values = (*member.values[:-1], data.decode("latin-1"))
    made[0][1][where] = member._replace(values=values)
    assert f"event {member.event_id}" in faults(made)[0]


@pytest.mark.parametrize("where", range(4))
def test_an_event_that_is_gone_is_named(where: int) -> None:
    made = chain(2, 4)
    members = made[1][1]
    members[where] = members[where]._replace(values=None)
    assert faults(made) == [f"seal 2 breaks at event {members[where].event_id}: the event is gone"]


@pytest.mark.parametrize("where", range(4))
def test_an_event_that_is_gone_with_its_mark_is_found(where: int) -> None:
    made = chain(2, 4)
    del made[1][1][where]
    (fault,) = faults(made)
    assert fault.startswith("seal 2 breaks")
    assert fault.endswith("4 events were sealed, 3 are there")


@pytest.mark.parametrize("where", range(5))
def test_an_event_that_was_slipped_in_is_found(where: int) -> None:
    made = chain(2, 4)
    made[1][1].insert(where, Member(999, made[1][1][0].mark, event(77)))
    (fault,) = faults(made)
    assert fault.startswith("seal 2 breaks")
    assert fault.endswith("4 events were sealed, 5 are there")


@given(st.permutations(range(5)))
def test_events_in_another_order_are_found(order: list[int]) -> None:
    made = chain(5)
    members = made[0][1]
    contents = [members[n].values for n in order]
    made[0][1][:] = [member._replace(values=values) for member, values in zip(members, contents, strict=True)]
    assert bool(faults(made)) == (order != sorted(order))


@pytest.mark.parametrize("name", Seal._fields)
def test_any_changed_figure_of_a_seal_is_found(name: str) -> None:
    made = chain(2, 3, 2)
    seal, members = made[1]
    value = getattr(seal, name)
    other = value + 1 if isinstance(value, int) else "0" + value[1:-1] + "x"
    made[1] = (Seal(**(seal._asdict() | {name: other})), members)
    found = faults(made)
    assert "seal 2" in found[0] or "seal 3" in found[0]


def test_a_changed_mark_is_found() -> None:
    made = chain(3)
    made[0][1][1] = made[0][1][1]._replace(mark="0" * 16)
    assert f"event {made[0][1][1].event_id}" in faults(made)[0]


def test_a_seal_that_is_gone_is_found() -> None:
    made = chain(1, 1, 1)
    del made[1]
    assert faults(made)[0] == "seal 2 is gone; the next one there is seal 3"


def test_a_seal_of_another_chain_does_not_fit() -> None:
    made, foreign = chain(1, 1), chain(2, 1)
    made[1] = foreign[1]
    assert "does not follow" in faults(made)[0]


def test_a_seal_of_another_chain_does_not_fit_when_it_is_bent_either() -> None:
    """A floor that was restored from a backup and went on has such a chain, of the same key and length."""
    made, foreign = chain(1, 1), chain(1, 1)
    seal, marks = seals.close(KEY, None, [event(7)], at=100)
    made[0] = (seal, [Member(1_007, marks[0], event(7))])
    made[1] = (foreign[1][0]._replace(previous=seal.mac), foreign[1][1])
    assert faults(made)[0].startswith("seal 2 breaks")


def test_nobody_without_the_key_makes_a_seal() -> None:
    forged = [(seal._replace(key_id=KEY.id), members) for seal, members in chain(2, key=OTHER)]
    assert "it, or the seal itself, is not what was sealed" in faults(forged)[0]


def test_a_key_can_be_replaced_and_both_verify_the_chain() -> None:
    made = chain(2)
    seal, marks = seals.close(OTHER, made[0][0], [event(9)], at=500)
    made.append((seal, [Member(1009, marks[0], event(9))]))
    assert faults(made, KEY, OTHER) == []
    assert faults(made, KEY) == [f"seal 2 was made with a key that was not given ({OTHER.id})"]


def test_a_late_event_does_not_move_the_reach_back() -> None:
    made = chain(3)
    late, _ = seals.close(KEY, made[0][0], [event(-5)], at=500)
    assert (late.last_id, late.reach) == (995, 1002)


def test_an_anchor_contradicts_a_chain_that_was_rewritten() -> None:
    (seal, _), (other, _) = chain(2)[0], chain(3)[0]
    witness = Witness(seal.mac, seal.total)
    assert not seals.contradicts(seal, witness)
    assert seals.contradicts(other, witness)
    assert seals.contradicts(seal._replace(total=1), witness)


def test_short_keys_are_refused_and_a_key_never_shows_itself() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        SealKey.of(b"x" * 31)
    assert KEY.secret.hex() not in repr(KEY) + KEY.id
    assert repr(KEY.secret) not in repr(KEY)
    assert KEY.id != OTHER.id
