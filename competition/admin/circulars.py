"""Messages to many people: writing one, seeing what it becomes and who gets it, and sending it, alone or by two."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from competition import circulars, clock
from competition.admin.bases import NothingToFillInForm, ReadOnlyAdmin, actor, demand
from competition.admin.mail_texts import WordsForm, example_of, html_of
from competition.circulars import FORM, CircularRefusedError
from competition.form_fields import FormKeyField
from competition.frames import with_a_frame
from competition.languages import in_dutch
from competition.mail_texts import Filled
from competition.models import Audience, Circular, CircularState, Edition
from competition.models.circulars import MOST_ALONE

ADD, CHANGE = "competition.add_circular", "competition.change_circular"


class CircularForm(WordsForm):
    letter = FORM
    form_key = FormKeyField()
    edition = forms.ModelChoiceField(Edition.objects.none(), label=_("Editie"))
    audience = forms.ChoiceField(label=_("Voor wie"), choices=Audience.choices)
    field_order = ("form_key", "edition", "audience", "subject", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = Edition.objects.filter(is_archive=False).order_by("-year")
        self.fields["edition"].queryset = editions  # type: ignore[attr-defined]
        self.fields["body"].help_text = _(
            "Boven de tekst zet het portaal ‘Goedendag,’ en eronder de groet van de organisatie. U kunt {naam} (van de "
            "lezer) en {editie} gebruiken. Alleen adressen van dit portaal worden een link."
        )

    @property
    def whom(self) -> tuple[Edition, str]:
        return self.cleaned_data["edition"], self.cleaned_data["audience"]


@admin.register(Circular)
class CircularAdmin(ReadOnlyAdmin[Circular]):
    list_display = ("subject", "audience", "edition", "state", "receivers", "sent_at")
    list_filter = ("state", "edition")
    list_select_related = ("edition",)
    search_fields = ("subject", "body")
    ordering = ("-written_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor(request).has_perm(ADD)

    def has_change_permission(self, request: HttpRequest, obj: Circular | None = None) -> bool:
        return actor(request).has_perm(CHANGE)

    def get_urls(self) -> list[URLPattern]:
        def page(act: str, view: Callable[..., HttpResponseBase], name: str) -> URLPattern:
            return path(f"<int:pk>/{act}/", self.admin_site.admin_view(view), name=f"competition_circular_{name}")

        return [
            page("voorbeeld", self.preview_view, "preview"),
            page("verstuur", self.send_view, "send"),
            page("leg-voor", self.propose_view, "propose"),
            page("keur-goed", self.approve_view, "approve"),
            page("neem-terug", self.take_back_view, "take_back"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        demand(request, ADD)
        now = clock.now()
        form = CircularForm(
            request.POST or None, initial={"form_key": uuid4(), "edition": Edition.objects.current(now)}
        )
        if request.method == "POST" and form.is_valid():
            with transaction.atomic(), in_dutch():
                made = circulars.write(*form.whom, form.words, form_key=form.cleaned_data["form_key"], at=now)
                self.log_addition(request, made, gettext("Geschreven als concept."))
            return _led_to(made)
        return self.ask(
            request,
            form,
            title=gettext("Schrijf een bericht aan deelnemers"),
            button=gettext("Bewaar en bekijk"),
            explanation=[
                gettext("U bewaart eerst een concept. U ziet dan hoe het eruitziet en naar hoeveel mensen het gaat."),
                gettext("Gaat het naar meer dan %(count)d mensen, dan kijkt een andere organisator mee.")
                % {"count": MOST_ALONE},
            ],
        )

    @method_decorator(with_a_frame)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        circular = self.get_object(request, object_id)
        if circular is None:
            raise Http404
        may_change = self.has_change_permission(request) and circular.state == CircularState.DRAFT
        first = {name: getattr(circular, name) for name in ("form_key", "edition", "audience", "subject", "body")}
        form = CircularForm(request.POST or None, initial=first)
        if request.method == "POST":
            demand(request, CHANGE)
            if form.is_valid() and self._rewrite(request, circular, form):
                return _led_to(circular)
        people = circulars.receivers_of(circular.edition, circular.audience, at=clock.now())
        return self.ask(
            request,
            form if may_change or form.is_bound else NothingToFillInForm(),
            title=circular.subject,
            button=gettext("Bewaar en bekijk") if may_change else "",
            template="admin/competition/circular.html",
            circular=circular,
            may_change=may_change,
            may_act=self.has_change_permission(request),
            who_is_needed=circulars.why_not_approve(circular, by=actor(request)) if circular.proposed_at else "",
            count=people.count(),
            most_alone=MOST_ALONE,
            seen=circular.proposed_at.isoformat() if circular.proposed_at else "",
            example=example_of(FORM, Filled(circular.subject, circular.body)),
            preview_url=reverse("admin:competition_circular_preview", args=[circular.pk]),
        )

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        circular = get_object_or_404(Circular, pk=pk)
        return html_of(request, FORM, Filled(circular.subject, circular.body))

    def send_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(circular: Circular) -> str:
            count = circulars.send(circular, by=actor(request), at=clock.now())
            return _sent(count)

        return self._act(request, pk, act, gettext("Verstuur het bericht"), gettext("Verstuur"))

    def propose_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(circular: Circular) -> str:
            circulars.propose(circular, by=actor(request), at=clock.now())
            return gettext("Het bericht wacht op een andere organisator. Er is nog niets verstuurd.")

        return self._act(request, pk, act, gettext("Leg het bericht voor"), gettext("Leg voor"))

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(circular: Circular) -> str:
            seen = request.POST.get("seen", "")
            return _sent(circulars.approve(circular, seen=seen, by=actor(request), at=clock.now()))

        title = gettext("Keur het bericht goed en verstuur het")
        return self._act(request, pk, act, title, gettext("Keur goed en verstuur"))

    def take_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        def act(circular: Circular) -> str:
            circulars.take_back(circular)
            return gettext("Het bericht is weer een concept.")

        return self._act(request, pk, act, gettext("Neem het bericht terug"), gettext("Neem terug"))

    def _act(
        self, request: HttpRequest, pk: int, act: Callable[[Circular], str], title: str, button: str
    ) -> HttpResponse:
        """Ask before one act, do it when asked to, and write it down in the history."""
        demand(request, CHANGE)
        circular = get_object_or_404(Circular.objects.select_related("edition"), pk=pk)
        if request.method == "POST":
            try:
                with transaction.atomic():
                    told = act(circular)
                    with in_dutch():
                        self.log_change(request, circular, title)
            except CircularRefusedError as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, told, messages.SUCCESS)
            return _led_to(circular)
        count = circulars.receivers_of(circular.edition, circular.audience, at=clock.now()).count()
        return self.ask(
            request,
            NothingToFillInForm(),
            title=title,
            button=button,
            about=circular,
            explanation=[f"‘{circular.subject}’", _to_how_many(circular, count)],
            # Not of the database now: of the page with the words from which the reader came here.
            resent=[("seen", request.GET.get("seen", ""))],
            template="admin/competition/circular_act.html",
            example=example_of(FORM, Filled(circular.subject, circular.body)),
        )

    def _rewrite(self, request: HttpRequest, circular: Circular, form: CircularForm) -> bool:
        try:
            with transaction.atomic(), in_dutch():
                circulars.rewrite(circular, *form.whom, form.words, at=clock.now())
                self.log_change(request, circular, gettext("Herschreven."))
        except CircularRefusedError as error:
            form.add_error(None, str(error))
            return False
        return True


def _to_how_many(circular: Circular, count: int) -> str:
    words = ngettext(
        "Het gaat naar %(count)d mens: %(whom)s van deelnemers aan %(edition)s.",
        "Het gaat naar %(count)d mensen: %(whom)s van deelnemers aan %(edition)s.",
        count,
    )
    return words % {"count": count, "whom": circular.get_audience_display(), "edition": circular.edition}


def _sent(count: int) -> str:
    words = ngettext(
        "Het bericht gaat naar %(count)d mens.",
        "Het bericht gaat naar %(count)d mensen, hooguit zestig per minuut.",
        count,
    )
    return words % {"count": count}


def _led_to(circular: Circular) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:competition_circular_change", args=[circular.pk]))
