"""Solve linear and integer programmes with HiGHS, on one thread and repeatably."""

from dataclasses import dataclass, replace
from enum import StrEnum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TOLERANCE = 1e-9
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "solver": "simplex",
    "primal_feasibility_tolerance": _TOLERANCE,
    "dual_feasibility_tolerance": 1e-10,
    "mip_feasibility_tolerance": _TOLERANCE,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
}


@dataclass(frozen=True, slots=True)
class Programme:
    """Columns between `lower` and `upper` whose rows `matrix @ x` lie between `low` and `high`.

    `matrix` is [rows, columns]; `integer` says which columns must be integers.
    """

    matrix: csc_array
    low: Floats
    high: Floats
    lower: Floats
    upper: Floats
    integer: Bools

    def fix(self, free: Bools, x: Floats) -> "Programme":
        """Return the programme of the free columns alone, with the others fixed at `x`."""
        done = self.matrix @ np.where(free, 0.0, x)
        return Programme(
            self.matrix[:, np.flatnonzero(free)],
            self.low - done,
            self.high - done,
            self.lower[free],
            self.upper[free],
            self.integer[free],
        )

    def narrow(self, lower: Floats, upper: Floats, low: Floats, high: Floats) -> "Programme":
        """Return the programme with other bounds on its columns and rows."""
        return replace(self, lower=lower, upper=upper, low=low, high=high)

    def admits(self, x: Floats) -> bool:
        """Say whether a point is within every bound and its integer columns are integers."""
        activity, slack = self.matrix @ x, 1e-7
        return bool(
            (x >= self.lower - slack).all()
            and (x <= self.upper + slack).all()
            and (activity >= self.low - slack).all()
            and (activity <= self.high + slack).all()
            and (x[self.integer] == np.rint(x[self.integer])).all()
        )


class SolveStatus(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Answer:
    """HiGHS's answer: a point if it found one, a proven bound, and prices of a linear solve.

    `reduced` [columns] are reduced costs and `prices` [rows] shadow prices of the maximisation:
    what one more unit of the column or row gains.
    """

    status: SolveStatus
    x: Floats
    value: float
    bound: float
    reduced: Floats
    prices: Floats


def maximise_linear(programme: Programme, gain: Floats) -> Answer:
    """Solve without integrality; the answer is a vertex with its prices."""
    return _solve(programme, gain, integer=False, nodes=0)


def maximise_integer(programme: Programme, gain: Floats, nodes: int) -> Answer:
    """Solve with integrality, in a limited number of nodes; the bound is proven in any case."""
    return _solve(programme, gain, integer=True, nodes=nodes)


def _solve(programme: Programme, gain: Floats, *, integer: bool, nodes: int) -> Answer:
    columns, rows = len(gain), len(programme.low)
    if not columns:
        return _without_columns(programme)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy has no annotation there
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    if integer:
        solver.setOptionValue("mip_max_nodes", nodes)
    solver.passModel(_model(programme, gain, integer=integer))
    solver.run()
    status = _status_of(solver)
    info, solution = solver.getInfo(), solver.getSolution()
    has_point = bool(solution.value_valid) and status is not SolveStatus.INFEASIBLE
    has_prices = bool(solution.dual_valid) and not integer
    return Answer(
        status=status,
        x=np.array(solution.col_value) if has_point else np.zeros(0),
        value=-info.objective_function_value if has_point else -np.inf,
        bound=-info.mip_dual_bound if integer else -info.objective_function_value,
        reduced=-np.array(solution.col_dual) if has_prices else np.zeros(columns),
        prices=-np.array(solution.row_dual) if has_prices else np.zeros(rows),
    )


def _without_columns(programme: Programme) -> Answer:
    fits = bool(np.all(programme.low <= _TOLERANCE) and np.all(programme.high >= -_TOLERANCE))
    value = 0.0 if fits else -np.inf
    status = SolveStatus.OPTIMAL if fits else SolveStatus.INFEASIBLE
    return Answer(status, np.zeros(0), value, value, np.zeros(0), np.zeros(len(programme.low)))


def _model(programme: Programme, gain: Floats, *, integer: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = programme.matrix.shape
    model.col_cost_ = -gain
    model.col_lower_, model.col_upper_ = programme.lower, programme.upper
    model.row_lower_, model.row_upper_ = programme.low, programme.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = programme.matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = programme.matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = programme.matrix.data.astype(np.float64)
    if integer:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(is_integer)] for is_integer in programme.integer]
    return model


def _status_of(solver: highspy.Highs) -> SolveStatus:
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return SolveStatus.OPTIMAL
    limits = (highspy.HighsModelStatus.kSolutionLimit, highspy.HighsModelStatus.kIterationLimit)
    if status in limits:
        return SolveStatus.LIMIT
    infeasible = (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    )
    if status in infeasible:
        return SolveStatus.INFEASIBLE
    message = f"HiGHS ended as {solver.modelStatusToString(status)}"
    raise RuntimeError(message)
