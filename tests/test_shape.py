"""The shape of the code, read from its source: imports go one way, and records are fetched by who may see them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ["hub", "enquiries", "handover", "reporting"]  # each may import those before it
SOURCES = sorted(p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def imported_apps(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names} & set(APPS)


def test_imports_go_one_way():
    wrong = []
    for path in SOURCES:
        app = path.relative_to(ROOT).parts[0]
        allowed = APPS[: APPS.index(app) + 1]
        wrong += [f"{path.relative_to(ROOT)} imports {other}" for other in imported_apps(path) - set(allowed)]
    assert wrong == []


def test_the_journey_table_imports_none_of_our_code():
    assert imported_apps(ROOT / "enquiries" / "journey.py") == set()


PERSONAL = ("Enquiry", "Activity", "Applicant", "SafeContact", "Consent", "Handover", "Message", "HeldSubmission",
            "InboundMessage", "Task")  # fmt: skip


def unscoped_fetches(source: str) -> list[str]:
    """Every `Model.objects.something` of a personal model that is not `visible_to`, and bare get_object_or_404."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "objects"
            and isinstance(node.value.value, ast.Name)
            and node.value.value.id in PERSONAL
            and node.attr not in ("visible_to", "about")
        ):
            found.append(f"{node.value.value.id}.objects.{node.attr} in line {node.lineno}")
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "get_object_or_404":
            first = node.args[0]
            if isinstance(first, ast.Name) and first.id in PERSONAL:
                found.append(f"get_object_or_404({first.id}) in line {node.lineno}")
    return found


def answers_somebody(source: str) -> bool:
    """Whether a function is given a request, a user, or rows that were chosen for one: whose answer it makes matters.

    Services are told who writes as `by`, and fetch what they were given the key of; they are not meant.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for given in (*node.args.args, *node.args.kwonlyargs):
                if given.arg in ("request", "user") or "QuerySet" in ast.unparse(given.annotation or ast.Constant("")):
                    return True
    return False


def may_see_everybody(path: Path) -> bool:
    """The models say what `visible_to` means; whether the product is well asks of nobody whose messages wait."""
    return "models" in path.parts or path.name == "models.py" or path == ROOT / "hub" / "health.py"


ANSWERING = [path for path in SOURCES if not may_see_everybody(path) and answers_somebody(path.read_text())]


@pytest.mark.parametrize("path", ANSWERING, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_answers_somebody_fetches_people_only_through_visible_to(path):
    assert unscoped_fetches(path.read_text()) == []


def test_every_module_behind_a_page_is_among_those_that_answer_somebody():
    found = {str(path.relative_to(ROOT)) for path in ANSWERING}
    casework = {f"enquiries/casework/{name}.py" for name in ("queues", "search", "work_list", "workload", "orders")}
    views = {str(path.relative_to(ROOT)) for path in SOURCES if path.name.startswith("views")}
    assert found >= casework | views | {"handover/portal.py"}


def test_the_guard_sees_what_it_should():
    assert unscoped_fetches("Enquiry.objects.get(pk=1)")
    assert unscoped_fetches("get_object_or_404(Handover, pk=1)")
    assert not unscoped_fetches("Enquiry.objects.visible_to(user).get(pk=1)")
    assert answers_somebody("def page(request): ...") and answers_somebody("def rows(found: EnquiryQuerySet): ...")
    assert not answers_somebody("def write(*, enquiry, by): ...")


def test_no_signals_and_no_rooms_without_a_name():
    nameless = {"utils.py", "helpers.py", "managers.py", "selectors.py", "signals.py"}
    assert [p for p in SOURCES if p.name in nameless] == []
    receivers = [p for p in SOURCES if "django.dispatch" in p.read_text() or "models.signals" in p.read_text()]
    assert receivers == []


SERVICES = [path for path in SOURCES if path.name == "services.py"]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_functions_of_services_state_their_rule(path):
    tree = ast.parse(path.read_text())
    silent = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []
