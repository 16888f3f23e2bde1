from django.apps import AppConfig


class IllustrativeConfig(AppConfig):
    name = "illustrative"
    verbose_name = "Illustrative London"
