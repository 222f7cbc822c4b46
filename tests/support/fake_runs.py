"""How a run ends in a cloud in memory; each wait of the client brings the next moment."""

from bakeoff import layout
from tests.support.fake_cloud import prepared_run, put_results, run_of
from tests.support.run_samples import completed
from tests.support.summaries import result_files

RUN = run_of("requests/imdb.json")
PROBLEM = {"field": "text", "problem": 'There is no column "body".', "remedy": "Give text."}


def succeed(cloud, outcomes=(completed, completed), failed_models=(), run=RUN, **request):
    """The moments of a run that prepares, trains and compares; each makes one item's result."""

    def prepare():
        cloud.plan = prepared_run(cloud, run, failed=failed_models, **request)

    def train():
        _, _, items = cloud.plan
        cloud.results = [
            outcome(item, *([0.9 - 0.1 * index] if outcome is completed else []))
            for index, (item, outcome) in enumerate(zip(items, outcomes, strict=True))
        ]
        put_results(cloud, items, cloud.results)

    def publish():
        resolved, manifest, items = cloud.plan
        files = {
            **result_files(resolved, manifest, items, cloud.results),
            "data.json": b"{}",
            "run.json": b"{}",
        }
        for file, content in files.items():
            cloud.objects[layout.archived_key(resolved.name, run, file)] = content
        cloud.end_execution()

    cloud.moments = [prepare, train, publish]


def fail_with(cloud, name, problems, error, run=RUN):
    def end():
        document = {"run": run, "name": name, "problems": problems, "error": error}
        cloud.put_json(layout.archived_key(name, run, "error.json"), document)
        cloud.end_execution("FAILED")

    cloud.moments = [end]
