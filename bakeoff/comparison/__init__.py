"""From the jobs' results to ranked candidates, the summary and its verdict."""
