"""How much Phase II keeps, and what is near."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from pipelines.settings import Section

_RENAMED = {"guests": "probe_clusters"}
"""Old key -> new key: files and options that were written with the old one still work."""


class PruneBudget(Section):
    """How much to keep, and of which rows. Source: CharacterFlywheel §2.2.1, Phase II."""

    retain: Annotated[float, Field(gt=0, le=1)] = 0.8  # share of the rows that may stay, at most
    # Under the budget a leader's gain in coverage is multiplied by 1 + weight x its rank by priority
    # (1 = first, 0 = last): 0 is coverage alone, 1 lets the first row win against twice its gain.
    priority_weight: Annotated[float, Field(ge=0)] = 0.0
    keep_at_least: Annotated[int, Field(ge=0)] = (
        0  # rows of each stratum that the budget may not drop
    )
    # Nights before this one whose kept rows count as leaders; null = all.
    window_nights: Annotated[int | None, Field(ge=1)] = None
    # Up to this many rows, kept ones of earlier nights included, every pair is compared and the rule
    # holds exactly. Above, a row is compared with the rows of its own cluster and of the
    # `probe_clusters` nearest ones (as `nprobe` of an IVF index), and the gate estimates from a sample
    # what was overlooked. The limit counts rows, not time, so that a night's answer never depends on
    # how busy its machine was. What a pair costs depends on the machine: `python tests/bench/pruning.py
    # crossover` measures it and prints the rows that fit into a given time. On one core with
    # AVX512-VNNI a pair costs 2 ns, 2,000,000 rows 2.3 hours. jobs/prune.py compares all pairs.
    exact_up_to: Annotated[int, Field(ge=1)] = 2_000_000
    probe_clusters: Annotated[int, Field(ge=1)] = 8

    @model_validator(mode="before")
    @classmethod
    def _rename_old_keys(cls, values: Any) -> Any:  # noqa: ANN401 whatever the file holds
        """Read an old key as the new one; of both, the later counts, as --set comes after the file."""
        if not isinstance(values, dict):
            return values
        return {_RENAMED.get(key, key): value for key, value in values.items()}

    def narrow(self) -> "PruneBudget":
        """Return these settings without what a section that extends them adds: all that a kernel needs."""
        return PruneBudget(**{name: getattr(self, name) for name in PruneBudget.model_fields})

    def is_exact(self, rows: int, earlier: int) -> bool:
        """Say whether every pair is compared, of so many rows of one model and its earlier kept rows."""
        return rows + earlier <= self.exact_up_to


class PruneSettings(PruneBudget):
    """The same with what is near, for rows of one model."""

    cut: Annotated[float, Field(gt=0, le=1)] = (
        0.95  # cosine from which two rows are near-duplicates
    )
