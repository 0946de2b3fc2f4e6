"""What the wheel leaves out: jobs that train models or make demo texts; they need a checkout."""

from pathlib import Path

from setuptools.command.build_py import build_py

_OF_A_CHECKOUT = (
    "make_traffic",
    "measure_ranges",
    "train_language",
    "train_names",
    "train_privacy",
    "train_safety",
)


class LeanBuild(build_py):  # type: ignore[misc]  # setuptools ships no types
    """Build the packages without the jobs whose packages are not in the wheel."""

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """Return package, name and file of each module that is built."""
        found: list[tuple[str, str, str]] = super().find_package_modules(package, package_dir)
        return [
            module
            for module in found
            if not (package == "jobs" and Path(module[2]).stem in _OF_A_CHECKOUT)
            and not (package == "pipelines" and Path(module[2]).stem in {"packing", "wheel"})
        ]
