"""The facts of Phase I: every text of a batch is scored once, then gathered per sample."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pipelines.filtering.privacy.across import lay_together, place_findings
from pipelines.filtering.privacy.findings import Finding, merge_findings, spread_findings
from pipelines.filtering.privacy.linked_persons import find_joined
from pipelines.filtering.privacy.message_views import Placed
from pipelines.filtering.privacy.redaction import redact
from pipelines.filtering.privacy.settings import PERSON_JOINED, PrivacyLimits
from pipelines.models.answers import UNCERTAIN_LANGUAGE, LanguageAnswer, SafetyScore
from pipelines.models.guard import answer_guarded

_A = TypeVar("_A")
_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_]*_\d+>")
_CONTEXT_CHARS = 2_000


class PrivacyModel(Protocol):
    """Finds identifiers."""

    revision: str

    def find(self, texts: Sequence[str]) -> Sequence[list[Finding] | None]:
        """Return the findings in each text, in order; None where it failed."""


class SafetyModel(Protocol):
    """Scores how unsafe a text is."""

    revision: str

    def score(self, texts: Sequence[str]) -> Sequence[SafetyScore | None]:
        """Return a score per text, in order; None where it failed."""


class LanguageModel(Protocol):
    """Identifies the language of a text."""

    revision: str

    def identify(self, texts: Sequence[str]) -> Sequence[LanguageAnswer | None]:
        """Return a language per text, in order; None where it failed."""


class QualityModel(Protocol):
    """Scores the quality of a prompt."""

    revision: str

    def score(self, texts: Sequence[str]) -> Sequence[float | None]:
        """Return a quality in [0, 1] per text, in order; None where it failed."""


@dataclass(frozen=True, slots=True)
class Scorers:
    """The models of Phase I by their names in the registry, loaded.

    Args:
        privacy: their findings are merged; `rescan` names the one that reads redacted text again.
        safety: the layers.
        language: the one model that decides.
        quality: fills what upstream leaves null.
        seconds_per_text: the time a model has for one text.
        limits: which findings are left in the text as they are.
        but_prompt: names of safety layers whose score of the prompt does not count alone: a head
            combines it with what it reads in the encoder's states.
    """

    privacy: Mapping[str, PrivacyModel]
    rescan: str
    safety: Mapping[str, SafetyModel]
    language: LanguageModel
    quality: QualityModel
    seconds_per_text: float
    limits: PrivacyLimits = field(default_factory=PrivacyLimits)
    but_prompt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SampleTexts:
    """All texts of a sample that are judged.

    Args:
        prefix: messages up to and including the prompt, which is the last.
        roles: of the prefix.
        instructions: the character's; None = none.
        instructions_index: the `message_index` of findings in them.
    """

    prefix: Sequence[str]
    roles: Sequence[str]
    instructions: str | None
    instructions_index: int


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """What the models say of a sample; None = that model failed.

    Args:
        findings: per privacy model: (message_index, finding) in order.
        found: the highest score of every type that any model found; None = a model failed.
        redacted: False = the redacted text still holds an identifier; None = not redacted.
        messages: the redacted prefix; None = not redacted.
        safety: per safety model the worst of the texts.
        language: of the prompt; where it is uncertain, of all that the user wrote.
        quality: of the redacted prompt.
    """

    findings: Mapping[str, Sequence[tuple[int, Finding]] | None]
    found: Mapping[str, float] | None
    redacted: bool | None
    messages: Sequence[str] | None
    safety: Mapping[str, SafetyScore | None]
    language: LanguageAnswer | None
    quality: float | None


def gather_sample_facts(samples: Sequence[SampleTexts], scorers: Scorers) -> list[SampleFacts]:
    """Return the facts of each sample, in order; each distinct text is read once per model.

    Source: CharacterFlywheel §2.2.1 Phase I, §2.6: every text of a sample is judged.
    """
    texts = list(dict.fromkeys(text for sample in samples for text in _judged(sample)))
    time = scorers.seconds_per_text
    found = {
        name: _by_text(texts, answer_guarded(m.find, texts, time))
        for name, m in scorers.privacy.items()
    }
    across = _find_across(samples, found[scorers.rescan], scorers)
    findings = [
        {
            name: _findings_of(
                sample, found[name], across.get(i, ()) if name == scorers.rescan else ()
            )
            for name in found
        }
        for i, sample in enumerate(samples)
    ]
    redacted = [
        _redact_sample(sample, by_model, scorers.limits)
        for sample, by_model in zip(samples, findings, strict=True)
    ]
    clean = _rescan(samples, redacted, scorers)
    unsafe = _score_safety(samples, redacted, scorers)
    languages = _identify(samples, redacted, scorers)
    qualities = _score_quality(redacted, scorers)
    return [
        SampleFacts(
            findings=by_model,
            found=_best_scores(sample, by_model),
            redacted=ok,
            messages=messages,
            safety=safety,
            language=language,
            quality=quality,
        )
        for sample, by_model, messages, ok, safety, language, quality in zip(
            samples, findings, redacted, clean, unsafe, languages, qualities, strict=True
        )
    ]


def _read_by_safety(
    sample: SampleTexts, redacted: Sequence[str] | None, *, but_prompt: bool
) -> list[str]:
    """Return every text of a sample as written, and, where redaction changed it, also as published.

    A name may hide a threat from one reading and a placeholder from the other: the worse answer
    counts.
    """
    before = sample.prefix[:-1] if but_prompt else sample.prefix
    after = [b for a, b in zip(before, redacted or before, strict=False) if a != b]
    return [*before, *after, *([sample.instructions] if sample.instructions else [])]


def _score_safety(
    samples: Sequence[SampleTexts], redacted: Sequence[Sequence[str] | None], scorers: Scorers
) -> list[dict[str, SafetyScore | None]]:
    """Return per sample and safety model the worst score of the texts that the model judges.

    A layer that does not judge the prompt scores 0 where a sample holds nothing else.
    """
    answers: list[dict[str, SafetyScore | None]] = [{} for _ in samples]
    for name, model in scorers.safety.items():
        read = [
            _read_by_safety(sample, clean, but_prompt=name in scorers.but_prompt)
            for sample, clean in zip(samples, redacted, strict=True)
        ]
        texts = list(dict.fromkeys(text for one in read for text in one))
        known = _by_text(texts, answer_guarded(model.score, texts, scorers.seconds_per_text))
        for answer, one in zip(answers, read, strict=True):
            answer[name] = _worst([known[text] for text in one]) if one else SafetyScore(0.0)
    return answers


def _judged(sample: SampleTexts) -> list[str]:
    return [*sample.prefix, sample.instructions] if sample.instructions else list(sample.prefix)


def _by_text(texts: Sequence[str], answers: Sequence[_A | None]) -> dict[str, _A | None]:
    return dict(zip(texts, answers, strict=True))


def _find_across(
    samples: Sequence[SampleTexts], found: Mapping[str, list[Finding] | None], scorers: Scorers
) -> dict[int, list[Placed] | None]:
    """Return per sample the findings that span messages, by the model that reads redacted text."""
    views = lay_together([(sample.prefix, sample.roles) for sample in samples], found)
    texts = list(dict.fromkeys(view.text for view in views))
    find = scorers.privacy[scorers.rescan].find
    answers = _by_text(texts, answer_guarded(find, texts, scorers.seconds_per_text))
    return place_findings(views, answers, [sample.prefix for sample in samples])


def _findings_of(
    sample: SampleTexts, found: Mapping[str, list[Finding] | None], across: Sequence[Placed] | None
) -> list[tuple[int, Finding]] | None:
    if across is None:
        return None
    places = [*enumerate(sample.prefix)]
    if sample.instructions:
        places.append((sample.instructions_index, sample.instructions))
    gathered: list[list[Finding]] = []
    for _, text in places:
        findings = found[text]
        if findings is None or not all(_is_sound(f, text) for f in findings):
            return None
        here = [finding for message, finding in across if message == len(gathered)]
        gathered.append(merge_findings([findings, here]) if here else findings)
    if any(gathered):
        # What one message says with a revealing word, another may say without it.
        gathered = spread_findings([text for _, text in places], gathered)
    return [
        (index, f) for (index, _), findings in zip(places, gathered, strict=True) for f in findings
    ]


def _is_sound(finding: Finding, text: str) -> bool:
    """Say whether a span lies in its text and its score is valid; if not, the model failed."""
    return 0 <= finding.start < finding.end <= len(text) and 0 <= finding.score <= 1


def _redact_sample(
    sample: SampleTexts,
    by_model: Mapping[str, Sequence[tuple[int, Finding]] | None],
    limits: PrivacyLimits,
) -> list[str] | None:
    per_message: list[list[Finding]] = [[] for _ in sample.prefix]
    for findings in by_model.values():
        if findings is None:
            return None
        for index, finding in findings:
            if index < len(sample.prefix) and not limits.leaves(finding.entity_type, finding.score):
                per_message[index].append(finding)
    if not any(per_message):
        return list(sample.prefix)
    return redact(sample.prefix, [merge_findings([found]) for found in per_message])


def _best_scores(
    sample: SampleTexts, by_model: Mapping[str, Sequence[tuple[int, Finding]] | None]
) -> dict[str, float] | None:
    best: dict[str, float] = {}
    per_message: dict[int, list[Finding]] = {}
    for findings in by_model.values():
        if findings is None:
            return None
        for index, f in findings:
            best[f.entity_type] = max(f.score, best.get(f.entity_type, f.score))
            per_message.setdefault(index, []).append(f)
    joined = (
        find_joined(sample.prefix[i], found)
        for i, found in per_message.items()
        if i < len(sample.prefix)
    )
    scores = [score for score in joined if score is not None]
    if scores:
        best[PERSON_JOINED] = max(scores)
    return dict(sorted(best.items()))


def _rescan(
    samples: Sequence[SampleTexts], redacted: Sequence[Sequence[str] | None], scorers: Scorers
) -> list[bool | None]:
    """Read every message that redaction changed again; an identifier left in it is a failure."""
    changed = [
        None if after is None else [b for a, b in zip(sample.prefix, after, strict=True) if a != b]
        for sample, after in zip(samples, redacted, strict=True)
    ]
    texts = list(dict.fromkeys(text for group in changed for text in group or ()))
    find = scorers.privacy[scorers.rescan].find
    left = {
        text: found is None
        or any(
            not in_placeholder(text, f) and not scorers.limits.leaves(f.entity_type, f.score)
            for f in found
        )
        for text, found in zip(
            texts, answer_guarded(find, texts, scorers.seconds_per_text), strict=True
        )
    }
    return [None if group is None else not any(left[text] for text in group) for group in changed]


def in_placeholder(text: str, finding: Finding) -> bool:
    """Say whether a finding in redacted text is of a placeholder's own characters."""
    return any(
        m.start() < finding.end and finding.start < m.end() for m in _PLACEHOLDER.finditer(text)
    )


def _worst(scores: Sequence[SafetyScore | None]) -> SafetyScore | None:
    """Return the worst score and the worst of every label; None where one is no probability."""
    # Judged before the maximum is taken: a failed text's -1 must not hide behind another's score.
    known = [s for s in scores if s is not None and 0 <= s.unsafe <= 1]
    if len(known) != len(scores) or not known:
        return None
    labels: dict[str, float] = {}
    for score in known:
        for label, value in score.labels.items():
            labels[label] = max(value, labels.get(label, value))
    return SafetyScore(max(s.unsafe for s in known), labels)


def _identify(
    samples: Sequence[SampleTexts], redacted: Sequence[Sequence[str] | None], scorers: Scorers
) -> list[LanguageAnswer | None]:
    """Return the language of each prompt after redaction, as names may be of other languages."""
    prompts = [
        (clean or sample.prefix)[-1] for sample, clean in zip(samples, redacted, strict=True)
    ]
    answers = _identify_texts(prompts, scorers)
    unsure = [
        i for i, a in enumerate(answers) if a is not None and a.language == UNCERTAIN_LANGUAGE
    ]
    wider = _identify_texts([_words_of_user(samples[i]) for i in unsure], scorers)
    for i, answer in zip(unsure, wider, strict=True):
        answers[i] = answer
    return answers


def _identify_texts(texts: Sequence[str], scorers: Scorers) -> list[LanguageAnswer | None]:
    distinct = list(dict.fromkeys(texts))
    known = _by_text(
        distinct, answer_guarded(scorers.language.identify, distinct, scorers.seconds_per_text)
    )
    return [known[text] for text in texts]


def _words_of_user(sample: SampleTexts) -> str:
    said = [text for role, text in zip(sample.roles, sample.prefix, strict=True) if role == "user"]
    return " ".join(said)[-_CONTEXT_CHARS:]


def _score_quality(
    redacted: Sequence[Sequence[str] | None], scorers: Scorers
) -> list[float | None]:
    prompts = list(dict.fromkeys(messages[-1] for messages in redacted if messages is not None))
    known = _by_text(
        prompts, answer_guarded(scorers.quality.score, prompts, scorers.seconds_per_text)
    )
    qualities = (None if messages is None else known[messages[-1]] for messages in redacted)
    return [q if q is not None and math.isfinite(q) and 0 <= q <= 1 else None for q in qualities]
