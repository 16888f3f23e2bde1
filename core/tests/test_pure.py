"""What .importlinter calls pure can be imported where there is no Django, whatever it imports in turn."""

import subprocess
import sys
from configparser import ConfigParser

from django.conf import settings

IMPORTS_THEM = """
import importlib, sys
sys.modules["django"] = None
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_what_is_called_pure_imports_no_django_by_whatever_way() -> None:
    contracts = ConfigParser()
    contracts.read(settings.BASE_DIR / ".importlinter")
    pure = contracts["importlinter:contract:pure"]["source_modules"].split()

    ended = subprocess.run(
        [sys.executable, "-c", IMPORTS_THEM, *pure], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )

    assert "core.charts" in pure
    assert ended.returncode == 0, ended.stderr
