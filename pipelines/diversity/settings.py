"""How much Phase II keeps, and what is near."""

from typing import Annotated

from pydantic import Field

from pipelines.settings import Section


class PruneBudget(Section):
    """How much to keep, and of which rows. Source: CharacterFlywheel §2.2.1, Phase II."""

    retain: Annotated[float, Field(gt=0, le=1)] = 0.8  # share of the rows that may stay, at most
    # Under the budget a leader's gain in coverage is multiplied by 1 + weight x its rank by priority
    # (1 = first, 0 = last): 0 is coverage alone, 1 lets the first row win against twice its gain.
    priority_weight: Annotated[float, Field(ge=0)] = 0.0
    keep_at_least: Annotated[int, Field(ge=0)] = 0  # rows of each stratum that the budget may not take
    # Nights before this one whose kept rows count as leaders; null = all.
    window_nights: Annotated[int | None, Field(ge=1)] = None
    # Rows, kept ones of earlier nights included, up to which every pair is met and the rule holds
    # exactly. Above, a row meets the rows of its own cluster and of the `guests` nearest clusters, and
    # the gate states what is left from a sample. The cost of a pair is a machine's: `python
    # tests/bench/pruning.py crossover` measures it and prints the rows that fit into a given time. It is
    # rows and no time here, so that a night's answer never depends on how busy its machine was. On one
    # core with AVX512-VNNI a pair costs 2 ns, 2,000,000 rows 2.3 hours. jobs/prune.py meets all pairs.
    exact_up_to: Annotated[int, Field(ge=1)] = 2_000_000
    guests: Annotated[int, Field(ge=1)] = 8

    def narrow(self) -> "PruneBudget":
        """Return these settings without what a section that extends them adds: all that a kernel is sent."""
        return PruneBudget(**{name: getattr(self, name) for name in PruneBudget.model_fields})

    def is_exact(self, rows: int, earlier: int) -> bool:
        """Say whether every pair is met, of so many rows of one model and its kept ones before them."""
        return rows + earlier <= self.exact_up_to


class PruneSettings(PruneBudget):
    """The same with what is near, for rows of one model."""

    cut: Annotated[float, Field(gt=0, le=1)] = 0.95  # cosine from which two rows are near-duplicates
