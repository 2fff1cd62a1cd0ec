"""The public pages with news."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from competition import clock
from competition.access import public
from competition.pages import about, kept
from news.models import NewsItem

PAGE_SIZE = 10


@public
@kept
def news_list(request: HttpRequest) -> HttpResponse:
    """About all editions and none, so that nothing at its top speaks of the present one."""
    published = NewsItem.objects.published(clock.now())
    news = Paginator(published, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "news/list.html", {"edition": None, "phase": "", "news": news})


@public
@kept
def item(request: HttpRequest, slug: str) -> HttpResponse:
    """One message; a draft, and one that is still to appear, do not exist."""
    at = clock.now()
    shown = get_object_or_404(NewsItem.objects.published(at), slug=slug)
    context = about(shown.edition, at=at) if shown.edition else {"edition": None, "phase": ""}
    return render(request, "news/item.html", context | {"item": shown, "nav": "news"})
