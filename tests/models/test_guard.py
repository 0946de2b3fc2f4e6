"""A model that raises, hangs or miscounts costs the answer on that text, and nothing else."""

import signal
import threading
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.models.answers import answer_each as answer_inside
from pipelines.models.guard import answer_guarded

TIME = 0.02


class Shouter:
    """A model that answers in capitals, raises on bad texts, hangs on `hang`, and counts its calls.

    `hangs` counts the hangs that began, `sat_out` those that were not interrupted.
    """

    def __init__(self, bad: Sequence[str] = ()) -> None:
        self.bad, self.calls, self.hangs, self.sat_out = set(bad), 0, 0, 0

    def shout(self, texts: Sequence[str]) -> list[str | None]:
        """Return capitals; raise where a text is bad, hang where one says so."""
        self.calls += 1
        if self.bad.intersection(texts):
            message = "cannot read this"
            raise RuntimeError(message)
        if "hang" in texts:
            self.hangs += 1
            threading.Event().wait(20)  # far longer than any test: only a signal ends it sooner
            self.sat_out += 1
        return [None if text == "none" else text.upper() for text in texts]


@given(st.lists(st.sampled_from("abcdef"), max_size=12), st.sets(st.sampled_from("abcdef")))
def test_exactly_the_bad_texts_fail(texts: list[str], bad: set[str]) -> None:
    """One unexpected text must not send a thousand others to review."""
    answers = answer_guarded(Shouter(sorted(bad)).shout, texts, 5.0)

    assert answers == [None if text in bad else text.upper() for text in texts]


def test_a_clean_batch_is_one_call_and_an_empty_one_none() -> None:
    """The guard is on every text of every night: it may cost nothing where nothing is wrong."""
    model = Shouter()

    assert answer_guarded(model.shout, ["a", "none", "b"], 5.0) == ["A", None, "B"]
    assert answer_guarded(model.shout, [], 5.0) == []
    assert model.calls == 1


def test_a_bad_text_is_found_in_halves() -> None:
    """A thousand texts, one bad: about twice log2(1000) further calls, not a thousand."""
    model = Shouter(["t700"])
    texts = [f"t{number}" for number in range(1_000)]

    answers = answer_guarded(model.shout, texts, 5.0)

    assert [text for text, answer in zip(texts, answers, strict=True) if answer is None] == ["t700"]
    assert model.calls <= 21


@pytest.mark.parametrize("wrong", [[], ["A", "B", "C"], None, 7])
def test_another_number_of_answers_is_a_failure(wrong: list[str]) -> None:
    """Answers shifted by one would be given to the wrong texts."""
    assert answer_guarded(lambda _texts: wrong, ["a", "b"], 5.0) == [None, None]


def test_too_few_answers_on_a_batch_are_asked_for_again() -> None:
    """A model that drops a text when asked for many may still answer on each alone."""
    assert answer_guarded(
        lambda texts: [t.upper() for t in texts if t != "b"], ["a", "b", "c"], 5.0
    ) == [
        "A",
        None,
        "C",
    ]


def test_a_hang_is_interrupted_and_costs_one_text() -> None:
    """A regular expression that never ends would stop the whole night."""
    model = Shouter()

    answers = answer_guarded(model.shout, ["a", "hang", "b", "c"], TIME)

    assert answers == ["A", None, "B", "C"]
    assert (model.hangs, model.sat_out) == (2, 0)  # in the batch and alone


def test_after_a_hang_each_text_is_asked_once() -> None:
    """In halves, one hang would use up the long time of a batch over and over."""
    model = Shouter()
    texts = ["hang", *(f"t{number}" for number in range(20))]

    answers = answer_guarded(model.shout, texts, TIME)

    assert (answers.count(None), model.calls) == (1, 22)


def test_a_model_that_swallows_errors_cannot_swallow_the_interrupt() -> None:
    """Our own models run one by one after a fault: they must not hang a second time, unguarded."""

    def careful(texts: Sequence[str]) -> Sequence[str | None]:
        return answer_inside(texts, Shouter().shout)

    assert answer_guarded(careful, ["a", "hang", "b"], TIME) == ["A", None, "B"]


def test_the_alarm_is_off_and_its_handler_back_afterwards() -> None:
    """An alarm that is not cleared would interrupt whatever runs next."""
    before = signal.getsignal(signal.SIGALRM)

    answer_guarded(Shouter(["b"]).shout, ["a", "b", "hang"], TIME)
    answer_guarded(Shouter().shout, ["clean"], 60.0)

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_thread_that_no_signal_reaches_still_answers() -> None:
    """Signals belong to the main thread; in other threads the guard has no deadline."""
    answers: list[str | None] = []
    thread = threading.Thread(
        target=lambda: answers.extend(answer_guarded(Shouter("b").shout, list("abc"), 5.0))
    )
    thread.start()
    thread.join()

    assert answers == ["A", None, "C"]


def test_a_person_who_interrupts_is_obeyed() -> None:
    """Ctrl-C is no failure of a model."""

    def interrupted(_texts: Sequence[str]) -> list[str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match=r"^$"):
        answer_guarded(interrupted, ["a"], 5.0)
