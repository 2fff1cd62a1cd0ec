"""The lots for a tie at the last place: sealed, opened and drawn, or drawn in public by two organisers."""

from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.validators import RegexValidator
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from competition import clock
from competition.admin.bases import NothingToFillInForm, ReadOnlyAdmin, actor, demand
from competition.calendar import local_date
from competition.form_fields import PlainLineField, PlainTextField
from competition.languages import in_dutch
from competition.models import Edition, Participant, User
from competition.models.editions import LAST_SCORING_MONTH
from scoring import proposals
from scoring.admin.proposals import PROPOSE, about_two_people, propose
from scoring.final import finalists, lots
from scoring.final.finalists import FEWEST_LOTS, Cut
from scoring.final.lots import LONGEST, Step
from scoring.models import LotDraw, SealedLot
from scoring.rules import FINALIST_COUNT

SEAL, OPEN, DRAW = "scoring.add_sealedlot", "scoring.change_sealedlot", "scoring.add_editionresult"
# A secret: no browser keeps it, completes it or sends it to a spelling service.
_UNKEPT = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "class": "vLargeTextField"}
_LONG_TEXT = {"rows": 6, "class": "vLargeTextField"}
_in_no_error_report = method_decorator(sensitive_post_parameters("text"))


# --- Sealing and opening ---------------------------------------------------------------------------


class SecretField(forms.CharField):
    """A secret text of one line, with the spaces that were typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs=_UNKEPT)
        super().__init__(label=_("Geheime tekst"), max_length=LONGEST, strip=False, widget=widget, **kwargs)


class SealForm(forms.Form):
    """A text to be sealed here, or a seal that somebody made without the portal."""

    text = SecretField(
        required=False,
        help_text=_("Ten minste 16 tekens. Hoofdletters, spaties binnen de tekst en leestekens tellen mee."),
    )
    seal = PlainLineField(
        label=_("Of een zegel dat u zelf maakte"),
        required=False,
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-fA-F]{64}\Z", _("Een zegel is een SHA-256: 64 tekens 0-9 en a-f."))],
        widget=forms.TextInput(attrs=_UNKEPT),
        help_text=_(
            "Voor wie ons de tekst niet toevertrouwt: de SHA-256 van een tekst van hoogstens 200 tekens op één regel. "
            "Laat het veld hierboven dan leeg. U maakt een zegel zo: printf '%s' 'uw tekst' | sha256sum"
        ),
    )
    is_kept = forms.BooleanField(
        label=_("Ik heb de tekst bewaard op een plek die alleen ik ken"),
        error_messages={"required": _("Bewaar eerst de tekst, en vink dit aan. Zonder tekst gaat uw lot niet open.")},
    )

    def clean_seal(self) -> str:
        return str(self.cleaned_data["seal"]).lower()

    def clean(self) -> dict[str, Any]:
        """Turns the text into its seal, and forgets it."""
        filled_in: dict[str, Any] = super().clean() or self.cleaned_data
        text = filled_in.pop("text", "")
        if text.strip() and filled_in.get("seal"):
            self.add_error("seal", gettext("Vul één van beide in: een tekst of een zegel."))
        elif text.strip():
            try:
                filled_in["seal"] = lots.seal_of(text)
            except lots.LotRefusedError as error:
                self.add_error("text", str(error))
        elif not filled_in.get("seal") and not self.errors.keys() & {"text", "seal"}:
            self.add_error("text", gettext("Vul een tekst in, of een zegel."))
        return filled_in


class OpenForm(forms.Form):
    text = SecretField(
        help_text=_("Precies zoals u de tekst verzegelde. Na het openen staat de tekst op de site."),
        error_messages={"required": _("Vul de tekst in.")},
    )


def to_seal() -> Edition | None:
    """The edition for which lots can be sealed: the first whose October is not closed."""
    open_ones = Edition.objects.played().filter(rounds__month=LAST_SCORING_MONTH, rounds__closing=None)
    return open_ones.order_by("year").first()


@admin.register(SealedLot)
class SealedLotAdmin(ReadOnlyAdmin[SealedLot]):
    """A lot is sealed and, after the closing, opened. Nothing else ever happens to it."""

    list_display = ("seal_in_short", "edition", "sealed_at", "sealed_by", "opened_at")
    list_filter = ("edition",)
    list_select_related = ("edition", "sealed_by")
    ordering = ("-edition__year", "sealed_at", "pk")
    fields = ("edition", "seal", "sealed_at", "sealed_by", "opened", "opened_at")

    @admin.display(description=_("zegel"))
    def seal_in_short(self, lot: SealedLot) -> str:
        return f"{lot.seal[:12]}…"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Asked for on every page of the admin; whether there is something to seal now is told by the form."""
        return actor(request).has_perm(SEAL)

    @_in_no_error_report
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        demand(request, SEAL)
        edition = to_seal()
        nothing = gettext("Er is geen editie waarvoor u nu een lot kunt verzegelen.")
        why_not = lots.why_not_seal(edition, by=actor(request)) if edition else nothing
        if edition is None or why_not:
            self.message_user(request, why_not, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:scoring_sealedlot_changelist"))
        form = SealForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                lot = self._seal(request, edition, form.cleaned_data["seal"])
            except lots.LotRefusedError as error:
                form.add_error(None, str(error))
            else:
                words = gettext("Uw lot is verzegeld. Het zegel staat op de pagina met finalisten: %(seal)s")
                self.message_user(request, words % {"seal": lot.seal}, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:scoring_sealedlot_changelist"))
        return self.ask(
            request,
            form,
            title=gettext("Verzegel een lot voor %(edition)s") % {"edition": edition},
            button=gettext("Verzegel"),
            explanation=_about_sealing(),
        )

    @transaction.atomic
    def _seal(self, request: HttpRequest, edition: Edition, seal: str) -> SealedLot:
        lot = lots.seal_lot(edition, seal=seal, by=actor(request), at=clock.now())
        with in_dutch():
            self.log_addition(request, lot, gettext("Lot verzegeld: %(seal)s") % {"seal": lot.seal})
        return lot

    @_in_no_error_report
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        lot = self.get_object(request, object_id)
        if lot is None or lot.opened_at or not actor(request).has_perm(OPEN) or lots.why_not_open(lot.edition):
            return super().change_view(request, object_id, form_url, extra_context)
        form = OpenForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                self._open(request, lot, form.cleaned_data["text"])
            except lots.LotRefusedError as error:
                form.add_error("text", str(error))
            else:
                words = gettext("Het lot is open. De tekst staat nu op de pagina met finalisten.")
                self.message_user(request, words, messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:scoring_sealedlot_changelist"))
        return self.ask(
            request,
            form,
            title=gettext("Open dit lot"),
            button=gettext("Open"),
            about=lot,
            explanation=[
                gettext("Het zegel: %(seal)s") % {"seal": lot.seal},
                gettext("Alleen wie de tekst kent, kan het lot openen. Zijn alle loten open, dan beslissen zij."),
            ],
        )

    @transaction.atomic
    def _open(self, request: HttpRequest, lot: SealedLot, text: str) -> None:
        lots.open_lot(lot, text=text, at=clock.now())
        with in_dutch():
            self.log_change(request, lot, gettext("Lot geopend."))


def _about_sealing() -> list[str]:
    return [
        gettext(
            "Staan deelnemers op de laatste plaats in de finale precies gelijk, dan beslist het lot. Met verzegelde "
            "loten kan niemand de uitkomst kiezen, ook u niet. Er zijn ten minste twee loten nodig, van twee "
            "organisatoren."
        ),
        gettext(
            "U bedenkt een geheime tekst. Wij bewaren alleen het zegel: een code waaruit niemand de tekst kan "
            "afleiden. Na de afsluiting van oktober opent u het lot door de tekst nog eens in te vullen."
        ),
        gettext(
            "Bewaar de tekst goed en vertel hem aan niemand. Wij kunnen hem niet terughalen, en u kunt geen ander lot "
            "verzegelen. Blijft één lot dicht, dan tellen de andere ook niet."
        ),
        gettext("Na het openen staat de tekst op de site. Zet er geen namen of andere gegevens van personen in."),
        format_html(
            '{} <code class="nowrap">{}</code>', gettext("Een tekst die niemand kan raden:"), lots.fresh_text()
        ),
    ]


# --- Drawing ---------------------------------------------------------------------------------------


def to_draw() -> tuple[Edition, Cut] | None:
    """The edition whose closed October leaves places that only lots can fill, the latest first."""
    closed = Edition.objects.played().filter(
        rounds__month=LAST_SCORING_MONTH, rounds__closing__isnull=False, lot_draw=None
    )
    with_room = closed.annotate(taken=Count("finalists", distinct=True)).filter(taken__lt=FINALIST_COUNT)
    for edition in with_room.order_by("-year"):
        tie = finalists.still_tied(edition)
        if tie.places_left:
            return edition, tie
    return None


class DrawForm(forms.Form):
    drawn = forms.ModelMultipleChoiceField(
        Participant.objects.none(), label=_("Wie zijn geloot?"), widget=forms.CheckboxSelectMultiple
    )
    record = PlainTextField(
        label=_("Verslag"),
        max_length=4000,
        widget=forms.Textarea(attrs=_LONG_TEXT),
        help_text=_("Waar en hoe is er geloot, en wie waren erbij? Noem functies, geen namen."),
    )

    def __init__(self, *args: Any, tie: Cut, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tied = Participant.objects.filter(pk__in=[line.participant.pk for line in tie.tied])
        self.fields["drawn"].queryset = tied.by_name()  # type: ignore[attr-defined]


@admin.register(LotDraw)
class LotDrawAdmin(ReadOnlyAdmin[LotDraw]):
    """Out of the sealed lots where all are open; else drawn in public, proposed by one and approved by another."""

    list_display = ("edition", "drawn_at", "recorded_by", "seconded_by")
    list_select_related = ("edition", "recorded_by", "seconded_by")
    ordering = ("-edition__year",)
    fields = ("edition", "drawn_at", "recorded_by", "seconded_by", "seed", "record")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return actor(request).has_perm(DRAW) and to_draw() is not None

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        demand(request, DRAW)
        found = to_draw()
        if found is None:
            self.message_user(request, gettext("Er is geen loting nodig."), messages.WARNING)
            return HttpResponseRedirect(reverse("admin:scoring_lotdraw_changelist"))
        edition, tie = found
        sealed = lots.of(edition)
        if why_not := lots.why_not_draw(sealed):
            if len(sealed) >= FEWEST_LOTS:
                why_not += " " + gettext("Gaat het nog open? Wacht dan: zijn alle loten open, dan beslissen zij.")
            return self._propose_view(request, edition, tie, because=why_not)
        return self._draw_view(request, edition, tie)

    def _draw_view(self, request: HttpRequest, edition: Edition, tie: Cut) -> HttpResponse:
        form = NothingToFillInForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                draw = self._draw(request, edition)
            except finalists.DrawRefusedError as error:
                form.add_error(None, str(error))
            else:
                self.message_user(request, gettext("De loting is vastgelegd."), messages.SUCCESS)
                return HttpResponseRedirect(reverse("admin:scoring_lotdraw_change", args=[draw.pk]))
        return self.ask(
            request,
            form,
            title=gettext("Loot voor %(edition)s") % {"edition": edition},
            button=gettext("Loot"),
            explanation=[
                _places(tie),
                gettext("Alle loten zijn open, dus de uitkomst staat vast. Iedereen kan haar op de site narekenen."),
                gettext("Als u loot, staan de finalisten meteen op de site. Dat kunt u niet meer veranderen."),
            ],
        )

    @transaction.atomic
    def _draw(self, request: HttpRequest, edition: Edition) -> LotDraw:
        now = clock.now()
        draw = lots.draw(edition, by=actor(request), at=now)
        if draw.drawn_at == now:  # else a colleague was just before us
            with in_dutch():
                self.log_addition(request, draw, gettext("Geloot met de verzegelde loten."))
        return draw

    def _propose_view(self, request: HttpRequest, edition: Edition, tie: Cut, *, because: str) -> HttpResponse:
        demand(request, PROPOSE)
        form = DrawForm(request.POST or None, tie=tie)
        if request.method == "POST" and form.is_valid():
            drawn, record = list(form.cleaned_data["drawn"]), form.cleaned_data["record"]
            try:
                return propose(request, proposals.propose_draw, edition, drawn, because=record)
            except proposals.ProposalRefusedError as error:
                form.add_error("drawn", str(error))
        return self.ask(
            request,
            form,
            title=gettext("Leg de loting van %(edition)s vast") % {"edition": edition},
            button=gettext("Stel voor"),
            explanation=[
                _places(tie),
                because,
                gettext("Loot eerst in het openbaar."),
                about_two_people(actor(request)),
            ],
        )


def _places(tie: Cut) -> str:
    words = ngettext(
        "Deze deelnemers staan gelijk, ook in overnames en meetups: %(names)s. Er is nog één plaats in de finale.",
        "Deze deelnemers staan gelijk, ook in overnames en meetups: %(names)s. Er zijn nog %(count)d plaatsen in de "
        "finale.",
        tie.places_left,
    )
    return words % {"count": tie.places_left, "names": ", ".join(str(line.participant) for line in tie.tied)}


# --- What waits ------------------------------------------------------------------------------------


class ToDo(NamedTuple):
    """What the lots wait for, as a sentence with a link."""

    words: str
    action: str
    address: str


def to_do(user: User, *, at: datetime) -> ToDo | None:
    """What this person can do for the lots of the edition that is played now."""
    edition = Edition.objects.played().filter(year=local_date(at).year).first() if user.has_perm(SEAL) else None
    if edition is None:
        return None
    tied = gettext("Deelnemers staan precies gelijk voor de laatste plaats in de finale.")
    every_lot, draw = "admin:scoring_sealedlot_changelist", "admin:scoring_lotdraw_add"
    match lots.next_step(edition, by=user, at=at):
        case Step.SEAL:
            tied = gettext("Het lot beslist als deelnemers straks precies gelijk staan. Niemand mag dat kunnen kiezen.")
            action, page = gettext("Verzegel een lot"), "admin:scoring_sealedlot_add"
        case Step.OPEN:
            action, page = gettext("Open uw lot"), every_lot
        case Step.WAIT:
            action, page = gettext("Bekijk welk lot nog dicht is"), every_lot
        case Step.DRAW:
            action, page = gettext("Loot met de geopende loten"), draw
        case Step.DRAW_IN_PUBLIC:
            action, page = gettext("Loot in het openbaar"), draw
        case _:
            return None
    return ToDo(tied, action, reverse(page))
