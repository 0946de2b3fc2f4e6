"""The rows of a night that is made up row by row, and the counts of them that a report needs."""

import numpy as np
import polars as pl

HOSTILE = "<script>alert(1)</script>"
OVERRIDE = "abc\u202edcba"
ROWS = 5_000
PHASES = ("intake", "privacy", "safety", "language", "diversity", "split", "sampling")
DIMENSIONS = (
    "locale",
    "language",
    "jtbd",
    "is_first_turn",
    "depth",
    "difficulty",
    "source",
    "character_id",
)
LOCALES = ["en-US", "en-GB", "en-IN", "es-ES", "es-MX", "hi-IN", "pt-BR", None, HOSTILE, OVERRIDE]
LOCALE_SHARES = [0.30, 0.12, 0.14, 0.11, 0.13, 0.11, 0.05, 0.02, 0.01, 0.01]
JOBS = [
    "roleplay",
    "romantic",
    "advice",
    "smalltalk",
    "creative_writing",
    "learning",
    "entertainment",
    "other",
]
LOST = {
    "privacy": [("drop", "high_risk_identifier", 0.030), ("review", "privacy_unscored", 0.0006)],
    "safety": [
        ("drop", "critical_rule", 0.008),
        ("drop", "unsafe", 0.028),
        ("review", "safety_uncertain", 0.021),
        ("review", "safety_unscored", 0.001),
    ],
    "language": [("drop", "language_not_served", 0.012), ("drop", "language_uncertain", 0.024)],
    "diversity": [("drop", "near_duplicate", 0.11), ("drop", "budget", 0.22)],
    "split": [("drop", "split_conflict", 0.002)],
    "sampling": [("drop", "not_selected", 0.42)],
}


def make_samples(seed: int = 7) -> pl.DataFrame:
    """Return one row per sample: its dimensions, and its last phase, outcome and reason."""
    chance = np.random.default_rng(seed)
    ranks = np.minimum(chance.zipf(1.35, ROWS), 80)
    samples = pl.DataFrame(
        {
            "locale": pl.Series(
                [LOCALES[i] for i in chance.choice(len(LOCALES), ROWS, p=LOCALE_SHARES)]
            ),
            "jtbd": [JOBS[i] for i in np.minimum(chance.geometric(0.27, ROWS) - 1, 7)],
            "is_first_turn": chance.random(ROWS) < 0.22,
            "depth": [["1", "2", "3-4", "5-8", "9+"][i] for i in chance.integers(0, 5, ROWS)],
            "difficulty": [
                [None, "low", "medium", "high"][i]
                for i in chance.choice(4, ROWS, p=[0.4, 0.2, 0.2, 0.2])
            ],
            "source": [["user", "internal"][i] for i in (chance.random(ROWS) < 0.06).astype(int)],
            "character_id": [f"char_{rank:03d}" for rank in ranks],
        }
    )
    language = pl.col("locale").str.slice(0, 2).replace({"<s": "en", "ab": "en"})
    return samples.with_columns(language=language).with_columns(_ends(samples, chance))


def _ends(samples: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    ends = []
    for locale, job in samples.select("locale", "jtbd").iter_rows():
        end = ("sampling", "keep", "train" if chance.random() < 0.9 else "eval")
        for phase, ways in LOST.items():
            roll, hit = chance.random(), None
            harsh = (
                4.0
                if (phase == "safety" and locale == "hi-IN")
                or (phase == "diversity" and job == "other")
                else 1.0
            )
            for outcome, reason, share in ways:
                roll -= share * harsh
                if roll < 0:
                    hit = (phase, outcome, reason)
                    break
            if hit:
                end = hit
                break
        ends.append(end)
    return pl.DataFrame(ends, schema=["phase", "outcome", "reason"], orient="row")


def count_decisions(samples: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Return decisions per phase, counted by the keys: each phase decides what the last kept."""
    parts = []
    order = {phase: index for index, phase in enumerate(PHASES)}
    last = pl.col("phase").replace_strict(order, return_dtype=pl.Int64)
    for index, phase in enumerate(PHASES):
        there = samples.filter(last >= index)
        ends = (last == index) & (pl.col("outcome") != "keep")
        outcome = pl.when(ends).then(pl.col("outcome")).otherwise(pl.lit("keep"))
        kept = {"diversity": "leader", "split": "train", "sampling": "selected"}.get(
            phase, "passed"
        )
        reason = pl.when(ends).then(pl.col("reason")).otherwise(pl.lit(kept))
        decided = there.with_columns(outcome=outcome, reason=reason, phase=pl.lit(phase))
        parts.append(decided.group_by([*keys, "phase", "outcome", "reason"]).agg(rows=pl.len()))
    return pl.concat(parts)


def list_by_dimension(samples: pl.DataFrame, name: str) -> pl.DataFrame:
    """Return the samples with `dimension` and its `value` as text."""
    text = pl.col(name).cast(pl.String)
    return samples.with_columns(dimension=pl.lit(name), value=text)


def make_marginals(samples: pl.DataFrame) -> pl.DataFrame:
    """Return rows per value and stage; difficulty is drawn as a target share would."""
    published = pl.col("outcome") == "keep"
    stages = {
        "traffic": pl.lit(value=True),
        "pool": pl.col("phase") == "sampling",
        "train": published
        & (pl.col("reason") == "train")
        & (pl.col("difficulty").ne_missing("low")),
        "eval": published & (pl.col("reason") == "eval"),
    }
    return pl.concat(
        list_by_dimension(samples.filter(where), name)
        .group_by("dimension", "value")
        .agg(rows=pl.len())
        .with_columns(stage=pl.lit(stage))
        for name in DIMENSIONS
        for stage, where in stages.items()
    )


def make_constraints(samples: pl.DataFrame) -> pl.DataFrame:
    """Return the bounds of four constraints on train and one on eval; one soft target is missed."""
    cap = (
        samples.group_by("character_id")
        .agg(n=pl.len())
        .sort("n", "character_id", descending=[True, False])
    )
    rows = [_bound("0: is_first_turn = true, at least 0.10", "true", (0.1, None), 0.221)]
    rows += [
        _bound("1: character_id each at most 0.03", name, (None, 0.03), min(n / ROWS, 0.03))
        for name, n in cap.iter_rows()
    ]
    for locale, share in zip(LOCALES, LOCALE_SHARES, strict=True):
        span = (max(share - 0.02, 0), share + 0.02)
        rows.append(
            _bound(
                "2: locale as the traffic, within 0.02",
                locale or "null",
                span,
                max(share - 0.011, 0.0),
            )
        )
        rows.append(
            _bound(
                "0: locale as the traffic, soft",
                locale or "null",
                span,
                max(share - 0.011, 0.0),
                side="eval",
            )
        )
    for level, span, achieved in (
        ("low", (0.15, 0.25), 0.21),
        ("medium", (0.25, 0.35), 0.36),
        ("high", (0.45, 0.55), 0.43),
    ):
        rows.append(_bound("3: difficulty by shares, within 0.05, soft", level, span, achieved))
    return pl.DataFrame(rows, infer_schema_length=None)


def _bound(
    text: str,
    value: str,
    span: tuple[float | None, float | None],
    achieved: float,
    side: str = "train",
) -> dict[str, object]:
    low, high = span
    return {
        "constraint": text,
        "dimension": text.split()[1],
        "side": side,
        "value": value,
        "hard": "soft" not in text,
        "required_min": low,
        "required_max": high,
        "achieved": achieved,
        "pool": round(2_900 * achieved),
        "met": (low or 0) <= achieved <= (1 if high is None else high),
        "binding": achieved in span,
        "slack": 12,
        "shadow_price": 0.25,
    }


def make_pruning(chance: np.random.Generator) -> pl.DataFrame:
    """Return leaders without witness, near-duplicates above the cut of 0.95, budget below it."""
    near = np.floor(chance.uniform(0.95, 1.0, 480) * 100)
    budget = np.floor(np.clip(chance.normal(0.74, 0.1, 930), 0.3, 0.949) * 100)
    bins = [*near.astype(int).tolist(), *budget.astype(int).tolist(), *[None] * 2_900]
    reasons = ["near_duplicate"] * 480 + ["budget"] * 930 + ["leader"] * 2_900
    rows = pl.DataFrame({"reason": reasons, "similarity_bin": pl.Series(bins, dtype=pl.Int64)})
    return rows.group_by("reason", "similarity_bin").agg(rows=pl.len())


def make_retention() -> pl.DataFrame:
    """Return languages and scripts; the encoder reads all but Thai, and two values are hostile."""
    rows = [
        *[
            ("language", value, 1_000, 900, 80, 20, 950, 30)
            for value in ("en", "es", None, HOSTILE, OVERRIDE)
        ],
        ("language", "th", 140, 4, 136, 0, 138, 134),
        ("script", "Latin", 5_000, 4_500, 400, 100, 4_750, 150),
        ("script", "Thai", 140, 4, 136, 0, 138, 134),
        ("source", "user", 5_140, 4_504, 536, 100, 4_888, 284),
    ]
    names = (
        "dimension",
        "value",
        "rows",
        "kept",
        "near_duplicates",
        "budget",
        "texts",
        "merged_texts",
    )
    return pl.DataFrame(rows, schema=names, orient="row")


def make_difficulty(chance: np.random.Generator) -> pl.DataFrame:
    """Return 3,000 scored samples by spread and best reward, and 2,000 that have too few scores."""
    spread, best = chance.beta(2, 5, 3_000), chance.normal(0.6, 0.18, 3_000)
    level = [["low", "medium", "high"][int(v > 0.22) + int(v > 0.36)] for v in spread]
    scored = pl.DataFrame(
        {
            "variance_bin": np.minimum((spread * 11).astype(int), 7),
            "best_bin": np.clip((best * 8).astype(int), 0, 7),
            "level": level,
        }
    )
    nothing = pl.DataFrame(
        [{"variance_bin": None, "best_bin": None, "level": None}] * 2_000, schema=scored.schema
    )
    return (
        pl.concat([scored, nothing])
        .group_by("variance_bin", "best_bin", "level")
        .agg(rows=pl.len())
    )


def make_languages(samples: pl.DataFrame, chance: np.random.Generator) -> pl.DataFrame:
    """Return declared and identified language: some are English in truth, some uncertain."""
    roll = pl.Series(chance.random(ROWS))
    usual = pl.col("language").fill_null("en")
    identified = (
        pl.when(roll < 0.08)
        .then(pl.lit("en"))
        .when(roll > 0.97)
        .then(pl.lit("und"))
        .otherwise(usual)
    )
    pairs = samples.select(declared="language", identified=identified)
    return pairs.group_by("declared", "identified").agg(rows=pl.len())


def make_safety(chance: np.random.Generator) -> pl.DataFrame:
    """Return the scores of one model: nearly all low, a few high."""
    scores = np.concatenate([chance.beta(0.6, 14, 4_700), chance.beta(6, 2, 300)])
    rows = pl.DataFrame(
        {"model": "fasttext_safety", "score_bin": np.minimum((scores / 0.02).astype(int), 49)}
    )
    return rows.group_by("model", "score_bin").agg(rows=pl.len())
