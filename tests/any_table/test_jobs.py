"""What a single job does without a session."""

from pathlib import Path

import pytest

from jobs.prune import main
from pipelines.errors import InputError
from tests.diversity.test_cluster_explanation import PRUNING


def test_prune_explains_a_cluster_of_its_own_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Explaining dropped rows needs only the results: no table, no session, no retain."""
    PRUNING.write_delta(str(tmp_path / "pruning"))
    main(["--explain-cluster", "c0001", "--out", str(tmp_path)])

    assert (
        capsys.readouterr().out
        == "cluster c0001: 1 row, 1 kept, 0 dropped\nleader e, novelty 0.7000\n"
    )


def test_explaining_without_results_is_an_input_error(tmp_path: Path) -> None:
    """The remedy is to prune first, and the message says so."""
    with pytest.raises(InputError, match="holds no table pruning"):
        main(["--explain-cluster=c0001", "--out", str(tmp_path)])


def test_without_a_cluster_the_table_is_required(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The option must not loosen what every other call needs."""
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path)])
    assert "--table" in capsys.readouterr().err
