"""What is asked of a municipality after its adoption was confirmed."""

from typing import ClassVar

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from competition.models.acts import done_by
from solutions.models.adoptions import Adoption
from solutions.models.traits import CostBand


class UseAnswer(models.TextChoices):
    YES = "yes", _("ja, nog in gebruik")
    NO = "no", _("nee, niet meer")


class UseQuestion(models.Model):
    """The question whether a solution is still in use, so many months after its use was reported.

    Without an answer the adoption loses its mark after a while; never its point.
    """

    adoption = models.ForeignKey(
        Adoption, on_delete=models.CASCADE, related_name="use_questions", verbose_name=_("overname")
    )
    months = models.PositiveSmallIntegerField(_("na hoeveel maanden"))
    asked_at = models.DateTimeField(_("gevraagd op"))
    answer = models.CharField(_("antwoord"), max_length=5, choices=UseAnswer.choices, blank=True)
    answered_at = models.DateTimeField(_("beantwoord op"), null=True)
    answered_by = done_by(_("beantwoord door"))

    class Meta:
        verbose_name = _("vraag of de oplossing nog in gebruik is")
        verbose_name_plural = _("vragen of de oplossing nog in gebruik is")
        constraints = [
            models.UniqueConstraint(fields=["adoption", "months"], name="use_question_once_per_term"),
            models.CheckConstraint(
                name="use_question_answer_has_its_moment",
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.adoption}, {self.months}"


class WouldAgain(models.TextChoices):
    YES = "yes", _("ja")
    DIFFERENTLY = "differently", _("ja, maar anders")
    NO = "no", _("nee")


class Experience(models.Model):
    """How an adoption went, told by its municipality; for the participants, never for the public."""

    adoption = models.OneToOneField(
        Adoption, on_delete=models.CASCADE, related_name="experience", verbose_name=_("overname")
    )
    weeks = models.PositiveSmallIntegerField(
        _("hoeveel weken duurde het"), validators=[MinValueValidator(1), MaxValueValidator(520)]
    )
    cost_band = models.CharField(_("wat kostte het"), max_length=20, choices=CostBand.choices)
    went_wrong = models.TextField(_("wat ging er mis"), blank=True, validators=[MaxLengthValidator(2000)])
    would_again = models.CharField(_("zou u het weer doen"), max_length=15, choices=WouldAgain.choices)
    written_at = models.DateTimeField(_("geschreven op"))
    written_by = done_by(_("geschreven door"))

    objects: ClassVar[models.Manager["Experience"]]

    class Meta:
        verbose_name = _("ervaring met een overname")
        verbose_name_plural = _("ervaringen met overnames")

    def __str__(self) -> str:
        return str(self.adoption)
