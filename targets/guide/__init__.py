"""The programme's guide as pages of the portal: `url_for(target)` leads to the page of a target."""

from django.urls import reverse

from targets.guide.content import GuidePage, find_page, page_of_target, pages

__all__ = ["GuidePage", "find_page", "page_of_target", "pages", "url_for"]


def url_for(target: str) -> str:
    """The address of the guide's page on a target; link to it wherever the target is named."""
    return reverse("targets:guide_page", args=[page_of_target(target).slug])
