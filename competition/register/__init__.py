"""The register of municipalities and their DSA memberships, as read from CSV files; data/SOURCES.md says whence."""
