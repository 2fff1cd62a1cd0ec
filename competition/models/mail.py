from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MailKind(models.TextChoices):
    """The mails that their reader can do without; all others are needed to log in or to keep a seat."""

    CLAIM_DECIDED = "claim_decided", _("De organisatie heeft beslist over een melding van uw gemeente")
    MEETUP_AHEAD = "meetup_ahead", _("U komt naar een meetup: een week en een dag van tevoren")
    NOT_REPORTED = "not_reported", _("U had een plaats bij een meetup en meldde uw aanwezigheid nog niet")
    DIGEST = "digest", _("Een maand is afgesloten: hoe uw gemeente ervoor staat en wat er wacht")
    MONTH_CLOSED = "month_closed", _("Een maand is afgesloten, met het controlepunt om te bewaren")
    ADOPTION_GIVEN = "adoption_given", _("Een gemeente meldt dat zij een oplossing van u overneemt")
    STILL_IN_USE = "still_in_use", _("Wij willen weten of u een overgenomen oplossing nog gebruikt")
    CONTRIBUTION = "contribution", _("Er is een vraag of antwoord over een aangedragen oplossing")


class SwitchedOffMail(models.Model):
    """One kind of mail that one person does not want. No row: the person gets it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="switched_off_mails",
        verbose_name=_("gebruiker"),
    )
    kind = models.CharField(_("soort mail"), max_length=20, choices=MailKind.choices)

    class Meta:
        verbose_name = _("uitgezette mail")
        verbose_name_plural = _("uitgezette mails")
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mail_switched_off_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class MailText(models.Model):
    """What organisers made of the words of one mail. No row: the mail says its default (competition/mail_texts.py).

    The key is the mail's own, so that its history goes on when the default comes back.
    """

    key = models.CharField(_("kenmerk"), max_length=40, primary_key=True)
    subject = models.CharField(_("onderwerp"), max_length=150)
    body = models.TextField(_("tekst"))

    class Meta:
        verbose_name = _("tekst van een mail")
        verbose_name_plural = _("teksten van mails")
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return self.key
