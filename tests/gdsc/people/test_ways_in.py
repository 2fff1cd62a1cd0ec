"""How somebody gets in is theirs too: invitations, factors and work accounts are exported, and go with the account."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from competition import invitations
from competition.models import Invitation, Role, User
from gdsc.people import export, removal
from tests import accounts, factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def person() -> User:
    someone = accounts.with_app(accounts.with_login(factories.user()))
    SocialAccount.objects.create(user=someone, provider="zwolle", uid="123")
    zwolle = factories.municipality("Zwolle")
    invitations.invite(zwolle, someone.email, role=Role.STAFF, by=factories.organiser(), at=NOW)
    return someone


def test_the_file_tells_of_them_without_a_secret(person: User) -> None:
    kept = export.of(person, at=NOW)

    assert kept["uitnodigingen_aan_u"] == [{"gemeente": "Zwolle", "op": NOW, "toestand": "wacht op antwoord"}]
    assert [one["soort"] for one in kept["extra_beveiliging"]] == ["totp", "recovery_codes"]
    assert [(one["bij"], one["kenmerk"]) for one in kept["accounts_van_uw_werk"]] == [("zwolle", "123")]
    assert accounts.SECRET not in str(kept)
    assert [code for code in accounts.recovery_codes(person) if code in str(kept)] == []


def test_nothing_of_them_stays_when_the_account_goes(person: User) -> None:
    other_address = "meisjesnaam@zwolle.example"
    EmailAddress.objects.create(user=person, email=other_address, verified=True)
    texel = factories.municipality("Texel")
    invitations.invite(texel, other_address, role=Role.STAFF, by=factories.organiser(), at=NOW)

    removal.remove(person, at=NOW)

    kinds = (Invitation, Authenticator, SocialAccount, EmailAddress)
    assert [kind for kind in kinds if kind._base_manager.exists()] == []
