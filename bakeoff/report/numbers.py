"""Formats numbers for readers: three significant digits, units, thousands separators, a minus sign.

None and values that are not finite become an en dash.
"""

import math
import re
from collections.abc import Callable

from bakeoff.summary.interval import Interval

ABSENT = "–"
_SPACE = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"

Format = Callable[[float], str]


def shown(value: float | None, form: Format) -> str:
    """`value` formatted by `form`, or a dash."""
    return ABSENT if value is None or not math.isfinite(value) else form(value)


def significant(value: float) -> str:
    """Three significant digits; with an exponent only below a millionth or above a trillion."""
    if value == 0:
        return "0"
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    digits = 2 - math.floor(math.log10(abs(rounded)))
    if not 1e-6 <= abs(rounded) < 1e12:
        return _with_minus(f"{value:.2e}")
    return _with_minus(f"{rounded:,.{max(digits, 0)}f}")


def trimmed(text: str) -> str:
    """A formatted number without trailing zeros in its decimals: 0.500 ms becomes 0.5 ms."""
    return re.sub(r"(?:\.0+|(\.\d*?[1-9])0+)(?!\d)", r"\1", text)


def count(value: float) -> str:
    """A whole number with all digits."""
    return _with_minus(f"{value:,.0f}")


def metric(value: float) -> str:
    """Three decimals below 10, so that the numbers of a column are aligned."""
    if abs(value) >= 10:
        return significant(value)
    if 0 < abs(value) < 0.0005:
        return _with_minus(f"{value:.1g}")
    # Of equal scores the difference is -0.0 in one direction.
    return _with_minus(f"{value + 0.0:.3f}")


def signed_metric(value: float) -> str:
    return f"+{metric(value)}" if value > 0 else metric(value)


def interval(value: Interval | None, form: Format = metric) -> str:
    if value is None:
        return ABSENT
    return f"{shown(value.low, form)} to {shown(value.high, form)}"


def p_value(value: float) -> str:
    return f"<{_SPACE}0.001" if value < 0.001 else f"{value:.3f}"


def share(value: float) -> str:
    """0..1 as a percentage."""
    percent = 100 * value
    if 0 < percent < 0.1:
        return f"<{_SPACE}0.1{_SPACE}%"
    return f"{percent:.0f}{_SPACE}%" if percent in (0, 100) else f"{percent:.1f}{_SPACE}%"


def whole_share(value: float) -> str:
    """0..1 as a whole percentage; 0 % and 100 % only for exactly 0 and 1."""
    if 0.995 <= value < 1:
        return f">{_SPACE}99{_SPACE}%"
    if 0 < value <= 0.005:
        return f"<{_SPACE}1{_SPACE}%"
    return f"{100 * value:.0f}{_SPACE}%"


def percent(value: float) -> str:
    """0..1 as a percentage without trailing zeros: 95 %."""
    return f"{100 * value:g}{_SPACE}%"


def milliseconds(value_seconds: float) -> str:
    return f"{significant(1000 * value_seconds)}{_SPACE}ms"


def duration(value_seconds: float) -> str:
    if value_seconds < 60:
        return f"{significant(value_seconds)}{_SPACE}s"
    minutes, seconds = divmod(round(value_seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (0 if hours else seconds, "s"))
    return _SPACE.join(f"{count(part)}{_SPACE}{unit}" for part, unit in parts if part)


def size(value_bytes: float) -> str:
    """Bytes in decimal units, such as kB of 1,000 bytes."""
    return _scaled(value_bytes, ("B", "kB", "MB", "GB", "TB"))


def quantity(value: float) -> str:
    """A number of parameters: 22.7 M."""
    return _scaled(value, ("", "k", "M", "G", "T")).rstrip(_SPACE)


def usd(value: float) -> str:
    if value >= 1:
        return f"${value:,.2f}"
    if 0 < value < 0.0001:
        return f"<{_SPACE}$0.0001"
    return f"${significant(value)}"


def _scaled(value: float, units: tuple[str, ...]) -> str:
    power = 0
    while abs(value) >= 999.5 and power < len(units) - 1:
        value /= 1000
        power += 1
    number = f"{value:.0f}" if power == 0 and float(value).is_integer() else significant(value)
    return f"{number}{_SPACE}{units[power]}"


def _with_minus(text: str) -> str:
    return text.replace("-", _MINUS)
