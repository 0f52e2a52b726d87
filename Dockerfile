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
# The keys of this step sign nothing and are gone after it: the settings only want to see some.
RUN python -m agencies.access.keys /tmp/keys.json \
    && SINERGI_KEYS=/tmp/keys.json DATABASE_URL=postgresql://build@localhost/build ALLOWED_HOSTS=localhost \
       python -m coordination.sandbox.static_files \
    && rm /tmp/keys.json
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "gunicorn"]
