"""Names in Chinese, Japanese and Korean without a cue; letters tell which recogniser reads."""

import re

from pipelines.filtering.privacy.names_chinese import find_chinese
from pipelines.filtering.privacy.names_japanese import find_japanese
from pipelines.filtering.privacy.names_korean import find_korean
from pipelines.filtering.privacy.names_romanised import find_romanised
from pipelines.filtering.privacy.segmenting import Spans

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_HANGUL = re.compile(r"[가-힣]{2}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")


def find_by_characters(piece: str) -> Spans:
    """Return the spans of names in a sentence, in order of start, none overlapping.

    A sentence with kana is Japanese, one with Hangul Korean; one with Chinese characters alone is
    read as Chinese and as Japanese too, whose names must fill a run.
    """
    if _KANA.search(piece):
        found = find_japanese(piece)
    else:
        hangul = _HANGUL.search(piece) is not None
        found = find_korean(piece) if hangul else Spans()
        found += find_romanised(piece, "ko" if hangul else "zh")
        if _CHINESE.search(piece):
            found += find_chinese(piece)
            found += find_japanese(piece)  # a line of names has no kana
    return apart(found)


def apart(spans: Spans) -> Spans:
    """Return spans in order of start, of those that overlap the first, and of these the longest."""
    kept, reached = Spans(), 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= reached:
            kept.append((start, end))
            reached = end
    return kept
