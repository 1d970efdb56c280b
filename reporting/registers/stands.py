import datetime


def how_it_stands(due_on: datetime.date, done_on: datetime.date | None, on: datetime.date) -> str:
    """Of a milestone, on a day: 'Done', 'Done late', 'Late' or 'To do'."""
    if done_on is not None:
        return "Done late" if done_on > due_on else "Done"
    return "Late" if due_on < on else "To do"
