"""The words of the mails: all of them in one list, one page each to change them and to see what comes of it."""

from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competition import mail_texts, mails
from competition.admin.bases import NothingToFillInForm, ReadOnlyAdmin, demand
from competition.form_fields import PlainLineField, PlainTextField
from competition.frames import in_a_closed_frame, with_a_frame
from competition.languages import in_dutch
from competition.mail_texts import Filled, Letter
from competition.models import MailText

CHANGE = "competition.change_mailtext"
SHOWN_CHANGES = 5


class Row(NamedTuple):
    """One mail in the list."""

    letter: Letter
    is_changed: bool
    is_broken: bool


class WordsForm(forms.Form):
    """Subject and text of a mail, in which stands nothing that this mail cannot say."""

    letter: Letter
    subject = PlainLineField(
        label=_("Onderwerp"), max_length=150, widget=forms.TextInput(attrs={"class": "vLargeTextField"})
    )
    body = PlainTextField(
        label=_("Tekst"), max_length=5000, widget=forms.Textarea(attrs={"rows": 18, "class": "vLargeTextField"})
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "subject" in cleaned and "body" in cleaned:
            for field, sentences in self.letter.problems(cleaned["subject"], cleaned["body"]).items():
                self.add_error(field, sentences)
        return cleaned

    @property
    def words(self) -> Filled:
        return Filled(self.cleaned_data["subject"], self.cleaned_data["body"])


class TextForm(WordsForm):
    def __init__(self, letter: Letter, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter
        self.fields["body"].help_text = _(
            "Boven de tekst zet het portaal ‘Goedendag,’ en eronder de groet van de organisatie. Kan de lezer de mail "
            "uitzetten, dan staat onderaan hoe."
        )


@admin.register(MailText)
class MailTextAdmin(ReadOnlyAdmin[MailText]):
    """Every mail is here, whether or not organisers changed it; so nothing is added and nothing deleted."""

    ordering = ("key",)

    def has_change_permission(self, request: HttpRequest, obj: MailText | None = None) -> bool:
        return request.user.has_perm(CHANGE)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<slug:key>/voorbeeld/", wrap(self.preview_view), name="competition_mailtext_preview"),
            path("<slug:key>/standaard/", wrap(self.reset_view), name="competition_mailtext_reset"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._demand_view(request)
        changed = set(MailText.objects.values_list("key", flat=True))
        broken = {letter.key for letter in mail_texts.broken()}
        context = self.admin_site.each_context(request) | {
            "title": gettext("Teksten van mails"),
            "opts": self.opts,
            "rows": [Row(one, one.key in changed, one.key in broken) for one in mail_texts.letters()],
        }
        return TemplateResponse(request, "admin/competition/mail_texts.html", context)

    @method_decorator(with_a_frame)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._demand_view(request)
        letter, written = _letter_or_404(object_id), MailText.objects.filter(key=object_id).first()
        words = written or letter
        form = TextForm(letter, request.POST or None, initial={"subject": words.subject, "body": words.body})
        may_change = self.has_change_permission(request)
        shown: Filled | None = None
        if not may_change:
            for field in form.fields.values():
                field.disabled = True
        if request.method == "POST":
            demand(request, CHANGE)
            if form.is_valid():
                shown = form.words
        if shown and "_preview" not in request.POST:
            return self._save(request, letter, shown)
        request.session.pop(_draft_key(letter), None)
        if shown:
            request.session[_draft_key(letter)] = list(shown)
        if not form.is_bound and not letter.problems(words.subject, words.body):
            shown = Filled(words.subject, words.body)
        return self.ask(
            request,
            form,
            title=str(letter.name),
            button=gettext("Bewaar") if may_change else "",
            template="admin/competition/mail_text.html",
            letter=letter,
            is_changed=written is not None,
            is_broken=written is not None and bool(letter.problems(written.subject, written.body)),
            is_draft=form.is_bound,
            may_change=may_change,
            example=example_of(letter, shown) if shown else None,
            preview_url=reverse("admin:competition_mailtext_preview", args=[letter.key]),
            changes=_changes_of(letter)[:SHOWN_CHANGES],
        )

    def preview_view(self, request: HttpRequest, key: str) -> HttpResponseBase:
        self._demand_view(request)
        letter, written = _letter_or_404(key), MailText.objects.filter(key=key).first()
        draft = request.session.get(_draft_key(letter))
        words = written or letter
        shown = Filled(*draft) if draft else Filled(words.subject, words.body)
        return html_of(request, letter, shown)

    def reset_view(self, request: HttpRequest, key: str) -> HttpResponse:
        demand(request, CHANGE)
        letter, written = _letter_or_404(key), MailText.objects.filter(key=key).first()
        if request.method == "POST":
            if written is not None:
                with transaction.atomic(), in_dutch():
                    self.log_change(request, written, gettext("Terug naar de standaardtekst."))
                    MailText.objects.filter(key=key).delete()
            self.message_user(request, gettext("De standaardtekst geldt weer."), messages.SUCCESS)
            return HttpResponseRedirect(_address_of(letter))
        return self.ask(
            request,
            NothingToFillInForm(),
            title=gettext("Terug naar de standaardtekst"),
            button=gettext("Neem de standaardtekst terug") if written else "",
            about=written,
            explanation=[
                gettext("De tekst die de organisatie schreef voor ‘%(mail)s’, gaat weg.") % {"mail": letter.name}
                if written
                else gettext("Deze mail heeft de standaardtekst al.")
            ],
        )

    def _save(self, request: HttpRequest, letter: Letter, words: Filled) -> HttpResponse:
        with transaction.atomic(), in_dutch():
            text, _is_new = MailText.objects.update_or_create(key=letter.key, defaults=words._asdict())
            self.log_change(request, text, gettext("Tekst veranderd."))
        request.session.pop(_draft_key(letter), None)
        told = gettext("De tekst is bewaard. Elke volgende mail van deze soort gaat zo de deur uit.")
        self.message_user(request, told, messages.SUCCESS)
        return HttpResponseRedirect(_address_of(letter))

    def _demand_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


@in_a_closed_frame
def html_of(request: HttpRequest, letter: Letter, words: Filled) -> HttpResponse:
    """What a mail program shows of the mail with these words and made-up facts."""
    ((html, _kind),) = example_of(letter, words).alternatives
    return HttpResponse(str(html))


def example_of(letter: Letter, words: Filled) -> EmailMultiAlternatives:
    filled = letter.filled(letter.examples(), **words._asdict())
    return mails.made(filled, kind=letter.kind)


def _letter_or_404(key: str) -> Letter:
    if (letter := mail_texts.letter_of(key)) is None:
        raise Http404
    return letter


def _address_of(letter: Letter) -> str:
    return reverse("admin:competition_mailtext_change", args=[letter.key])


def _draft_key(letter: Letter) -> str:
    """Where words that were not saved yet wait for the frame that shows them."""
    return f"mail_draft_{letter.key}"


def _changes_of(letter: Letter) -> QuerySet[LogEntry]:
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(MailText), object_id=letter.key)
    return about.select_related("user").order_by("-action_time", "-pk")
