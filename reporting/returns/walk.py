"""The page that walks from draft to signature, as one person sees it: six steps and how far each is."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format

from hub.models import User
from hub.working_time import today
from reporting.layout import ReturnTable
from reporting.returns.chasing import CouncilsFigures, councils_figures
from reporting.returns.differences import marks_of, moved_between
from reporting.returns.figures import may_open_figures
from reporting.returns.findings import Mender, count_of, findings_of
from reporting.returns.models import Return, Review, SignedFile
from reporting.returns.reviewing import review_to_sign_on
from reporting.returns.sending import Sent, sendings_of


@dataclass(frozen=True)
class Walk:
    ret: Return
    user: User
    latest: int  # the number of the latest version

    @property
    def is_latest(self) -> bool:
        return self.ret.version == self.latest

    @cached_property
    def versions(self) -> list[Return]:
        return list(Return.objects.of(self.ret.period).without_lines())

    @property
    def is_over(self) -> bool:
        return self.ret.period_to < today()

    @cached_property
    def menders(self) -> list[Mender]:
        return findings_of(ret=self.ret, user=self.user)

    @cached_property
    def moved(self) -> list[dict]:
        """What changed in a draft since it was drafted before."""
        if self.ret.is_signed or self.ret.lines_before is None:
            return []
        return moved_between(self.ret.lines_before, self.ret.lines)

    @cached_property
    def table(self) -> ReturnTable:
        return ReturnTable(self.ret.document, marks=marks_of(self.moved))

    @property
    def opens(self) -> bool:
        return may_open_figures(self.user)

    @cached_property
    def councils(self) -> list[CouncilsFigures]:
        return councils_figures(self.ret)

    @property
    def councils_missing(self) -> int:
        return sum(not council.is_supplied for council in self.councils)

    @cached_property
    def reviews(self) -> list[Review]:
        return list(self.ret.reviews.all())

    @cached_property
    def review(self) -> Review | None:
        """The confirmation on which somebody may sign now."""
        return None if self.ret.is_signed else review_to_sign_on(self.ret)

    @property
    def may_sign_on(self) -> bool:
        """Whether this very person may sign on what others have confirmed."""
        return review_to_sign_on(self.ret, self.user) is not None

    @property
    def sent_back(self) -> Review | None:
        """What is to be changed, where that was the last word and nothing was changed since."""
        last = self.reviews[0] if self.reviews else None
        return last if last and not last.is_confirmed and last.fingerprint == self.ret.fingerprint else None

    @property
    def is_voided(self) -> bool:
        """Whether somebody had confirmed it, and it changed afterwards."""
        last = self.reviews[0] if self.reviews else None
        return bool(last and last.is_confirmed and last.fingerprint != self.ret.fingerprint)

    @cached_property
    def files(self) -> dict[str, str]:
        """Of a signed return the hash of each file that is kept."""
        return dict(SignedFile.objects.filter(ret=self.ret).values_list("form", "sha256"))

    @cached_property
    def sendings(self) -> list[Sent]:
        return sendings_of(self.ret) if self.ret.is_signed else []

    @property
    def steps(self) -> list[dict]:
        """The walk, with how far each step is. Nothing is left to do where it is signed."""
        if self.ret.is_signed:
            return []
        found, written = count_of(self.menders), sum(bool(part["text"]) for part in self.ret.narrative)
        supplied = len(self.councils) - self.councils_missing
        steps = [
            _step("Data quality", "check", f"{found} to look at" if found else "Nothing found", not found),
            _step("Figures", "figures", self._figures_said, True),
            _step("Narrative", "narrative", f"{written} of 3 written", written == 3),
            _step("Councils’ figures", "councils-figures", f"{supplied} of {len(self.councils)} in",
                  not self.councils_missing),
            _step("Review", "review", self._review_said, self.review is not None),
            _step("Sign", "sign", "Ready" if self.review else "After the review", False),
        ]  # fmt: skip
        return [{**step, "text": f"{number}. {step['text']}"} for number, step in enumerate(steps, 1)]

    @property
    def _figures_said(self) -> str:
        return f"{len(self.moved)} changed since the last draft" if self.moved else "As drafted"

    @property
    def _review_said(self) -> str:
        if self.review:
            return f"Confirmed by {self.review.by_name}"
        if self.sent_back:
            return f"Sent back by {self.sent_back.by_name}"
        return "Needs a reviewer" if self.is_over else f"From {date_format(self.first_day_after)} on"

    @property
    def first_day_after(self) -> datetime.date:
        return self.ret.period_to + datetime.timedelta(days=1)


def _step(text: str, anchor: str, status: str, done: bool) -> dict:
    return {"text": text, "href": f"#{anchor}", "status": status, "done": done}
