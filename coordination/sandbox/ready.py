"""Whether the web server is ready: what start-up waits for and a container's health check asks."""

import os
import sys
import urllib.error
import urllib.request


def is_ready(base_url: str) -> bool:
    """Ask /readyz as a caller from outside would, by an allowed name and as if a proxy had ended TLS."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"{base_url}/readyz", headers=headers)  # noqa: S310  only http, from our own code
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_ready(f"http://127.0.0.1:{os.environ.get('PORT', '8000')}") else 1)
