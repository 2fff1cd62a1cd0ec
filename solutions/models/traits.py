"""What a municipality wants to know of a solution beforehand, as choices: so that one can search by them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    """What part of a municipality's work it is about; one each, the one under which a colleague would look first."""

    SERVICE = "service", _("Balie en dienstverlening")
    PERMITS = "permits", _("Vergunningen en bouwen")
    PUBLIC_SPACE = "public-space", _("Straat, groen en afval")
    MOBILITY = "mobility", _("Verkeer en parkeren")
    CARE = "care", _("Zorg en hulp")
    INCOME = "income", _("Werk, geld en schulden")
    SAFETY = "safety", _("Veiligheid")
    CLIMATE = "climate", _("Energie en klimaat")
    LEISURE = "leisure", _("School, sport en cultuur")
    DEMOCRACY = "democracy", _("Meepraten en meebeslissen")
    DATA = "data", _("Kaarten en gegevens")
    ORGANISATION = "organisation", _("Werk binnen de gemeente")


class CostBand(models.TextChoices):
    """All that is paid to others in the first year; the hours of the own colleagues are in `Effort`."""

    NONE = "none", _("geen extra kosten")
    UP_TO_10K = "up-to-10k", _("tot € 10.000")
    UP_TO_50K = "up-to-50k", _("€ 10.000 tot € 50.000")
    UP_TO_250K = "up-to-250k", _("€ 50.000 tot € 250.000")
    ABOVE_250K = "above-250k", _("meer dan € 250.000")


class Effort(models.TextChoices):
    """How long it takes from the decision until the first people use it."""

    DAYS = "days", _("een paar dagen")
    WEEKS = "weeks", _("een paar weken")
    MONTHS = "months", _("een paar maanden")
    HALF_YEAR = "half-year", _("een half jaar of langer")


class Licence(models.TextChoices):
    """On what terms another municipality may use it."""

    EUPL = "eupl", _("open broncode (EUPL)")
    OPEN_SOURCE = "open-source", _("open broncode (andere licentie)")
    METHOD = "method", _("werkwijze zonder software, vrij te gebruiken")
    ON_REQUEST = "on-request", _("eigen software, te delen in overleg")
    SUPPLIER = "supplier", _("product van een leverancier")


class Readiness(models.TextChoices):
    """The status of a contribution: how far its own municipality is with it, and so what another can expect of it.

    Not how often it was adopted: only the ten curated solutions are adopted for a point. Not the state of the claim
    either: the library holds only what an organiser has confirmed.
    """

    TRIAL = "trial", _("proef")
    IN_USE = "in-use", _("in gebruik")
    READY = "ready", _("klaar om over te nemen")
