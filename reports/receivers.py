from typing import Any

from reports import services


def remove_illustrative(sender: Any, **_: Any) -> None:
    services.remove_illustrative()
