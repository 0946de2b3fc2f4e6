"""A clean warehouse has no finding; each planted corruption is found, by its right name first."""

import shutil
from pathlib import Path

import pytest

from pipelines.auditing.registry import INVARIANTS
from pipelines.night.auditing import audit_warehouse
from pipelines.stores.location import locate
from tests.auditing.clean_settings import KEY
from tests.auditing.clean_warehouse import make_warehouse
from tests.auditing.corruptions import DAY, DAY_BEFORE, Warehouse
from tests.auditing.planted_in_ledger import IN_LEDGER, Break
from tests.auditing.planted_in_products import IN_PRODUCTS

PLANTED = (*IN_LEDGER, *IN_PRODUCTS)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two nights that keep every promise; nobody writes to them."""
    return make_warehouse(tmp_path_factory.mktemp("clean") / "w")


def audit(root: Path, ds: str | None = None) -> list[str]:
    """Return the names of the findings of a night, or of all, in their order."""
    report = audit_warehouse(locate(root), ds, ds, [KEY])
    return [finding.name for _, finding in report.findings]


def test_a_clean_warehouse_has_no_finding(clean: Path) -> None:
    """A monitor that cries wolf is switched off."""
    report = audit_warehouse(locate(clean), None, None, [KEY])

    assert (report.findings, report.unmade) == ([], [])
    assert list(report.nights) == [DAY_BEFORE, DAY]


@pytest.mark.parametrize(
    ("name", "plant"), [(n, p) for _, n, p in PLANTED], ids=[said for said, _, _ in PLANTED]
)
def test_a_planted_corruption_is_found_by_its_name(
    name: str, plant: Break, clean: Path, tmp_path: Path
) -> None:
    """Where one corruption breaks several promises, its cause comes first."""
    broken = Warehouse(Path(shutil.copytree(clean, tmp_path / "w")))

    plant(broken)

    assert audit(broken.root, DAY)[:1] == [name]


def test_every_invariant_that_can_be_broken_by_rows_is_planted() -> None:
    """A check that no corruption reaches may find nothing at all."""
    elsewhere = {"witness_gone", "index_missing", "erasure_open"}

    assert set(INVARIANTS) - {name for _, name, _ in PLANTED} == elsewhere
    assert len(PLANTED) >= 60
    assert len({said for said, _, _ in PLANTED}) == len(PLANTED)
