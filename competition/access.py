"""Who may what. Every page is closed unless it is marked public."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from competition import clock, mails
from competition.calendar import local_date
from competition.languages import in_dutch
from competition.models import Membership, Municipality, Participant, ParticipantMunicipality, Role, User

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])

open_to_all = login_not_required
"""Marks a form that everyone may send without an account."""


def public(view: V) -> V:
    """Marks a page that everyone may see without an account, and only see: whoever posts to it is refused."""
    return open_to_all(require_safe(view))


class ClosedUnlessPublicMiddleware(LoginRequiredMiddleware):
    """Asks who somebody is only where that matters.

    Django's own asks for every page, and so tells every cache that a file for everybody differs by cookie.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Accounts come from an organiser; nobody signs up by themselves. Says "u" where allauth says "je"."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "cannot_remove_primary_email": _("U kunt uw belangrijkste e-mailadres niet verwijderen."),
        "email_password_mismatch": _("Het e-mailadres of het wachtwoord klopt niet."),
        "enter_current_password": _("Vul uw huidige wachtwoord in."),
        "incorrect_code": _("Deze code klopt niet."),
        "incorrect_password": _("Dit wachtwoord klopt niet."),
        "invalid_login": _("Inloggen is niet gelukt."),
        "invalid_or_expired_key": _("Deze link of code werkt niet meer. Vraag een nieuwe aan."),
        "invalid_password_reset": _("Deze link of code werkt niet meer. Vraag een nieuwe aan."),
        "max_email_addresses": _("U kunt niet meer dan %d e-mailadressen toevoegen."),
        "rate_limited": _("U probeert het te vaak. Wacht even en probeer het dan opnieuw."),
        "too_many_login_attempts": _("U probeerde te vaak in te loggen. Probeer het later opnieuw."),
        "unverified_primary_email": _("Bevestig eerst uw belangrijkste e-mailadres."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be led there; allauth breaks on what is no address at all, such as `//[`."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    @in_dutch()
    def render_mail(
        self, template_prefix: str, email: str, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMultiAlternatives:
        message: EmailMultiAlternatives = super().render_mail(template_prefix, email, context, headers)
        return mails.complete(message)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "competition.single_sign_on.FactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Vul uw wachtwoord in"),
            "mfa_reauthenticate": _("Vul een code uit uw app in, of een herstelcode"),
            "mfa_reauthenticate:webauthn": _("Gebruik uw passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]


def memberships_of(user: User, *, at: datetime) -> list[Membership]:
    """The municipalities that this person acts for now, by name."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=user)
    return list(in_force.select_related("municipality").order_by("municipality__sort_name", "pk"))


def works_for(user: User, participant: Participant, *, at: datetime) -> bool:
    """Whether this person acts for one of the participant's municipalities."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=user)
    return in_force.filter(municipality__places__participant=participant).exists()


def own_among(user: User, participants: Collection[Participant], *, at: datetime) -> set[int]:
    """Those of these participants that this person acts for, by number."""
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=user)
    places = ParticipantMunicipality.objects.filter(participant__in=participants)
    return set(places.filter(municipality__memberships__in=in_force).values_list("participant_id", flat=True))


def own_municipality_or_404(user: User, slug: str, *, at: datetime) -> Municipality:
    """The municipality at this address, if the person acts for it; else the same 404 as for one that does not exist."""
    for membership in memberships_of(user, at=at):
        if membership.municipality.slug == slug:
            return membership.municipality
    raise Http404


def for_own_municipality(
    view: Callable[Concatenate[HttpRequest, Municipality, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view the municipality whose slug stands in the address as `slug`, or answer 404."""

    @wraps(view)
    def closed(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        assert isinstance(request.user, User)  # ClosedUnlessPublicMiddleware lets nobody else in
        municipality = own_municipality_or_404(request.user, slug, at=clock.now())
        return view(request, municipality, *args, **kwargs)

    return closed


def is_contact_person(user: User, municipality: Municipality, *, at: datetime) -> bool:
    in_force = Membership.objects.in_force_on(local_date(at)).filter(user=user, municipality=municipality)
    return in_force.filter(role=Role.CONTACT).exists()


def for_contact_person(
    view: Callable[Concatenate[HttpRequest, Municipality, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """As `for_own_municipality`; its staff who are not the contact person are told that they may not."""

    def closed(request: HttpRequest, municipality: Municipality, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        assert isinstance(request.user, User)
        if not is_contact_person(request.user, municipality, at=clock.now()):
            raise PermissionDenied
        return view(request, municipality, *args, **kwargs)

    return wraps(view)(for_own_municipality(closed))


def organisers_who_may(permission: str) -> QuerySet[User]:
    """Who can open the admin and has this permission there, by name."""
    may: QuerySet[User] = ModelBackend().with_perm(permission)
    return may.filter(is_staff=True).order_by("name", "email")


ORGANISER, REVIEWER, EDITOR, AUDITOR = "organisator", "beoordelaar", "redacteur", "auditor"
HOST = "gastheer"
"""Who may be appointed to keep the list of a meetup, which stands outside the admin: there this group may nothing."""
_OUR_APPS = ("competition", "scoring", "solutions", "meetups", "news")
_MAY_DO = {
    ORGANISER: Q(),
    REVIEWER: Q(codename__startswith="view_") | Q(codename="decide_claims"),
    EDITOR: Q(codename__startswith="view_")
    | Q(codename__in=["add_solution", "change_solution", "add_meetup", "change_meetup", "change_edition"])
    | Q(codename__in=["add_material", "change_material", "delete_material", "add_newsitem", "change_newsitem"]),
    AUDITOR: Q(codename__startswith="view_"),
    HOST: Q(pk__in=[]),
}


@transaction.atomic
def set_up_groups() -> None:
    """Make the organisers' groups, or bring their permissions up to date; who is in them stays as it is."""
    for name, allowed in _MAY_DO.items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(Permission.objects.filter(allowed, content_type__app_label__in=_OUR_APPS))
