"""Configuration files of tests, and how a bad one is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.config import Models
from pipelines.config_files import load_config
from pipelines.errors import ConfigurationError, ExitCode
from pipelines.settings import CONF


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


def another_revision(folder: Path) -> str:
    """Write a registry whose encoder truncates earlier: another revision, short texts alike."""
    values: dict[str, Any] = yaml.safe_load((CONF / "models.yaml").read_text(encoding="utf-8"))
    for entry in values["models"].values():
        if not str(entry.get("path", "package:")).startswith(("package:", "shipped/", "fetched/")):
            entry["path"] = str(CONF / entry["path"])
    values["models"][Models().encoder]["max_tokens"] = 96
    file = folder / "models.yaml"
    file.write_text(yaml.safe_dump(values), encoding="utf-8")
    return f"models.registry={file}"
