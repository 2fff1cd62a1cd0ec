"""What somebody shows beside a password: an app with codes, a passkey, or a recovery code."""

import base64
from io import BytesIO

import qrcode
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathImage

from competition.models import User

SITE = "De Grote Digitale Steden Competitie"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""Recovery codes are no factor of their own: they stand in for one that is lost."""


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Keeps secrets unreadable in the database and its backups, and says "u" where allauth says "je"."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("U kunt geen e-mailadres toevoegen zolang uw account extra beveiligd is."),
        "cannot_delete_authenticator": _("U kunt de extra beveiliging niet uitzetten."),
        "cannot_generate_recovery_codes": _("Zet eerst een extra beveiliging aan. Daarna krijgt u herstelcodes."),
        "incorrect_code": _("Deze code klopt niet, of is al gebruikt. Vul een nieuwe code in."),
        "unverified_email": _("Bevestig eerst uw e-mailadres."),
    }

    def get_totp_issuer(self) -> str:
        return "GDSC"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": SITE}

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an element of the page: our policy forbids pictures in the address (data:)."""
        svg = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage).save(svg)
        return svg.getvalue().decode().partition("?>")[2]

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth names it
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)d") % {"number": number}

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """By SECRET_KEY, or by one of SECRET_KEY_FALLBACKS."""
        return _cipher().decrypt(encrypted_text).decode()


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [salted_hmac("second factor", "cipher", secret=each, algorithm="sha256").digest() for each in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def is_set_up(user: User) -> bool:
    return bool(is_mfa_enabled(user, FACTORS))


def was_shown(request: HttpRequest) -> bool:
    """Whether this session was opened, or confirmed later, with a second factor that the person still has."""
    user = request.user
    records = get_authentication_records(request, user)
    return any(each["method"] == "mfa" for each in records) and isinstance(user, User) and is_set_up(user)
