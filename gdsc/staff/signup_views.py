"""Signing up colleagues for a meetup: how many, never who."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from competition import clock
from competition.access import for_own_municipality, memberships_of
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff.desk import Desk, desk_or_404, person_of
from meetups import signups
from meetups.forms import OfferForm, SignupForm
from meetups.models import Meetup, Signup


@require_safe
def choose(request: HttpRequest, year: int, meetup_slug: str) -> HttpResponse:
    """From a public page to the own municipality's page; a choice for who works for several."""
    return to_own_page(request, year, meetup_slug, page="sign_up")


def to_own_page(request: HttpRequest, year: int, meetup_slug: str, *, page: str, query: str = "") -> HttpResponse:
    """Lead to a page about this meetup, of the person's own municipality."""
    meetup = get_object_or_404(Meetup.objects.select_related("edition"), edition__year=year, slug=meetup_slug)
    memberships = memberships_of(person_of(request), at=clock.now())
    municipalities = list({each.municipality_id: each.municipality for each in memberships}.values())
    addresses = [f"{reverse(page, args=[each.slug, meetup.slug])}{query}" for each in municipalities]
    if len(addresses) == 1:
        return redirect(addresses[0])
    choices = list(zip(municipalities, addresses, strict=True))
    return render(request, "staff/choose_for_meetup.html", {"nav": "dashboard", "meetup": meetup, "choices": choices})


@once
@for_own_municipality
def sign_up(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    """How many colleagues come, and how to change that."""
    desk = desk_or_404(request, municipality)
    meetup = meetup_or_404(desk, meetup_slug)
    form = None
    if request.method == "POST":
        form = SignupForm(request.POST, meetup=meetup, initial={})
        if form.is_valid():
            try:
                signup = signups.sign_up(meetup, desk.municipality, **form.cleaned_data, by=desk.person, at=desk.at)
            except signups.OldFormError as error:
                messages.info(request, str(error))
                return redirect("sign_up", desk.municipality.slug, meetup.slug)
            except signups.SignupError as error:
                form.add_error("people", str(error))
            else:
                messages.success(request, _what_came_of_it(signup))
                return redirect("sign_up", desk.municipality.slug, meetup.slug)
    return _page(request, desk, meetup, form)


@once
@for_own_municipality
def sign_off(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    """Ask first; after a yes the seats are for others."""
    desk = desk_or_404(request, municipality)
    meetup = meetup_or_404(desk, meetup_slug)
    page = reverse("sign_up", args=[desk.municipality.slug, meetup.slug])
    signup = _signup_of(desk, meetup)
    if request.method == "POST":
        try:
            signups.sign_off(meetup, desk.municipality, by=desk.person, at=desk.at)
        except signups.SignupError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, gettext("U bent afgemeld. De plaats gaat naar een ander."))
        return redirect(page)
    if not signup.people or not meetup.is_open_for_signup(desk.at):
        return redirect(page)
    return render(request, "staff/sign_off.html", desk.context | {"meetup": meetup, "signup": signup, "page": page})


@once
@for_own_municipality
def offer(request: HttpRequest, municipality: Municipality, meetup_slug: str) -> HttpResponse:
    """The seats that came free: opening the page changes nothing, one button takes them and one leaves them."""
    desk = desk_or_404(request, municipality)
    meetup = meetup_or_404(desk, meetup_slug)
    signup = _signup_of(desk, meetup)
    if request.method == "POST":
        return _answer_offer(request, desk, meetup)
    if not signup.has_offer(desk.at):
        messages.info(request, gettext("Er ligt nu geen aanbod voor u klaar. Zo staat het ervoor:"))
        return redirect("sign_up", desk.municipality.slug, meetup.slug)
    return render(request, "staff/offer.html", desk.context | {"meetup": meetup, "signup": signup})


def _answer_offer(request: HttpRequest, desk: Desk, meetup: Meetup) -> HttpResponse:
    form = OfferForm(request.POST)
    act = signups.decline if request.POST.get("action") == "decline" else signups.accept
    try:
        number = form.cleaned_data["offer_number"] if form.is_valid() else 0
        act(meetup, desk.municipality, offer_number=number, by=desk.person, at=desk.at)
    except signups.SignupError as error:
        messages.warning(request, str(error))
    else:
        done = gettext("Mooi, u komt. Wij houden de plaats voor u vast.")
        left = gettext("Bedankt dat u het laat weten. De plaats gaat naar een ander.")
        messages.success(request, left if act is signups.decline else done)
    return redirect("sign_up", desk.municipality.slug, meetup.slug)


def meetup_or_404(desk: Desk, slug: str) -> Meetup:
    meetup = get_object_or_404(desk.edition.meetups.select_related("host"), slug=slug)
    meetup.edition = desk.edition
    return meetup


def _signup_of(desk: Desk, meetup: Meetup) -> Signup:
    """What the municipality asked for; a blank sign-up while it asked nothing."""
    found = Signup.objects.filter(meetup=meetup, municipality=desk.municipality).first()
    signup = found or Signup()
    signup.meetup, signup.municipality = meetup, desk.municipality
    return signup


def _page(request: HttpRequest, desk: Desk, meetup: Meetup, form: SignupForm | None) -> HttpResponse:
    signup = _signup_of(desk, meetup)
    if form is None and meetup.is_open_for_signup(desk.at):
        initial = {"people": signup.people or 1, "form_key": uuid4(), "seen_version": signup.version}
        form = SignupForm(meetup=meetup, initial=initial)
    context: dict[str, Any] = {
        "meetup": meetup,
        "signup": signup,
        "has_offer": signup.has_offer(desk.at),
        "has_lapsed": signup.lapsed_at is not None and not signup.people,
        "form": form,
        "room": signups.room_of(meetup),
        "has_begun": meetup.has_begun(desk.at),
    }
    return render(request, "staff/signup.html", desk.context | context)


def _what_came_of_it(signup: Signup) -> str:
    seats = ngettext("U heeft %(n)d plaats.", "U heeft %(n)d plaatsen.", signup.seats) % {"n": signup.seats}
    if not signup.waiting_count:
        return gettext("U bent aangemeld. %(seats)s") % {"seats": seats}
    waiting = ngettext(
        "%(n)d collega staat op de wachtlijst. U krijgt een mail zodra er plaats is.",
        "%(n)d collega's staan op de wachtlijst. U krijgt een mail zodra er plaats is.",
        signup.waiting_count,
    ) % {"n": signup.waiting_count}
    return f"{seats} {waiting}" if signup.seats else waiting
