"""The limits of alarms are settings like others: shown, checked, and those of their run."""

import json

import pytest
import yaml

from pipelines.config import RunConfig
from pipelines.config_files import load_config
from pipelines.errors import ConfigurationError
from pipelines.report.settings import AlarmLimits, read_limits
from pipelines.settings import CONF


def test_the_shipped_file_shows_every_limit_with_its_default() -> None:
    """Every limit is shown in conf/nightly.yaml, with the default of the code."""
    shown = yaml.safe_load((CONF / "nightly.yaml").read_text(encoding="utf-8"))["alarms"]

    assert shown == AlarmLimits().model_dump()


def test_a_run_judges_by_the_limits_that_it_was_given() -> None:
    """What `runs` keeps of the configuration is what the report reads, years later too."""
    written = json.loads(json.dumps(load_config(None, ["alarms.slice_ratio_from=3"]).as_written()))

    assert read_limits(written) == AlarmLimits(slice_ratio_from=3)
    assert read_limits(RunConfig().as_written()) == AlarmLimits()


def test_a_limit_out_of_its_range_is_an_error() -> None:
    """An alarm from 5 % on is written 0.05; with 5 it would never be raised."""
    with pytest.raises(ConfigurationError, match=r"alarms\.review_from"):
        load_config(None, ["alarms.review_from=5"])


def test_a_run_of_another_version_has_the_defaults_where_its_limits_do_not_fit() -> None:
    """A night of last year keeps its report, even without limits or with ones refused today."""
    assert read_limits({}) == AlarmLimits()
    assert read_limits({"alarms": None}) == AlarmLimits()
    assert read_limits({"alarms": {"listed": 7, "gone": 1, "review_from": 2.0}}) == AlarmLimits(
        listed=7
    )
