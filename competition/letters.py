"""The mails of this app, with what each says unless organisers wrote something else (competition/mail_texts.py)."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from competition.mail_texts import Letter, Placeholder, page, register

INVITATION = register(
    Letter(
        key="invitation",
        name=_("Uitnodiging om een wachtwoord te kiezen"),
        when=_("als een organisator een account maakt"),
        to_whom=_("wie het account krijgt"),
        subject="Uw account voor De Grote Digitale Steden Competitie",
        body="""De organisatie heeft een account voor u gemaakt in het portaal van De Grote Digitale Steden Competitie.

Kies eerst een wachtwoord:

1. Open deze pagina: {pagina}
2. Vul uw e-mailadres in: {emailadres}
3. U krijgt een mail met een code. Vul die code in en kies uw wachtwoord.

Daarna meldt u zich aan op {site} met uw e-mailadres en uw wachtwoord.

Kent u de competitie niet? Dan hoeft u niets te doen: zonder wachtwoord kan niemand het account gebruiken.""",
        placeholders=(
            page(_("de pagina waar men een wachtwoord kiest"), "/account/password/reset/"),
            Placeholder(
                "emailadres", _("het adres waarmee men inlogt"), "medewerker@voorbeeld.example", is_needed=True
            ),
            Placeholder("site", _("het adres van het portaal"), settings.SITE_URL),
        ),
    )
)

COLLEAGUE = register(
    Letter(
        key="colleague",
        name=_("Uitnodiging om voor een gemeente mee te doen"),
        when=_("als een contactpersoon of organisator iemand uitnodigt"),
        to_whom=_("wie is uitgenodigd"),
        subject="Doe mee voor {gemeente} aan De Grote Digitale Steden Competitie",
        body="""U bent uitgenodigd om voor {gemeente} mee te doen aan De Grote Digitale Steden Competitie. Gemeenten \
leren daarin van elkaar en nemen elkaars beste digitale oplossingen over.

Open deze pagina om de uitnodiging te accepteren:

{pagina}

De link werkt tot en met {dag}, en maar één keer. Hij is alleen voor u: stuur hem niet door.

Verwacht u deze mail niet? Dan hoeft u niets te doen.""",
        placeholders=(
            Placeholder("gemeente", _("de gemeente die uitnodigt"), "Voorbeeldstad"),
            page(_("de pagina waar men de uitnodiging accepteert"), "/uitnodiging/?sleutel=voorbeeld"),
            Placeholder("dag", _("de laatste dag waarop de link werkt"), "17 april 2026"),
        ),
    )
)
