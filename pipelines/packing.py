"""One archive of all that an executor of a cluster needs: `make package`.

It holds a Python environment with the wheel, its dependencies and the models. Spark unpacks it on
each node (`--archives environment.tar.gz#environment`), which itself needs Spark and a Python of
the same version at the same path.
"""

import argparse
import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.environment import fill_gaps, find_java
from pipelines.errors import ConfigurationError, CurationError, ExitCode
from pipelines.fetching import run_installer
from pipelines.isolation import ROOT
from pipelines.network import describe_network

LEFT_OUT = (
    "*/site-packages/pyspark/jars/*",  # a node has Spark's own
    "*/site-packages/triton/*",  # compiles for a GPU
    "*/site-packages/nvidia/cudnn/lib/libcudnn_*",  # opened where there is a GPU
    "*/site-packages/pip/*",
    "*/__pycache__/*",
)
"""Files of the environment that no executor opens: a third of its bytes."""
_QUICK = 1  # of gzip's levels: the last ones halve nothing more and take ten times as long
_SAID_CHARS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Pack the environment of a wheel; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.packing", description=__doc__)
    parser.add_argument("wheel", type=Path, help="of this project, as make package builds it")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .tar.gz")
    given = parser.parse_args(arguments)
    try:
        size = pack_environment(given.wheel.resolve(), given.out.resolve())
    except CurationError as error:
        print(f"package: {error}", file=sys.stderr)
        return int(error.exit_code)
    except OSError as error:
        print(f"package: {error.filename}: {error.strerror}; free some space.", file=sys.stderr)
        return int(ExitCode.BAD_CONFIGURATION)
    print(f"{given.out}: {size / 1e9:.1f} GB")
    return int(ExitCode.PUBLISHED)


def pack_environment(wheel: Path, out: Path) -> int:
    """Install a wheel into an environment of its own and pack that; return the archive's bytes.

    Args:
        wheel: of this project.
        out: the archive, replaced as a whole.

    Raises:
        ConfigurationError: something cannot be installed or fetched.
    """
    with TemporaryDirectory(dir=out.parent, prefix=".part-") as part:
        environment, packed = Path(part) / "environment", Path(part) / out.name
        _install(wheel, environment)
        _archive(environment, packed)
        packed.replace(out)
    return out.stat().st_size


def _install(wheel: Path, environment: Path) -> None:
    """Make an environment with the wheel, its pinned dependencies, and what set-up fetches."""
    shell = fill_gaps(dict(os.environ))
    python = environment / "bin" / "python"
    _run([sys.executable, "-m", "venv", str(environment)], environment.parent, shell)
    pins = ["-c", str(Path(ROOT) / "constraints.txt")]
    # Only uv brings this build, so it is there where the build is.
    build = ["--torch-backend", "cpu"] if version("torch").endswith("+cpu") else []
    done = run_installer([*pins, *build, str(wheel)], may_build=True, python=str(python))
    if done.returncode:
        _fail("the wheel's dependencies cannot be installed", done.stderr)
    # From a folder without our checkout, so that the wheel's own code runs.
    setup = [str(python), "-I", "-m", "pipelines.installing", "--java", str(find_java(shell))]
    _run(setup, environment.parent, shell)


def _run(command: Sequence[str], folder: Path, shell: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 our own commands
        command, cwd=folder, env=shell, capture_output=True, text=True, check=False
    )
    if done.returncode:
        _fail(f"{' '.join(command[1:4])} failed", done.stderr)


def _fail(what: str, said: str) -> None:
    last = (said.strip().splitlines() or ["no message"])[-1][:_SAID_CHARS]
    message = (
        f"{what} ({last}). With the package registry in reach run make package again. Network as "
        f"set: {describe_network(os.environ)}."
    )
    raise ConfigurationError(message)


def _archive(environment: Path, out: Path) -> None:
    """Pack an environment's files, which lie at the top of the archive as Spark wants them."""
    with tarfile.open(out, "w:gz", compresslevel=_QUICK) as archive:
        for file in sorted(environment.rglob("*")):
            name = file.relative_to(environment).as_posix()
            if (file.is_symlink() or not file.is_dir()) and not is_left_out(name):
                archive.add(file, name, recursive=False)


def is_left_out(name: str) -> bool:
    """Whether no executor needs a file of an environment, named by its path in it."""
    return any(fnmatch(f"/{name}", pattern) for pattern in LEFT_OUT)


if __name__ == "__main__":
    sys.exit(main())
