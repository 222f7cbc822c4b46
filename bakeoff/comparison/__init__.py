"""From the jobs' results to the summary: ranks, statistics and the verdict."""
