from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "handover"

    def ready(self) -> None:
        """What enquiries send for us, and do not know."""
        from enquiries.letters.links import make_links_by
        from enquiries.letters.nudges import look_after
        from handover.asking import services as asking

        look_after(asking.KIND, holds=asking.why_not_ask, send=asking.send_question)
        make_links_by("council_heard", asking.make_check)
