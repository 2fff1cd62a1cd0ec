"""The mails of this app, with what each says unless organisers wrote something else (competition/mail_texts.py)."""

from django.utils.translation import gettext_lazy as _

from competition.mail_texts import Letter, Placeholder, page, register
from competition.models import MailKind

_SOLUTION = Placeholder("oplossing", _("de naam van de oplossing"), "Voorbeeldloket")
_PARTICIPANT = Placeholder("deelnemer", _("de deelnemer die het meldde"), "Voorbeeldstad")
_CONTACTS = _("de contactpersonen van de gemeente")

GIVER = register(
    Letter(
        key="adoption_giver",
        name=_("Vraag aan de gever of een overname klopt"),
        when=_("als een gemeente meldt dat zij een oplossing van een ander gebruikt"),
        to_whom=_("de contactpersonen van de gemeente die de oplossing gaf"),
        subject="Neemt {deelnemer} uw oplossing over?",
        body="""{deelnemer} meldt dat zij ‘{oplossing}’ van uw gemeente overneemt en gebruikt.

Herkent u dat? Dan staat er op de site dat gever en nemer het allebei zeggen. Herkent u het niet? Vertel het ons dan.

Geef antwoord op deze pagina: {pagina}

Met het openen van deze link verandert er niets. Uw antwoord geeft of kost niemand een punt.""",
        placeholders=(
            *(_PARTICIPANT, _SOLUTION),
            page(_("de pagina waar men antwoordt"), "/mijn/voorbeeldstad/van-u-overgenomen/"),
        ),
        kind=MailKind.ADOPTION_GIVEN,
    )
)
USE = register(
    Letter(
        key="adoption_use",
        name=_("Vraag of een overgenomen oplossing nog in gebruik is"),
        when=_("zes en twaalf maanden na de melding"),
        to_whom=_CONTACTS,
        subject="Gebruikt u ‘{oplossing}’ nog?",
        body="""{maanden} maanden geleden meldde uw gemeente dat zij ‘{oplossing}’ gebruikt. Gebruikt u het nog?

Geef antwoord op deze pagina: {pagina}

Met het openen van deze link verandert er niets. Antwoordt u voor {dag}? Dan blijft op de site staan dat u de \
oplossing gebruikt. Uw punt houdt u hoe dan ook.""",
        placeholders=(
            Placeholder("maanden", _("hoeveel maanden het geleden is"), "6"),
            _SOLUTION,
            page(_("de pagina waar men antwoordt"), "/mijn/voorbeeldstad/nog-in-gebruik/1/"),
            Placeholder("dag", _("voor welke dag men antwoordt"), "17 oktober 2026"),
        ),
        kind=MailKind.STILL_IN_USE,
    )
)
QUESTION = register(
    Letter(
        key="contribution_question",
        name=_("Vraag over een aangedragen oplossing"),
        when=_("als de organisatie iets vraagt"),
        to_whom=_CONTACTS,
        subject="Vraag over uw oplossing ‘{oplossing}’",
        body="""De organisatie heeft een vraag over de oplossing ‘{oplossing}’ die uw gemeente aandroeg.

Lees het op deze pagina: {pagina}""",
        placeholders=(
            _SOLUTION,
            page(_("de pagina met de vraag"), "/mijn/voorbeeldstad/goed-opgelost/1/"),
        ),
        kind=MailKind.CONTRIBUTION,
    )
)
ANSWER = register(
    Letter(
        key="contribution_answer",
        name=_("Antwoord over een aangedragen oplossing"),
        when=_("als de gemeente antwoordt"),
        to_whom=_("de organisatoren die iets vroegen"),
        subject="Antwoord over de oplossing ‘{oplossing}’",
        body="""{deelnemer} antwoordde op uw vraag over ‘{oplossing}’.

Lees het op deze pagina: {pagina}""",
        placeholders=(
            *(_PARTICIPANT, _SOLUTION),
            page(_("de pagina met het antwoord"), "/beheer/solutions/contribution/1/change/"),
        ),
        kind=MailKind.CONTRIBUTION,
    )
)
