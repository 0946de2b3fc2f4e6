"""Which safety layers must have answered, and their cuts."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pipelines.settings import Section

Share = Annotated[float, Field(ge=0, le=1)]


class SafetyCut(Section):
    """Where review and drop begin, on a model's probability in [0, 1]; at or above counts."""

    review_from: Share = 0.5
    drop_from: Share = 0.9

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.review_from > self.drop_from:
            message = f"review_from {self.review_from} is above drop_from {self.drop_from}"
            raise ValueError(message)
        return self


class SafetyLimits(Section):
    """Which models must have answered, and the cuts of each.

    `encoder_head` answers a prompt with the calibrated combination of the learned layers: its cuts
    decide. fastText, which alone reads what stands before the prompt, is put on the same scale, so
    that one pair of cuts holds for both. Of our own everyday sentences in seventeen languages, of
    templates that were not taught, one in fifty-three reaches `review_from` by the learned layers.

    Source: CharacterFlywheel §2.2.1, Phase I; §2.6 (layers, fail closed, doubt goes to a person).
    """

    required: Annotated[tuple[str, ...], Field(min_length=1, strict=False)] = (
        "critical_rules",
        "fasttext_safety",
        "encoder_head",
    )
    critical: Annotated[tuple[str, ...], Field(strict=False)] = ("critical_rules",)
    cuts: dict[str, SafetyCut] = Field(
        default_factory=lambda: {
            "fasttext_safety": SafetyCut(review_from=0.675, drop_from=0.807),
            "encoder_head": SafetyCut(review_from=0.675, drop_from=0.807),
        }
    )
    other: SafetyCut = SafetyCut()
    unproven: Literal["refuse", "review", "accept"] = "refuse"
    """What becomes of a language that `language.served` names though no coverage of it is proven:
    the run is refused, a person sees each sample, or it is treated like the others."""
