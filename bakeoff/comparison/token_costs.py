"""What the tokens of a hosted model cost, beside the instance whose job asked for them."""

from dataclasses import dataclass

from bakeoff.hosted_models import TokenPrice
from bakeoff.jobs.job_metrics import AskedMetrics
from bakeoff.summary.ownership import Ownership


@dataclass(frozen=True)
class Hosting:
    """A hosted model's price; None: it is not known."""

    price: TokenPrice | None


def with_tokens(owned: Ownership, asked: AskedMetrics | None, hosting: Hosting) -> Ownership:
    """`owned` with the tokens and their costs; `asked` is None if the job did not complete.

    What is not known makes the cost unknown: a job that failed may have asked a lot.
    """
    asked = asked or AskedMetrics()
    price = hosting.price
    return owned.model_copy(
        update={
            "input_tokens": asked.input_tokens,
            "output_tokens": asked.output_tokens,
            "unusable_answers": sum(asked.unusable.values()) if asked.num_replies else None,
            "cost_usd": _cost(owned.cost_usd, asked, price),
            "usd_per_million_predictions": _of_a_million(asked, price),
        }
    )


def _cost(of_instance: float | None, asked: AskedMetrics, price: TokenPrice | None) -> float | None:
    of_tokens = tokens_usd(asked, price)
    return None if of_instance is None or of_tokens is None else of_instance + of_tokens


def tokens_usd(asked: AskedMetrics, price: TokenPrice | None) -> float | None:
    """None if a price or a number of tokens is not known."""
    if price is None or asked.input_tokens is None or asked.output_tokens is None:
        return None
    return price.usd(asked.input_tokens, asked.output_tokens)


def _of_a_million(asked: AskedMetrics, price: TokenPrice | None) -> float | None:
    """Of the tokens alone: any machine can ask."""
    asked_per_row, answered_per_row = asked.input_tokens_per_row, asked.output_tokens_per_row
    if price is None or asked_per_row is None or answered_per_row is None:
        return None
    return 1_000_000 * price.usd(asked_per_row, answered_per_row)
