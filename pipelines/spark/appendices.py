"""Further tables of the report, one function each: what a scientist asks next."""

from collections.abc import Callable, Sequence

from pipelines.filtering.declared_language import compare_declared, rate_mismatch
from pipelines.report.counting import PublishedFrames
from pipelines.report.facts import Appendix

_SHOWN = 20


def append_tables(night: PublishedFrames) -> list[Appendix]:
    """Return the further tables that have something to say of a night."""
    return [appendix for make in _TABLES if (appendix := make(night)).rows.height]


def _declared_languages(night: PublishedFrames) -> Appendix:
    identified = night.language.select("sample_id", identified="language")
    declared = night.samples.select("sample_id", "language", "locale")
    told = declared.join(identified, on="sample_id", how="inner").collect(engine="streaming")
    rates = rate_mismatch(compare_declared(told)).sort("rows", "declared", descending=[True, False])
    return Appendix(
        "Declared languages",
        "Per language that clients declared: samples, how many could be compared with the language that was"
        " identified, and the share of those in which it was another.",
        rates.head(_SHOWN),
    )


_TABLES: Sequence[Callable[[PublishedFrames], Appendix]] = (_declared_languages,)
