"""The portal's Celery application with a schedule for tests: beat wakes everything after a fifth of a second."""

from gdsc.celery import app

for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 0.2
