"""The search by which the gates count again how near a night's rows are to other nights'."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipelines.diversity.evidence import best_cosines, count_near, scale_rows
from pipelines.diversity.pairs import pairs_across
from pipelines.diversity.similarity import (
    Vectors,
    exact_cosines,
    find_nearest,
    make_pool,
    unit_rows,
)
from pipelines.night.across import OtherSide
from pipelines.night.embedding import read_vectors
from pipelines.night.index_search import of_model, rows_where
from pipelines.night.window import is_earlier
from schemas.night import EARLIER


@dataclass(frozen=True, slots=True)
class RecheckRule:
    """How a night is counted again.

    Args:
        ds: the night.
        since: the first night that it was compared with.
        cuts: of each model: the cosine from which two rows are near-duplicates.
        revisions: of each model.
        samples: samples of kept and of dropped rows are compared, as not all pairs were, or as they
            are too many.
    """

    ds: str
    since: str
    cuts: Mapping[str, float]
    revisions: Mapping[str, str]
    samples: bool

    def counts(self, ds: str) -> bool:
        """Whether the kept rows of a night were leaders for this one."""
        return is_earlier(ds, self.ds, self.since)


class Recount:
    """The search for `earlier`: what is counted again of rows of the night and earlier nights'.

    Args:
        rows: `rechecked`.
        rule: which nights count.
    """

    def __init__(self, rows: pa.Table, rule: RecheckRule) -> None:
        self._rule = rule
        self._models = [
            _Recounted(own, model, _Sampled if rule.samples else _Compared, cut)
            for model, cut in rule.cuts.items()
            if len(own := of_model(rows, model))
        ]
        self._sides = OtherSide(rows_where(rows, rows["side"].is_valid()), rule.revisions, None)

    def look_at(self, kept: pa.Table) -> None:
        """Take in kept rows."""
        self._sides.look_at(kept)
        past = rows_where(kept, [self._rule.counts(ds) for ds in kept["ds"].to_pylist()])
        for one in self._models:
            old = of_model(past, one.model, self._rule.revisions[one.model])
            if len(old):
                one.look_at(old)

    def answers(self) -> pa.Table:
        """Return `earlier`, without rows of models that no row was seen of."""
        found = [one.answers() for one in self._models if one.has_seen]
        sides = self._sides.answers()
        none = pa.nulls(len(sides), pa.float64())
        told = pa.table(
            {
                "sample_id": sides["sample_id"],
                "best": none,
                "near": np.zeros(len(sides), np.int64),
                "witness": none,
                "across": sides["similarity"],
            }
        )
        return pa.concat_tables([EARLIER.arrow.empty_table(), *found, told.cast(EARLIER.arrow)])


class _Compared:
    """Kept and dropped rows of the night beside earlier nights', by their float32 products.

    Nothing of it is shared with the search, neither the scaling nor the preselection.

    Args:
        kept: vectors of rows, of which are counted those in `near` at the cut or above.
        dropped: of rows, of which `best` tells the nearest.
        cut: of the model.
    """

    def __init__(self, kept: Vectors, dropped: Vectors, cut: float) -> None:
        self._kept, self._dropped, self._cut = scale_rows(kept), scale_rows(dropped), cut
        self.near = np.zeros(len(kept), np.int64)
        self.best = np.full(len(dropped), -np.inf)

    def look_at(self, past: Vectors) -> None:
        past = scale_rows(past)
        self.near += count_near(self._kept, past, self._cut)
        self.best = np.maximum(self.best, best_cosines(self._dropped, past))


class _Sampled:
    """The same for samples, which all rows of a large index are compared with.

    The search overlooked pairs because it compared some alone, which these samples show. So its
    int8 products, with their proven bound, are good enough here, and five times as fast.
    """

    def __init__(self, kept: Vectors, dropped: Vectors, cut: float) -> None:
        self._kept, self._dropped = (make_pool(unit_rows(rows)) for rows in (kept, dropped))
        self._cut = cut
        self.near = np.zeros(len(kept), np.int64)
        self.best = np.full(len(dropped), -np.inf)

    def look_at(self, past: Vectors) -> None:
        pool = make_pool(unit_rows(past))
        met = pairs_across(self._kept, pool, self._cut).left
        self.near += np.bincount(met, minlength=len(self.near))
        self.best = find_nearest(self._dropped, pool, floors=self.best).similarity


class _Recounted:
    """What is counted of the rows that one model compares."""

    def __init__(
        self, rows: pa.Table, model: str, how: type[_Compared | _Sampled], cut: float
    ) -> None:
        self.model, self.has_seen = model, False
        self._ids, self._vectors = rows["sample_id"], read_vectors(rows["embedding"])
        compares, kept = (np.array(rows[n].to_pylist()) for n in ("compares_kept", "kept"))
        self._kept, self._dropped = (np.flatnonzero(compares & own) for own in (kept, ~kept))
        self._compared = how(self._vectors[self._kept], self._vectors[self._dropped], cut)
        self._witness = np.full(len(rows), np.nan)
        self._named: dict[tuple[str, str], list[int]] = {}
        for row, name in enumerate(names_of(rows, "witness_ds", "witness_id")):
            self._named.setdefault(name, []).append(row)

    def look_at(self, old: pa.Table) -> None:
        self.has_seen = True
        past = read_vectors(old["embedding"])
        self._compared.look_at(past)
        pairs = [
            (row, place)
            for place, name in enumerate(names_of(old, "ds", "sample_id"))
            for row in self._named.get(name, ())
        ]
        if pairs:
            rows, places = np.array(pairs, np.int64).T
            self._witness[rows] = exact_cosines(self._vectors, past, rows, places)

    def answers(self) -> pa.Table:
        best, near = np.full(len(self._ids), -np.inf), np.zeros(len(self._ids), np.int64)
        best[self._dropped], near[self._kept] = self._compared.best, self._compared.near
        return pa.table(
            {
                "sample_id": self._ids,
                "best": pa.array(best, pa.float32(), mask=np.isneginf(best)),
                "near": near,
                "witness": pa.array(self._witness, pa.float64(), mask=np.isnan(self._witness)),
                "across": pa.nulls(len(best), pa.float64()),
            }
        ).cast(EARLIER.arrow)


def names_of(rows: pa.Table, ds: str, name: str) -> list[tuple[str, str]]:
    """Return night and id of each row, from columns of these names."""
    return list(zip(rows[ds].to_pylist(), rows[name].to_pylist(), strict=True))
