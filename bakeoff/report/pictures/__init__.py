"""The pictures of a report, drawn as SVG that serves light and dark mode.

Each function takes a `Race` (bakeoff/report/race.py) and returns a `Picture`. All of them are pure:
equal input gives equal bytes.

`scale.py` maps values to pixels, `ticks.py` chooses the ticks of an axis, `text_width.py` measures
text, `svg.py` makes the elements; `ranking.py`, `tradeoffs.py` and `curves.py` put them together.
"""
