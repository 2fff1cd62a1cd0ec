from datetime import datetime
from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from competition import clock
from competition.models import Edition


class NewsQuerySet(models.QuerySet["NewsItem"]):
    def published(self, at: datetime) -> "NewsQuerySet":
        """What everybody may read now; the newest first."""
        return self.filter(published_at__lte=at).select_related("edition").order_by("-published_at", "-pk")


class NewsItem(models.Model):
    """One short message of the organisers to everybody. Without a moment of publication it is a draft."""

    title = models.CharField(_("kop"), max_length=120)
    slug = models.SlugField(_("naam in het webadres"), max_length=120, unique=True)
    summary = models.CharField(_("samenvatting"), max_length=300, help_text=_("Eén of twee zinnen."))
    text = models.TextField(_("tekst"), blank=True, help_text=_("Gewone tekst. Een witregel begint een nieuwe alinea."))
    published_at = models.DateTimeField(
        _("gepubliceerd op"),
        null=True,
        blank=True,
        help_text=_("Leeg: dit is een concept. In de toekomst: het bericht verschijnt dan vanzelf."),
    )
    edition = models.ForeignKey(
        Edition,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("editie"),
        help_text=_("Leeg: het bericht gaat niet over één editie."),
    )
    changed_at = models.DateTimeField(_("veranderd op"), default=clock.now, editable=False)

    objects: ClassVar[NewsQuerySet] = NewsQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("nieuwsbericht")
        verbose_name_plural = _("nieuwsberichten")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("news:item", args=[self.slug])

    @property
    def is_example(self) -> bool:
        """Whether it is invented, as is all of its edition."""
        return self.edition is not None and self.edition.is_example

    @property
    def updated_at(self) -> datetime | None:
        """When readers last saw it change: what was edited before it appeared is nobody's news."""
        return self.published_at and max(self.published_at, self.changed_at)
