from django.db import models
from django.utils.translation import gettext_lazy as _


class SentForm(models.Model):
    """A form that somebody sent and that was dealt with, so that sending it again does nothing twice.

    Names nobody: the mark is made of who sent what to where, and cannot be read back. See `gdsc.once`.
    """

    mark = models.UUIDField(_("kenmerk"), primary_key=True)
    answer = models.TextField(_("antwoord"), help_text=_("Naar welke pagina het formulier leidde."))
    words = models.TextField(_("woorden"), help_text=_("Wat er toen op die pagina stond."))
    sent_at = models.DateTimeField(_("verstuurd op"))

    class Meta:
        verbose_name = _("verstuurd formulier")
        verbose_name_plural = _("verstuurde formulieren")
        indexes = [models.Index(fields=["sent_at"], name="sentform_by_moment")]

    def __str__(self) -> str:
        return str(self.mark)
