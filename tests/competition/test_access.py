"""Who acts for which municipality, and what the organisers' groups may do."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from competition import access, clock
from competition.calendar import local_date, midnight
from competition.models import Membership, Municipality, User
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(microseconds=1)


@access.for_own_municipality
def page(_request: HttpRequest, municipality: Municipality, extra: int = 0) -> HttpResponse:
    return HttpResponse(f"{municipality.slug} {extra}")


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_a_membership_holds_from_its_first_day_until_the_day_it_ends() -> None:
    almere = factories.municipality("Almere")
    person = factories.staff_of(almere, starts_on=date(2026, 3, 1), ends_on=date(2026, 4, 1))
    moments = [
        midnight(date(2026, 3, 1)) - A_MOMENT,
        midnight(date(2026, 3, 1)),
        midnight(date(2026, 4, 1)) - A_MOMENT,
        midnight(date(2026, 4, 1)),
    ]

    held = [[m.municipality for m in access.memberships_of(person, at=at)] for at in moments]

    assert held == [[], [almere], [almere], []]


def test_memberships_are_listed_by_name() -> None:
    person = factories.user()
    for name in ("Zwolle", "'s-Hertogenbosch", "Almere"):
        Membership.objects.create(user=person, municipality=factories.municipality(name), starts_on=date(2026, 1, 1))

    found = [str(m.municipality) for m in access.memberships_of(person, at=NOW)]

    assert found == ["Almere", "'s-Hertogenbosch", "Zwolle"]


def test_somebody_works_for_an_alliance_through_each_of_its_municipalities() -> None:
    edition = factories.edition()
    schiedam, maassluis, almere = (factories.municipality(n) for n in ("Schiedam", "Maassluis", "Almere"))
    alliance = factories.participant("Waterweg", of=edition, municipalities=[schiedam, maassluis])
    people = [factories.staff_of(m) for m in (schiedam, maassluis, almere)]

    assert [access.works_for(person, alliance, at=NOW) for person in people] == [True, True, False]


def test_somebody_whose_membership_has_ended_works_for_nobody() -> None:
    almere = factories.municipality("Almere")
    playing = factories.participant(of=factories.edition(), municipalities=[almere])
    person = factories.staff_of(almere, ends_on=local_date(NOW))

    assert not access.works_for(person, playing, at=NOW)
    assert access.works_for(person, playing, at=NOW - timedelta(days=1))


def test_a_page_of_ones_own_municipality_opens() -> None:
    person = factories.staff_of(factories.municipality("Almere"))

    assert page(request_of(person), "almere", extra=3).content == b"almere 3"


@pytest.mark.parametrize("slug", ["breda", "bestaat-niet", "almere-oud", ""])
def test_a_page_of_another_municipality_is_not_found_like_one_that_does_not_exist(slug: str) -> None:
    factories.municipality("Breda")
    person = factories.staff_of(factories.municipality("Almere"))
    yesterday = local_date(clock.now()) - timedelta(days=1)
    Membership.objects.create(
        user=person,
        municipality=factories.municipality("Almere Oud"),
        starts_on=date(2020, 1, 1),
        ends_on=yesterday,
    )

    with pytest.raises(Http404) as refusal:
        page(request_of(person), slug)

    assert refusal.value.args == ()


def test_an_organiser_has_no_municipality_by_being_one() -> None:
    factories.municipality("Almere")

    with pytest.raises(Http404):
        page(request_of(factories.organiser()), "almere")


def test_nobody_gets_there_without_logging_in() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with pytest.raises(AssertionError):
        page(request, "almere")


def test_a_page_is_closed_unless_it_is_marked_public() -> None:
    @access.public
    def open_to_all(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert open_to_all.login_required is False  # type: ignore[attr-defined]
    assert not hasattr(page, "login_required")


def test_nobody_signs_up_by_themselves() -> None:
    assert access.AccountAdapter().is_open_for_signup(RequestFactory().get("/")) is False


def test_the_organisers_groups_get_what_they_need_and_no_more() -> None:
    access.set_up_groups()

    allowed = {
        group.name: set(group.permissions.values_list("content_type__app_label", "codename"))
        for group in Group.objects.all()
    }
    assert set(allowed) == {"organisator", "beoordelaar", "redacteur", "auditor", "gastheer"}
    assert allowed["gastheer"] == set()
    everything = allowed["organisator"]
    seen = {(app, name) for app, name in everything if name.startswith("view_")}
    assert {app for app, _name in everything} == {"competition", "scoring", "solutions", "meetups", "news"}
    assert allowed["auditor"] == seen
    assert allowed["beoordelaar"] == seen | {("scoring", "decide_claims")}
    assert allowed["redacteur"] == seen | {
        ("competition", "change_edition"),
        ("meetups", "add_material"),
        ("meetups", "add_meetup"),
        ("meetups", "change_material"),
        ("meetups", "change_meetup"),
        ("meetups", "delete_material"),
        ("news", "add_newsitem"),
        ("news", "change_newsitem"),
        ("solutions", "add_solution"),
        ("solutions", "change_solution"),
    }


def test_nobody_may_add_change_or_delete_what_is_only_ever_added() -> None:
    access.set_up_groups()

    organisers = Group.objects.get(name="organisator")
    of_the_ledger = organisers.permissions.filter(content_type__app_label="scoring").order_by("codename")
    models = ("ledgerentry", "roundclosing", "roundresult", "standing", "finalist", "lotdraw")

    assert list(of_the_ledger.filter(content_type__model__in=models).values_list("codename", flat=True)) == [
        "decide_claims",
        "reverse_entry",
        "view_finalist",
        "view_ledgerentry",
        "view_lotdraw",
        "view_roundclosing",
        "view_roundresult",
        "view_standing",
    ]


def test_setting_the_groups_up_again_mends_their_rights_and_keeps_their_people() -> None:
    access.set_up_groups()
    auditors = Group.objects.get(name="auditor")
    person = factories.user(is_staff=True)
    person.groups.add(auditors)
    before = set(auditors.permissions.all())
    auditors.permissions.clear()

    access.set_up_groups()

    assert set(auditors.permissions.all()) == before
    assert list(person.groups.all()) == [auditors]


@pytest.mark.parametrize(
    ("group", "may"),
    [("organisator", [True, True]), ("beoordelaar", [True, False]), ("redacteur", [False, False])],
)
def test_only_organisers_take_points_back(group: str, may: list[bool]) -> None:
    access.set_up_groups()
    person = factories.user(is_staff=True)
    person.groups.add(Group.objects.get(name=group))

    assert [person.has_perm(p) for p in ("scoring.decide_claims", "scoring.reverse_entry")] == may
