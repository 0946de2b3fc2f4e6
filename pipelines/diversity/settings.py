"""Settings of pruning: how much is kept, and from which cosine rows are near-duplicates."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from pipelines.settings import Section

_RENAMED = {"guests": "probe_clusters"}
"""Old key -> new key: files and options that were written with the old one still work."""
_OLD_ROWS = "exact_up_to"
"""An old key: the most rows of which every pair was compared."""


class PruneBudget(Section):
    """How much to keep, and of which rows. Source: CharacterFlywheel §2.2.1, Phase II."""

    retain: Annotated[float, Field(gt=0, le=1)] = 0.8  # share of the rows that may stay, at most
    # Under the budget a leader's gain in coverage is multiplied by 1 + weight x its rank by
    # priority (1 = first, 0 = last): 0 is coverage alone, 1 lets the first row win against twice
    # its gain.
    priority_weight: Annotated[float, Field(ge=0)] = 0.0
    keep_at_least: Annotated[int, Field(ge=0)] = (
        0  # rows of each stratum that the budget may not drop
    )
    # Nights before this one whose kept rows count as leaders; null = all.
    window_nights: Annotated[int | None, Field(ge=1)] = None
    # Up to this many pairs every pair is compared and the rule holds exactly: of a night of n rows
    # n x n / 2, and n for each kept row of earlier nights. Above, a row is compared with the rows
    # of its own cluster and of the `probe_clusters` nearest ones (as `nprobe` of an IVF index), and
    # the gate estimates from a sample what was overlooked. The limit counts pairs, not time, so
    # that a night's answer never depends on how busy its machine was. On one core with AVX512-VNNI
    # a pair costs 2 ns: `python tests/bench/pruning.py crossover` measures it. jobs/prune.py
    # compares all.
    exact_pairs: Annotated[int, Field(ge=1)] = 100_000_000_000
    probe_clusters: Annotated[int, Field(ge=1)] = 8

    @model_validator(mode="before")
    @classmethod
    def _rename_old_keys(cls, values: Any) -> Any:  # noqa: ANN401 whatever the file holds
        """Rename old keys; of an old and a new one the later counts: --set comes after the file."""
        if not isinstance(values, dict):
            return values
        named = {_RENAMED.get(key, key): value for key, value in values.items()}
        if isinstance(rows := named.get(_OLD_ROWS), int):
            del named[_OLD_ROWS]
            named.setdefault("exact_pairs", max(1, rows * rows // 2))
        return named

    def narrow(self) -> "PruneBudget":
        """Return these settings without those that a subclass adds: all that a kernel needs."""
        return PruneBudget(**{name: getattr(self, name) for name in PruneBudget.model_fields})

    def is_exact(self, rows: int, earlier: int = 0, cost: int = 1) -> bool:
        """Say whether every pair is compared, of so many rows and kept rows of earlier nights.

        `cost` is that of a pair, as a multiple of that of the search.
        """
        return (rows * rows // 2 + rows * earlier) * cost <= self.exact_pairs


class PruneSettings(PruneBudget):
    """The same, and the cut of near-duplicates, for rows of one model."""

    cut: Annotated[float, Field(gt=0, le=1)] = (
        0.95  # cosine from which two rows are near-duplicates
    )
