"""A demo night: traffic, reward scores, and the truth about everything that was planted in them."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from pipelines.demo.columns import SCORES, TRAFFIC, TRUTH
from pipelines.demo.conversations import ChatGenerator
from pipelines.demo.plan import draw_plan
from pipelines.demo.planting import Writer

_ROWS_OF_A_PIECE = 5_000  # written as Python rows before they become Arrow; bounds the memory


@dataclass(frozen=True, slots=True)
class DemoNight:
    """One night: `traffic` [n], `scores` [responses], `truth` [plants]; columns by the contract."""

    traffic: pa.Table
    scores: pa.Table
    truth: pa.Table


def generate_traffic(conversations: int, seed: int, ds: str) -> DemoNight:
    """Generate a night of n traffic rows, the same for the same arguments.

    Users belong to the seed alone, so they come back on other nights; conversations, their texts
    and ids belong to seed and night. Of the rows 1.5 % are malformed, 3 % hold an identifier, 3 %
    an unsafe text, 8 % are near-duplicates; 60 % of the well-formed have reward scores with a
    planted difficulty.

    Args:
        conversations: how many rows of traffic; at least 1.
        seed: any whole number.
        ds: the night, as an ISO date; every chat but a malformed one starts in it (UTC).

    Raises:
        ValueError: `conversations` is below 1, or `ds` is no ISO date.
    """
    if conversations < 1:
        message = f"a night needs at least 1 conversation, not {conversations}"
        raise ValueError(message)
    night = date.fromisoformat(ds)
    chats = ChatGenerator(seed, night, conversations)
    writer = Writer(chats, draw_plan(conversations, seed, night.isoformat()))
    traffic, scores, truth = [], [], []
    for start in range(0, conversations, _ROWS_OF_A_PIECE):
        rows = writer.write(range(start, min(start + _ROWS_OF_A_PIECE, conversations)))
        traffic.append(pa.Table.from_pylist(rows.traffic, TRAFFIC))
        scores.append(pa.Table.from_pylist(rows.scores, SCORES))
        truth.append(pa.Table.from_pylist(rows.truth, TRUTH))
    return DemoNight(pa.concat_tables(traffic), pa.concat_tables(scores), pa.concat_tables(truth))
