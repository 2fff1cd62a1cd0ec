"""Pictures with an own solution, as long as it is the municipality's to change."""

from datetime import datetime
from io import BytesIO

from django.db import transaction
from django.utils.translation import gettext
from PIL import Image

from competition.models import User
from competition.uploads import Checked
from scoring import claims
from solutions.models import Contribution, ContributionImage

MOST = 4


class TooManyImagesError(claims.ClaimError):
    """No more pictures can be added; the message says so."""


@transaction.atomic
def add(contribution: Contribution, picture: Checked, *, alt: str, by: User, at: datetime) -> ContributionImage:
    """Keep a picture; the same one again only changes its words. Raises `claims.WrongStateError` too."""
    claims.change(contribution, fields={})
    if not contribution.images.filter(digest=picture.digest).exists() and contribution.images.count() >= MOST:
        raise TooManyImagesError(gettext("U heeft al %(most)d afbeeldingen. Verwijder er eerst een.") % {"most": MOST})
    with Image.open(BytesIO(picture.content)) as drawn:
        width, height = drawn.size
    kept, is_new = contribution.images.get_or_create(
        digest=picture.digest,
        defaults={
            "file": picture.as_file(),
            "alt": alt,
            "content_type": picture.content_type,
            "width": width,
            "height": height,
            "added_at": at,
            "added_by": by,
        },
    )
    if not is_new and kept.alt != alt:
        kept.alt = alt
        kept.save(update_fields=["alt"])
    return kept


@transaction.atomic
def remove(image: ContributionImage) -> None:
    """Take a picture away; a repeat changes nothing. Raises `claims.WrongStateError`."""
    claims.change(image.contribution, fields={})
    ContributionImage.objects.filter(pk=image.pk).delete()
    transaction.on_commit(lambda: image.file.delete(save=False), robust=True)
