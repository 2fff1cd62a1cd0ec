"""The demonstration edition: an invented year, played by real municipalities, to look at the portal with."""

PASSWORD = "zelfde-wiel-2015"  # noqa: S105 - it is shown on screen; only example addresses have it
