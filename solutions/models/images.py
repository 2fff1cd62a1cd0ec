from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.uploads import PrivateFiles
from solutions.models.contributions import Contribution
from solutions.models.files import AddedFile


class ContributionImage(AddedFile):
    """A picture with a contribution, and what is to be seen on it for who does not see it.

    Everybody sees it once the contribution has been confirmed; before that its municipality and the organisers do.
    """

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="images", verbose_name=_("aangedragen oplossing")
    )
    file = models.FileField(_("bestand"), storage=PrivateFiles(), upload_to="beelden")
    alt = models.CharField(_("wat is er te zien"), max_length=200)
    width = models.PositiveIntegerField(_("breedte"))
    height = models.PositiveIntegerField(_("hoogte"))

    class Meta:
        verbose_name = _("afbeelding")
        verbose_name_plural = _("afbeeldingen")
        constraints = [
            models.UniqueConstraint(fields=["contribution", "digest"], name="image_each_file_once"),
            models.CheckConstraint(name="image_has_words", condition=~Q(alt="")),
        ]

    def __str__(self) -> str:
        return self.alt
