"""The mails of this app, with what each says unless organisers wrote something else (competition/mail_texts.py)."""

from django.utils.translation import gettext_lazy as _

from competition.mail_texts import Letter, Placeholder, page, register
from competition.models import MailKind

DECISION = register(
    Letter(
        key="decision",
        name=_("Beslissing over een melding"),
        when=_("als een organisator een melding bevestigt, afwijst of terugneemt"),
        to_whom=_("wie de melding deed, en de contactpersonen van de gemeente"),
        subject="Uw melding is {oordeel}: {melding}",
        body="""De organisatie heeft beslist over een melding van {deelnemer}:

{melding}

De melding is {oordeel}. {reden}

{wat_nu}
{pagina}""",
        placeholders=(
            Placeholder("oordeel", _("wat er is beslist"), "afgewezen", is_needed=True),
            Placeholder("melding", _("waar de melding over gaat"), "Oplossing overgenomen: Voorbeeldloket"),
            Placeholder("deelnemer", _("de deelnemer die het meldde"), "Voorbeeldstad"),
            Placeholder(
                "reden",
                _("de reden, als de organisator er een gaf"),
                "Dit is de reden:\n\nHet bewijs gaat over een andere oplossing.",
                is_needed=True,
                is_long=True,
            ),
            Placeholder(
                "wat_nu",
                _("wat de lezer nu kan doen"),
                "Klopt dit niet? Pas de melding aan en dien haar opnieuw in. "
                "U vindt haar op de pagina van uw gemeente:",
            ),
            page(_("de eigen pagina van de lezer"), "/mijn/"),
        ),
        kind=MailKind.CLAIM_DECIDED,
    )
)

CHECKPOINTS = register(
    Letter(
        key="checkpoints",
        name=_("Controlepunten van een afgesloten maand"),
        when=_("als een maand is afgesloten, of daarna nog verandert"),
        to_whom=_("alle contactpersonen van gemeenten die meedoen"),
        subject="Bewaar deze mail: zo controleert u de stand van {editie}",
        body="""U bent contactpersoon van een gemeente die meedoet aan {editie}. De stand van deze maanden ligt nu \
vast. Bij elke maand hoort een controlepunt:

{controlepunten}

U hoeft nu niets te doen. Bewaar deze mail wel. Met een controlepunt ziet u later zelf of iemand de boekingen van toen \
heeft veranderd. Ook wij kunnen dat dan niet ongemerkt.

Wilt u de stand natellen?

1. Download de export en het controleprogramma: {pagina}
2. Voer dit uit. U hebt alleen Python 3.8 of nieuwer nodig:
   {opdracht}

Een controlepunt bestaat uit het nummer van de laatste boeking en een code die precies bij de boekingen tot daar \
hoort.""",
        placeholders=(
            Placeholder("editie", _("de naam van de editie"), "De Grote Digitale Steden Competitie 2026"),
            Placeholder(
                "controlepunten",
                _("elke maand met haar controlepunt"),
                "februari 2026\n41:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
                is_needed=True,
                is_long=True,
            ),
            page(_("de pagina met de export"), "/2026/controle/"),
            Placeholder(
                "opdracht",
                _("wat men uitvoert om na te tellen"),
                "python3 verify.py gdsc-2026.json 41:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
                is_needed=True,
            ),
        ),
        kind=MailKind.MONTH_CLOSED,
    )
)
