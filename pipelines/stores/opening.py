"""Open a warehouse to write to it."""

from pipelines.errors import ConfigurationError
from pipelines.failures import is_full
from pipelines.stores.files import make_folder, try_writing
from pipelines.stores.location import Location, require_store


def open_warehouse(place: str, name: str = "warehouse") -> Location:
    """Return a folder to write to; on a disk it is made.

    Args:
        place: as given.
        name: of the setting or option that gives it, for errors.

    Raises:
        ConfigurationError: its scheme is not known, it cannot be made, or nothing can be written
            to it.
    """
    root = require_store(place, name)
    try:
        make_folder(root)
        try_writing(root)
    except OSError as error:
        if is_full(error):  # it can be written once there is room: that is no setting's fault
            return root
        message = (
            f"{name}: {place} cannot be made or written ({error.strerror}); give a directory that "
            "can be written, and mount its disk for writing."
        )
        raise ConfigurationError(message) from None
    return root
