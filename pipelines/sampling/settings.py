"""How users and conversations are split into train and eval."""

from typing import Annotated

from pydantic import Field

from pipelines.settings import Section


class SplitSettings(Section):
    """How new components are split.

    `eval_share` (0 to 1) is the chance that a component without history belongs to eval; `seed`
    shuffles. Prompts that share a run of `shared_words` words (0 = not looked at) stand on one side. A text
    or run of more than `most_users` users (a greeting) joins nobody and never stands in eval; a component
    of more users than that is train's, as eval would be made of it. Components that have history keep
    their side whatever stands here.
    """

    eval_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    seed: int = 7
    most_users: Annotated[int, Field(ge=1)] = 20
    shared_words: Annotated[int, Field(ge=0)] = 13  # Brown et al. (2020), appendix C
