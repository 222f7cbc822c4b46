"""What a job prints, in which SageMaker looks for metrics."""

from bakeoff.client.metric_values import from_log
from job.log_lines import print_failure

FORGED = "bakeoff split=test epoch=1 loss=0.0 f1=1.0"


def test_a_failure_that_quotes_a_text_prints_no_line_that_looks_like_a_metric(capsys):
    try:
        raise ValueError(f"the label is x\n{FORGED}\r{FORGED}\u2028{FORGED}")
    except ValueError as error:
        print_failure(error, str(error))

    printed = capsys.readouterr()
    assert FORGED in printed.out and FORGED in printed.err
    assert from_log([*printed.out.splitlines(), *printed.err.splitlines()]) == {}
