"""The permissions of each Lambda function: the objects and calls its own state needs, no more."""

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.settings import Settings
from infra.statements import allow, use_objects_under

Statements = list[iam.PolicyStatement]

_READ = ["s3:GetObject"]
_WRITE = ["s3:PutObject"]

# The keys of a run's documents, and of those that runs share.
_CLAIM, _REQUEST = "runs/*/claim.json", "runs/*/request.json"
_CODE, _CONFIGS, _OUTPUT = "runs/*/code/*", "runs/*/configs/*", "runs/*/output/*"
_MANIFEST, _DATA_CARD = "runs/*/prepared/manifest.json", "runs/*/prepared/data.json"
# Of each wave, and of runs by a deployment that planned all jobs at once.
_PLANS, _OUTCOMES = "runs/*/plan.json", "runs/*/outcome.json"
_JOB_RESULTS, _PREDICTIONS = "runs/*/results/*", "runs/*/predictions/*"
_COST_PLAN, _FOUND = "runs/*/cost.json", "runs/*/search.json"
_TEST_TEXTS, _ROW_SLICES = "cache/*/test_texts.jsonl.gz", "cache/*/slices.json.gz"
_PAST_RUNS = "throughput/*"
_ERRORS, _NEWEST = "results/*/error.json", "results/*/run.json"


@dataclass(frozen=True)
class _OfStack:
    """What statements are about: the objects of the stack's bucket, and ARNs in its account."""

    stack: Stack
    bucket: s3.IBucket

    def objects(self, actions: list[str], *patterns: str) -> iam.PolicyStatement:
        return allow(actions, [self.bucket.arn_for_objects(pattern) for pattern in patterns])

    def sagemaker(self, kind: str, name: str = "*") -> str:
        return self.stack.format_arn(service="sagemaker", resource=kind, resource_name=name)


def rights_by_state(
    stack: Stack, bucket: s3.IBucket, code_arn: str, settings: Settings
) -> dict[str, Statements]:
    """IAM statements for the function of each Lambda state, by the state's name.

    `code_arn` is the ARN of the training code's object in S3.
    """
    here = _OfStack(stack, bucket)
    own: dict[str, Statements] = {
        "ReadRequest": _read_request(here, code_arn, settings),
        "SearchModels": _search_models(here, settings),
        "TakeTurn": [here.objects([*_READ, *_WRITE], "waiting/*")],
        "PlanWave": _plan_wave(here, settings),
        "RecordResult": _record_result(here, settings),
        "Compare": _compare(here),
        "RecordFailure": _record_failure(here),
    }
    # Without it S3 answers 403 for a missing object, which looks like a missing permission.
    listing = ["s3:ListBucket"], [bucket.bucket_arn]
    encryption = use_objects_under(settings.kms.bucket, write=True)
    return {state: [*statements, allow(*listing), *encryption] for state, statements in own.items()}


def _read_request(here: _OfStack, code_arn: str, settings: Settings) -> Statements:
    return [
        here.objects(["s3:GetObject", "s3:GetObjectVersion"], "requests/*"),
        here.objects(_READ, _CLAIM),
        here.objects(_WRITE, _CLAIM, _REQUEST, _CODE, _COST_PLAN),
        allow(_READ, [code_arn]),
        *use_objects_under(settings.kms.bootstrap),
        # The price list has no resources to restrict to.
        allow(["pricing:GetProducts"], ["*"]),
    ]


def _search_models(here: _OfStack, settings: Settings) -> Statements:
    return [
        here.objects([*_READ, *_WRITE], _REQUEST, _FOUND),
        *_hub_token(settings.hub_token_secret_arn),
    ]


def _plan_wave(here: _OfStack, settings: Settings) -> Statements:
    read = (_REQUEST, _MANIFEST, _DATA_CARD, _COST_PLAN, _PAST_RUNS, _PLANS, _OUTCOMES)
    return [
        here.objects(_READ, *read),
        here.objects(_WRITE, _PLANS, _OUTCOMES, _CONFIGS, _COST_PLAN),
        *(_experiments(here) if settings.tracking.experiments else []),
        *_record_lost_jobs(here),
    ]


def _record_result(here: _OfStack, settings: Settings) -> Statements:
    return [
        allow(["sagemaker:DescribeTrainingJob"], [here.sagemaker("training-job")]),
        here.objects(_READ, _OUTPUT),
        here.objects(_WRITE, _JOB_RESULTS, _PREDICTIONS),
        *_mlflow(settings.tracking.mlflow_arn, here.objects(_READ, _REQUEST)),
    ]


def _compare(here: _OfStack) -> Statements:
    documents = (_CLAIM, _REQUEST, _MANIFEST, _DATA_CARD, _PLANS, _OUTCOMES, _ERRORS, _NEWEST)
    return [
        here.objects(_READ, *documents),
        here.objects(_READ, _PREDICTIONS, _TEST_TEXTS, _ROW_SLICES, _COST_PLAN, _FOUND),
        # The state of the list of all results, which it writes anew.
        here.objects(_READ, "results/index.html"),
        # Its own earlier results, and those of a newer run that ended at the same time.
        here.objects(_READ, "results/*/runs/*"),
        *_record_lost_jobs(here),
        here.objects(_WRITE, "results/*", _PAST_RUNS),
        *_model_registry(here),
        # Those that an earlier run may have left and this one does not replace.
        here.objects(["s3:DeleteObject"], _ERRORS, "results/*/data.json", "results/*/report.html"),
    ]


def _record_failure(here: _OfStack) -> Statements:
    bus = here.stack.format_arn(service="events", resource="event-bus", resource_name="default")
    return [
        here.objects(_READ, _CLAIM, _REQUEST, _ERRORS, _NEWEST),
        here.objects(_WRITE, _ERRORS),
        allow(["events:PutEvents"], [bus]),
    ]


def _record_lost_jobs(here: _OfStack) -> Statements:
    """Jobs that RecordResult could not record are recorded from their outputs."""
    return [
        allow(["sagemaker:DescribeTrainingJob"], [here.sagemaker("training-job")]),
        here.objects(_READ, _OUTPUT, _JOB_RESULTS),
        here.objects(_WRITE, _JOB_RESULTS, _PREDICTIONS),
    ]


def _experiments(here: _OfStack) -> Statements:
    return [
        allow(["sagemaker:CreateExperiment"], [here.sagemaker("experiment")]),
        allow(["sagemaker:CreateTrial"], [here.sagemaker("experiment-trial")]),
    ]


def _model_registry(here: _OfStack) -> Statements:
    groups = here.sagemaker("model-package-group", "bakeoff-*")
    packages = here.sagemaker("model-package", "bakeoff-*/*")
    on_groups = ["AddTags", "CreateModelPackageGroup", "ListModelPackages"]
    return [
        allow([f"sagemaker:{action}" for action in on_groups], [groups]),
        allow(
            ["sagemaker:CreateModelPackage"],
            [groups, packages],
        ),
    ]


def _hub_token(secret_arn: str) -> Statements:
    return [allow(["secretsmanager:GetSecretValue"], [secret_arn])] if secret_arn else []


def _mlflow(arn: str, read_request: iam.PolicyStatement) -> Statements:
    """What tracking takes: MLflow's own actions, and the request, which has the run's name."""
    if not arn:
        return []
    actions = ("CreateExperiment", "CreateRun", "GetExperimentByName", "LogBatch", "SearchRuns")
    statements = [
        read_request,
        allow([f"sagemaker-mlflow:{action}" for action in (*actions, "UpdateRun")], [arn]),
    ]
    if ":mlflow-app/" in arn:
        # Every call to an app needs this one, too.
        statements.append(allow(["sagemaker:CallMlflowAppApi"], [arn]))
    return statements
