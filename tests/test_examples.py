"""The worked examples in docstrings are right, and every kernel that is hard to follow has one."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HARD_KERNELS = (
    "pipelines.diversity.coverage.rank_by_coverage",
    "pipelines.diversity.leaders.find_leaders",
    "pipelines.diversity.probe_clusters.join_clusters",
    "pipelines.diversity.pruning.prune",
    "pipelines.diversity.pruning.prune_groups",
    "pipelines.diversity.residual.estimate_residual",
    "pipelines.diversity.residual.find_torn",
    "pipelines.diversity.witnesses.find_witnesses",
    "pipelines.intake.spread.fit_spread",
    "pipelines.models.guard.answer_guarded",
    "pipelines.sampling.cells.group_cells",
    "pipelines.sampling.conflicts.explain_conflict",
    "pipelines.sampling.nearest.find_nearest_size",
    "pipelines.sampling.optimum.find_optimum",
    "pipelines.sampling.plan.plan_draw",
    "pipelines.sampling.prices.price_steps",
    "pipelines.sampling.sides.assign_sides",
    "pipelines.sampling.sifting.maximise_sifted",
)


def _find_modules() -> list[str]:
    """Return the modules of pipelines whose source holds an example, without importing any."""
    files = [file.relative_to(ROOT) for file in sorted((ROOT / "pipelines").rglob("*.py"))]
    return [
        ".".join(file.with_suffix("").parts)
        for file in files
        if ">>> " in (ROOT / file).read_text(encoding="utf-8")
    ]


@pytest.mark.parametrize("module", _find_modules())
def test_the_examples_of_a_module_are_right(module: str) -> None:
    """An example that is wrong misleads more than none."""
    result = doctest.testmod(import_module(module), raise_on_error=False)

    assert result.failed == 0, f"{result.failed} of {result.attempted} lines; see the output"


@pytest.mark.parametrize("kernel", HARD_KERNELS)
def test_a_kernel_that_is_hard_to_follow_opens_with_an_example(kernel: str) -> None:
    """Five rows explain a search or a solver faster than its code."""
    module, _, name = kernel.rpartition(".")
    function = getattr(import_module(module), name)

    found = doctest.DocTestFinder(recurse=False).find(function, name)

    assert sum(len(part.examples) for part in found) > 1
