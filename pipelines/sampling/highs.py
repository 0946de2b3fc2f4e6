"""One door to HiGHS: linear and integer programmes over sparse rows, single-threaded and repeatable."""

from dataclasses import dataclass, replace
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "solver": "simplex",
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-10,
    "mip_feasibility_tolerance": 1e-9,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
}


@dataclass(frozen=True, slots=True)
class Programme:
    """Columns between `lower` and `upper` whose rows `matrix @ x` lie between `low` and `high`.

    `matrix` is [rows, columns]; `whole` says which columns must be integers.
    """

    matrix: csc_array
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    whole: Bools

    def fix(self, free: Bools, x: Floats) -> "Programme":
        """Return the programme in which only the free columns remain; the others stay at `x`."""
        done = self.matrix @ np.where(free, 0.0, x)
        return Programme(
            self.matrix[:, np.flatnonzero(free)],
            self.low - done,
            self.high - done,
            self.lower[free],
            self.upper[free],
            self.whole[free],
        )

    def narrow(self, lower: Floats, upper: Floats, low: Floats, high: Floats) -> "Programme":
        """Return the programme with other bounds on its columns and rows."""
        return replace(self, lower=lower, upper=upper, low=low, high=high)

    def admits(self, x: Floats) -> bool:
        """Say whether a point lies within every bound and its whole columns are integers."""
        activity, slack = self.matrix @ x, 1e-7
        return bool(
            (x >= self.lower - slack).all()
            and (x <= self.upper + slack).all()
            and (activity >= self.low - slack).all()
            and (activity <= self.high + slack).all()
            and (x[self.whole] == np.rint(x[self.whole])).all()
        )


class End(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Answer:
    """What HiGHS said: a point where there is one, the bound it proved, and prices of a linear solve.

    `reduced` [columns] and `prices` [rows] are of the maximisation: what one more unit gains.
    """

    end: End
    x: Floats
    value: float
    bound: float
    reduced: Floats
    prices: Floats


def maximise_linear(programme: Programme, gain: Floats) -> Answer:
    """Solve without integrality; the answer is a vertex with its prices."""
    return _solve(programme, gain, whole=False, nodes=0)


def maximise_whole(programme: Programme, gain: Floats, nodes: int) -> Answer:
    """Solve with integrality, at most so many branch-and-bound nodes; a limit answers with its bound."""
    return _solve(programme, gain, whole=True, nodes=nodes)


def _solve(programme: Programme, gain: Floats, *, whole: bool, nodes: int) -> Answer:
    columns, rows = len(gain), len(programme.low)
    if not columns:
        return _without_columns(programme)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no annotation there
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    if whole:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_model(programme, gain, whole=whole))
    solver.run()
    end = _end_of(solver)
    info, solution = solver.getInfo(), solver.getSolution()
    has_point = bool(solution.value_valid) and end is not End.INFEASIBLE
    has_prices = bool(solution.dual_valid) and not whole
    return Answer(
        end=end,
        x=np.array(solution.col_value) if has_point else np.zeros(0),
        value=-info.objective_function_value if has_point else -np.inf,
        bound=-info.mip_dual_bound if whole else -info.objective_function_value,
        reduced=-np.array(solution.col_dual) if has_prices else np.zeros(columns),
        prices=-np.array(solution.row_dual) if has_prices else np.zeros(rows),
    )


def _without_columns(programme: Programme) -> Answer:
    fits = bool((programme.low <= 1e-9).all() and (programme.high >= -1e-9).all())  # noqa: PLR2004 tolerance
    value = 0.0 if fits else -np.inf
    end = End.OPTIMAL if fits else End.INFEASIBLE
    return Answer(end, np.zeros(0), value, value, np.zeros(0), np.zeros(len(programme.low)))


def _model(programme: Programme, gain: Floats, *, whole: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = programme.matrix.shape
    model.col_cost_ = -gain
    model.col_lower_, model.col_upper_ = programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.low, programme.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = programme.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = programme.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = programme.matrix.data.astype(np.float64)
    if whole:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(is_whole)] for is_whole in programme.whole]
    return model


def _end_of(solver: highspy.Highs) -> End:
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return End.OPTIMAL
    limits = (highspy.HighsModelStatus.kSolutionLimit, highspy.HighsModelStatus.kIterationLimit)
    if status in limits:
        return End.LIMIT
    infeasible = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    if status in infeasible:
        return End.INFEASIBLE
    message = f"HiGHS ended as {solver.modelStatusToString(status)}"
    raise RuntimeError(message)
