"""What a run cost."""

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.summary.part import Part


class Spending(Part):
    """What the run was expected to take, and what it took."""

    plan: CostPlan | None
    """None if the run left none."""
    billable_seconds: int | None
    """The sum over all training jobs."""
    cost_usd: float | None
    """The sum over all training jobs; None if a price is missing."""
