"""Logging in with the account of one's work (OpenID Connect): only into an account that exists already."""

from typing import Any

from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from competition.models import User

BROUGHT = "brought_second_factor"


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": _("Dit account van uw werk hoort al bij iemand anders."),
        "disconnect_last": _("U kunt uw laatste koppeling niet verbreken."),
        "invalid_token": _("Inloggen via uw gemeente is niet gelukt. Probeer het opnieuw."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """An issuer could assert anybody's address, so it is believed about its own domains only."""
        return email.rpartition("@")[2].casefold() in login.provider.app.settings["domains"]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Note what the token says about a second factor, keep nothing else of it, and turn organisers away."""
        token = sociallogin.account.extra_data.get("id_token", {})
        trusted = sociallogin.provider.app.settings["trusts_second_factor"]
        sociallogin.state[BROUGHT] = bool(trusted and "mfa" in token.get("amr", []))
        sociallogin.account.extra_data = {}
        if sociallogin.account.pk is not None:
            sociallogin.account.save(update_fields=["extra_data"])
        if _is_organiser(request.user) or _is_organiser(sociallogin.user):
            raise ImmediateHttpResponse(render(request, "socialaccount/not_for_organisers.html", status=403))


class FactorStage(AuthenticateStage):  # type: ignore[misc]
    """Asks for the second factor that somebody set up here, unless the employer has just asked for one."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        if brought_second_factor(self.login):
            return None, True
        asked: tuple[HttpResponse | None, bool] = super().handle()
        return asked


def brought_second_factor(login: Login) -> bool:
    """Whether the issuer vouches for a second factor, and we take its word for it."""
    kwargs: dict[str, Any] = login.signal_kwargs or {}
    sociallogin = kwargs.get("sociallogin")
    return bool(sociallogin and sociallogin.state.get(BROUGHT))


def _is_organiser(person: object) -> bool:
    """They judge the municipalities: whoever runs the logins of one could enter as them, and set up a factor."""
    return isinstance(person, User) and person.is_staff
