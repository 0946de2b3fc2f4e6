"""Inline SVG: shapes that differ without colour, a text that names every mark, no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from pipelines.report.lettering import SMALL, measure_text
from pipelines.report.values import escape

WIDTH = 480
"""Width of every figure in user units: one column of a desktop page, a whole telephone."""

_PATTERNS = {
    "drop": '<path d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4" class="hatch"/>',
    "review": '<path d="M0,4 h8" class="hatch"/>',
    "quarantine": '<circle cx="4" cy="4" r="1.6" class="dot"/>',
}
_MARKERS = frozenset({"traffic", "pool", "train", "eval", "missed"})
_LEGEND_LINE = 19.0
OUTCOMES = ("keep", "drop", "review", "quarantine")
OUTCOME_WORDS = {
    "keep": "kept",
    "drop": "dropped",
    "review": "to review",
    "quarantine": "quarantined",
}


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return one element; children that are not `Markup` are escaped, `None` attributes left out.

    Attribute names: a trailing `_` goes, other `_` become `-`; numbers are written with two
    decimals at most.
    """
    written = "".join(
        f' {name.removesuffix("_").replace("_", "-")}="{_write_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{written}>{join(children)}</{tag}>")  # noqa: S704 parts are escaped


def _write_attribute(value: str | float) -> Markup:
    return escape(
        f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    )


def join(children: Iterable[str]) -> Markup:
    """Return the children one after the other; those that are not `Markup` are escaped."""
    parts = (child if isinstance(child, Markup) else escape(child) for child in children)
    return Markup("".join(parts))  # noqa: S704 every part is markup by the line above


@cache
def read_style(name: str) -> Markup:
    """Return one of the stylesheets in this module's folder."""
    return Markup((Path(__file__).parent / name).read_text(encoding="utf-8"))  # noqa: S704 our file


def define_patterns() -> Markup:
    """Return the definitions of every pattern; a document needs them once."""
    patterns = "".join(
        f'<pattern id="p-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" class="ground-{name}"/>{shape}</pattern>'
        for name, shape in _PATTERNS.items()
    )
    return Markup(f"<defs>{patterns}</defs>")  # noqa: S704 constants of this module


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing that a template of the page and a notebook show alike.

    Args:
        title: its name, shown above it.
        description: a sentence for readers who do not see it.
        height: in user units; its width is `WIDTH`.
        marks: its elements, the lowest first.
    """

    title: str
    description: str
    height: float
    marks: Sequence[str]

    def __html__(self) -> str:
        """Return the figure with its caption; the page holds its style and its patterns."""
        return element("figure", element("figcaption", self.title), self._draw())

    def _repr_svg_(self) -> str:
        """Return the drawing with its style and its patterns, as a notebook shows it."""
        style = element("style", read_style("figures.css"))
        return self._draw(
            style,
            define_patterns(),
            xmlns="http://www.w3.org/2000/svg",
            width=WIDTH,
            height=self.height,
            style=f"width: {WIDTH}px; background: var(--panel)",
        )

    def _draw(self, *before: Markup, **attributes: str | float) -> Markup:
        name = "f" + sha256(f"{self.title}\x1f{self.description}".encode()).hexdigest()[:10]
        names = (
            element("title", self.title, id=f"{name}t"),
            element("desc", self.description, id=f"{name}d"),
        )
        return element(
            "svg",
            *names,
            *before,
            *self.marks,
            viewBox=f"0 0 {WIDTH:g} {self.height:g}",
            role="img",
            aria_labelledby=f"{name}t {name}d",
            class_="drawing",
            **attributes,
        )


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from values to user units; a value outside is drawn at its end."""

    low: float
    high: float
    left: float
    right: float

    def place(self, value: float) -> float:
        """Return the position of a value."""
        span = (self.high - self.low) or 1.0
        part = min(max((value - self.low) / span, 0.0), 1.0)
        return self.left + part * (self.right - self.left)


def label(
    x: float, y: float, text: str, anchor: str = "start", class_: str | None = None
) -> Markup:
    """Return one line of text; what it says is escaped and keeps its own direction."""
    return element(
        "text", text, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_
    )


def box(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    """Return a rectangle; none is narrower than a hairline, so that a single row is visible."""
    return element("rect", x=x, y=y, width=max(width, 0.8), height=max(height, 0.0), class_=class_)


def shade(x: float, y: float, width: float, height: float, part: float) -> Markup:
    """Return a cell of a plane: the larger its part in [0, 1], the stronger its tone."""
    return element(
        "rect", x=x, y=y, width=width, height=height, class_="cell", fill_opacity=0.06 + 0.84 * part
    )


def rule(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def marker(kind: str, x: float, y: float) -> Markup:
    """Return the mark of a stage or of a verdict; each has a shape of its own.

    Args:
        kind: `traffic` (upright bar), `pool` (ring), `train` (disc), `eval` (diamond), `missed`
            (cross).
        x: its middle.
        y: its middle.
    """
    shapes = {
        "traffic": f"M{x:.1f},{y - 8:.1f} v16",
        "eval": f"M{x:.1f},{y - 4.4:.1f} l4.4,4.4 l-4.4,4.4 l-4.4,-4.4 z",
        "missed": f"M{x - 4.5:.1f},{y - 4.5:.1f} l9,9 m0,-9 l-9,9",
    }
    if kind in shapes:
        return element("path", d=shapes[kind], class_=f"m-{kind}")
    return element("circle", cx=x, cy=y, r=6.0 if kind == "pool" else 4.8, class_=f"m-{kind}")


@dataclass(frozen=True, slots=True)
class Legend:
    """The names of a figure's marks, at its top.

    Args:
        marks: its elements.
        below: where the figure itself may begin, in user units; 22 below a legend of one line.
    """

    marks: Sequence[Markup]
    below: float


def draw_legend(entries: Sequence[tuple[str, str]], right: float = WIDTH) -> Legend:
    """Return the legend of marks and patterns, on as many lines as it needs.

    Args:
        entries: (kind, words): a kind of `marker`, or else the class of a box.
        right: where its lines end.
    """
    x, y, marks = 0.0, 14.0, []
    for kind, words in entries:
        sign = 18.0 if kind in _MARKERS else 22.0
        wide = sign + measure_text(words, SMALL)
        if x > 0 and x + wide > right:
            x, y = 0.0, y + _LEGEND_LINE
        marks.append(
            marker(kind, x + 8, y - 4) if kind in _MARKERS else box(x, y - 10, 16, 11, kind)
        )
        marks.append(label(x + sign, y, words, class_="small"))
        x += wide + 12
    return Legend(marks, y + 8)
