"""The pictures: drawn by matplotlib without a display, handed over as SVG that knows both schemes.

Each function takes what the page shows beside it and returns a `Picture`; none reads a clock, and
equal input gives equal bytes.
"""
