"""What the organisers of the demonstration tell everybody in the course of the year, and what hosts put online."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils.text import slugify

from competition.models import Edition
from gdsc.demo.plan import moment
from meetups.models import Material, MaterialKind, Meetup
from news.models import NewsItem


class Story(NamedTuple):
    month: int
    day: int
    title: str
    summary: str
    text: str


STORIES = (
    Story(
        1,
        2,
        "De competitie is begonnen",
        "Vanaf nu verdienen gemeenten punten door van elkaar te leren.",
        "Tien maanden lang staat elke maand één oplossing centraal. Er is een meetup over, en u neemt haar over.\n\n"
        "Werkt u voor een gemeente die meedoet? Uw contactpersoon heeft een account en meldt wat u deed.",
    ),
    Story(
        1,
        26,
        "Zet de meetups in uw agenda",
        "U kunt zich nu abonneren op alle meetups. Uw agenda past zich vanzelf aan.",
        "Op de pagina met meetups staat een knop. Daarmee staan alle meetups in één keer in uw agenda.\n\n"
        "Verandert er een dag of een plaats? Dan ziet u dat zonder dat u iets hoeft te doen.",
    ),
    Story(
        3,
        9,
        "Lees terug wat u miste",
        "Gastheren zetten hun presentatie en een verslag online. U vindt ze bij elke meetup.",
        "Kon u er niet bij zijn? Op de pagina van de meetup staat na afloop wat er is getoond en besproken.",
    ),
    Story(
        6,
        29,
        "Halverwege het jaar",
        "De eerste vijf oplossingen zijn geweest. Er komen er nog vijf.",
        "U kunt ook een oplossing overnemen die al centraal stond. Dat levert net zo goed een punt op.\n\n"
        "Heeft u zelf iets slims gemaakt? Draag het aan in Goed Opgelost! Ook dat is een punt.",
    ),
    Story(
        9,
        21,
        "Nog zes weken punten verzamelen",
        "Op 31 oktober eindigen de tien maanden. Meld op tijd wat u deed.",
        "De vijf deelnemers met de meeste punten gaan naar de finale. Meldingen over oktober kunnen nog een paar dagen "
        "na de maand binnenkomen. Bij de spelregels staat tot wanneer.",
    ),
    Story(
        11,
        23,
        "De campagne is bezig",
        "De finalisten laten zien wat zij hun inwoners te bieden hebben.",
        "In november en december voeren de finalisten campagne. In december hoort u wie een jaar lang de meest "
        "digiproofe stad van Nederland is.",
    ),
)
DRAFT = Story(1, 2, "Vragen die wij vaak krijgen", "Een concept: alleen de organisatie ziet dit bericht.", "")


def publish(edition: Edition, story: Story, *, at: datetime | None) -> None:
    """Without a moment it stays a draft."""
    NewsItem.objects.create(
        edition=edition,
        title=story.title,
        slug=slugify(story.title),
        summary=story.summary,
        text=story.text,
        published_at=at,
        changed_at=at or moment_of(edition, story),
    )


def moment_of(edition: Edition, story: Story) -> datetime:
    return moment(date(edition.year, story.month, story.day), 9)


def share(meetup: Meetup, month: int) -> None:
    """What there was to see, at an address that can never exist (RFC 2606). Not everybody films."""
    kinds = [MaterialKind.SLIDES, MaterialKind.SUMMARY, *([MaterialKind.RECORDING] if month % 3 == 1 else [])]
    titles = {
        MaterialKind.SLIDES: "Wat de gastheer liet zien",
        MaterialKind.SUMMARY: "Verslag van de middag",
        MaterialKind.RECORDING: "Kijk de meetup terug",
    }
    Material.objects.bulk_create(
        Material(
            meetup=meetup,
            kind=kind,
            title=titles[kind],
            url=f"https://voorbeeld.example/meetups/{meetup.slug}/{kind.label}",
        )
        for kind in kinds
    )
