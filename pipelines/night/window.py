"""Which earlier nights a night is compared with."""

from datetime import date, timedelta


def first_of_window(ds: str, window_nights: int | None) -> str:
    """Return the first night that a night is compared with; empty = there is no first."""
    if window_nights is None:
        return ""
    return (date.fromisoformat(ds) - timedelta(days=window_nights)).isoformat()
