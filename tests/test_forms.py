"""What holds for every form of the portal."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.forms.models import ModelChoiceField
from django.utils.encoding import force_str


def subclasses(parent: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for child in parent.__subclasses__():
        yield child
        yield from subclasses(child)


def own_forms() -> list[type[forms.BaseForm]]:
    for app in apps.get_app_configs():
        if app.path.startswith(str(settings.BASE_DIR)) and ".venv" not in app.path:
            for module in pkgutil.walk_packages(app.module.__path__ if app.module else [], f"{app.name}."):
                if not {"tests", "migrations", "management"} & set(module.name.split(".")):
                    importlib.import_module(module.name)
    ours = {app.split(".")[0] for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app.split(".")[0]).is_dir()}
    found = {form for form in subclasses(forms.BaseForm) if form.__module__.split(".")[0] in ours}
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


def offered(field: forms.Field) -> list[str]:
    if isinstance(field, ModelChoiceField):
        return [field.empty_label or ""]
    return [force_str(label) for _, label in getattr(field, "choices", [])]


def test_the_walk_finds_the_forms() -> None:
    assert len(own_forms()) > 20


@pytest.mark.parametrize("form", own_forms(), ids=lambda form: form.__name__)
def test_no_choice_is_a_row_of_dashes(form: type[forms.BaseForm]) -> None:
    dashes = {name: labels for name, field in form.base_fields.items() if "---" in "".join(labels := offered(field))}

    assert dashes == {}
