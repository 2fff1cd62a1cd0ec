"""The portal of De Grote Digitale Steden Competitie."""

from gdsc.celery import app as celery_app

__all__ = ["celery_app"]
