"""What people type and send, opened in a real browser: nothing of it runs, and the policy has nothing to stop."""

import pytest
from playwright.sync_api import FilePayload, Page
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from competition.uploads import UploadField
from solutions import experiences, images
from tests import factories
from tests.competition.test_markup import PAYLOADS
from tests.factories import NOW
from tests.files import SCRIPT, pdf, picture, upload
from tests.staff_site import cookie_of

HOSTILE = "'\"><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"


@pytest.fixture(autouse=True)
def _in_march(settings: Settings) -> None:
    settings.DEBUG = True
    settings.GDSC_AS_OF = NOW.date()


pytestmark = pytest.mark.django_db(transaction=True)


def test_nothing_that_was_stored_runs(page: Page, live_server: LiveServer) -> None:
    edition = factories.edition(2026, is_example=True)
    zwolle = factories.participant("Zwolle", of=edition)
    staff = factories.staff_of(zwolle.municipalities.get())
    text = "\n\n".join(PAYLOADS).replace("\x00", "")
    told = {"problem": text, "solution": text, "result": text, "supplier": HOSTILE, "standards": HOSTILE}
    claim = factories.contribution(zwolle, title=HOSTILE[:120], summary=HOSTILE, **told)
    checked = UploadField().clean(upload(picture() + SCRIPT, "x.png"))
    images.add(claim, checked, alt=HOSTILE, by=staff, at=NOW)
    factories.remark(claim, text=HOSTILE)
    factories.confirmed(claim)
    solution = factories.solution(of=edition, slug="oplossing")
    adoption = factories.confirmed(factories.adoption(zwolle, solution=solution, evidence_text=HOSTILE))
    fields = {"weeks": 3, "cost_band": "none", "would_again": "yes", "went_wrong": HOSTILE}
    experiences.tell(adoption, fields=fields, by=staff, at=NOW)
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.context.add_cookies([cookie_of(staff, live_server)])  # type: ignore[list-item]

    for path in (
        f"/goed-opgelost/{claim.pk}/",
        f"/mijn/zwolle/goed-opgelost/{claim.pk}/",
        f"/mijn/zwolle/goed-opgelost/{claim.pk}/beelden/",
        "/2026/oplossingen/oplossing/",
        "/mijn/zwolle/oplossingen/oplossing/",
        "/goed-opgelost/?zoek=script",
    ):
        answer = page.goto(f"{live_server.url}{path}")
        assert answer is not None
        assert answer.status == 200
        assert page.title() != "overgenomen"

    assert said == []


def test_a_browser_saves_evidence_and_never_opens_it(page: Page, live_server: LiveServer) -> None:
    zwolle = factories.participant("Zwolle", of=factories.edition(2026, is_example=True))
    staff = factories.staff_of(zwolle.municipalities.get())
    factories.solution(of=zwolle.edition, slug="oplossing", title="Oplossing")
    page.context.add_cookies([cookie_of(staff, live_server)])  # type: ignore[list-item]
    page.goto(f"{live_server.url}/mijn/zwolle/oplossingen/oplossing/")

    page.get_by_label("Bestand").set_input_files(FilePayload(name="x.html", mimeType="text/html", buffer=SCRIPT))
    page.get_by_role("button", name="Bewaar als concept").click()
    refused = page.get_by_role("alert").inner_text()
    page.get_by_label("Bestand").set_input_files(
        FilePayload(name="besluit.pdf", mimeType="application/pdf", buffer=pdf())
    )
    page.get_by_role("button", name="Bewaar als concept").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="besluit.pdf").click()

    assert "Dit soort bestand kan hier niet." in refused
    assert download.value.suggested_filename == "besluit.pdf"
    assert page.title() != "overgenomen"
