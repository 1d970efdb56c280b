from tests.enquiries.own_page.conftest import link_for  # noqa: F401
