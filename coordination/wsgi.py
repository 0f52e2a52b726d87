"""What the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from agencies.access.checks import refuse_unfit_login

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
application = get_wsgi_application()
refuse_unfit_login()
