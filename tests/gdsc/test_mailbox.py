"""The mails that a site in development sent, as its makers read them."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.test import Client
from django.urls import path
from pytest_django.fixtures import Settings

from gdsc import mailbox, urls
from tests.reading import main_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
urlpatterns = [
    path("postbus/", mailbox.mailbox, name="mailbox"),
    path("postbus/<slug:file>/<int:number>/", mailbox.mail, name="mail"),
    path("postbus/<slug:file>/<int:number>/html/", mailbox.mail_html, name="mail_html"),
    *urls.urlpatterns,
]


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DEBUG = True
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def send(*subjects: str, html: str = "") -> None:
    """Send mails over one connection, as the site in development does."""
    readers = ["noor@gouda.example"]
    mails = [EmailMultiAlternatives(subject, f"Tekst van {subject} <b>", to=readers) for subject in subjects]
    for mail in mails:
        if html:
            mail.attach_alternative(html, "text/html")
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    connection.send_messages(mails)


def place_of(file: Path, name: str) -> Path:
    """Give the only file that has no number yet the name of a certain moment."""
    (new,) = (path for path in file.glob("*.log") if len(path.stem) > len("20260101-1"))
    return new.rename(file / name)


def test_the_newest_mail_stands_first_however_many_share_a_file(client: Client, folder: Path) -> None:
    send("Eerste", "Tweede")
    place_of(folder, "20260101-1.log")
    send("Derde")
    place_of(folder, "20260101-2.log")

    links = main_of(client.get("/postbus/")).links

    assert {name: address for name, address in links.items() if "postbus" in address} == {
        "Derde": "/postbus/20260101-2/0/",
        "Tweede": "/postbus/20260101-1/1/",
        "Eerste": "/postbus/20260101-1/0/",
    }
    assert [name for name in links if name in {"Eerste", "Tweede", "Derde"}] == ["Derde", "Tweede", "Eerste"]


def test_without_mail_it_says_so(client: Client) -> None:
    assert "Er is nog geen mail" in main_of(client.get("/postbus/")).words


def test_a_mail_shows_who_reads_it_its_text_and_its_html_in_a_closed_frame(client: Client, folder: Path) -> None:
    send("Een vraag", html="<p>Goedendag</p><script>alert(1)</script>")
    place_of(folder, "20260101-1.log")

    main = main_of(client.get("/postbus/20260101-1/0/"))

    assert main.one("pre").words == "Tekst van Een vraag <b>"
    assert "noor@gouda.example" in main.words
    frame = main.one("iframe").attributes
    assert (frame["src"], frame["sandbox"]) == ("/postbus/20260101-1/0/html/", None)


def test_nothing_in_the_html_of_a_mail_runs_or_is_fetched(client: Client, folder: Path) -> None:
    send("Een vraag", html="<p>Goedendag</p>")
    place_of(folder, "20260101-1.log")

    response = client.get("/postbus/20260101-1/0/html/")

    assert response.content.decode().strip() == "<p>Goedendag</p>"
    directives = {part.strip() for part in response.headers["Content-Security-Policy"].split(";")}
    assert directives == {"default-src 'none'", "style-src 'unsafe-inline'", "frame-ancestors 'self'", "sandbox"}
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-src 'self'" in client.get("/postbus/20260101-1/0/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["20260101-1/1/", "20260101-1/0/html/", "20260101-2/0/", "../../secret_key/0/"])
def test_what_is_not_there_is_not_found(client: Client, folder: Path, address: str) -> None:
    send("Alleen tekst")
    place_of(folder, "20260101-1.log")

    assert client.get(f"/postbus/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "20260101-1/0/", "20260101-1/0/html/"])
def test_outside_development_nobody_reads_a_mail(
    client: Client, folder: Path, settings: Settings, address: str
) -> None:
    send("Een vraag", html="<p>Goedendag</p>")
    place_of(folder, "20260101-1.log")
    assert client.get(f"/postbus/{address}").status_code == 200

    settings.DEBUG = False

    assert client.get(f"/postbus/{address}").status_code == 404
