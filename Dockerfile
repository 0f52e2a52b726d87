# The product's image: web server, worker, migrations and provisioning, by command.
FROM python:3.11-slim AS packages
RUN python -m venv /packages
COPY requirements.txt .
RUN /packages/bin/pip install --no-cache-dir --only-binary :all: -r requirements.txt

FROM python:3.11-slim
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=coordination.settings SINERGI_VAR=/var/lib/sinergi HOST=0.0.0.0 PORT=8000
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin sinergi \
    && install -d -o sinergi -g sinergi -m 0700 /var/lib/sinergi
WORKDIR /sinergi
COPY --from=packages /packages /packages
COPY . .
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "gunicorn"]
