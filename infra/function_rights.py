"""The permissions of each Lambda function: the objects and calls its own state needs, no more."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from infra.settings import Settings
from infra.statements import allow, use_objects_under

Statements = list[iam.PolicyStatement]

_READ = ["s3:GetObject"]
_WRITE = ["s3:PutObject"]


def rights_by_state(
    stack: Stack, bucket: s3.IBucket, code_arn: str, settings: Settings
) -> dict[str, Statements]:
    """IAM statements for the function of each Lambda state, by the state's name.

    `code_arn` is the ARN of the training code's object in S3.
    """

    def objects(actions: list[str], *patterns: str) -> iam.PolicyStatement:
        return allow(actions, [bucket.arn_for_objects(pattern) for pattern in patterns])

    def sagemaker(kind: str) -> str:
        return stack.format_arn(service="sagemaker", resource=kind, resource_name="*")

    bus = stack.format_arn(service="events", resource="event-bus", resource_name="default")
    claim, request = "runs/*/claim.json", "runs/*/request.json"
    manifest = "runs/*/prepared/manifest.json"
    # Of each wave, and of runs by a deployment that planned all jobs at once.
    plans, outcomes = "runs/*/plan.json", "runs/*/outcome.json"
    results = "runs/*/results/*"
    data_card = "runs/*/prepared/data.json"
    predictions, test_texts = "runs/*/predictions/*", "cache/*/test_texts.jsonl.gz"
    row_slices = "cache/*/slices.json.gz"
    cost_plan, past_runs = "runs/*/cost.json", "throughput/*"
    found = "runs/*/search.json"
    errors, newest = "results/*/error.json", "results/*/run.json"
    experiments = [
        allow(["sagemaker:CreateExperiment"], [sagemaker("experiment")]),
        allow(["sagemaker:CreateTrial"], [sagemaker("experiment-trial")]),
    ]
    # Jobs that RecordResult could not record are recorded from their outputs.
    record_lost_jobs = [
        allow(["sagemaker:DescribeTrainingJob"], [sagemaker("training-job")]),
        objects(_READ, "runs/*/output/*", results),
        objects(_WRITE, results, predictions),
    ]
    own: dict[str, Statements] = {
        "ReadRequest": [
            objects(["s3:GetObject", "s3:GetObjectVersion"], "requests/*"),
            objects(_READ, claim),
            objects(_WRITE, claim, request, "runs/*/code/*", cost_plan),
            allow(_READ, [code_arn]),
            *use_objects_under(settings.kms.bootstrap),
            # The price list has no resources to restrict to.
            allow(["pricing:GetProducts"], ["*"]),
        ],
        "SearchModels": [
            objects(["s3:GetObject", "s3:PutObject"], request, found),
            *_hub_token(settings.hub_token_secret_arn),
        ],
        "TakeTurn": [objects(["s3:GetObject", "s3:PutObject"], "waiting/*")],
        "PlanWave": [
            objects(_READ, request, manifest, data_card, cost_plan, past_runs, plans, outcomes),
            objects(_WRITE, plans, outcomes, "runs/*/configs/*", cost_plan),
            *(experiments if settings.tracking.experiments else []),
            *record_lost_jobs,
        ],
        "RecordResult": [
            allow(["sagemaker:DescribeTrainingJob"], [sagemaker("training-job")]),
            objects(_READ, "runs/*/output/*"),
            objects(_WRITE, results, predictions),
            *_mlflow(settings.tracking.mlflow_arn, objects(_READ, request)),
        ],
        "Compare": [
            objects(_READ, claim, request, manifest, data_card, plans, outcomes, errors, newest),
            objects(_READ, predictions, test_texts, row_slices, cost_plan, found),
            # The state of the list of all results, which it writes anew.
            objects(_READ, "results/index.html"),
            # Its own earlier results, and those of a newer run that ended at the same time.
            objects(_READ, "results/*/runs/*"),
            *record_lost_jobs,
            objects(_WRITE, "results/*", past_runs),
            *_model_registry(stack),
            # Those that an earlier run may have left and this one does not replace.
            objects(["s3:DeleteObject"], errors, "results/*/data.json", "results/*/report.html"),
        ],
        "RecordFailure": [
            objects(_READ, claim, request, errors, newest),
            objects(_WRITE, errors),
            allow(["events:PutEvents"], [bus]),
        ],
    }
    # Without it S3 answers 403 for a missing object, which looks like a missing permission.
    listing = ["s3:ListBucket"], [bucket.bucket_arn]
    encryption = use_objects_under(settings.kms.bucket, write=True)
    return {state: [*statements, allow(*listing), *encryption] for state, statements in own.items()}


def _model_registry(stack: Stack) -> Statements:
    def arn(kind: str, name: str) -> str:
        return stack.format_arn(service="sagemaker", resource=kind, resource_name=name)

    groups = arn("model-package-group", "bakeoff-*")
    on_groups = ["AddTags", "CreateModelPackageGroup", "ListModelPackages"]
    return [
        allow([f"sagemaker:{action}" for action in on_groups], [groups]),
        allow(["sagemaker:CreateModelPackage"], [groups, arn("model-package", "bakeoff-*/*")]),
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
