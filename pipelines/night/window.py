"""Which earlier nights a night is compared with."""

from datetime import date, timedelta


def first_of_window(ds: str, window_nights: int | None) -> str:
    """Return the first night that a night is compared with; empty = there is no first."""
    if window_nights is None:
        return ""
    return (date.fromisoformat(ds) - timedelta(days=window_nights)).isoformat()


def is_earlier(night: str, ds: str, since: str) -> bool:
    """Say whether the kept rows of a night are leaders for the night `ds`.

    `since` is what `first_of_window` returns.
    """
    return since <= night < ds
