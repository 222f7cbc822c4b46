"""Experiments: moto stores them, and this module adds what moto lacks.

moto stores experiments, trials and trial components. This module checks that names are unique and
that a trial's experiment exists, creates a trial component with the parameters and metrics of each
training job, and lets Search find trial components by their experiment.
"""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.sagemaker.models import SageMakerModelBackend, sagemaker_backends

from local.sagemaker.clients import Scope
from local.sagemaker.errors import ApiError, validation_error
from local.sagemaker.job import Job

_STATUS = {"Completed": "Completed", "Failed": "Failed", "Stopped": "Stopped"}


class Experiments:
    """Experiments, trials and trial components of every scope."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._metrics: dict[tuple[Scope, str], list[dict[str, Any]]] = {}
        self._sources: dict[tuple[Scope, str], str] = {}

    def check_new_experiment(self, scope: Scope, request: Mapping[str, Any]) -> None:
        """Refuse a name that is taken."""
        name = request["ExperimentName"]
        if name in _backend(scope).experiments:
            raise validation_error(f"Experiment with name ({name}) already exists.")

    def check_new_trial(self, scope: Scope, request: Mapping[str, Any]) -> None:
        """Refuse a name that is taken, or an experiment that does not exist."""
        name, experiment = request["TrialName"], request["ExperimentName"]
        if name in _backend(scope).trials:
            raise validation_error(f"Trial with name ({name}) already exists.")
        if experiment not in _backend(scope).experiments:
            raise _not_found("experiment", experiment, scope)

    def check_experiment(self, scope: Scope, request: Mapping[str, Any]) -> None:
        """Refuse an experiment that does not exist."""
        if request["ExperimentName"] not in _backend(scope).experiments:
            raise _not_found("experiment", request["ExperimentName"], scope)

    def check_config(self, scope: Scope, config: Mapping[str, str]) -> None:
        """Refuse an ExperimentConfig that names what does not exist."""
        backend = _backend(scope)
        experiment, trial = config.get("ExperimentName"), config.get("TrialName")
        if experiment is not None and experiment not in backend.experiments:
            raise _not_found("experiment", experiment, scope)
        if trial is not None and trial not in backend.trials:
            raise _not_found("experiment-trial", trial, scope)

    def attach(self, job: Job) -> None:
        """Give a training job its trial component, and the trial that the request names."""
        config = job.request.get("ExperimentConfig", {})
        component = component_name(job)
        with self._lock:
            backend = _backend(job.scope)
            backend.create_trial_component(
                trial_component_name=component,
                trial_name=config.get("TrialName"),
                status={"PrimaryStatus": "InProgress"},
                start_time=datetime.now(UTC),
                end_time=None,
                display_name=config.get("TrialComponentDisplayName", component),
                parameters=_parameters(job.request),
                input_artifacts=_input_artifacts(job.request),
                output_artifacts={},
                metadata_properties={},
            )
            self._sources[job.scope, component] = job.arn
            if config.get("TrialName"):
                backend.associate_trial_component(config["TrialName"], component)

    def record_metrics(self, job: Job, summaries: list[dict[str, Any]]) -> None:
        """Store the metrics found in the job's log."""
        with self._lock:
            self._metrics[job.scope, component_name(job)] = summaries

    def finish(self, job: Job) -> None:
        """Record the job's end in its trial component."""
        described = job.describe()
        artifact = described.get("ModelArtifacts", {}).get("S3ModelArtifacts", "")
        with self._lock:
            component = _backend(job.scope).trial_components.get(component_name(job))
            if component is None:
                return  # the job ended before it was attached
            component.status = {
                "PrimaryStatus": _STATUS[job.status],
                "Message": described.get("FailureReason", f"Status: {job.status}"),
            }
            component.end_time = datetime.now(UTC)
            component.output_artifacts = {"SageMaker.ModelArtifact": {"Value": artifact}}

    def describe_component(self, scope: Scope, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of DescribeTrialComponent."""
        name = request["TrialComponentName"]
        with self._lock:
            if name not in _backend(scope).trial_components:
                raise _not_found("experiment-trial-component", name, scope)
            return self._shape(scope, name)

    def search(self, scope: Scope, request: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of Search for the resource ExperimentTrialComponent."""
        filters = request.get("SearchExpression", {}).get("Filters", [])
        with self._lock:
            names = list(_backend(scope).trial_components)
            components = [self._shape(scope, name) for name in names]
        found = [each for each in components if all(_matches(each, one) for one in filters)]
        key = request.get("SortBy", "CreationTime")
        is_descending = request.get("SortOrder", "Descending") == "Descending"
        found.sort(key=lambda each: str(each.get(key, "")), reverse=is_descending)
        return {"Results": [{"TrialComponent": each} for each in found]}

    def _shape(self, scope: Scope, name: str) -> dict[str, Any]:
        backend = _backend(scope)
        component = backend.trial_components[name]
        shaped = {
            "TrialComponentName": name,
            "TrialComponentArn": component.arn,
            "DisplayName": component.display_name or name,
            "Status": component.status or {},
            "StartTime": component.start_time,
            "EndTime": component.end_time,
            "CreationTime": component.creation_time,
            "LastModifiedTime": component.last_modified_time,
            "Parameters": component.parameters or {},
            "InputArtifacts": component.input_artifacts or {},
            "OutputArtifacts": component.output_artifacts or {},
            "Metrics": self._metrics.get((scope, name), []),
            "Parents": [
                {"TrialName": trial.trial_name, "ExperimentName": trial.experiment_name}
                for trial in backend.trials.values()
                if name in trial.trial_components
            ],
        }
        source = self._sources.get((scope, name))
        if source is not None:
            shaped["Source"] = {"SourceArn": source, "SourceType": "SageMakerTrainingJob"}
        return {field: value for field, value in shaped.items() if value is not None}


def component_name(job: Job) -> str:
    """The trial component that SageMaker makes of a training job."""
    return f"{job.name}-aws-training-job"


def _backend(scope: Scope) -> SageMakerModelBackend:
    return sagemaker_backends[scope.account][scope.region]


def _not_found(resource: str, name: str, scope: Scope) -> ApiError:
    return ApiError("ResourceNotFound", f"'{scope.arn(f'{resource}/{name}')}' does not exist.")


def _parameters(request: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    parameters = {
        name: _parameter(value) for name, value in request.get("HyperParameters", {}).items()
    }
    resources = request["ResourceConfig"]
    image = request["AlgorithmSpecification"].get("TrainingImage", "")
    return parameters | {
        "SageMaker.ImageUri": {"StringValue": image},
        "SageMaker.InstanceCount": {"NumberValue": float(resources.get("InstanceCount", 1))},
        "SageMaker.InstanceType": {"StringValue": resources.get("InstanceType", "")},
        "SageMaker.VolumeSizeInGB": {"NumberValue": float(resources["VolumeSizeInGB"])},
    }


def _parameter(text: str) -> dict[str, Any]:
    try:
        return {"NumberValue": float(text)}
    except ValueError:
        return {"StringValue": text}


def _input_artifacts(request: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {
        channel["ChannelName"]: {"Value": channel["DataSource"]["S3DataSource"]["S3Uri"]}
        for channel in request.get("InputDataConfig", [])
    }


def _matches(component: Mapping[str, Any], condition: Mapping[str, Any]) -> bool:
    operator, wanted = condition.get("Operator", "Equals"), condition.get("Value")
    values = [str(value) for value in _values(component, condition["Name"].split("."))]
    tests = {
        "Equals": lambda: wanted in values,
        "NotEquals": lambda: wanted not in values,
        "Contains": lambda: any(str(wanted) in value for value in values),
        "Exists": lambda: bool(values),
        "NotExists": lambda: not values,
        "In": lambda: any(value in str(wanted).split(",") for value in values),
    }
    if operator not in tests:
        raise validation_error(f"The local cloud's Search does not support the operator {operator}")
    return tests[operator]()


def _values(found: Any, path: list[str]) -> Iterator[Any]:
    if isinstance(found, list):
        for each in found:
            yield from _values(each, path)
    elif not path:
        yield found
    elif isinstance(found, Mapping) and path[0] in found:
        yield from _values(found[path[0]], path[1:])
