"""News for feed readers (Atom). Every address is made from a setting: a request could name any host."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import conditional_page

from competition import clock
from competition.access import public
from competition.form_fields import on_one_line, without_hidden_characters
from competition.pages import kept
from news.models import NewsItem

LENGTH = 20


class NewsFeed(Feed[NewsItem, Any]):
    feed_type = Atom1Feed
    title = _("Nieuws van De Grote Digitale Steden Competitie")
    subtitle = _("Berichten van de organisatie, het nieuwste bovenaan.")
    author_name = "De Grote Digitale Steden Competitie"

    def link(self) -> str:
        return f"{settings.SITE_URL}{reverse('news:list')}"

    def feed_url(self) -> str:
        return f"{settings.SITE_URL}{reverse('news:feed')}"

    def items(self) -> Iterable[NewsItem]:
        return NewsItem.objects.published(clock.now())[:LENGTH]

    def item_title(self, item: Any) -> str:
        """Plain text, as Atom reads it. XML knows no control characters: one would break the whole feed."""
        title = on_one_line(item.title)
        return gettext("Voorbeeld: %(title)s") % {"title": title} if item.is_example else title

    def item_description(self, item: Any) -> str:
        """As HTML, which is what the generator calls it."""
        return escape(without_hidden_characters(item.summary))

    def item_link(self, item: Any) -> str:
        return f"{settings.SITE_URL}{item.get_absolute_url()}"

    def item_pubdate(self, item: Any) -> datetime:
        return item.published_at  # type: ignore[no-any-return]

    def item_updateddate(self, item: Any) -> datetime:
        return item.updated_at  # type: ignore[no-any-return]


_feed = NewsFeed()


@public
@kept
@conditional_page
def atom(request: HttpRequest) -> HttpResponse:
    response = _feed(request)
    # A message that is taken back leaves no day of last change; the ETag does tell.
    del response["Last-Modified"]
    return response
