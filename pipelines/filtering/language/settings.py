"""Which languages are served, and how certain an answer must be."""

from typing import Annotated

from pydantic import Field, field_validator

from pipelines.filtering.language.codes import explain_code
from pipelines.proven_languages import proven_languages
from pipelines.settings import Section


class LanguageLimits(Section):
    """Languages that may be trained on, and the confidence from which an answer counts.

    `served` defaults to the languages in which the safety layers are proven
    (`proven_languages.yaml`): a text in which a threat might be missed must not pass. Another one
    needs `safety.unproven`. Source: CharacterFlywheel §2.2.1, Phase I.
    """

    served: tuple[str, ...] = Field(default_factory=proven_languages, strict=False)
    confidence_from: Annotated[float, Field(ge=0, le=1)] = 0.5

    @field_validator("served")
    @classmethod
    def _are_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        faults = [fault for code in codes if (fault := explain_code(code))]
        if faults:  # no prompt would ever be found to be in it
            message = f"is not right: {'; '.join(faults)}"
            raise ValueError(message)
        return codes
