"""The mails about all apps together, with what each says unless organisers wrote something else."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from competition.mail_texts import Letter, Placeholder, page, register
from competition.models import MailKind

DIGEST = register(
    Letter(
        key="digest",
        name=_("Overzicht van een maand"),
        when=_("als een maand is afgesloten"),
        to_whom=_("iedereen die werkt voor een gemeente die meedoet"),
        subject="Zo staat uw gemeente ervoor: {maand} is afgesloten",
        body="""De maand {maand} is afgesloten. Zo staat uw gemeente ervoor in {editie}.

{stand}

{punten}

{vooruit}

{wacht}

Alles over uw gemeente vindt u op uw eigen pagina:
{pagina}""",
        placeholders=(
            Placeholder("maand", _("de maand die is afgesloten"), "maart 2026"),
            Placeholder("editie", _("de naam van de editie"), "De Grote Digitale Steden Competitie 2026"),
            Placeholder(
                "stand",
                _("de plaats en de punten, en hoe die veranderden"),
                "Voorbeeldstad staat op plaats 4, met 9 punten. Dat is 2 plaatsen hoger dan eind februari.",
                is_needed=True,
                is_long=True,
            ),
            Placeholder(
                "punten",
                _("welke punten er in die maand bij kwamen"),
                "Deze punten haalde Voorbeeldstad in maart:\n"
                "- Meetup bijgewoond: Voorbeeldmeetup (+1)\n- Oplossing overgenomen: Voorbeeldloket (+1)",
                is_long=True,
            ),
            Placeholder(
                "vooruit",
                _("de oplossing en de meetup die nu komen"),
                "De oplossing van april is ‘Voorbeeldkaart’.\n"
                "De volgende meetup is ‘Voorbeeldmeetup’, op woensdag 15 april om 19.30 uur.",
                is_long=True,
            ),
            Placeholder(
                "wacht",
                _("wat op een antwoord van de lezer wacht"),
                "Dit wacht op een antwoord van u:\n"
                f"- Was u bij ‘Voorbeeldmeetup’? Meld het: {settings.SITE_URL}/mijn/voorbeeldstad/",
                is_long=True,
            ),
            page(_("de eigen pagina van de lezer"), "/mijn/"),
        ),
        kind=MailKind.DIGEST,
    )
)
