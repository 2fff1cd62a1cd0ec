"""The Celery application: ``celery -A gdsc worker`` and ``celery -A gdsc beat``."""

import os
from typing import Any

import kombu
from celery import Celery
from celery.app.amqp import AMQP
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gdsc.settings")


class EagerToReconnect(kombu.Connection):
    """Waits at most 5 seconds between attempts, where kombu grows to 30; no setting reaches this number."""

    def ensure_connection(self, *args: Any, **options: Any) -> Any:
        """What the worker and beat call when they lost the broker."""
        return super().ensure_connection(*args, **({"interval_max": 5} | options))


class Broker(AMQP):
    Connection = EagerToReconnect


app = Celery("gdsc", amqp=Broker)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
