"""Django's settings for the register, made from the environment: DOUDI_HOME and DOUDI_DATABASE.

`doudi.access.register.open_register` is handed both again by the edge and has the last word, so that one process
can open two homes. There are no contrib apps: accounts and pages come with the web.
"""

from __future__ import annotations

import os
from pathlib import Path

from doudi.access.databases import database_settings

INSTALLED_APPS = ["doudi.access", "doudi.ledgers"]
DATABASES = {
    "default": database_settings(
        Path(os.environ.get("DOUDI_HOME") or "data"), os.environ.get("DOUDI_DATABASE") or None
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Never True: Django would then keep every statement with its values, and those are about people.
DEBUG = False
# No handlers of Django's own: what it would mail or print on a fault may hold a row.
LOGGING_CONFIG = None

USE_TZ = True  # moments are kept in UTC
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
