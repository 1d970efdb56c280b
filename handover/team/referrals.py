"""Referrals whose named worker cannot look after them any more."""

from handover.models import Handover
from hub.models import User


def needing_another_worker(user: User):
    """What is with this person's authority and names a worker who is suspended."""
    return Handover.objects.visible_to(user).with_authority().filter(worker__is_active=False).select_related("worker")


def looked_after_by(user: User, worker: int):
    """What is with this person's authority and names the worker with this id."""
    return Handover.objects.visible_to(user).with_authority().filter(worker=worker)
