"""What this app itself does when figures or the register change."""

from typing import Any

from practices import measures
from practices.services import quality

PUBLISHED = {measures.POMI.key}


def doubt_what_the_file_leaves_out(**kwargs: Any) -> None:
    """Typed figures and visits name no practice that the register does not have."""
    if PUBLISHED & set(kwargs.get("sources") or PUBLISHED):
        quality.compare_register_with_file()
