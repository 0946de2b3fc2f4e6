"""Where an installation keeps configuration, fetched models and its set-up."""

import sys
import sysconfig
from pathlib import Path

from pipelines.isolation import ROOT

_SHARE = "share/conversation-curation"
IS_CHECKOUT = (Path(ROOT) / "Makefile").is_file()
"""Whether the code runs from its repository; else it was installed as a wheel."""


def _find_conf() -> Path:
    """Return the folder conf/: of the repository, else where a wheel puts its data files."""
    if IS_CHECKOUT:
        return Path(ROOT) / "conf"
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    places = [Path(sysconfig.get_path("data", scheme)) / _SHARE / "conf" for scheme in schemes]
    places.append(Path(ROOT) / _SHARE / "conf")  # pip install --target
    return next((place for place in places if place.is_dir()), places[0])


CONF = _find_conf()
"""The folder of the configuration that ships with the code."""
SHIPPED = Path(ROOT) / "pipelines" / "shipped"
"""Models and lists that are part of the package."""
FETCHED = Path(sys.prefix) / _SHARE / "fetched"
"""Models that set-up fetched into this Python environment."""
COMPILED = Path(sys.prefix) / _SHARE / "compiled"
"""What was slow to make of files of the package, kept for the next process."""
SETUP = "make setup" if IS_CHECKOUT else "curation-setup"
"""What a person types to complete this installation."""
