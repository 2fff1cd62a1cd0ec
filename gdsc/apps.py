from django.apps import AppConfig


class GdscConfig(AppConfig):
    name = "gdsc"
    verbose_name = "De Grote Digitale Steden Competitie"
