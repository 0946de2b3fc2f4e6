"""Drawing in inline SVG: shapes that differ without colour, text that names every mark, no script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pipelines.report.markup import Markup, element, join

WIDTH = 480
"""Width of every figure in user units: one column of a desktop page, a whole telephone."""

_PATTERNS = {
    "drop": '<path d="M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4" class="hatch"/>',
    "review": '<path d="M0,4 h8" class="hatch"/>',
    "quarantine": '<circle cx="4" cy="4" r="1.6" class="dot"/>',
}
OUTCOMES = ("keep", "drop", "review", "quarantine")
OUTCOME_WORDS = {"keep": "kept", "drop": "dropped", "review": "to review", "quarantine": "quarantined"}


def pattern_definitions() -> Markup:
    """Return the hidden drawing that holds every pattern; it stands once on the page."""
    patterns = "".join(
        f'<pattern id="p-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" class="ground-{name}"/>{shape}</pattern>'
        for name, shape in _PATTERNS.items()
    )
    return element(
        "svg", Markup(f"<defs>{patterns}</defs>"), width=0, height=0, class_="patterns", aria_hidden="true"
    )


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from values to user units; a value outside is drawn at its end."""

    low: float
    high: float
    left: float
    right: float

    def place(self, value: float) -> float:
        """Return where a value lies."""
        span = (self.high - self.low) or 1.0
        part = min(max((value - self.low) / span, 0.0), 1.0)
        return self.left + part * (self.right - self.left)


def drawing(
    title: str, description: str, height: float, marks: Iterable[str], width: float = WIDTH
) -> Markup:
    """Return a figure with a name and a description for who does not see it."""
    name = "f" + sha256(f"{title}\x1f{description}".encode()).hexdigest()[:10]
    inner = join(
        (
            element("title", title, id=f"{name}t"),
            element("desc", description, id=f"{name}d"),
            *marks,
        )
    )
    box = f"0 0 {width:g} {height:g}"
    svg = element("svg", inner, viewBox=box, role="img", aria_labelledby=f"{name}t {name}d")
    return element("figure", element("figcaption", title), svg)


def label(x: float, y: float, text: str, anchor: str = "start", class_: str | None = None) -> Markup:
    """Return one line of text; what it says is escaped and keeps its own direction."""
    return element("text", text, x=x, y=y, text_anchor=None if anchor == "start" else anchor, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str) -> Markup:
    """Return a rectangle; nothing is drawn narrower than a hairline, so that one row can be seen."""
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
        kind: `traffic` (upright bar), `pool` (ring), `train` (disc), `eval` (diamond), `missed` (cross).
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


def legend_of_marks(entries: Sequence[tuple[str, str]], y: float) -> Markup:
    """Return a line of markers with their names."""
    x, marks = 8.0, []
    for kind, words in entries:
        marks += [marker(kind, x, y - 4), label(x + 10, y, words, class_="small")]
        x += 27 + 6.0 * len(words)
    return join(marks)


def legend_of_boxes(entries: Sequence[tuple[str, str]], y: float) -> Markup:
    """Return a line of patterns with their names."""
    x, marks = 0.0, []
    for kind, words in entries:
        marks += [box(x, y - 10, 16, 11, kind), label(x + 22, y, words, class_="small")]
        x += 40 + 6.0 * len(words)
    return join(marks)
