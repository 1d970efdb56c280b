"""GOV.UK wording in place of Django's stock messages."""

from django import forms


def sentence(label) -> str:
    """A label as the object of a sentence: 'Your email' gives 'your email', 'NHS number' stays."""
    text = str(label).strip()
    stays = text[1:2].isupper() or text.startswith(("I ", "I’", "I'"))
    return text if stays else text[:1].lower() + text[1:]


def speak_plainly(field: forms.Field, label, kind: str) -> None:
    """Puts GOV.UK wording in place of Django's stock messages; what a form chose for itself stays."""
    what = sentence(label)
    chooses = kind in {"radios", "checkboxes", "select"}
    if kind == "checkbox":
        required = f"Tick “{label}” to continue"
    elif str(label).rstrip().endswith("?"):
        required = f"Answer the question “{label}”"
    else:
        required = f"Select {what}" if chooses or kind == "file" else f"Enter {what}"
    plain = {
        "required": required,
        "invalid_choice": "Select one of the choices offered",
        "invalid_list": "Select from the choices offered",
        "max_length": f"{label} must be %(limit_value)d characters or fewer",
        "min_length": f"{label} must be %(limit_value)d characters or more",
        "min_value": f"{label} must be %(limit_value)s or more",
        "max_value": f"{label} must be %(limit_value)s or less",
        "null_characters_not_allowed": f"{label} must not contain unseen characters",
    }
    if isinstance(field, forms.IntegerField) and type(field).__name__ == "IntegerField":
        plain["invalid"] = f"{label} must be a whole number, like 2"
    elif isinstance(field, forms.DecimalField):
        plain["invalid"] = f"{label} must be a number, like 7.5"
    elif isinstance(field, forms.FileField):
        plain["empty"] = "The selected file is empty"
        plain["missing"] = required
    stock = _stock_messages(type(field))
    for code, message in plain.items():
        if code not in field.error_messages or field.error_messages[code] == stock.get(code):
            field.error_messages[code] = message


def _stock_messages(cls: type[forms.Field]) -> dict:
    """The messages that a field class inherits from Django; our own field classes keep theirs."""
    messages: dict = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("django."):
            messages |= getattr(base, "default_error_messages", {})
    return messages
