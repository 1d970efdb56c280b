"""Somebody who fills in the public form in a browser: with a mouse or a finger, or by keyboard alone."""

from playwright.sync_api import Page, expect

# A couple in Gateshead, page by page: what is chosen, ticked, picked and typed, by the name of the field.
COUPLE: dict[str, dict[str, object]] = {
    "postcode": {"postcode": "ne81aa"},
    "council": {"choice": "nearest"},
    "situation": {"situation": "foster"},
    "age": {"age": "21_or_over"},
    "spare-room": {"spare_room": "yes"},
    "timing": {"timing": "now"},
    "household": {"household": "two"},
    "your-name": {"first_name": "Zoë", "last_name": "O’Brien"},
    "other-name": {"second_first_name": "Kwame"},
    "contact": {"email": "zoe@example.org", "phone": "07700 900 321"},
    "reach": {"ways": ["phone", "email"]},
    "calls": {"when": "afternoon", "leave_message": "no", "say_who": "yes"},
    "interests": {"interests": ["not_sure"]},
    "source": {"source": "search"},
    "sharing": {"share": "yes"},
}
# Who leaves details for another time sees these pages besides, and is not asked about news: that was asked.
NOT_YET: dict[str, dict[str, object]] = {
    "timing": {"timing": "not_yet"},
    "not-yet": {"timing_next": "later"},
    "later": {"ask_when": "6", "may_ask": "yes"},
}


def follow(page: Page, target) -> None:
    """Press a link or button and wait for the page that comes of it."""
    with page.expect_navigation():
        target.click()


class Enquirer:
    """Goes from page to page as the form leads; `seen` is called on every page that comes."""

    def __init__(self, page: Page, seen, answers: dict[str, dict[str, object]] | None = None):
        self.page, self.seen, self.answers = page, seen, {**COUPLE, **(answers or {})}

    @property
    def here(self) -> str:
        return self.page.url.rstrip("/").rsplit("/", maxsplit=1)[-1]

    def go_on(self, button: str = "Continue") -> None:
        follow(self.page, self.page.get_by_role("button", name=button, exact=True))

    def answer(self) -> None:
        """The page that is open, as the answers say."""
        for name, value in self.answers[self.here].items():
            for one in value if isinstance(value, list) else [value]:
                choice = self.page.locator(f'input[name="{name}"][value="{one}"]')
                if choice.count():
                    choice.check()
                elif (field := self.page.locator(f"#id_{name}")).evaluate("e => e.tagName") == "SELECT":
                    field.select_option(str(one))
                else:
                    field.fill(str(one))

    def fill(self) -> list[str]:
        """From the page that is open to the last one; gives the names of the pages, in their order."""
        walked = []
        while (here := self.here) != "check-answers":
            assert here not in walked, f"{here} came twice"
            self.seen(self.page, here)
            self.answer()
            walked.append(here)
            self.go_on()
        return walked

    def send(self) -> str:
        """Look at all answers and send them; gives the reference."""
        self.seen(self.page, "check-answers")
        # Pressed twice, as some people do.
        self.page.get_by_role("button", name="Send", exact=True).dblclick()
        self.page.wait_for_url("**/sent/")
        self.seen(self.page, "sent")
        return self.page.locator(".govuk-panel strong").inner_text()

    def ask(self) -> str:
        """The whole form, from the first page on, with a slip at the postcode; gives the reference."""
        page = self.page
        page.goto("/")
        self.seen(page, "home")
        follow(page, page.get_by_role("button", name="Ask about fostering").first)
        page.wait_for_url("**/postcode/")
        page.get_by_label("What is your postcode?").fill("nowhere")
        self.go_on()
        expect(page.get_by_role("alert")).to_contain_text("Enter a postcode, like NE1 8QH")
        expect(page.get_by_label("What is your postcode?")).to_have_value("nowhere")
        self.seen(page, "postcode-wrong")
        self.fill()
        return self.send()


class ByKeyboard(Enquirer):
    """No mouse and no finger: Tab, Space, arrows, letters and Enter."""

    def reach(self, selector: str) -> None:
        for _ in range(80):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} cannot be reached by keyboard on {self.page.url}")

    def answer(self) -> None:
        for name, value in self.answers[self.here].items():
            for one in value if isinstance(value, list) else [value]:
                self._give(name, str(one))

    def _give(self, name: str, value: str) -> None:
        kinds = self.page.locator(f'[name="{name}"]').first.get_attribute("type")
        if kinds == "checkbox":
            self.reach(f'input[name="{name}"][value="{value}"]')
            self.page.keyboard.press("Space")
        elif kinds == "radio":
            self.reach(f'input[name="{name}"]')
            self.page.keyboard.press("Space")
            while not self.page.locator(f'input[name="{name}"][value="{value}"]').is_checked():
                self.page.keyboard.press("ArrowDown")
        else:
            self.reach(f"#id_{name}")
            self.page.keyboard.type(value)

    def go_on(self, button: str = "Continue") -> None:
        self.reach("main form button[type=submit]")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def send(self) -> str:
        self.go_on()
        self.page.wait_for_url("**/sent/")
        self.seen(self.page, "sent")
        return self.page.locator(".govuk-panel strong").inner_text()
