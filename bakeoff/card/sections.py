"""The sections of a model card, each a list of lines of Markdown."""

from bakeoff.card.markdown import code, plain, table
from bakeoff.card.public_names import data_name, model_name
from bakeoff.methods import is_baseline, is_fine_tuned
from bakeoff.metrics import METRICS, spoken_name
from bakeoff.report import numbers
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.wording import counted

_HOW = {
    "full": "all weights fine-tuned",
    "lora": "fine-tuned with LoRA adapters, which are merged into the weights",
    "frozen": "a linear model on the vectors of the unchanged model",
    "static": "a linear model on means of static vectors of tokens",
    "prompt": "the unchanged language model, asked for the likeliest label",
    "zeroshot": "the unchanged model, which compares texts with the labels' names",
    "tfidf": "a linear model on the weights of words and characters",
    "majority": "the most frequent label, whatever the text",
}
_TIED = {True: "yes", False: "no", None: numbers.ABSENT}
_MOST_LABELS = 100
_MOST_CANDIDATES = 20


def title(summary: Summary, candidate: CandidateSummary) -> list[str]:
    conditions = summary.conditions
    source = "" if is_baseline(candidate.method) else f"{plain(model_name(candidate))}: "
    task = {"multilabel": "multi-label classification"}.get(
        conditions.task or "", f"{conditions.task or 'text'} classification"
    )
    task = "regression" if conditions.task == "regression" else task
    return [
        f"# {summary.provenance.name}",
        "",
        f"A model for {task}, trained on {plain(data_name(summary))}: "
        f"{source}{_HOW[candidate.method]}. Bakeoff chose and trained it.",
    ]


def use_of_the_folder(*, is_pair: bool) -> list[str]:
    """How any saved model answers, by the code in its folder."""
    row = '["a text", "another text"]' if is_pair else '["a text"]'
    from_code = f"""
import sys

sys.path.insert(0, "code")
from predict import load

answers = load().answers([{row}])
print(answers.given, answers.probabilities)
"""
    lines = ["## Use", "", "In this folder, with the libraries of `requirements.txt`:", ""]
    lines += code("python code/predict.py rows.csv --output predictions.csv", "sh")
    lines += ["", "answers every row of a CSV, JSON Lines or Parquet file. In Python:", ""]
    return lines + code(from_code, "python")


def use(candidate: CandidateSummary, *, is_pair: bool) -> list[str]:
    lines = use_of_the_folder(is_pair=is_pair)
    if is_fine_tuned(candidate.method) and not is_pair:
        lines += ["", "It is a folder of transformers, too, which gives the same labels:", ""]
        lines += code(
            'pipeline("text-classification", model=".", truncation=True)("a text")', "python"
        )
    return lines


def answers(summary: Summary, job: JobSummary, max_length: int | None) -> list[str]:
    conditions = summary.conditions
    lines = ["## Answers", ""]
    if conditions.task == "regression":
        lines += ["- The answer is a number in the unit of the labels."]
    else:
        labels = [plain(label) for label in conditions.labels]
        more = f" and {len(labels) - _MOST_LABELS:,} more" if labels[_MOST_LABELS:] else ""
        lines += [f"- {counted(len(labels), 'label')}: {', '.join(labels[:_MOST_LABELS])}{more}."]
    if conditions.task == "multilabel" and job.threshold is not None:
        lines += [
            f"- A text gets every label with a probability of at least {job.threshold:.4g} before "
            "the temperature is applied; validation chose this threshold."
        ]
    elif conditions.task != "regression":
        lines += ["- A text gets the most probable label."]
    if job.temperature is not None:
        lines += [
            f"- Logits are divided by the temperature {job.temperature:.4g}, so that probabilities "
            "are as good as validation could make them. A plain pipeline does not do so: its "
            "labels are the same, its probabilities are not."
        ]
    if job.target_threshold is not None and conditions.target:
        ((metric, value),) = conditions.target.items()
        lines += [
            f"- The wanted {metric} of {value:g} was reached on validation where the positive "
            f"label is given from a probability of {job.target_threshold:.4g}, before the "
            "temperature."
        ]
    if max_length is not None:
        lines += [f"- Texts are cut after {max_length:,} tokens."]
    return lines


def scores(summary: Summary, candidate: CandidateSummary, job: JobSummary) -> list[str]:
    confidence = numbers.percent(summary.statistics.confidence)
    names = [each.name for each in METRICS if each.name in job.test]
    several = len(candidate.seeds_completed) > 1
    means = [f"mean of {len(candidate.seeds_completed)} seeds"] if several else []
    rows = []
    for name in names:
        metric = candidate.metrics.get(name)
        row = [spoken_name(name), numbers.metric(job.test[name])]
        row += [numbers.shown(metric.mean if metric else None, numbers.metric)] if several else []
        rows.append([*row, numbers.interval(metric.interval if metric else None)])
    test = summary.conditions.rows.get("test")
    on = f" of {counted(test, 'row')}" if test is not None else ""
    return [
        "## Scores",
        "",
        f"On the test split{on}, which chose nothing; the interval is that of the "
        f"{'mean' if several else 'score'}.",
        "",
        *table(["metric", f"this model (seed {job.seed})", *means, f"{confidence} interval"], rows),
    ]


def choice(summary: Summary, candidate: CandidateSummary, job: JobSummary) -> list[str]:
    metric = summary.conditions.main_metric or ""
    ranked = [each for each in summary.candidates if each.rank is not None]
    shown = ranked[:_MOST_CANDIDATES]
    if candidate not in shown:
        shown = [*shown, candidate]
    rows = []
    for each in shown:
        found = each.metrics.get(metric)
        name = plain(each.name)
        rows.append(
            [
                str(each.rank),
                f"**{name}**" if each.candidate == candidate.candidate else name,
                each.method,
                numbers.shown(found.mean if found else None, numbers.metric),
                numbers.interval(found.interval if found else None),
                _TIED[each.is_tied],
            ]
        )
    left_out = len(ranked) - len(shown)
    others = [f"\n{counted(left_out, 'more candidate')} ranked lower."] if left_out > 0 else []
    seed = (
        [f"Of its {len(candidate.seeds_completed)} seeds, {job.seed} was the best on validation."]
        if len(candidate.seeds_completed) > 1
        else []
    )
    return [
        "## How it was chosen",
        "",
        *(f"- {plain(sentence)}" for sentence in summary.verdict.sentences),
        *(f"- {sentence}" for sentence in seed),
        "",
        *table(
            [
                "rank",
                "candidate",
                "method",
                spoken_name(metric) if metric else "score",
                f"{numbers.percent(summary.statistics.confidence)} interval",
                "as good as the best",
            ],
            rows,
        ),
        *others,
    ]
