"""Pictures with an own solution: with words, drawn anew, and public only once it has been confirmed."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from competition.models import Participant
from scoring import claims
from solutions.models import Contribution, ContributionImage
from tests import factories
from tests.admin_pages import client_in, text_of
from tests.factories import NOW
from tests.files import SCRIPT, pdf, picture, pixel_bomb, upload
from tests.gdsc.staff.pages import errors_of, message_of, without_token, words_of
from tests.reading import main_of

pytestmark = pytest.mark.django_db

WORDS = "De balie met een scherm"


@pytest.fixture
def claim(zwolle: Participant) -> Contribution:
    return factories.contribution(zwolle, title="Idee")


def page_of(claim: Contribution) -> str:
    return f"/mijn/zwolle/goed-opgelost/{claim.pk}/beelden/"


def send(client: Client, claim: Contribution, content: bytes | None = None, alt: str = WORDS) -> Any:
    file = upload(picture() if content is None else content, "balie.png")
    return client.post(page_of(claim), {"file": file, "alt": alt}, follow=True)


def kept() -> list[str]:
    return list(ContributionImage.objects.order_by("pk").values_list("alt", flat=True))


def file_of(image: ContributionImage) -> Path:
    return Path(settings.PRIVATE_FILES_DIR) / str(image.file.name)


def test_a_picture_is_kept_once_with_its_words_and_size(staff: Client, claim: Contribution) -> None:
    send(staff, claim)
    answer = send(staff, claim, alt="De nieuwe balie")

    image = ContributionImage.objects.get()
    assert message_of(answer) == "De afbeelding is bewaard."
    assert (image.alt, image.width, image.height, image.content_type) == ("De nieuwe balie", 40, 30, "image/png")
    assert main_of(answer).one("img").attributes["alt"] == "De nieuwe balie"


@pytest.mark.parametrize("alt", ["", " ", "\u200b\u202e", "x" * 201])
def test_a_picture_without_words_is_refused(staff: Client, claim: Contribution, alt: str) -> None:
    assert list(errors_of(send(staff, claim, alt=alt))) == ["alt"]
    assert kept() == []


def test_the_database_refuses_a_picture_without_words_too(staff: Client, claim: Contribution) -> None:
    send(staff, claim)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContributionImage.objects.update(alt="")


@pytest.mark.parametrize(
    "content", [b"", b"<svg>" + SCRIPT + b"</svg>", SCRIPT, pdf(), picture()[:40], pixel_bomb(), picture(kind="GIF")]
)
def test_anything_but_a_picture_is_refused_at_its_field(staff: Client, claim: Contribution, content: bytes) -> None:
    assert list(errors_of(send(staff, claim, content))) == ["file"]
    assert kept() == []


def test_four_pictures_are_enough(staff: Client, claim: Contribution) -> None:
    for number in range(1, 5):
        send(staff, claim, picture((number, 1)))

    answer = send(staff, claim, picture((9, 9)))

    assert errors_of(answer) == {"file": ["U heeft al 4 afbeeldingen. Verwijder er eerst een."]}
    assert len(kept()) == 4


def test_what_was_handed_in_keeps_its_pictures_as_they_are(staff: Client, claim: Contribution) -> None:
    send(staff, claim)
    factories.submitted(claim)

    send(staff, claim, picture((9, 9)))
    staff.post(f"{page_of(claim)}verwijderen/", {"image": ContributionImage.objects.get().pk})

    assert kept() == [WORDS]
    assert "Nu kunt u de afbeeldingen niet veranderen." in words_of(staff.get(page_of(claim)))


def test_a_picture_can_be_removed_and_a_second_click_is_friendly(
    staff: Client, claim: Contribution, django_capture_on_commit_callbacks: Any
) -> None:
    send(staff, claim)
    image = ContributionImage.objects.get()

    with django_capture_on_commit_callbacks(execute=True):
        answers = [staff.post(f"{page_of(claim)}verwijderen/", {"image": image.pk}, follow=True) for _ in range(2)]

    assert [message_of(answer) for answer in answers] == ["De afbeelding is verwijderd."] * 2
    assert (kept(), file_of(image).exists()) == ([], False)


def test_the_public_sees_it_once_confirmed_and_no_longer_when_taken_back(
    client: Client, staff: Client, claim: Contribution
) -> None:
    send(staff, claim)
    image = ContributionImage.objects.get()
    address = f"/goed-opgelost/{claim.pk}/beelden/{image.pk}/"
    everybody = Client()

    before = everybody.get(address).status_code
    factories.confirmed(claim)
    shown = everybody.get(address)
    page = main_of(everybody.get(claim.get_absolute_url()))
    claims.take_back(claim, because="Toch niet", by=factories.organiser(), at=NOW)
    after = everybody.get(address).status_code

    assert (before, shown.status_code, after) == (404, 200, 404)
    assert shown.content == file_of(image).read_bytes()
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert not shown.cookies
    assert page.one("img").attributes["src"] == address
    assert page.one("img").attributes["alt"] == WORDS


def test_hostile_words_stay_words(staff: Client, claim: Contribution) -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    send(staff, claim, alt=hostile)
    factories.confirmed(claim)

    for address in (page_of(claim), claim.get_absolute_url()):
        page = main_of(staff.get(address))
        assert page.all("script") == []
        assert [image.attributes["alt"] for image in page.all("img")] == [hostile]


def test_another_city_finds_nothing_of_it(staff: Client, stranger: Client, claim: Contribution) -> None:
    send(staff, claim)
    image = ContributionImage.objects.get()
    addresses = [
        page_of(claim),
        f"{page_of(claim)}{image.pk}/",
        f"/mijn/almere/goed-opgelost/{claim.pk}/beelden/",
        f"/mijn/almere/goed-opgelost/{claim.pk}/beelden/{image.pk}/",
        f"/mijn/almere/goed-opgelost/{claim.pk + 1000}/beelden/{image.pk}/",
        f"/goed-opgelost/{claim.pk}/beelden/{image.pk}/",
    ]

    answers: list[Any] = [stranger.get(address) for address in addresses]

    assert [answer.status_code for answer in answers] == [404] * 6
    assert len({without_token(answer) for answer in answers}) == 1
    assert staff.get(f"{page_of(claim)}{image.pk}/")["Cache-Control"] == "private, no-store"


def test_a_picture_stands_under_its_own_contribution_only(staff: Client, claim: Contribution) -> None:
    send(staff, claim)
    other = factories.confirmed(factories.contribution(claim.participant))
    image = ContributionImage.objects.get()

    assert Client().get(f"/goed-opgelost/{other.pk}/beelden/{image.pk}/").status_code == 404
    assert staff.get(f"/mijn/zwolle/goed-opgelost/{other.pk}/beelden/{image.pk}/").status_code == 404


def test_organisers_look_at_it_in_the_admin(staff: Client, claim: Contribution) -> None:
    send(staff, claim)
    factories.submitted(claim)
    organiser = client_in("beoordelaar")
    image = ContributionImage.objects.get()

    page = organiser.get(reverse("admin:solutions_contribution_change", args=[claim.pk]))
    answer = organiser.get(reverse("admin:solutions_contribution_image", args=[claim.pk, image.pk]))

    assert WORDS in text_of(page)
    assert answer["Content-Disposition"] == f'attachment; filename="beeld-{image.pk}.png"'


def test_where_files_have_no_place_nothing_leads_to_pictures(
    staff: Client, claim: Contribution, settings: Settings
) -> None:
    settings.PRIVATE_FILES_DIR = ""

    assert "Afbeeldingen" not in words_of(staff.get(f"/mijn/zwolle/goed-opgelost/{claim.pk}/"))
    assert staff.get(page_of(claim)).status_code == 404
