"""Dates as staff pages say them: by when something is due, and how long ago something happened."""

import datetime

from hub.working_time import LONDON, local_date

_MINUTE, _HOUR = 60, 3600


def day_in_words(day: datetime.date, today: datetime.date) -> str:
    """'Tuesday 24 November', with the year where it is not this year's."""
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if day.year != today.year else "")


def moment_in_words(moment: datetime.datetime, now: datetime.datetime) -> str:
    """The time where it is today's, '11:30'; else the day."""
    today = local_date(now)
    if local_date(moment) == today:
        return f"{moment.astimezone(LONDON):%H:%M}"
    return day_in_words(local_date(moment), today)


def time_in_words(time: datetime.time) -> str:
    """A time of day as people say it: 9am, 5:30pm, midday."""
    if (time.hour, time.minute) in {(0, 0), (12, 0)}:
        return "midday" if time.hour else "midnight"
    minutes = f":{time.minute:02}" if time.minute else ""
    return f"{time.hour % 12 or 12}{minutes}{'am' if time.hour < 12 else 'pm'}"


def span_in_words(start: datetime.datetime, end: datetime.datetime, now: datetime.datetime) -> str:
    """'Tuesday 24 November, 6pm to 8pm'; over several days with both."""
    today = local_date(now)
    first, last = start.astimezone(LONDON), end.astimezone(LONDON)
    begins = f"{day_in_words(first.date(), today)}, {time_in_words(first.time())}"
    if first.date() == last.date():
        return f"{begins} to {time_in_words(last.time())}"
    return f"{begins}, to {day_in_words(last.date(), today)}, {time_in_words(last.time())}"


def how_long_ago(moment: datetime.datetime, now: datetime.datetime) -> str:
    """'just now', '20 minutes ago', '3 hours ago', 'yesterday', '3 days ago', '5 months ago'; days by the calendar."""
    seconds = (now - moment).total_seconds()
    days = (local_date(now) - local_date(moment)).days
    if seconds < 0:
        return "later"
    if days == 0:
        if seconds < _HOUR:
            minutes = int(seconds // _MINUTE)
            return f"{_count(minutes, 'minute')} ago" if minutes else "just now"
        return f"{_count(int(seconds // _HOUR), 'hour')} ago"
    if days == 1:
        return "yesterday"
    if days < 60:
        return f"{days} days ago"
    return f"{days // 30} months ago" if days < 730 else f"{days // 365} years ago"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("" if number == 1 else "s")
