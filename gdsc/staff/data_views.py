"""What the portal keeps of a person: to read, to take along, and to have removed."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from competition import clock
from gdsc.people import export, removal
from gdsc.staff.desk import person_of


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    memberships = person.memberships.select_related("municipality").order_by("starts_on", "pk")
    page = {"nav": "dashboard", "person": person, "memberships": memberships}
    return render(request, "staff/my_data.html", page)


@require_safe
def my_data_file(request: HttpRequest) -> HttpResponse:
    """The same in a file, in full; kept by no cache."""
    kept = export.of(person_of(request), at=clock.now())
    answer = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer.headers["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth publishes no types
def remove_account(request: HttpRequest) -> HttpResponse:
    """What goes and what stays can be read at once; pressing the button asks for the password, and then does it.

    Answers without a redirect: after it there is no session left in which a message could wait.
    """
    person, at = person_of(request), clock.now()
    refusal = removal.why_not(person, at=at)
    if request.method == "POST" and not refusal:
        try:
            removal.remove(person, at=at)
        except removal.RemovalRefusedError as error:
            refusal = str(error)
        else:
            logout(request)
            return render(request, "staff/account_removed.html", {"nav": ""})
    page = {"nav": "dashboard", "refusal": refusal, "contact": settings.CONTACT_EMAIL}
    return render(request, "staff/remove_account.html", page)
