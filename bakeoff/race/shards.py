"""Which models share a screening job."""

from collections.abc import Sequence

from bakeoff.jobs.screening_config import MOST_MODELS_PER_JOB
from bakeoff.race.race import Runner


def shards_of(runners: Sequence[Runner]) -> list[list[str]]:
    """The candidates of each screening job: as few jobs as possible, of about the same size.

    The largest models come first, each to the job with the fewest parameters so far, so that no
    job needs much more disk and time than another.
    """
    num_jobs = -(-len(runners) // MOST_MODELS_PER_JOB)
    shards: list[list[Runner]] = [[] for _ in range(num_jobs)]
    for runner in sorted(runners, key=lambda each: -(each.num_parameters or 0)):
        open_ones = [shard for shard in shards if len(shard) < MOST_MODELS_PER_JOB]
        min(open_ones, key=_num_parameters).append(runner)
    order = {runner.candidate: index for index, runner in enumerate(runners)}
    return [sorted((each.candidate for each in shard), key=order.__getitem__) for shard in shards]


def _num_parameters(shard: Sequence[Runner]) -> tuple[int, int]:
    return sum(each.num_parameters or 0 for each in shard), len(shard)
