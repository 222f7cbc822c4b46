"""The Pareto front of cost and quality."""

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], qualities: Sequence[float]) -> list[int]:
    """Indices of the candidates that no other dominates, from the cheapest to the best.

    Lower costs and higher qualities are better. Equal candidates are all in the front.
    """
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -qualities[i]))
    front: list[int] = []
    for i in order:
        is_better = not front or qualities[i] > qualities[front[-1]]
        if is_better or (costs[i], qualities[i]) == (costs[front[-1]], qualities[front[-1]]):
            front.append(i)
    return front
