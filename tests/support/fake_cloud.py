"""A cloud in memory, in which each wait of the command line brings about the next moment."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

from bakeoff import layout
from bakeoff.client.cloud import Execution, ListedObject, StoredObject
from bakeoff.client.deployment import Deployment
from bakeoff.client.follow import Clock
from bakeoff.errors import ServiceError
from bakeoff.jobs.plan_item import plan_to_json
from bakeoff.request.upload import RequestEvent
from bakeoff.settings import EndpointSettings, PredictionSettings
from tests.support.products import product
from tests.support.run_samples import manifest_for, planned, resolved_with, settings_with

STARTED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BUCKET = "bakeoff-bucket"
RUN_RETENTION_DAYS = 90
ENDPOINTS = EndpointSettings(
    role_arn="arn:aws:iam::123456789012:role/endpoints",
    cpu_image="763104351884.dkr.ecr.eu-west-1.amazonaws.com/inference:cpu",
    gpu_image="763104351884.dkr.ecr.eu-west-1.amazonaws.com/inference:gpu",
    project_tag="Bakeoff",
)
PREDICTIONS = PredictionSettings(
    role_arn="arn:aws:iam::123456789012:role/predictions",
    training_image="763104351884.dkr.ecr.eu-west-1.amazonaws.com/training:1",
    instance_type="ml.m5.2xlarge",
    processing_volume_gb=100,
    max_runtime_seconds=14400,
    project_tag="Bakeoff",
)


class FakeCloud:
    """Stands in for `bakeoff.client.cloud.Cloud`; calls `on_request` with the key of each put."""

    def __init__(self):
        machine = "arn:aws:states:::stateMachine:Bakeoff"
        self.deployment = Deployment(
            BUCKET,
            machine,
            settings_with(),
            RUN_RETENTION_DAYS,
            endpoints=ENDPOINTS,
            predictions=PREDICTIONS,
        )
        self.endpoint_service = None
        self.job_service = None
        self.prices = {}
        self.of_tokens = []
        self.lowered_quotas = {}
        self.objects = {}
        self.executions = []
        self.jobs = {}
        self.logs = {}
        self.uploads = []
        self.is_temporary = False
        self.on_compare = lambda payload: None
        self.puts = 0
        self.modified = {}
        self.on_request = lambda key, stored: None
        self.moments = []
        self.now = STARTED

    def clock(self):
        return Clock(now=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds):
        self.now += timedelta(seconds=seconds)
        if self.moments:
            self.moments.pop(0)()

    def put(self, key, content):
        self.objects[key] = content
        version = f"v{max(len(self.executions), self.puts) + 1}"
        self.puts += 1
        stored = StoredObject(version, hashlib.md5(content).hexdigest())
        self.on_request(key, stored)
        return stored

    def put_json(self, key, value):
        self.objects[key] = json.dumps(value).encode()

    def upload(self, path, key):
        self.uploads.append(key)
        self.modified[key] = self.now
        self.objects[key] = path.read_bytes()

    def download(self, key, path):
        if key not in self.objects:
            raise ServiceError(f"AWS refused GetObject (NoSuchKey): {key}")
        path.write_bytes(self.objects[key])

    def read(self, key):
        return self.objects.get(key)

    def read_json(self, key):
        return json.loads(self.objects[key]) if key in self.objects else None

    def list_objects(self, prefix):
        return {
            key: ListedObject(len(content), self.modified.get(key, STARTED))
            for key, content in self.objects.items()
            if key.startswith(prefix)
        }

    def newest_keys(self, prefix, limit):
        return [key for key in reversed(self.objects) if key.startswith(prefix)][:limit]

    def token_products(self):
        return list(self.of_tokens)

    def products(self, instance_type):
        price = self.prices.get(instance_type)
        parts = () if price is None else ("Training", "Processing", "Hosting")
        return [product(instance_type, part, price) for part in parts]

    def quotas(self, names):
        if self.lowered_quotas is None:
            raise ServiceError("AWS refused ListServiceQuotas")
        return {name: 8.0 for name in names} | self.lowered_quotas

    def folders(self, prefix):
        rest = [key.removeprefix(prefix) for key in self.objects if key.startswith(prefix)]
        return sorted({key.split("/")[0] for key in rest if "/" in key})

    def execution_arns(self):
        return [execution.arn for execution in reversed(self.executions)]

    def execution(self, arn):
        return next(execution for execution in self.executions if execution.arn == arn)

    def is_running(self, arn):
        return self.execution(arn).status == "RUNNING"

    def stop_execution(self, arn):
        self.end_execution("ABORTED", index=[each.arn for each in self.executions].index(arn))

    def call_compare(self, payload):
        self.on_compare(payload)

    def endpoints(self):
        return self.endpoint_service

    def prediction_jobs(self):
        return self.job_service

    def training_jobs(self, name_contains):
        return {
            name: job["TrainingJobStatus"]
            for name, job in self.jobs.items()
            if name_contains in name
        }

    def training_job(self, name):
        return self.jobs[name]

    def training_log(self, job_name, word):
        return [line for line in self.logs.get(job_name, []) if word in line]

    def start_execution(self, key, version, claims=True):
        """Start it as EventBridge does; by default the execution claims its run at once."""
        arn = f"arn:aws:states:::execution:Bakeoff:{len(self.executions)}"
        event = {"detail": {"bucket": {"name": BUCKET}, "object": {"key": key}}}
        event["detail"]["object"] |= {"version-id": version}
        self.executions.append(Execution(arn, "RUNNING", event, STARTED, None, "", ""))
        if claims:
            run = RequestEvent.from_event(event).run
            self.put_json(layout.claim_key(run), {"execution_arn": arn})
        return arn

    def end_execution(self, status="SUCCEEDED", index=-1, error="", cause=""):
        old = self.executions[index]
        self.executions[index] = Execution(
            old.arn, status, old.event, old.started, self.now, error, cause
        )


def run_of(key, version="v1"):
    event = {"detail": {"bucket": {"name": BUCKET}, "object": {"key": key, "version-id": version}}}
    return RequestEvent.from_event(event).run


def prepared_run(cloud, run, failed=(), **request):
    """Puts a run's documents up to its plan in place; the resolved request and the plan's items."""
    resolved = resolved_with(**request).model_copy(update={"run": run})
    manifest = manifest_for(resolved, failed=failed)
    items = planned(resolved, failed=failed).items
    cloud.objects[layout.resolved_request_key(run)] = resolved.to_json()
    cloud.objects[layout.manifest_key(run)] = manifest.to_json()
    cloud.objects[layout.plan_key(run, 1)] = plan_to_json(items)
    return resolved, manifest, items


def put_results(cloud, items, results):
    for item, result in zip(items, results, strict=False):
        cloud.objects[item.result_key] = result.to_json()
