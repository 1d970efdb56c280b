"""The walk of a return: drafted, checked, written about, reviewed by a second person, signed, sent, and restated.

`documents.py` builds what every page and file is made of; each step that follows is a module named for it.
"""

from reporting.returns.documents import build_quarterly_return, build_return

__all__ = ["build_quarterly_return", "build_return"]
