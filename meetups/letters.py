"""The mails of this app, with what each says unless organisers wrote something else (competition/mail_texts.py)."""

from django.utils.translation import gettext_lazy as _

from competition.mail_texts import Letter, Placeholder, page, register
from competition.models import MailKind

_MEETUP = Placeholder("meetup", _("de naam van de meetup"), "Voorbeeldmeetup: data in de stad")
_MUNICIPALITY = Placeholder("gemeente", _("de gemeente van de lezer"), "Voorbeeldstad")
_DAY = Placeholder("dag", _("de dag van de meetup"), "woensdag 18 maart 2026")
_TIME = Placeholder("tijd", _("hoe laat de meetup begint"), "19.30")
_WHERE = Placeholder("waar", _("de plaats, of dat de meetup alleen online is"), "Plaats: Stadhuis, Voorbeeldstad")
_SEATS = Placeholder("plaatsen", _("hoeveel plaatsen de gemeente heeft"), "2 plaatsen")
_READER = _("wie de gemeente aanmeldde; werkt die er niet meer, dan de contactpersonen")
_AHEAD = """{gemeente} heeft {plaatsen} bij de meetup ‘{meetup}’.

De meetup is op {dag} en begint om {tijd} uur.
{waar}

Kunt u niet? Meld u dan af. Daar maakt u een ander blij mee. Hier ziet en wijzigt u uw aanmelding:
{pagina}"""
_ABOUT_A_SEAT = (
    *(_MUNICIPALITY, _SEATS, _MEETUP, _DAY, _TIME, _WHERE),
    page(_("de pagina met de aanmelding"), "/mijn/voorbeeldstad/meetups/voorbeeldmeetup/aanmelden/"),
)

WEEK_BEFORE = register(
    Letter(
        key="meetup_week_before",
        name=_("Herinnering, een week voor een meetup"),
        when=_("zeven dagen voor de meetup"),
        to_whom=_READER,
        subject="Uw meetup komt eraan: {meetup}",
        body=_AHEAD,
        placeholders=_ABOUT_A_SEAT,
        kind=MailKind.MEETUP_AHEAD,
    )
)
DAY_BEFORE = register(
    Letter(
        key="meetup_day_before",
        name=_("Herinnering, een dag voor een meetup"),
        when=_("een dag voor de meetup"),
        to_whom=_READER,
        subject="Denk aan uw meetup: {meetup}",
        body=_AHEAD,
        placeholders=_ABOUT_A_SEAT,
        kind=MailKind.MEETUP_AHEAD,
    )
)
NOT_REPORTED = register(
    Letter(
        key="meetup_not_reported",
        name=_("Aanwezigheid nog niet gemeld"),
        when=_("een dag na de meetup, als er nog geen melding is"),
        to_whom=_READER,
        subject="Was u erbij? Meld uw aanwezigheid: {meetup}",
        body="""{gemeente} had zich aangemeld voor de meetup ‘{meetup}’ op {dag}. Wij hebben nog geen melding van u \
dat u er was.

Was u erbij? Meld het hier. Het kost een minuut:
{pagina}

Was u er niet? Dan hoeft u niets te doen.""",
        placeholders=(
            *(_MUNICIPALITY, _MEETUP, _DAY),
            page(_("de pagina waar men de aanwezigheid meldt"), "/mijn/voorbeeldstad/meetups/voorbeeldmeetup/"),
        ),
        kind=MailKind.NOT_REPORTED,
    )
)
OFFER = register(
    Letter(
        key="meetup_offer",
        name=_("Er is plaats voor wie op de wachtlijst staat"),
        when=_("als er een plaats vrijkomt"),
        to_whom=_READER,
        subject="Er is plaats voor u: {meetup}",
        body="""{vrij} voor {gemeente} bij de meetup ‘{meetup}’.

De meetup is op {dag} en begint om {tijd} uur.

Wilt u komen? Open deze pagina en kies ‘Ja, wij komen’:
{pagina}

{tot_wanneer}

Kunt u niet meer? Laat het dan op dezelfde pagina weten. Daar maakt u een ander blij mee.""",
        placeholders=(
            Placeholder("vrij", _("hoeveel plaatsen er vrij zijn"), "Er zijn 2 plaatsen vrij"),
            *(_MUNICIPALITY, _MEETUP, _DAY, _TIME),
            page(_("de pagina waar men ja of nee zegt"), "/mijn/voorbeeldstad/meetups/voorbeeldmeetup/plaats/"),
            Placeholder(
                "tot_wanneer",
                _("tot wanneer men kan antwoorden"),
                "Wij houden de plaatsen tot en met donderdag 12 maart voor u vrij. Horen wij dan niets? "
                "Dan gaan zij naar een andere gemeente.",
                is_needed=True,
            ),
        ),
    )
)
_SIGNED_UP = _("wie de gemeente aanmeldde, ook voor de wachtlijst; werkt die er niet meer, dan de contactpersonen")
_MEETUP_PAGE = page(_("de pagina van de meetup"), "/2026/meetups/voorbeeldmeetup/")

CANCELLED = register(
    Letter(
        key="meetup_cancelled",
        name=_("Een meetup gaat niet door"),
        when=_("als de organisatie een meetup afzegt"),
        to_whom=_SIGNED_UP,
        subject="Gaat niet door: {meetup}",
        body="""De meetup ‘{meetup}’ op {dag} gaat niet door. {gemeente} had zich aangemeld. U hoeft zich niet \
af te melden.

Meer leest u op de pagina van de meetup:
{pagina}""",
        placeholders=(_MUNICIPALITY, _MEETUP, _DAY, _MEETUP_PAGE),
    )
)
MOVED = register(
    Letter(
        key="meetup_moved",
        name=_("Een meetup is op een ander moment of een andere plaats"),
        when=_("als de organisatie de dag, de tijd of de plaats verandert, of een afgezegde meetup toch laat doorgaan"),
        to_whom=_SIGNED_UP,
        subject="{wat}: {meetup}",
        body="""{wat}: ‘{meetup}’. {gemeente} heeft zich aangemeld.

Zo wordt het:
{dag}, om {tijd} uur.
{waar}

Eerder stond er:
{eerder}

Uw aanmelding blijft staan. Kunt u nu niet? Meld u dan af:
{pagina}""",
        placeholders=(
            Placeholder("wat", _("wat er veranderde"), "Andere dag of tijd"),
            *(_MUNICIPALITY, _MEETUP),
            *(Placeholder(each.name, each.meaning, each.example, is_needed=True) for each in (_DAY, _TIME, _WHERE)),
            Placeholder(
                "eerder",
                _("wat er eerder stond"),
                "woensdag 11 maart 2026, om 19.30 uur.\nPlaats: Stadhuis, Voorbeeldstad",
                is_long=True,
            ),
            page(_("de pagina met de aanmelding"), "/mijn/voorbeeldstad/meetups/voorbeeldmeetup/aanmelden/"),
        ),
    )
)
