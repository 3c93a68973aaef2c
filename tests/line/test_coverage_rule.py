"""How far a campaign has come, and its end at a share of its decision makers."""

import pytest

from salesdesk.line import coverage


def test_a_share_of_nothing_is_none() -> None:
    assert coverage.share(3, 12) == 0.25
    assert coverage.share(0, 0) is None


@pytest.mark.parametrize(
    ("reached", "of", "end_share", "ended"),
    [
        (6, 10, 60, True),
        (5, 10, 60, False),
        (2, 3, 67, False),
        (2, 3, 66, True),
        (10, 10, None, False),
        (10, 10, 0, False),
        (0, 0, 60, False),
    ],
)
def test_a_campaign_ends_exactly_at_its_share(reached: int, of: int, end_share: int | None, ended: bool) -> None:
    assert coverage.ended(reached, of, end_share) is ended
