"""JSON logs without personal data: an allow-list of keys, everything else is dropped."""

import logging
import logging.config
import sys
import time

import structlog
from django.db import Error
from structlog.typing import Processor

ALLOWED = frozenset(
    {
        *("event", "level", "timestamp", "logger", "method", "path", "status", "milliseconds", "user", "reference"),
        *("task", "message", "template", "attempts", "fault", "job", "count", "rows", "vintage", "areas", "period"),
        *("api_token", "delivery", "endpoint"),
    }
)


def _only_allowed(_logger, _method, event_dict):
    return {key: value for key, value in event_dict.items() if key in ALLOWED or key.startswith("_")}


def _without_words_of_others(_logger, _method, event_dict):
    """What libraries log is worded by them, and may quote what was typed.

    Of a fault its type and place are kept (`_without_text_of_faults`). Django names the address in its warnings ("Not
    Found: /…"), and an address may hold a token. Celery puts the text of a fault into its message: of its messages we
    keep the form, without what is filled in, and the task's name.
    """
    if event_dict.get("_from_structlog"):
        return event_dict
    name, filled_in = event_dict.get("logger", ""), event_dict.get("positional_args")
    if event_dict.get("exc_info"):
        del event_dict["event"]
    elif name.startswith("django"):
        event_dict["event"] = str(event_dict["event"]).partition(":")[0]
    elif name.startswith("celery"):
        event_dict["event"] = str(event_dict["_record"].msg)
    if name.startswith("celery") and isinstance(filled_in, dict) and "name" in filled_in:
        event_dict["task"] = filled_in["name"]
    return event_dict


def _without_text_of_faults(_logger, _method, event_dict):
    """The text of an exception may quote what was typed; its type and place do not."""
    info = event_dict.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if info and info[0] is not None:
        frame = info[2]
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}" if frame else ""
        event_dict["fault"] = f"{info[0].__name__} {place}".strip()
    return event_dict


_SHARED: list[Processor] = [
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def json_formatter() -> logging.Formatter:
    """One JSON object a line, for our own events and everybody else's."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        pass_foreign_args=True,
        processors=[
            _without_words_of_others,
            _without_text_of_faults,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _only_allowed,
            structlog.processors.JSONRenderer(),
        ],
    )


def configure(config: dict) -> None:
    """Set up structlog and the standard library's logging; `config` is settings.LOGGING."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": json_formatter}},
            "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stdout"], "level": config["level"]},
            "loggers": {
                "django.server": {"handlers": ["stdout"], "level": "WARNING", "propagate": False},
                "fontTools": {"level": "ERROR"},
                "weasyprint": {"level": "ERROR"},
            },
        }
    )


class RequestLogMiddleware:
    """One line for each request: who by number, the route's pattern and not its address, which may hold a token."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.log = structlog.get_logger("hub.request")

    def __call__(self, request):
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        self.log.info(
            "request",
            method=request.method,
            path=match.route if match else "(no such page)",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - start) * 1000),
            user=_number_of(request),
            **({"api_token": request.api_token} if hasattr(request, "api_token") else {}),
        )
        return response


def _number_of(request) -> int | None:
    """Who asked, by number. Where the database is away nobody knows, and the line is written all the same."""
    try:
        return request.user.pk
    except (AttributeError, Error):
        return None
