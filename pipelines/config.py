"""The configuration of a run: typed sections, a YAML file, `--set`, errors with their remedy."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import Field, field_validator, model_validator

from pipelines.diversity.settings import PruneBudget
from pipelines.drift.settings import DriftLimits
from pipelines.filtering.language.settings import LanguageLimits
from pipelines.filtering.privacy.settings import KNOWN_TYPES, PrivacyLimits
from pipelines.filtering.safety.settings import SafetyLimits
from pipelines.intake.settings import DifficultyLimits, HardnessLimits, IntakeLimits
from pipelines.proven_languages import find_unproven
from pipelines.report.settings import AlarmLimits
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.settings import SplitSettings
from pipelines.settings import Section
from pipelines.telemetry.settings import TelemetrySettings
from pipelines.vocabulary import explain_number, find_impossible


class Identity(Section):
    """Where the key of `user_key` comes from; the environment variable CURATION_KEY wins."""

    key_file: str | None = None
    former_key_files: tuple[str, ...] = Field(default=(), strict=False)
    """Files with the keys before this one: what was erased under them is still known by them."""


class Models(Section):
    """Which models answer; names of entries in the registry."""

    registry: str | None = None
    """The registry file; null = conf/models.yaml."""
    privacy: Annotated[tuple[str, ...], Field(min_length=1)] = ("rules", "ner")
    """All must answer; their findings are merged."""
    rescan: str = "rules"
    """The one of them that reads redacted text again; a hit stops the sample."""
    safety: Annotated[tuple[str, ...], Field(min_length=2)] = ("critical_rules", "fasttext_safety")
    """The layers, at least two; which of them must answer is safety.required."""
    heads: tuple[str, ...] = ("encoder_head",)
    """Safety layers that judge the prompt in the encoder's own pass."""
    language: str = "language"
    quality: str = "quality"
    encoder: str = "e5"
    unread: str = "char_ngrams"
    """The encoder by spelling, which compares the prompts that `encoder` cannot read."""
    jobs: str | None = None
    """The taxonomy of jobs to be done; null = conf/jtbd.yaml."""
    seconds_per_text: Annotated[float, Field(ge=0.01, le=3_600)] = 5.0
    """A scorer that takes longer over one text has failed on it."""
    keep_facts_nights: Annotated[int, Field(ge=0, le=1_000)] = 7
    """Nights whose Phase I answers are kept, so that a re-run calls no model again; 0 = none."""

    @field_validator("privacy", "safety", "heads")
    @classmethod
    def _are_different(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:  # the same layer again is no second opinion
            message = f"is not right: it names {', '.join(twice)} twice; name each model once"
            raise ValueError(message)
        return names


class NightPruneSettings(PruneBudget):
    """Phase II of a night: budget, cuts, and the order in which rows are visited."""

    cut: Annotated[float | None, Field(gt=0, le=1)] = None
    """The cosine from which two prompts are near-duplicates; null = the encoder's own value."""
    unread_cut: Annotated[float | None, Field(gt=0, le=1)] = None
    """The same for prompts that models.unread compares; null = its own value."""
    unread_from: Annotated[float, Field(gt=0, le=1)] = 0.4
    """A prompt is unread where the encoder's tokenizer does not know this share of its characters.
    A sentence with an emoji is below. Of sentences in scripts that the tokenizer half knows, .02
    were dropped wrongly with this limit, .29 without it."""
    priority: str = "quality"
    """The column of `samples` by which rows are visited, higher first; null comes last."""
    stratum: str | None = None
    """A column of `samples`: of each of its values `keep_at_least` rows are kept; null = none."""
    name_users_min: Annotated[int, Field(ge=2)] = 5
    """A word is part of a cluster's name only if at least this many of its users wrote it."""

    @model_validator(mode="after")
    def _floors_have_strata(self) -> Self:
        if self.stratum is not None and not self.keep_at_least:
            message = (
                f"stratum is {self.stratum}, but keep_at_least is 0, so it changes nothing; set "
                "keep_at_least to the rows of each value that must stay, or take stratum out"
            )
            raise ValueError(message)
        return self


class SparkSettings(Section):
    """How Spark runs where spark-submit does not say so."""

    master: str | None = None
    """Null = what spark-submit says, else all cores of this machine."""
    partitions: Annotated[int, Field(ge=1, le=100_000)] = 16
    """Tasks per stage at most; never changes a result."""
    one_task_rows: Annotated[int, Field(ge=0, le=10_000_000)] = 100_000
    """Phase II compares a night of up to so many rows in one task, a larger one in waves of tasks:
    the same rows. Above `pruning.exact_pairs` it is one task in any case."""
    driver_rows: Annotated[int, Field(ge=0, le=10_000_000)] = 250_000
    """What follows from ids and numbers alone (policy, sides, draw, gates, report) the driver
    computes for a night of up to so many rows; of a larger one a task does: the same rows."""


class StoreSettings(Section):
    """How a warehouse is held. Credentials and endpoints come from the environment alone."""

    lease_seconds: Annotated[float, Field(ge=60, le=86_400)] = 900.0
    """A run that has not been heard of for so long is overtaken; on a disk, at once."""
    wait_seconds: Annotated[float, Field(ge=0, le=86_400)] = 7_200.0
    """A night waits for so long while a run of another night, or another job, holds the warehouse;
    0 = it ends at once. While its own night runs it ends at once in any case."""


class Gates(Section):
    """What stops a night from being published."""

    max_quarantine_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """More quarantined rows than this share of the input: something upstream broke."""
    max_null_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """More failed jtbd or quality scores than this share of the samples."""
    max_gap: Annotated[float, Field(ge=0)] = 0.01
    """Greatest relative gap between a side's objective and the best possible one; with a greater
    gap, the search gave up. The check states the gap, which is 0 where the optimum is proven."""
    max_residual_share: Annotated[float, Field(ge=0, le=1)] = 0.005
    """Above pruning.exact_pairs: greatest share of kept rows that may be at or above the cut to
    another kept row. Compared with the 95 % upper bound from a sample of 2,000 kept rows, which is
    at least 0.0015."""
    max_duplicate_share: Annotated[float, Field(ge=0, le=1)] = 0.3
    """Greatest share of different texts that Phase II may merge into others, in any language,
    script, source, locale or job with 100 different texts or more. A greater share stops the night:
    the encoder cannot read the texts, or they follow one template. Copies of one text do not count.
    1 = no night is stopped, and the report warns. Measured: .07 at most on a real night of 31,719
    and .16 on the demo's, which plants near-duplicates; of 150 sentences each an English encoder
    merges .88 (Telugu) to .93 (Khmer), .33 in Georgian."""


class RunConfig(Section):
    """Everything that decides what a night becomes."""

    traffic: str | None = None
    scores: str | None = None
    warehouse: str | None = None
    ds: str | None = None
    """The night; null = yesterday in UTC."""
    identity: Identity = Identity()
    spark: SparkSettings = SparkSettings()
    store: StoreSettings = StoreSettings()
    models: Models = Models()
    intake: IntakeLimits = IntakeLimits()
    difficulty: DifficultyLimits = DifficultyLimits()
    hardness: HardnessLimits = HardnessLimits()
    privacy: PrivacyLimits = PrivacyLimits()
    safety: SafetyLimits = SafetyLimits()
    language: LanguageLimits = LanguageLimits()
    pruning: NightPruneSettings = NightPruneSettings()
    split: SplitSettings = SplitSettings()
    sampling: SamplingBlock = Field(
        default_factory=lambda: _default_sampling()  # noqa: PLW0108 defined below
    )
    evaluation: SamplingBlock | None = None
    """Null = a tenth of train, with locale and jtbd softly matched to the traffic."""
    gates: Gates = Gates()
    drift: DriftLimits = DriftLimits()
    telemetry: TelemetrySettings = TelemetrySettings()
    alarms: AlarmLimits = AlarmLimits()

    @field_validator("sampling", "evaluation")
    @classmethod
    def _draws_rows(cls, block: SamplingBlock | None) -> SamplingBlock | None:
        if block is not None and block.size == 0:
            message = "size is 0; write a whole number of rows above 0 or a share of the pool"
            raise ValueError(message)
        return block

    @model_validator(mode="after")
    def _serves_what_safety_reads(self) -> Self:
        unproven = find_unproven(self.language.served)
        if unproven and self.safety.unproven == "refuse":
            message = (
                f"language.served names {', '.join(unproven)}, in which no coverage of the safety "
                "layers is proven: a threat might pass unseen. Remove it, or write "
                "safety.unproven: review (a person sees each sample) or accept"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        faults = [*_idle_types(self), *_idle_layers(self)]
        if fault := explain_number(self.pruning.priority):
            faults.append(f"pruning.priority is {self.pruning.priority}, {fault}")
        for name in ("sampling", "evaluation"):
            block = getattr(self, name)
            faults += [] if block is None else find_impossible(block, name)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def with_places(self, places: Mapping[str, str | None]) -> "RunConfig":
        """Return the configuration with the places that the command line gives on top."""
        return self.model_copy(
            update={name: place for name, place in places.items() if place is not None}
        )

    def as_written(self) -> dict[str, Any]:
        """Return the configuration as JSON values; sampling blocks exactly as the user wrote."""
        values: dict[str, Any] = self.model_dump(mode="json", exclude={"sampling", "evaluation"})
        values["sampling"] = self.sampling.as_written()
        values["evaluation"] = None if self.evaluation is None else self.evaluation.as_written()
        return values


def _idle_types(config: RunConfig) -> list[str]:
    """Return the entity types that no model finds; models that are not ours may find their own."""
    if config.models.registry is not None or set(config.models.privacy) - set(Models().privacy):
        return []
    return [
        f"privacy.{key} names {', '.join(types)}, which no model finds. Known types: "
        f"{', '.join(KNOWN_TYPES)}"
        for key, types in config.privacy.find_unknown().items()
    ]


def _idle_layers(config: RunConfig) -> list[str]:
    """Return the safety layers that have cuts or count as critical, though no such model runs."""
    models, ours = config.models, SafetyLimits()
    run = (*models.safety, *models.heads)
    idle = {
        "cuts": set(config.safety.cuts) - set(ours.cuts),
        "critical": set(config.safety.critical) - set(ours.critical),
    }
    return [
        f"safety.{key} names {', '.join(sorted(names - set(run)))}, which models.safety and "
        f"models.heads do not run: {', '.join(run)}. Add it there, or take it out"
        for key, names in idle.items()
        if names - set(run)
    ]


def _default_sampling() -> SamplingBlock:
    """Table 1 of the paper with half of the pool.

    The cap on a character may be missed, at a price that nothing else outweighs: a pool of fewer
    than 34 characters cannot keep each below 3 %, and a newcomer's first try is such a pool.
    """
    return SamplingBlock.model_validate_json(
        json.dumps(
            {
                "size": 0.5,
                "seed": 7,
                "constraints": [
                    {"dimension": "is_first_turn", "equals": True, "at_least": 0.10},
                    {
                        "dimension": "character_id",
                        "each_at_most": 0.03,
                        "soft": True,
                        "weight": 1000,
                    },
                    {"dimension": "locale", "match": "traffic", "tolerance": 0.02, "soft": True},
                    {"dimension": "jtbd", "match": "traffic", "tolerance": 0.05, "soft": True},
                ],
                "maximise": "quality",
            }
        )
    )


def hash_config(config: RunConfig) -> str:
    """Return the sha-256 of the settings that can change a row: no path, guard or Spark setting."""
    return hash_written(config.as_written())


def hash_written(written: Mapping[str, Any]) -> str:
    """Return `hash_config` of a configuration that was written as JSON values."""
    idle = {"traffic", "scores", "warehouse", "spark", "store", "drift", "telemetry", "alarms"}
    decisive = {k: v for k, v in written.items() if k not in idle}
    decisive["identity"] = {}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
