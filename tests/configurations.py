"""Configuration files of tests, and how a bad one is refused."""

from pathlib import Path

import pytest

from pipelines.config_files import load_config
from pipelines.errors import ConfigurationError, ExitCode


def write(folder: Path, text: str) -> str:
    """Write a configuration; return its path."""
    file = folder / "night.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def refuse(path: str | None, *overrides: str) -> list[str]:
    """Return the lines of the refusal, without the path of the file."""
    with pytest.raises(ConfigurationError, match=r".") as refused:
        load_config(path, overrides)
    assert refused.value.exit_code == ExitCode.BAD_CONFIGURATION
    lines = list(refused.value.faults)
    assert "\n".join(lines) == str(refused.value)
    assert all("\n" not in line for line in lines)
    return [line.replace(path or "\n", "FILE") for line in lines]
