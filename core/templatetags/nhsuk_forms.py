"""What the form pack's templates need to put Django's widgets into NHS.UK's markup."""

from django import forms, template
from django.forms import Field
from django.forms.boundfield import BoundField, BoundWidget

register = template.Library()

# The first kind that fits decides, so the narrower kinds come first.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.HiddenInput, "hidden"),
    (forms.MultipleHiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Textarea, "textarea"),
    (forms.MultiWidget, "group"),
    (forms.Select, "select"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.NumberInput, "number"),
)
STYLES = {
    "textarea": "nhsuk-textarea",
    "select": "nhsuk-select",
    "file": "nhsuk-file-upload__input",
    "checkbox": "nhsuk-checkboxes__input",
    "group": "nhsuk-input nhsuk-input--width-10",
    "password": "nhsuk-input nhsuk-password-input__input nhsuk-js-password-input-input",
}
ERROR_STYLES = {
    "textarea": "nhsuk-textarea--error",
    "select": "nhsuk-select--error",
    "group": "nhsuk-input--error",
}
OPTION_STYLES = {
    "checkboxes": "nhsuk-checkboxes__input",
    "radios": "nhsuk-radios__input",
}

# The browser's own pickers want their values in ISO form, whatever the language writes.
PICKERS: tuple[tuple[type[forms.DateInput | forms.TimeInput | forms.DateTimeInput], str, str], ...] = (
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
)


@register.filter
def kind(field: BoundField) -> str:
    for widget_class, name in KINDS:
        if isinstance(field.field.widget, widget_class):
            return name
    return "input"


@register.filter
def control(field: BoundField) -> str:
    """The widget in NHS.UK's classes, beside those that the form gives it, and without placeholders.

    A placeholder goes as soon as one types and is too pale to read; what it would say belongs into the hint.
    """
    name = kind(field)
    use_picker(field.field.widget)
    styles = [
        STYLES.get(name, "nhsuk-input"),
        field.field.widget.attrs.get("class", ""),
    ]
    if field.errors and name not in ("checkbox", "file"):
        styles.append(ERROR_STYLES.get(name, "nhsuk-input--error"))
    attributes: dict[str, str | bool] = {"class": " ".join(filter(None, styles)), "placeholder": False}
    if name == "number" and "inputmode" not in field.field.widget.attrs:
        whole = isinstance(field.field, forms.IntegerField) and not isinstance(
            field.field, forms.FloatField | forms.DecimalField
        )
        attributes["inputmode"] = "numeric" if whole else "decimal"
    return field.as_widget(attrs=attributes)


def use_picker(widget: forms.Widget) -> None:
    """The widget belongs to this one form, so changing it changes no other."""
    for widget_class, input_type, written in PICKERS:
        if isinstance(widget, widget_class):
            widget.input_type, widget.format = input_type, written


@register.filter
def option(choice: BoundWidget, kind_of_field: str) -> str:
    """One radio or checkbox without the label that Django would wrap around it."""
    choice.data["attrs"]["class"] = OPTION_STYLES[kind_of_field]
    return choice.tag()


@register.filter
def error_target(field: BoundField) -> str:
    """The id of what takes the focus: of a group, its first part."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def error_words(field: BoundField) -> list[str]:
    """What is wrong and what to do. Django's "This field is required." says neither, so it is reworded."""
    return [
        missing_words(field) if error == Field.default_error_messages["required"] else str(error)
        for error in field.errors
    ]


def missing_words(field: BoundField) -> str:
    label = str(field.label).strip()
    if label.endswith("?"):
        return f"Answer “{label}”"
    name = kind(field)
    if name == "checkbox":
        return f"Tick “{label}”"
    verb = "Choose" if name in ("select", "radios", "checkboxes", "file") else "Enter"
    is_word = len(label) > 1 and label[1].islower()
    return f"{verb} {label[0].lower() + label[1:] if is_word else label}"


@register.filter
def own_classes(classes: str) -> str:
    """The classes that the form's author gave a button, without those that crispy-forms means for Bootstrap."""
    return " ".join(name for name in classes.split() if not name.startswith("btn"))
