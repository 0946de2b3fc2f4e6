"""Where a run's telemetry goes."""

from typing import Annotated

from pydantic import Field

from pipelines.settings import Section


class TelemetrySettings(Section):
    """Places of the files that a run writes of itself; never changes a result."""

    log: str | None = None
    """A file on a disk to which every run adds its lines; null = log.jsonl beside the report."""
    metrics: str | None = None
    """A file for Prometheus, replaced by every run; null = metrics.prom beside the report."""
    namespace: Annotated[str, Field(min_length=1, max_length=200)] = "conversation-curation"
    """Of the job in OpenLineage events, which are in lineage.jsonl beside the report."""
