"""Run a night and do what its exit code asks for: try again, wait for input, or call a person.

Every scheduler of this folder runs this one command, so that retries are the same in all of them:

    run_night.py [options] -- curate --traffic /data/traffic --warehouse /data/curated

The night is settled at the first try, yesterday in UTC unless the command has --ds: a retry after
midnight is of the same night. It needs Python 3.11 and nothing else.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LATER = 3
"""The night's input is not there yet, or breaks its contract."""
UNFORESEEN = 1
"""A store that does not answer, another run that holds the warehouse, a full disk."""
TIMED_OUT = 124
MEANING = {
    1: "ended by something unforeseen",
    2: "wrong usage or configuration",
    3: "the input is missing, empty or breaks its contract",
    4: "the constraints cannot be met",
    5: "a gate failed, or the night drifted",
    TIMED_OUT: "took too long and was stopped",
}
_GRACE_SECONDS = 60


@dataclass(frozen=True)
class Patience:
    """How often a night is tried again.

    Args:
        later_tries, later_seconds: after exit 3: so often, and the wait before each.
        tries, seconds: the same after exit 1 and after a time-out.
        timeout: of one try, in seconds.
    """

    later_tries: int = 10
    later_seconds: float = 1_800
    tries: int = 2
    seconds: float = 600
    timeout: float = 6 * 3_600


def settle_night(command: Sequence[str], now: datetime) -> list[str]:
    """Return the command with its night; yesterday in UTC where it names none."""
    named = any(word == "--ds" or word.startswith("--ds=") for word in command)
    yesterday = (now.astimezone(UTC).date() - timedelta(days=1)).isoformat()
    return [*command, *(() if named else ("--ds", yesterday))]


def run_night(attempt: Callable[[], int], patience: Patience, wait: Callable[[float], None]) -> int:
    """Try a night until it is done, a person has to look, or patience is at its end.

    Args:
        attempt: runs the night once; returns its exit code.
        patience: see there.
        wait: for so many seconds.

    Returns:
        The last exit code.
    """
    left = {LATER: patience.later_tries, UNFORESEEN: patience.tries}
    pause = {LATER: patience.later_seconds, UNFORESEEN: patience.seconds}
    while True:
        code = attempt()
        kind = UNFORESEEN if code == TIMED_OUT else code
        if left.get(kind, 0) < 1:
            return code
        left[kind] -= 1
        _say(f"exit {code}, {MEANING[code]}; next try in {pause[kind]:.0f} s")
        wait(pause[kind])


def start(command: Sequence[str], timeout: float) -> int:
    """Run a command in a session of its own; end all of it where it takes too long.

    Returns:
        Its exit code; 1 where a signal ended it, 124 where it took too long.
    """
    with subprocess.Popen(command, start_new_session=True) as child:  # noqa: S603 as configured

        def stop(number: int, _: object) -> None:
            _end(child, signal.SIGTERM)
            sys.exit(128 + number)

        before = signal.signal(signal.SIGTERM, stop)
        try:
            code = child.wait(timeout)
        except subprocess.TimeoutExpired:
            _end(child, signal.SIGTERM)
            return TIMED_OUT
        except BaseException:
            _end(child, signal.SIGTERM)
            raise
        finally:
            signal.signal(signal.SIGTERM, before)
    return UNFORESEEN if code < 0 or code not in {*MEANING, 0} else code


def _end(child: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Ask a session to end; after a minute it is killed."""
    try:
        os.killpg(child.pid, number)
        child.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    except ProcessLookupError:
        child.wait()


def alert(command: str | None, code: int, night: str) -> None:
    """Tell a person: by a command that gets the code and a line, and on stderr."""
    line = f"curation of {night}: exit {code}, {MEANING.get(code, 'ended')}; docs/operations.md"
    _say(line)
    if command:
        try:
            subprocess.run([command, str(code), line], check=False, timeout=60)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            _say(f"the alert command did not run ({type(error).__name__})")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def main(arguments: Sequence[str]) -> int:
    """Run the night that the command line names; return its last exit code."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    usual = Patience()
    for name in ("later_tries", "later_seconds", "tries", "seconds", "timeout"):
        value = getattr(usual, name)
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=type(value), default=value, help=f"default {value}")
    parser.add_argument(
        "--alert", metavar="COMMAND", help="gets exit code and a line; default none"
    )
    parser.add_argument("command", nargs="+", metavar="-- COMMAND", help="the night, after --")
    given = vars(parser.parse_args(arguments))
    command, told = settle_night(given.pop("command"), datetime.now(UTC)), given.pop("alert")
    patience = Patience(**given)
    code = run_night(lambda: start(command, patience.timeout), patience, time.sleep)
    if code:
        alert(told, code, _night_of(command))
    return code


def _night_of(command: Sequence[str]) -> str:
    place = next(n for n, word in enumerate(command) if word.partition("=")[0] == "--ds")
    return command[place].partition("=")[2] or command[place + 1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
