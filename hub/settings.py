"""Settings. Every value that differs between deployments comes from the environment (see .env.example)."""

from pathlib import Path

from celery.schedules import crontab

from hub.environment import UUID, boolean, env, matching, number, optional_url, required, secrets, stop, url, words

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = boolean("DEBUG")
# Demo mode: sample sign-ins are shown, second factors are offered and not enforced.
HUB_DEMO = boolean("HUB_DEMO")
SECRET_KEY = required("SECRET_KEY", example="a-long-random-string")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", default="localhost,127.0.0.1")
# What a laptop can do without, a deployment must say: links and emails that go nowhere lose people.
AT_HOME = DEBUG or HUB_DEMO
BASE_URL = url(
    "BASE_URL",
    schemes=("http", "https"),
    example="https://foster.example.org",
    default="http://localhost:8000" if AT_HOME else "",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https:")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "hub",
    "enquiries",
    "handover",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hub.health.ProbesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.logs.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hub.headers.HeadersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.people.history.StaffHistoryMiddleware",
    "hub.people.middleware.SecondFactorMiddleware",
    "hub.errors.PlainErrorsMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.context.hub",
            ],
        },
    },
]
FORM_RENDERER = "hub.design.forms.DesignRenderer"

DATABASE = env.db_url_config(
    url("DATABASE_URL", schemes=("postgres", "postgresql"), example="postgres://hub:password@localhost:5432/hub")
)
# A pooler in transaction mode stands before it: the connection of one transaction is somebody else's in the next, so
# that nothing may be kept on it. Locks and settings of ours last for a transaction anyway (docs/running.md).
DATABASE_POOLED = boolean("DATABASE_POOLED")
DATABASES = {
    "default": {
        **DATABASE,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        # A statement that is made this often on a connection is prepared, where we ask for it (hub/prepared.py).
        # Beside what the address says: where its socket is, whether it has to be encrypted.
        "OPTIONS": {**DATABASE.get("OPTIONS", {}), "prepare_threshold": None if DATABASE_POOLED else 2},
        "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = url("REDIS_URL", schemes=("redis", "rediss", "unix", "redis+socket"), example="redis://localhost:6379/0")
# In PostgreSQL: it counts wrong passwords, which must be counted while Redis is down too (docs/decisions/0005).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "hub_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "hub.User"
AUTHENTICATION_BACKENDS = [
    "hub.people.backends.ActiveUserBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home_for_role"
ACCOUNT_ADAPTER = "hub.people.adapter.InvitedOnlyAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Councils share one internet address, so guesses are counted for each person and only loosely for an address.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "300/m/ip,10/5m/key",
    "reset_password": "60/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fostering hub"
SESSION_ENGINE = "hub.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
FORMAT_MODULE_PATH = ["hub.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# A deployment collects its files, which are then served hashed; a checkout serves them as built.
COLLECTED = boolean("STATIC_COLLECTED", default=not AT_HOME)
STATICFILES_DIRS = [BASE_DIR / "static" / "build"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
# What people send us is kept outside the web root: in a folder, or in object storage where a bucket is named, whose
# keys and place come from the environment as every S3 client reads them (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL_S3, …).
DOCUMENTS_BUCKET = env.str("DOCUMENTS_BUCKET", default="")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": DOCUMENTS_BUCKET,
            "location": "documents",
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
    if DOCUMENTS_BUCKET
    else {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "documents", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not COLLECTED

vars().update(
    env.email_url_config(
        url(
            "EMAIL_URL",
            schemes=("smtp", "smtp+tls", "smtp+ssl", "filemail", "memorymail", "dummymail"),
            example="smtp+tls://user:password@mail.example.org:587",
            default=f"filemail:///{BASE_DIR / 'var' / 'mail'}" if AT_HOME else "",
        )
    )
)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="hub@example.org")
EMAIL_TIMEOUT = 20
# The scanner of what people send us, where there is one: without it a document says that it was not checked.
CLAMAV_URL = optional_url("CLAMAV_URL", schemes=("tcp",), example="tcp://clamav:3310")
# The mailbox that people write to, where it is to be read (docs/running.md).
INBOUND_IMAP_URL = optional_url(
    "INBOUND_IMAP_URL", schemes=("imaps", "imap"), example="imaps://user:password@mail.example.org:993/INBOX"
)

# What the public form takes for a machine and holds for a person to judge (enquiries/inbox/signs.py).
FASTEST_PERSON_SECONDS = number("FASTEST_PERSON_SECONDS", default=10)
SUBMISSIONS_FROM_ADDRESS = number("SUBMISSIONS_FROM_ADDRESS", default=100)

CELERY_BROKER_URL = REDIS_URL.replace("unix:", "redis+socket:")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
# In KB: making PDFs leaves some behind each time, so a process that has grown to this is replaced after its task.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 280_000
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A web request must not hang on a broker that is away: the sweep will find what was not queued.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "max_retries": 0,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "retry_on_timeout": False,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BEAT_SCHEDULE = {
    "send-due-messages": {"task": "hub.tasks.send_due_messages", "schedule": 20.0},
    "answer-link-requests": {"task": "enquiries.jobs.answer_link_requests", "schedule": 20.0},
    "recalculate-clocks": {"task": "enquiries.jobs.recalculate_clocks", "schedule": 30.0},
    "share-out-new": {"task": "enquiries.jobs.share_out_new", "schedule": 30.0},
    "make-missing-pdfs": {"task": "handover.tasks.make_missing_pdfs", "schedule": 60.0},
    "work-on-uploads": {"task": "handover.tasks.work_on_uploads", "schedule": 30.0},
    "deliver-due": {"task": "handover.tasks.deliver_due", "schedule": 20.0},
    "tell-of-changes": {"task": "handover.tasks.tell_of_changes", "schedule": 30.0},
    "forget-old-deliveries": {"task": "handover.tasks.forget_old_deliveries", "schedule": crontab(hour=3, minute=50)},
    "note-silence": {"task": "handover.tasks.note_silence", "schedule": 600.0},
    "work-on-bulk": {"task": "enquiries.jobs.work_on_bulk", "schedule": 30.0},
    "warn-of-ending-agreements": {
        "task": "handover.tasks.warn_of_ending_agreements",
        "schedule": crontab(hour=7, minute=10),
    },
    "work-on-imports": {"task": "handover.tasks.work_on_imports", "schedule": 30.0},
    "send-due-nudges": {"task": "enquiries.jobs.send_due_nudges", "schedule": 300.0},
    "plan-surveys": {"task": "enquiries.jobs.plan_surveys", "schedule": 600.0},
    "propose-closing": {"task": "enquiries.jobs.propose_closing", "schedule": crontab(hour=6, minute=40)},
    "read-mailbox": {"task": "enquiries.jobs.read_mailbox", "schedule": 60.0},
    "remind-of-expiry": {"task": "enquiries.jobs.remind_of_expiry", "schedule": crontab(hour=6, minute=20)},
    "forget-orphans": {"task": "enquiries.jobs.forget_orphans", "schedule": crontab(hour=3, minute=40)},
    "send-task-digests": {"task": "enquiries.jobs.send_task_digests", "schedule": 300.0},
    "send-portal-digests": {"task": "handover.tasks.send_portal_digests", "schedule": 300.0},
    "keep-undelivered-tasks": {"task": "enquiries.jobs.keep_undelivered_tasks", "schedule": 60.0},
    "forget-presence": {"task": "enquiries.jobs.forget_presence", "schedule": crontab(hour=3, minute=30)},
    "forget-old-sessions": {"task": "hub.tasks.forget_old_sessions", "schedule": crontab(hour=3, minute=10)},
    "forget-old-answers": {"task": "hub.tasks.forget_old_answers", "schedule": crontab(hour=3, minute=20)},
    "ask-how-events-were": {"task": "enquiries.jobs.ask_how_events_were", "schedule": 600.0},
    "see-to-buddies": {"task": "enquiries.jobs.see_to_buddies", "schedule": 600.0},
    "ask-for-missing-figures": {
        "task": "handover.tasks.ask_for_missing_figures",
        "schedule": crontab(hour=9, minute=10),
    },
    # Each hour: most find nothing, and one that was missed is soon made up for.
    "draft-due-returns": {"task": "reporting.tasks.draft_due_returns", "schedule": crontab(minute=25)},
    "see-to-unused-accounts": {"task": "hub.tasks.see_to_unused_accounts", "schedule": crontab(hour=5, minute=50)},
    "keep-households": {"task": "reporting.tasks.keep_households", "schedule": 30.0},
    "worker-heartbeat": {"task": "hub.tasks.beat_heart", "schedule": 15.0},
}
CELERY_BEAT_SCHEDULE_FILENAME = env.str(
    "CELERY_BEAT_SCHEDULE_FILENAME", default=str(BASE_DIR / "var" / "celerybeat-schedule")
)

# So many calls a minute may each token make; one that makes more is told when to go on (429).
API_CALLS_A_MINUTE = number("API_CALLS_A_MINUTE", default=600)
# What other systems prove themselves with, where they are set up: without it their addresses say so (503).
TELEPHONE_WEBHOOK_SECRETS = secrets(
    "TELEPHONE_WEBHOOK_SECRET",
    # Whole base64: with half a letter more every call would be refused, and nobody would hear of it.
    pattern=r"whsec_(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    example="whsec_ and 24 random bytes in base64",
)
# On a laptop councils' systems may be told by http and on this machine itself. Nowhere else: whatever only this machine
# reaches could be written to.
WEBHOOKS_TO_LOOPBACK = boolean("WEBHOOKS_TO_LOOPBACK", default=DEBUG)
# GOV.UK Notify, where messages go by it; what is not set goes by the mail server, is printed, or is not offered.
NOTIFY_API_KEY = matching(
    "NOTIFY_API_KEY", pattern=rf".+-{UUID}-{UUID}", example="the whole key as Notify shows it, name-service-secret"
)
NOTIFY_EMAIL_TEMPLATE_ID = matching("NOTIFY_EMAIL_TEMPLATE_ID", pattern=UUID, example="the ID of a template in Notify")
NOTIFY_SMS_TEMPLATE_ID = matching("NOTIFY_SMS_TEMPLATE_ID", pattern=UUID, example="the ID of a template in Notify")
NOTIFY_LETTERS = boolean("NOTIFY_LETTERS")
NOTIFY_URL = url(
    "NOTIFY_URL",
    schemes=("https", "http"),
    example="https://api.notifications.service.gov.uk",
    default="https://api.notifications.service.gov.uk",
)
if not NOTIFY_API_KEY and (NOTIFY_EMAIL_TEMPLATE_ID or NOTIFY_SMS_TEMPLATE_ID or NOTIFY_LETTERS):
    stop("NOTIFY_API_KEY must be set where messages go by GOV.UK Notify. Set it, or take the other NOTIFY_… away.")
NOTIFY_CALLBACK_TOKENS = secrets("NOTIFY_CALLBACK_TOKEN", pattern=r"\S{20,}", example="20-random-letters-or-more")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["hub.api.reading.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "hub.api.reading.AlwaysJSON",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "hub.api.problems.answer_problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Fostering hub",
    "DESCRIPTION": "For the systems of councils, of the telephone and of GOV.UK Notify. Read on in docs/api.md.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PUBLIC": True,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SORT_OPERATIONS": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,  # else a code that may be null is said to be none
    # One list of codes, one name, wherever it is used.
    "ENUM_NAME_OVERRIDES": {
        "MilestoneKind": "handover.api.serializers.KINDS",
        "Decision": "handover.api.serializers.DECISIONS",
        "HandoverReason": "handover.api.serializers.HANDOVER_REASONS",
        "DeclineReason": "handover.api.serializers.DECLINE_REASONS",
        "ReturnReason": "handover.api.serializers.RETURN_REASONS",
        "EndReason": "handover.api.serializers.ENDINGS",
        "ClosedReason": "enquiries.models.enquiry.REASON_CHOICES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
    ],
}

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "hub.logs.configure"
LOGGING = {"level": LOG_LEVEL}
