"""What is measured of the safety layers: cuts at their stated cost, and a failure that stops."""

from collections.abc import Sequence

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.answers import SafetyScore
from pipelines.training.safety_measure import choose_cuts, score_layers


class Fixed:
    """A layer that reads its score off the text; `x` makes it fail."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.revision = "1"

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return the number that the text is."""
        return [None if text == "x" else SafetyScore(float(text)) for text in texts]


@given(st.lists(st.floats(0, 0.98), min_size=20, max_size=60), st.sampled_from([0.05, 0.1, 0.5]))
def test_no_more_clean_texts_reach_a_cut_than_was_stated(scores: list[float], share: float) -> None:
    """The report states the false-pass rate; ties at the cut may not break it."""
    cuts = choose_cuts(pl.Series([*scores, 0.99]), share, share / 5)

    reached = [
        sum(s >= cuts[side] for s in [*scores, 0.99]) / (len(scores) + 1)
        for side in ("review_from", "drop_from")
    ]
    assert (
        reached[0] <= share or cuts["review_from"] >= 0.99,
        cuts["drop_from"] >= cuts["review_from"],
    ) == (
        True,
        True,
    )


def test_cuts_of_a_small_case() -> None:
    """Written out: of ten clean texts one may be reviewed at 0.1."""
    scores = pl.Series([n / 10 for n in range(10)])

    assert choose_cuts(scores, 0.1, 0.0) == {"review_from": 0.9, "drop_from": 1.0}
    assert choose_cuts(scores, 0.3, 0.1) == {"review_from": 0.7, "drop_from": 0.9}


def test_what_the_cuts_make_of_rows_and_a_failed_layer_stops() -> None:
    """A layer that failed has not said that a text is clean."""
    rows = pl.DataFrame(
        {"text": ["0.1", "0.5", "0.9", "x"], "label": ["safe", "hate", "hate", "safe"]}
    )
    cuts = {"encoder_head": {"review_from": 0.4, "drop_from": 0.8}}

    scored = score_layers(rows, {"encoder_head": Fixed("encoder_head")}, cuts)

    assert scored.select("harmful", "encoder_head", "stopped", "dropped").rows() == [
        (False, 0.1, False, False),
        (True, 0.5, True, False),
        (True, 0.9, True, True),
        (False, None, True, True),
    ]
