"""The report on a comparison: one self-contained HTML file, and pictures for files of their own.

`sections/` turns the summary into the tables and sentences of each section, `pictures/` draws, and
`page.py` renders both with the templates. A part whose data are missing in the summary is replaced
by a sentence that says why.
"""

from bakeoff.report.index import render_index
from bakeoff.report.page import PICTURES, picture, render

__all__ = ["PICTURES", "picture", "render", "render_index"]
