"""What a laptop and the tests need in place of real servers. Production imports nothing from here."""


class LocalFault(Exception):
    """Something about this machine or checkout that a person must put right, as one sentence."""
