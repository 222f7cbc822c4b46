"""A race of many candidates with names that are hard to lay out."""

from random import Random

from bakeoff.summary.document import Summary
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples

NAMES = (
    "WWWWMMMM-wide-capitals",
    "iiiillll-narrow",
    "組織模型" * 8,
    "עברית-العربية",
    "a-very-long-model-name-with-many-parts-v2-large-uncased-finetuned-sst2-final-checkpoint",
    "<b>&amp;\"'",
    "🤖👩🏽‍🔬" * 9,
)


def crowded_race(number: int) -> Summary:
    """This many candidates, close to each other in quality and price; nine are tied."""
    random = Random(3)
    candidates = [
        parts.candidate(
            f"k{i}",
            f"org/{NAMES[i % len(NAMES)]}-{i}",
            i + 1,
            0.91 - 0.0012 * i,
            is_tied=i < 9,
            millions=10 * (1 + i % 5) * random.uniform(0.5, 2),
            best=0.91,
        )
        for i in range(number)
    ]
    pairs = parts.pairs_of(candidates[:5])
    return samples.binary().model_copy(update={"candidates": candidates, "pairs": pairs})
