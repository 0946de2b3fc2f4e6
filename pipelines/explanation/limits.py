"""The settings of a run, read back from `runs`; what does not fit this code is not known."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import ValidationError

from pipelines.config import Models, NightPruneSettings
from pipelines.errors import ConfigurationError
from pipelines.filtering.language.settings import LanguageLimits
from pipelines.filtering.privacy.settings import PrivacyLimits
from pipelines.filtering.safety.settings import SafetyCut, SafetyLimits
from pipelines.intake.settings import IntakeLimits
from pipelines.sampling.constraints import SamplingBlock, parse_block
from pipelines.sampling.settings import SplitSettings
from pipelines.settings import Section

_S = TypeVar("_S", bound=Section)
_NO_GAP = re.compile(r"'(train|eval)': 0(?:\.0)?[,}]")


@dataclass(frozen=True, slots=True)
class RunLimits:
    """The settings of a run; None = its section does not fit this code and is left out.

    Args:
        intake, models, privacy, safety, language, pruning, split: sections of its configuration.
        maximise: side → the column whose total its draw maximises, None = none; a side that is
            missing has a block which is not one of this code.
        exact_sides: sides whose draw is proven to be the best there is.
    """

    intake: IntakeLimits | None = None
    models: Models | None = None
    privacy: PrivacyLimits | None = None
    safety: SafetyLimits | None = None
    language: LanguageLimits | None = None
    pruning: NightPruneSettings | None = None
    split: SplitSettings | None = None
    maximise: Mapping[str, str | None] = field(default_factory=dict)
    exact_sides: frozenset[str] = frozenset()

    def safety_cut(self, model: str) -> SafetyCut | None:
        """Return the cuts of a safety layer; None where the run's are not known."""
        return None if self.safety is None else self.safety.cuts.get(model, self.safety.other)

    def cut_of(self, model: str | None) -> float | None:
        """Return the cosine from which prompts compared by a model are near; None = not known."""
        if self.pruning is None or self.models is None:
            return None
        return self.pruning.unread_cut if model == self.models.unread else self.pruning.cut


def read_limits(config: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> RunLimits:
    """Return the settings of a run.

    Args:
        config: its whole configuration, as `runs` has it.
        checks: its named checks, as `runs` has them.
    """
    blocks = {"train": _block(config.get("sampling")), "eval": _block(config.get("evaluation"))}
    maximise = {side: block.maximise for side, block in blocks.items() if block is not None}
    if config.get("evaluation", "") is None:  # the default of eval maximises nothing
        maximise["eval"] = None
    return RunLimits(
        intake=_section(IntakeLimits, config, "intake"),
        models=_section(Models, config, "models"),
        privacy=_section(PrivacyLimits, config, "privacy"),
        safety=_section(SafetyLimits, config, "safety"),
        language=_section(LanguageLimits, config, "language"),
        pruning=_section(NightPruneSettings, config, "pruning"),
        split=_section(SplitSettings, config, "split"),
        maximise=maximise,
        exact_sides=_exact_sides(checks),
    )


def _section(kind: type[_S], config: Mapping[str, Any], name: str) -> _S | None:
    """Return a section as the run had it, never a default of today; None = it does not fit."""
    values = config.get(name)
    if not isinstance(values, dict):
        return None
    try:
        return kind.model_validate_json(json.dumps(values))
    except ValidationError:
        return None


def _block(values: object) -> SamplingBlock | None:
    try:
        return parse_block(values)
    except ConfigurationError:
        return None


def _exact_sides(checks: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the sides whose gap is 0 by the check `optimum_proven`."""
    proven = next((check for check in checks if check.get("name") == "optimum_proven"), {})
    return frozenset(_NO_GAP.findall(str(proven.get("evidence", ""))))
