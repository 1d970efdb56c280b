from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "hub"
    verbose_name = "Hub"

    def ready(self) -> None:
        # Without this a web process would hand its jobs to Celery's own default broker, and nobody would take them.
        from hub import celery  # noqa: F401
