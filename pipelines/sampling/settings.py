"""How users and conversations are split into train and eval."""

from typing import Annotated

from pydantic import Field

from pipelines.settings import Section


class SplitSettings(Section):
    """How new components are split.

    `eval_share` (0 to 1) is the probability that a component without history goes to eval; `seed`
    decides which do. Prompts that share a run of `shared_words` words are kept on one side (0 = not
    compared). A text or run that more than `most_users` users wrote (a greeting) links no users,
    and is kept out of eval. A component of more users than that goes to train, as it would dominate
    eval. Components with history keep their side, whatever these settings are.
    """

    eval_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    seed: int = 7
    most_users: Annotated[int, Field(ge=1)] = 20
    shared_words: Annotated[int, Field(ge=0)] = 13  # Brown et al. (2020), appendix C
