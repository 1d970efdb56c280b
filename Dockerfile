# The production image: web, worker and beat are the same image with another command (docker-compose.yml).

FROM node:22-slim AS front-end
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=optional --no-audit --no-fund
COPY static ./static
RUN node static/build.mjs

FROM python:3.12-slim AS packages
COPY requirements ./requirements
RUN python -m pip install --no-cache-dir --require-hashes -r requirements/uv.lock \
    && python -m venv --without-pip /opt/venv \
    && uv pip install --no-cache --python /opt/venv --compile-bytecode --require-hashes -r requirements/production.lock

FROM python:3.12-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 1000 --home-dir /app hub \
    && install -d -o hub -g hub /media
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
COPY --from=front-end /build/static/build ./static/build
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MEDIA_ROOT=/media \
    XDG_CACHE_HOME=/tmp \
    CELERY_BEAT_SCHEDULE_FILENAME=/tmp/celerybeat-schedule
# The values are for this step alone: nothing is connected to, and nothing of them stays.
RUN DATABASE_URL=postgres://unused REDIS_URL=redis://unused SECRET_KEY=unused BASE_URL=http://unused EMAIL_URL=dummymail:// python manage.py collectstatic --noinput
USER hub
EXPOSE 8000
CMD ["gunicorn", "hub.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--worker-tmp-dir=/dev/shm", "--access-logfile=/dev/null"]
