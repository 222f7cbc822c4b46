"""The report on a comparison: one HTML file that needs nothing else, and the picture for a README.

A page is made in three steps, each a folder or a module of its own: `sections/` takes from the
summary what each section shows, as tables and sentences; `pictures/` draws; `page.py` puts both
into the templates. What the summary lacks is left out, with a sentence that says why.
"""

from bakeoff.report.page import ranking_picture, render

__all__ = ["ranking_picture", "render"]
