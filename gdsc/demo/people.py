"""Who can log in to the demonstration. Every address lies in a domain that can never exist (RFC 2606)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from competition import access
from competition.models import Membership, Municipality, Role, User
from gdsc.demo import PASSWORD


class Account(NamedTuple):
    """Somebody with a part to play; `group` is empty for who only works for municipalities."""

    email: str
    name: str
    group: str = ""
    municipalities: tuple[str, ...] = ()

    @property
    def is_organiser(self) -> bool:
        """Whether the admin is their place of work; a host has none there."""
        return self.group not in {"", access.HOST}


ORGANISER, SECOND_ORGANISER, REVIEWER, REVIEWER_OF_DELFT = (
    Account("organisator@gdsc.example", "Organisator", access.ORGANISER),
    Account("tweede@gdsc.example", "Tweede organisator", access.ORGANISER),
    Account("beoordelaar@gdsc.example", "Beoordelaar", access.REVIEWER),
    Account("beoordelaar@delft.example", "Beoordelaar die voor Delft werkt", access.REVIEWER, ("GM0503",)),
)
HOST = Account("gastheer@gdsc.example", "Gastheer (alleen de eigen lijst)", access.HOST)
ACCOUNTS = (
    ORGANISER,
    SECOND_ORGANISER,
    REVIEWER,
    REVIEWER_OF_DELFT,
    Account("redacteur@gdsc.example", "Redacteur", access.EDITOR),
    Account("auditor@gdsc.example", "Auditor", access.AUDITOR),
    HOST,
    Account("medewerker@amersfoort.example", "Medewerker Amersfoort", municipalities=("GM0307",)),
    Account("medewerker@zwolle.example", "Medewerker Zwolle", municipalities=("GM0193",)),
    Account(
        "regio@limburg.example",
        "Medewerker van Maastricht, Sittard-Geleen en Kerkrade (samenwerkingsverband)",
        municipalities=("GM0935", "GM1883", "GM0928"),
    ),
)


class Cast(NamedTuple):
    """The people of the demonstration, by address, and each municipality's contact person by CBS code."""

    accounts: dict[str, User]
    contacts: dict[str, User]


def hire(players: Iterable[Municipality], *, year: int) -> Cast:
    """Make the accounts, and a contact person for each municipality that plays; their addresses are verified.

    All share one hash of one password: making one takes longer than the rest of their accounts together.
    """
    access.set_up_groups()
    by_code = {municipality.cbs_code: municipality for municipality in players}
    contacts = [Account(_address_of(m), f"Contactpersoon {m}", municipalities=(m.cbs_code,)) for m in by_code.values()]
    everybody = [*ACCOUNTS, *contacts]
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=one.email, name=one.name, password=password, is_staff=one.is_organiser) for one in everybody
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Membership.objects.bulk_create(
        Membership(
            user=user,
            municipality=by_code[code],
            role=Role.CONTACT if one in contacts else Role.STAFF,
            starts_on=date(year - 1, 12, 1),
        )
        for one, user in zip(everybody, users, strict=True)
        for code in one.municipalities
        if code in by_code
    )
    for one, user in zip(everybody, users, strict=True):
        if one.group:
            user.groups.add(Group.objects.get(name=one.group))
    found = {user.email: user for user in users}
    return Cast(found, {code: found[_address_of(municipality)] for code, municipality in by_code.items()})


def _address_of(municipality: Municipality) -> str:
    return f"contact@{municipality.slug}.example"


def shown() -> list[tuple[str, str]]:
    """Address and part of whom to log in as, for on screen."""
    found = [(one.email, one.name) for one in ACCOUNTS]
    return [
        *found,
        ("contact@deventer.example", "Contactpersoon Deventer"),
        ("contact@leeuwarden.example", "Contactpersoon Leeuwarden (wildcard)"),
        ("contact@….example", "Contactpersoon van elke andere gemeente die meedoet"),
    ]
