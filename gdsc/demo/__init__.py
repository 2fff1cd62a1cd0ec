"""The demonstration edition: an invented year, played by real municipalities, to look at the portal with."""
