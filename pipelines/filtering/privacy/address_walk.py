"""From an address's number backwards to its places and postcode, and forwards to its flat.

One step at a time and a bounded number of them, so that time is linear.
"""

import re
from dataclasses import dataclass

_PLACE_CHARS = 14  # read backwards


@dataclass(frozen=True, slots=True)
class AddressWalk:
    """What stands around a street and its number in a language, as patterns of small letters.

    Args:
        place: a place that ends where it is asked for, with the marks behind it.
        cut: up to the word of a sentence that ends before the address begins.
        post: a postcode that ends where it is asked for.
        steps: house, floor, flat or building behind a number; the first that fits is taken.
        post_chars: read backwards for a postcode.
        places_max, steps_max: how many are taken.
    """

    place: re.Pattern[str]
    cut: re.Pattern[str]
    post: re.Pattern[str]
    steps: tuple[re.Pattern[str], ...]
    post_chars: int
    places_max: int
    steps_max: int

    def head_start(self, low: str, start: int) -> int:
        """Return where the places and the postcode before an address begin."""
        at = start
        for _ in range(self.places_max):
            place = self.place.search(low, max(0, at - _PLACE_CHARS), at)
            if place is None:
                break
            cut = self.cut.match(place[0].rstrip(" 、,"))
            at = place.start() + (cut.end() if cut else 0)
            if cut:
                break
        post = self.post.search(low, max(0, at - self.post_chars), at)
        return post.start() if post else at

    def tail_end(self, low: str, end: int) -> int:
        """Return where house, floor and flat behind a number end."""
        at = end
        for _ in range(self.steps_max):
            step = next((found for one in self.steps if (found := one.match(low, at))), None)
            if step is None or step.end() == at:
                break
            at = step.end()
        return at
