"""Settings under which the tests run: everything is kept in a folder that conftest.py removes when they end.

Of the shell's environment only DATABASE_URL reaches them.
"""

import os
import tempfile
from pathlib import Path

from ettf_portal import environment

FOLDER = Path(tempfile.mkdtemp(prefix="portal-tests-"))
environment.source = {
    "STATE_DIR": str(FOLDER),
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "SECRET_KEY": "a key for the tests, which guards nothing at all, and is long",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver,portal.example",
    "LOG_LEVEL": "WARNING",
}

from ettf_portal.settings import *
from ettf_portal.settings import DATABASES, STORAGES

JOBS_INLINE = True
# Each test is one.
CACHES_INSIDE_TRANSACTIONS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The server under test hands out stored files below this address, which would else be every address.
MEDIA_URL = "stored-files-of-tests/"
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: a server under test answers from several threads, each with a connection of its own.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
