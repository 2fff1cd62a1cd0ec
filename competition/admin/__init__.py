"""The organisers' desk, as far as it concerns people and municipalities. Editions and participants stand in scoring."""

from competition.admin import background, circulars, invitations, mail_texts, municipalities, users  # noqa: F401 - they register themselves
