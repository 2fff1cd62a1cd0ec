from datetime import date
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.db.models import TextChoices
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import uploads
from competition.form_fields import (
    DayField,
    FormKeyField,
    PlainLineField,
    PlainTextField,
    PublicLinkField,
    WholeNumberField,
)
from competition.uploads import PICTURES, UploadField
from solutions.models import (
    Adoption,
    Contribution,
    CostBand,
    Experience,
    Licence,
    Readiness,
    Stage,
    Theme,
    WouldAgain,
)

LADDER = {
    Stage.ORIENTATION: _("Oriëntatie: wij onderzoeken of dit bij ons past"),
    Stage.DECISION: _("Besluit: wij hebben besloten om de oplossing in te voeren"),
    Stage.IN_USE: _("In gebruik: inwoners of collega's gebruiken de oplossing"),
}

READINESS = {
    Readiness.TRIAL: _("Proef: wij proberen de oplossing uit"),
    Readiness.IN_USE: _("In gebruik: inwoners of collega's werken ermee"),
    Readiness.READY: _("Klaar om over te nemen: in gebruik, en met een uitleg waarmee een ander kan beginnen"),
}


class Filter(NamedTuple):
    name: str
    value: str
    others: str
    """The query of the address with the other filters only."""


_NOT_ON_THE_LIST = {"invalid_choice": _("Kies iets uit de lijst.")}


def _as_first_words(choices: type[TextChoices]) -> list[tuple[str, Any]]:
    """With a capital, as they stand in a list."""
    return [(value, capfirst(label)) for value, label in choices.choices]


class SecureLinkField(PublicLinkField):
    """A public page over https; the portal itself never fetches it."""

    default_validators = [
        *PublicLinkField.default_validators,
        RegexValidator("^https:", PublicLinkField.default_error_messages["scheme"], "scheme"),
    ]


class AdoptionForm(forms.ModelForm[Adoption]):
    """How far a municipality is with one of the ten solutions, and how that can be seen.

    A draft may be incomplete; what must be there to hand it in, the claim itself says.
    """

    stage = forms.ChoiceField(
        label=_("Hoe ver bent u?"),
        help_text=_("U krijgt het punt als de oplossing in gebruik is. Tot die tijd kunt u bewaren hoe ver u bent."),
        choices=LADDER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Kies hoe ver u bent."), "invalid_choice": _("Kies een van de drie stappen.")},
    )

    evidence_file = UploadField(
        label=_("Bestand"),
        required=False,
    )

    needed_to_hand_in = ("in_use_since", "evidence_url", "evidence_text", "evidence_file")

    class Meta:
        model = Adoption
        fields = ("stage", "in_use_since", "evidence_url", "evidence_text")
        field_classes: ClassVar[dict[str, Any]] = {
            "in_use_since": DayField,
            "evidence_url": SecureLinkField,
            "evidence_text": PlainTextField,
        }
        labels: ClassVar[dict[str, Any]] = {
            "evidence_url": _("Link naar een openbare pagina"),
            "evidence_text": _("Toelichting"),
        }
        widgets: ClassVar[dict[str, Any]] = {"evidence_text": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, proposed_day: date | None = None, **kwargs: Any) -> None:
        """With `proposed_day` that day stands in the form as long as no other was kept."""
        super().__init__(*args, **kwargs)
        if proposed_day and self.instance.in_use_since is None:
            self.initial["in_use_since"] = proposed_day
            self.fields["in_use_since"].help_text = gettext("Gebruikt u de oplossing al langer? Verander dan de dag.")
        if uploads.is_on():
            words = gettext(
                "Een pdf, png of jpg van hoogstens %(limit)s. Alleen uw gemeente en de organisatie zien dit."
            )
            self.fields["evidence_file"].help_text = words % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        else:
            del self.fields["evidence_file"]

    def clean(self) -> dict[str, Any]:
        """A day stands in the form from the start: it says nothing while the solution is not in use."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("stage") in {Stage.ORIENTATION, Stage.DECISION}:
            cleaned["in_use_since"] = None
        return cleaned

    @property
    def shows_more_evidence(self) -> bool:
        """Whether there is something to see at the link or the file, which are folded otherwise."""
        names = [name for name in ("evidence_url", "evidence_file") if name in self.fields]
        return any(self.errors.get(name) for name in names) or bool(self["evidence_url"].value())

    @property
    def answers(self) -> dict[str, Any]:
        """What was filled in, by field of the adoption."""
        return {field: self.cleaned_data[field] for field in self.Meta.fields}


class DenialForm(forms.Form):
    """Why a giver does not recognise an adoption."""

    reason = PlainTextField(
        label=_("Waarom herkent u dit niet?"),
        help_text=_("Alleen de organisatie leest dit. Noem geen namen van personen."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Vertel waarom u dit niet herkent.")},
    )


class ExperienceForm(forms.ModelForm[Experience]):
    """How an adoption went: four short answers."""

    cost_band = forms.ChoiceField(
        label=_("Wat kostte het u ongeveer?"),
        help_text=_("Alles wat u in het eerste jaar aan anderen betaalde. Zonder de uren van uw collega's."),
        choices=[("", _("Kies een bedrag")), *_as_first_words(CostBand)],
        error_messages=_NOT_ON_THE_LIST | {"required": _("Kies een bedrag.")},
    )
    would_again = forms.ChoiceField(
        label=_("Zou u het weer doen?"),
        choices=_as_first_words(WouldAgain),
        widget=forms.RadioSelect,
        error_messages=_NOT_ON_THE_LIST | {"required": _("Kies een antwoord.")},
    )

    class Meta:
        model = Experience
        fields = ("weeks", "cost_band", "would_again", "went_wrong")
        field_classes: ClassVar[dict[str, Any]] = {"weeks": WholeNumberField, "went_wrong": PlainTextField}
        labels: ClassVar[dict[str, Any]] = {
            "weeks": _("Hoeveel weken duurde het?"),
            "went_wrong": _("Wat ging er mis, of kon beter?"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "weeks": _("Van het besluit tot de eerste mensen de oplossing gebruikten."),
            "went_wrong": _("Uw collega's in het land leren hiervan. Noem geen namen van personen."),
        }
        widgets: ClassVar[dict[str, Any]] = {"went_wrong": forms.Textarea(attrs={"rows": 5})}


class ContributionForm(forms.ModelForm[Contribution]):
    """An own solution for the library. A draft needs only a name; what more it needs, the claim itself says."""

    needed_to_hand_in = ("summary", "theme", "readiness", "problem", "solution")

    theme = forms.ChoiceField(
        label=_("Thema"),
        help_text=_("Kies het thema waar een collega van een andere gemeente het eerst zou zoeken."),
        choices=[("", _("Kies een thema")), *Theme.choices],
        required=False,
        error_messages=_NOT_ON_THE_LIST,
    )
    readiness = forms.ChoiceField(
        label=_("Hoe ver bent u zelf?"),
        choices=READINESS,
        required=False,
        widget=forms.RadioSelect,
        error_messages=_NOT_ON_THE_LIST,
    )
    cost_band = forms.ChoiceField(
        label=_("Wat kost het ongeveer?"),
        help_text=_("Alles wat u in het eerste jaar aan anderen betaalde. Zonder de uren van uw collega's."),
        choices=[("", _("Weet ik niet")), *_as_first_words(CostBand)],
        required=False,
        error_messages=_NOT_ON_THE_LIST,
    )
    licence = forms.ChoiceField(
        label=_("Mag een ander het gebruiken?"),
        help_text=_("Onder welke voorwaarden mag een andere gemeente de oplossing gebruiken?"),
        choices=[("", _("Weet ik niet")), *_as_first_words(Licence)],
        required=False,
        error_messages=_NOT_ON_THE_LIST,
    )

    class Meta:
        model = Contribution
        fields = (
            "title",
            "summary",
            "theme",
            "readiness",
            "problem",
            "solution",
            "result",
            "cost_band",
            "supplier",
            "licence",
            "standards",
            "contact_role",
            "website",
        )
        field_classes: ClassVar[dict[str, Any]] = {
            "title": PlainLineField,
            "summary": PlainLineField,
            "problem": PlainTextField,
            "solution": PlainTextField,
            "result": PlainTextField,
            "supplier": PlainLineField,
            "standards": PlainLineField,
            "contact_role": PlainLineField,
            "website": SecureLinkField,
        }
        error_messages: ClassVar[dict[str, Any]] = {
            "title": {"required": _("Geef de oplossing een naam. Daarmee vindt u haar later terug.")},
        }
        labels: ClassVar[dict[str, Any]] = {
            "problem": _("Welk probleem lost het op?"),
            "solution": _("Hoe werkt de oplossing?"),
            "result": _("Wat leverde het op?"),
            "contact_role": _("Wie weet hier meer van?"),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "website": _("Een openbare pagina over de oplossing."),
            "problem": _(
                "Een lege regel maakt een alinea. Begin een regel met - voor een lijst. **Zo** maakt u een woord vet."
            ),
        }
        widgets: ClassVar[dict[str, Any]] = {
            "problem": forms.Textarea(attrs={"rows": 6}),
            "solution": forms.Textarea(attrs={"rows": 8}),
            "result": forms.Textarea(attrs={"rows": 4}),
        }

    @property
    def answers(self) -> dict[str, Any]:
        """What was filled in, by field of the contribution."""
        return {field: self.cleaned_data[field] for field in self.Meta.fields}


class OwnContributionForm(ContributionForm):
    """One that exists, with the version that its reader saw: a colleague may be at it too."""

    version = WholeNumberField(widget=forms.HiddenInput, error_messages=FormKeyField.default_error_messages)


class ImageForm(forms.Form):
    """A picture, with words for who does not see it."""

    file = UploadField(
        label=_("Afbeelding"),
        help_text=_("Een png of jpg. Iedereen ziet haar zodra de oplossing openbaar is."),
        kinds=PICTURES,
    )
    alt = PlainLineField(
        label=_("Wat is er te zien?"),
        help_text=_("Voor wie de afbeelding niet ziet. Noem geen namen van personen."),
        max_length=200,
        error_messages={"required": _("Vertel wat er te zien is, voor wie de afbeelding niet ziet.")},
    )


class RemarkForm(forms.Form):
    """Something to ask or to answer, with a key that makes sending it twice say it once."""

    text = PlainTextField(
        label=_("Uw antwoord"),
        help_text=_("Alleen uw gemeente en de organisatie lezen dit. Noem geen namen van personen."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    form_key = FormKeyField()


class NewContributionForm(ContributionForm):
    """The key makes sending the same form twice give one contribution."""

    form_key = FormKeyField()


class LibraryForm(forms.Form):
    """What to look for in the library. Every field may be empty; the names in the address are Dutch."""

    in_address: ClassVar[dict[str, str]] = {
        "words": "zoek",
        "theme": "thema",
        "giver": "gever",
        "readiness": "status",
    }

    words = PlainLineField(
        label=_("Zoekwoord"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    theme = forms.ChoiceField(
        label=_("Thema"),
        choices=[("", _("Alle thema's")), *Theme.choices],
        required=False,
        error_messages=_NOT_ON_THE_LIST,
    )
    giver = forms.ChoiceField(label=_("Gever"), required=False, error_messages=_NOT_ON_THE_LIST)
    readiness = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("Elke status")), *_as_first_words(Readiness)],
        required=False,
        error_messages=_NOT_ON_THE_LIST,
    )

    def __init__(self, data: Any, *, givers: list[tuple[str, str]]) -> None:
        super().__init__(data)
        giver = self.fields["giver"]
        assert isinstance(giver, forms.ChoiceField)
        giver.choices = [("", _("Alle gemeenten")), *givers]

    def add_prefix(self, field_name: str) -> str:
        return self.in_address.get(field_name, field_name)

    @property
    def wanted(self) -> dict[str, str]:
        """By field, what was filled in; what made no sense is left out, and said at the field."""
        self.is_valid()
        return {field: value for field, value in self.cleaned_data.items() if value}

    @property
    def filters(self) -> list["Filter"]:
        """What was filled in, in words, each with the address of the page without it."""
        return [
            Filter(str(self[field].label), self._in_words(field, value), self.address(without=field))
            for field, value in self.wanted.items()
        ]

    @property
    def for_pagination(self) -> str:
        return f"&{query}" if (query := self.address()) else ""

    def address(self, *, without: str = "") -> str:
        """The query of this page in the address, without one of its fields."""
        kept = {self.in_address[field]: value for field, value in self.wanted.items() if field != without}
        return urlencode(kept)

    def _in_words(self, field: str, value: str) -> str:
        asked = self.fields[field]
        if not isinstance(asked, forms.ChoiceField):
            return value
        choices: Any = asked.choices
        return str(dict(choices)[value])
