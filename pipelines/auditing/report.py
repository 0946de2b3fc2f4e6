"""What an audit found, as lines for a person or as JSON for a monitor."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.auditing.findings import Finding, show_id
from pipelines.auditing.registry import INVARIANTS
from pipelines.wording import be, format_count


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was audited and found.

    Args:
        nights: that were audited.
        findings: night, finding.
        unmade: check, night, why it could not be made.
    """

    nights: Sequence[str]
    findings: list[tuple[str, Finding]] = field(default_factory=list)
    unmade: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, ds: str, findings: Iterable[Finding]) -> None:
        """Add findings of a night."""
        self.findings.extend((ds, finding) for finding in findings)

    def skip(self, name: str, ds: str, why: str) -> None:
        """Say that a check was not made: it is neither held nor broken."""
        self.unmade.append((name, ds, why))

    @property
    def broken(self) -> list[tuple[str, Finding]]:
        """The findings that are no notices."""
        return [pair for pair in self.findings if not INVARIANTS[pair[1].name].is_notice]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken

    def summary(self) -> str:
        """Return one line: what was audited, how much is broken."""
        ends = [show_id(ds) for ds in (*self.nights[:1], *self.nights[-1:])]
        span = " to ".join(ends) if ends else "none"
        kinds = {finding.name for _, finding in self.broken}
        notices = len(self.findings) - len(self.broken)
        return (
            f"Audited {format_count(len(self.nights), 'night')} ({span}), "
            f"{len(INVARIANTS)} invariants: {len(kinds)} {be(len(kinds))} broken, "
            f"{format_count(notices, 'notice')}, "
            f"{format_count(len(self.unmade), 'check')} not made."
        )


def render_lines(report: AuditReport) -> Iterator[str]:
    """Yield the report as lines of printable ASCII."""
    for ds, finding in report.findings:
        invariant = INVARIANTS[finding.name]
        kind = "notice" if invariant.is_notice else "broken"
        note = f" ({finding.note})" if finding.note else ""
        first = f": {', '.join(finding.ids)}" if finding.ids else ""
        where = f"{finding.table} of {show_id(ds)}"
        yield f"{kind} {finding.name}, {where}, {finding.count}{note}{first}"
        yield f"  {invariant.meaning}"
        yield f"  {invariant.remedy}"
    for name, ds, why in report.unmade:
        yield f"not made {name}, {show_id(ds)}: {why}"
    yield report.summary()


def render_json(report: AuditReport) -> str:
    """Return the report as JSON in printable ASCII."""
    told = {
        "nights": list(report.nights),
        "clean": report.is_clean,
        "findings": [
            {
                "name": finding.name,
                "notice": INVARIANTS[finding.name].is_notice,
                "table": finding.table,
                "ds": ds,
                "count": finding.count,
                "ids": list(finding.ids),
                "note": finding.note,
                "meaning": INVARIANTS[finding.name].meaning,
                "remedy": INVARIANTS[finding.name].remedy,
            }
            for ds, finding in report.findings
        ],
        "unmade": [{"name": name, "ds": ds, "why": why} for name, ds, why in report.unmade],
    }
    return json.dumps(told, ensure_ascii=True, indent=1)
