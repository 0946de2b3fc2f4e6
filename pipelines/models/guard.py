"""Guard a model call: a text on which it raises, hangs or loses answers fails alone."""

import math
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

_A = TypeVar("_A")


class OvertimeError(BaseException):
    """A call exceeded its time limit; a BaseException, as a model may catch every Exception."""


def answer_guarded(
    call: Callable[[Sequence[str]], Sequence[_A | None]],
    texts: Sequence[str],
    seconds_per_text: float,
) -> list[_A | None]:
    """Return one answer per text, in order; None where the call failed on that text.

    The whole batch is tried first. Only where that fails are its halves tried, so that a bad text
    costs its own answer alone. After a hang each text is tried alone, as the text would otherwise
    use up the time of every half that it is in.

    Of five texts one makes the model raise. It is called with all five, then with the first three
    and the last two, and so on.

    >>> batches = []
    >>> def count_letters(texts):
    ...     batches.append("".join(texts))
    ...     if "x" in texts:
    ...         raise ValueError
    ...     return [len(text) for text in texts]
    >>> answer_guarded(count_letters, ["a", "b", "x", "d", "e"], seconds_per_text=60)
    [1, 1, None, 1, 1]
    >>> batches
    ['abxde', 'abx', 'ab', 'x', 'de']

    Args:
        call: a model's method; it returns one answer per text, in order.
        texts: any strings.
        seconds_per_text: the time limit for one text. For a batch it is ten times as long, plus a
            fiftieth per text.
    """
    if not texts:
        return []
    parts = 2
    try:
        with _deadline(_budget(len(texts), seconds_per_text)):
            answers = list(call(texts))
        if len(answers) == len(texts):
            return answers
    except OvertimeError:
        parts = len(texts)
    except Exception:  # noqa: BLE001 whatever a model raises, it has failed on these texts
        parts = 2
    if len(texts) == 1:
        return [None]
    step = math.ceil(len(texts) / parts)
    groups = (texts[start : start + step] for start in range(0, len(texts), step))
    return [answer for group in groups for answer in answer_guarded(call, group, seconds_per_text)]


def _budget(texts: int, seconds_per_text: float) -> float:
    return seconds_per_text if texts == 1 else seconds_per_text * (10 + texts / 50)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise OvertimeError after some seconds; only a process's main thread can be interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise OvertimeError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
