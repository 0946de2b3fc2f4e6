"""Servers that a test starts on this machine: each one process, ended with the test."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

_WAIT_SECONDS = 120


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a server in a process group of its own while the block runs; it writes `folder/log`."""
    process = start(command, folder, environment)
    try:
        yield process
    finally:
        end(process)


def start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """Start a server that `end` ends."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603 our own command
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a server with its process group, as a power cut would."""
    with contextlib.suppress(ProcessLookupError):  # it has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(is_up: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Wait for a server; skip the test where it ends or does not answer."""
    until = time.monotonic() + _WAIT_SECONDS
    while not is_up():
        if process.poll() is not None or time.monotonic() > until:
            pytest.skip("the server did not start on this machine")
        time.sleep(0.5)


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    # Below what the system hands out, as a server may take the port ten thousand above its own too.
    for port in random.Random().sample(range(20_000, 30_000), 100):  # noqa: S311 no secret
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    pytest.skip("no port is free")
