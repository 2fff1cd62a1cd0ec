"""The pictures with an own solution."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from competition import uploads
from competition.access import for_own_municipality
from competition.models import Municipality
from gdsc.once import once
from gdsc.staff import acts
from gdsc.staff.desk import Desk, desk_or_404
from scoring import claims
from solutions import images
from solutions.forms import ImageForm
from solutions.models import Contribution, ContributionImage


@once
@for_own_municipality
def pictures(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """What there is, and a form for one more; where files have no place here there is no such page."""
    if not uploads.is_on():
        raise Http404
    desk = desk_or_404(request, municipality)
    claim = _contribution_or_404(desk, pk)
    form = ImageForm(request.POST, request.FILES) if request.method == "POST" else ImageForm()
    if request.method == "POST" and form.is_valid():
        try:
            images.add(claim, form.cleaned_data["file"], alt=form.cleaned_data["alt"], by=desk.person, at=desk.at)
        except images.TooManyImagesError as error:
            form.add_error("file", str(error))
        except claims.WrongStateError as error:
            messages.info(request, str(error))
            return redirect("own_contribution", municipality.slug, claim.pk)
        else:
            messages.success(request, gettext("De afbeelding is bewaard."))
            return redirect("contribution_images", municipality.slug, claim.pk)
    shown = {"claim": claim, "images": claim.images.order_by("pk"), "form": form if claim.is_editable else None}
    return render(request, "staff/images.html", desk.context | shown)


@for_own_municipality
@require_safe
def picture(request: HttpRequest, municipality: Municipality, pk: int, image_pk: int) -> HttpResponse:
    """One picture, for the own eyes."""
    claim = _contribution_or_404(desk_or_404(request, municipality), pk)
    image = get_object_or_404(ContributionImage, contribution=claim, pk=image_pk)
    response = uploads.served(image.file, content_type=image.content_type)
    response["Cache-Control"] = "private, no-store"
    return response


@once
@for_own_municipality
@require_POST
def remove_picture(request: HttpRequest, municipality: Municipality, pk: int) -> HttpResponse:
    """Take one of the own pictures away. Which one stands in the form: for any other the answer is the same."""
    claim = _contribution_or_404(desk_or_404(request, municipality), pk)
    mine = ContributionImage.objects.filter(contribution=claim, pk=acts.number_in(request, "image"))
    try:
        for image in mine.select_related("contribution"):
            images.remove(image)
    except claims.WrongStateError as error:
        messages.info(request, str(error))
    else:
        messages.success(request, gettext("De afbeelding is verwijderd."))
    return redirect("contribution_images", municipality.slug, claim.pk)


def _contribution_or_404(desk: Desk, pk: int) -> Contribution:
    return get_object_or_404(Contribution, participant=desk.participant, pk=pk)
