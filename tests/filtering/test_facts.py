"""Facts are gathered text by text; what a model failed on is unknown, never clean."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.facts import SampleFacts, SampleTexts, Scorers, gather_sample_facts
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.settings import PrivacyLimits, TypeLimits
from pipelines.models.answers import LanguageAnswer, SafetyScore

A = TypeVar("A")
NAN = float("nan")
TIME = 0.02


class Model(Generic[A]):
    """A fake of any model: one function answers per text, and what was read is recorded."""

    revision = "r1"

    def __init__(self, answer: Callable[[str], A | None]) -> None:
        self._answer, self.seen = answer, Counter[str]()

    def find(self, texts: Sequence[str]) -> list[A | None]:
        """Return an answer per text; raise where the function raises."""
        self.seen.update(texts)
        return [self._answer(text) for text in texts]

    score = identify = find


def mark(word: str, entity_type: str) -> Callable[[str], list[Finding]]:
    """Return a finder of a word."""

    def find(text: str) -> list[Finding]:
        starts = [i for i in range(len(text)) if text.startswith(word, i)]
        return [Finding(entity_type, start, start + len(word), 0.9) for start in starts]

    return find


def failing(
    on: str, answer: Callable[[str], A], fault: Callable[[], A | None]
) -> Callable[[str], A | None]:
    """Return an answer that is a fault on one text."""
    return lambda text: fault() if text == on else answer(text)


def unsafe(text: str) -> SafetyScore:
    """Return a score that grows with the exclamation marks."""
    value = min(text.count("!") / 10, 1.0)
    return SafetyScore(value, {"loud": value, "calm": 1 - value})


def english(_text: str) -> LanguageAnswer:
    """Return English."""
    return LanguageAnswer("en", 0.9)


def make_scorers(**changes: object) -> Scorers:
    """Return models that answer about everything, with changes."""
    scorers = Scorers(
        privacy={
            "rules": Model(mark("ann@x.org", "EMAIL_ADDRESS")),
            "ner": Model(mark("Ann", "PERSON")),
        },
        rescan="rules",
        safety={"rule": Model(lambda _: SafetyScore(0.0)), "layer": Model(unsafe)},
        language=Model(english),
        quality=Model(lambda text: min(len(text), 100) / 100),
        seconds_per_text=5.0,
    )
    return replace(scorers, **changes)  # type: ignore[arg-type]  # a test names the fields


def sample(*prefix: str, instructions: str | None = None) -> SampleTexts:
    """Return a sample whose messages alternate and end in the user's prompt."""
    roles = ["user", "assistant"] * len(prefix)
    return SampleTexts(prefix, roles[: len(prefix)][::-1], instructions, len(prefix) + 1)


def ask(*samples: SampleTexts, **changes: object) -> list[SampleFacts]:
    """Return the facts of samples."""
    return gather_sample_facts(samples, make_scorers(**changes))


def test_findings_are_united_and_redacted_with_stable_numbers() -> None:
    """What either model finds is gone, and offsets are those of the raw message."""
    (facts,) = ask(sample("Ann writes", "who?", "Ann, ann@x.org", instructions="Ann is kind"))

    assert facts.messages == ["<PERSON_1> writes", "who?", "<PERSON_1>, <EMAIL_ADDRESS_1>"]
    assert facts.findings == {
        "rules": [(2, Finding("EMAIL_ADDRESS", 5, 14, 0.9))],
        "ner": [(i, Finding("PERSON", 0, 3, 0.9)) for i in (0, 2, 4)],
    }
    joined = {"EMAIL_ADDRESS": 0.9, "PERSON": 0.9, "PERSON_JOINED": 0.9}
    assert (facts.found, facts.redacted) == (joined, True)


def test_an_ignored_type_stays_in_the_text_and_trips_no_rescan() -> None:
    """Where persona names are published on purpose, the gate must not drop every sample."""
    limits = PrivacyLimits(
        ignore=("PERSON",), types={"EMAIL_ADDRESS": TypeLimits(answer="redact", score_from=0.95)}
    )

    (facts,) = ask(sample("Ann, ann@x.org and Bo"), limits=limits, rescan="ner")
    (half,) = ask(sample("Ann, ann@x.org"), limits=PrivacyLimits(ignore=("PERSON",)), rescan="ner")

    assert (facts.messages, facts.redacted) == (["Ann, ann@x.org and Bo"], True)
    assert (half.messages, half.redacted) == (["Ann, <EMAIL_ADDRESS_1>"], True)
    assert facts.found == {"EMAIL_ADDRESS": 0.9, "PERSON": 0.9, "PERSON_JOINED": 0.9}


def test_every_text_is_judged_once_however_often_it_occurs() -> None:
    """A night says "hi" a hundred thousand times; every text is read, the persona too, but once."""
    scorers = make_scorers()

    gather_sample_facts(
        [sample("hi", instructions="be nice"), sample("hi", "yes", "hi"), sample("be nice")],
        scorers,
    )

    for model in (*scorers.privacy.values(), *scorers.safety.values()):
        assert isinstance(model, Model)
        assert model.seen == Counter(["hi", "be nice", "yes"])


def test_the_worst_text_is_the_samples_score() -> None:
    """One bad message among nice ones, or in the persona, decides; each label's worst counts."""
    loud, persona = ask(sample("a!!", "b!!!!!", "c"), sample("a", instructions="x!!!!!!!"))

    assert loud.safety == {
        "rule": SafetyScore(0.0),
        "layer": SafetyScore(0.5, {"loud": 0.5, "calm": 1.0}),
    }
    assert persona.safety["layer"] == SafetyScore(0.7, {"loud": 0.7, "calm": 1.0})


@pytest.mark.parametrize("hidden", ["before", "after"])
def test_safety_reads_a_text_as_it_was_and_as_it_is_published(hidden: str) -> None:
    """A name may hide a threat, and so may its placeholder: the worse of both answers counts."""
    sign = {"before": "Ann", "after": "<PERSON_1>"}[hidden]
    layer = Model(lambda text: SafetyScore(0.8 if sign in text else 0.1))
    scorers = make_scorers(safety={"layer": layer})

    (facts,) = gather_sample_facts([sample("Ann will see")], scorers)

    assert facts.messages == ["<PERSON_1> will see"]
    assert facts.safety["layer"] == SafetyScore(0.8)
    assert layer.seen == Counter(["Ann will see", "<PERSON_1> will see"])


def test_a_layer_that_a_head_combines_leaves_the_prompt_to_it() -> None:
    """Its doubt about single words of the prompt is part of the head's answer, no second vote."""
    layer, rule = Model(unsafe), Model(unsafe)
    scorers = make_scorers(safety={"layer": layer, "rule": rule}, but_prompt=frozenset({"layer"}))

    alone, later = gather_sample_facts(
        [sample("a!!!!!"), sample("b!!", "c", "d!!!!!!", instructions="e!")], scorers
    )

    scores = [
        {name: s.unsafe if s else None for name, s in facts.safety.items()}
        for facts in (alone, later)
    ]
    assert scores == [{"layer": 0.0, "rule": 0.5}, {"layer": 0.2, "rule": 0.6}]
    assert set(layer.seen) == {"b!!", "c", "e!"}


def test_language_is_identified_without_the_names() -> None:
    """A name may be of another language than the sentence around it."""
    model = Model(english)

    gather_sample_facts([sample("hello", "yes?", "I am Ann")], make_scorers(language=model))

    assert model.seen == Counter(["I am <PERSON_1>"])


def test_no_samples_are_no_facts() -> None:
    """A batch may hold quarantined rows alone."""
    assert ask() == []


def explode() -> None:
    """Fail as a model may."""
    message = "out of memory"
    raise RuntimeError(message)


def hang() -> None:
    """Wait far longer than a model may."""
    time.sleep(20)


FAULTS: list[Callable[[], None]] = [explode, hang, lambda: None]
GOOD, BAD = sample("fine", "ok", "Ann here"), sample("x", "poison", "tell Ann")


@pytest.mark.parametrize("fault", FAULTS, ids=["raises", "hangs", "answers null"])
@pytest.mark.parametrize("name", ["rules", "ner"])
def test_a_privacy_model_that_fails_on_one_text_leaves_that_sample_unknown(
    name: str, fault: Callable[[], None]
) -> None:
    """Its text must not be redacted by half and published; the next sample is untouched."""
    scorers = make_scorers()
    finders = {"rules": mark("ann@x.org", "EMAIL_ADDRESS"), "ner": mark("Ann", "PERSON")}
    models = dict(scorers.privacy) | {name: Model(failing("poison", finders[name], fault))}

    good, bad = ask(GOOD, BAD, privacy=models, seconds_per_text=TIME)

    assert (good.messages, good.redacted) == (["fine", "ok", "<PERSON_1> here"], True)
    assert (bad.findings[name], bad.found, bad.redacted, bad.messages) == (None, None, None, None)
    assert bad.quality is None


@pytest.mark.parametrize("span", [(-1, 3), (0, 99), (0, 10**12), (4, 4), (5, 2), (7, 8)])
@pytest.mark.parametrize("place", ["message", "instructions"])
def test_a_span_outside_its_text_is_a_failure_of_that_model(
    span: tuple[int, int], place: str
) -> None:
    """A wrong offset would leave the identifier in; one of 10^12 would not even fit the table."""

    def find(text: str) -> list[Finding]:
        return [Finding("PERSON", *span, 0.9)] if text == "badspan" else []

    texts = sample("badspan") if place == "message" else sample("hi", instructions="badspan")
    good, bad = ask(
        sample("fine"), texts, privacy={"rules": Model(mark("zz", "X")), "ner": Model(find)}
    )

    assert (good.found, good.redacted) == ({}, True)
    assert (bad.findings["ner"], bad.found, bad.redacted, bad.messages) == (None, None, None, None)


@pytest.mark.parametrize("score", [NAN, -0.1, 1.1])
def test_a_finding_without_a_real_score_is_a_failure_of_that_model(score: float) -> None:
    """NaN hides in every maximum: the type would count for nothing."""
    ner = Model(lambda text: [Finding("US_SSN", 0, len(text), score), Finding("US_SSN", 0, 1, 0.1)])

    assert ask(sample("hi"), privacy={"rules": Model(mark("zz", "X")), "ner": ner})[0].found is None


def test_a_type_has_the_best_score_that_any_model_gave_it() -> None:
    """Policy asks whether a type was found with confidence; one model's doubt changes nothing."""
    sure = Model(lambda _: [Finding("US_SSN", 0, 2, 0.8)])
    unsure = Model(lambda _: [Finding("US_SSN", 0, 2, 0.3)])
    person = Model(mark("hi", "PERSON"))

    for models in (
        {"rules": sure, "ner": unsure, "x": person},
        {"rules": unsure, "ner": sure, "x": person},
    ):
        assert ask(sample("hi"), privacy=models)[0].found == {"PERSON": 0.9, "US_SSN": 0.8}


@pytest.mark.parametrize(
    "answer",
    [None, *(SafetyScore(value) for value in (NAN, float("inf"), -1.0, -0.1, 1.1))],
    ids=str,
)
def test_a_safety_score_that_is_no_probability_hides_behind_no_other(
    answer: SafetyScore | None,
) -> None:
    """The maximum of -1 and 0.2 is 0.2: a text without a score would pass."""
    layer = Model(failing("poison", unsafe, lambda: answer))

    good, bad = ask(GOOD, BAD, safety={"layer": layer})

    assert (good.safety["layer"] is None, bad.safety["layer"]) == (False, None)


@pytest.mark.parametrize("fault", [explode, hang], ids=["raises", "hangs"])
def test_a_safety_model_that_breaks_on_one_text_is_unknown_for_its_sample_alone(
    fault: Callable[[], None],
) -> None:
    """The batch is answered, and so is the same sample by the other layer."""
    models = {
        "rule": Model(lambda _: SafetyScore(0.0)),
        "layer": Model(failing("poison", unsafe, fault)),
    }

    good, bad = ask(GOOD, BAD, safety=models, seconds_per_text=TIME)

    assert good.safety["layer"] == SafetyScore(0.0, {"loud": 0.0, "calm": 1.0})
    assert bad.safety == {"rule": SafetyScore(0.0), "layer": None}


def test_a_model_that_answers_too_little_is_unknown_everywhere() -> None:
    """Nobody can say which texts the answers belong to."""

    class Forgetful(Model[SafetyScore]):
        def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
            return super().find(texts)[1:]

    good, bad = ask(GOOD, BAD, safety={"layer": Forgetful(unsafe)})

    assert (good.safety["layer"], bad.safety["layer"]) == (None, None)


@pytest.mark.parametrize("answer", [None, NAN, -0.1, 1.1, float("inf")])
def test_a_quality_that_is_no_share_is_unknown(answer: float | None) -> None:
    """Rows are sorted by it: NaN would come first or last by the library's choice."""
    (facts,) = ask(sample("hi"), quality=Model(lambda _: answer))

    assert facts.quality is None


def test_quality_and_language_that_break_leave_the_rest_unchanged() -> None:
    """Two failures, two unknown facts; findings, redaction and safety are as they were."""
    (facts,) = ask(
        sample("Ann"), quality=Model(lambda _: explode()), language=Model(lambda _: explode())
    )

    assert (facts.quality, facts.language, facts.messages) == (None, None, ["<PERSON_1>"])


def test_what_redaction_leaves_behind_is_seen() -> None:
    """The rules read redacted text again: what they still find, or cannot read, is stopped."""
    seen_late = Model(lambda text: mark("left", "PASSWORD")(text) if text.startswith("<") else [])
    broken_late: Model[list[Finding]] = Model(lambda text: None if text.startswith("<") else [])
    ner = Model(mark("Ann", "PERSON"))

    for rules in (seen_late, broken_late):
        clean, left = ask(
            sample("nothing left"), sample("Ann left"), privacy={"rules": rules, "ner": ner}
        )
        assert (clean.redacted, left.redacted) == (True, False)


def test_a_finding_in_a_placeholder_is_no_leak() -> None:
    """`password: <PASSWORD_1>` still looks like a password; it holds none."""
    rules = Model(mark("password: ", "PASSWORD"))
    again = Model(
        lambda text: mark("<PASSWORD_1>", "PASSWORD")(text) or mark("password: ", "PASSWORD")(text)
    )

    assert ask(sample("password: x"), privacy={"rules": again})[0].redacted is True
    assert ask(sample("password: x"), privacy={"rules": rules})[0].messages == ["<PASSWORD_1>x"]


def test_an_uncertain_prompt_is_identified_by_all_that_the_user_wrote() -> None:
    """A word such as "ok" is no language; what the user, not the assistant, wrote before may be."""

    def identify(text: str) -> LanguageAnswer:
        if len(text) < 4:
            return LanguageAnswer("und", 0.2)
        return LanguageAnswer("es" if "hola" in text else "en", 0.8)

    facts = ask(
        sample("hola amigo", "hello my friend", "ok"), sample("ok"), language=Model(identify)
    )

    assert [f.language for f in facts] == [LanguageAnswer("es", 0.8), LanguageAnswer("und", 0.2)]


TEXTS = st.sampled_from(["hi", "Ann!", "ann@x.org!!!", "poison", "ok ok", "\x00", "x" * 500])
SAMPLES = st.lists(
    st.lists(TEXTS, min_size=1, max_size=4).map(lambda texts: sample(*texts)), max_size=6
)


@given(SAMPLES, st.sets(st.sampled_from(["rules", "ner", "rule", "layer", "language", "quality"])))
def test_every_sample_is_answered_and_exactly_the_poisoned_facts_are_unknown(
    samples: list[SampleTexts], broken: set[str]
) -> None:
    """Whatever fails: no fact of another sample or model changes (brute force: one by one)."""

    def model(name: str, answer: Callable[[str], A]) -> Model[A]:
        return Model(failing("poison", answer, explode) if name in broken else answer)

    changes = {
        "privacy": {
            "rules": model("rules", mark("ann@x.org", "EMAIL_ADDRESS")),
            "ner": model("ner", mark("Ann", "PERSON")),
        },
        "safety": {
            "rule": model("rule", lambda _: SafetyScore(0.0)),
            "layer": model("layer", unsafe),
        },
        "language": model("language", english),
        "quality": model("quality", lambda _: 0.5),
    }
    found = ask(*samples, **changes)

    assert found == [ask(one, **changes)[0] for one in samples]
    for one, facts in zip(samples, found, strict=True):
        hit, last = "poison" in one.prefix, one.prefix[-1] == "poison"
        assert (facts.messages is None) == (hit and bool(broken & {"rules", "ner"}))
        assert (facts.safety["layer"] is None) == (hit and "layer" in broken)
        assert (facts.language is None) == (last and "language" in broken)
        assert (facts.quality is None) == (facts.messages is None or (last and "quality" in broken))
