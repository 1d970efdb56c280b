from tests.enquiries.intake.conftest import visitor

__all__ = ["visitor"]
