"""Registers the best of the models that a run keeps in SageMaker's Model Registry."""

import logging
from dataclasses import dataclass

from bakeoff.endpoint.package import package_plan
from bakeoff.endpoint.servable import servable_candidate
from bakeoff.errors import ModelError, ServiceError, StorageError
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.settings import ServiceSettings
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel
from lambdas.aws.model_registry import ModelRegistry
from lambdas.aws.store import Store

log = logging.getLogger("bakeoff")


@dataclass(frozen=True)
class Registration:
    """Registers where the deployment or the request wants it."""

    settings: ServiceSettings
    registry: ModelRegistry

    def applied(self, summary: Summary, resolved: ResolvedRequest, store: Store) -> Summary:
        """The summary with the package of the best candidate's model, or why there is none.

        A model that an earlier call has registered is not registered again. The comparison was
        paid for, and is not lost where the registry refuses.
        """
        if not (resolved.register_model or self.settings.register_models):
            return summary
        best = next(
            (each for each in summary.kept_models if each.candidate == summary.verdict.best), None
        )
        if best is None:
            log.warning("run %s has kept no best model to register", summary.provenance.run)
            return summary
        try:
            update = {"package_arn": self._registered(summary, best, store)}
        except (ModelError, ServiceError, StorageError) as error:
            log.warning("the model of %s is not registered: %s", best.candidate, error)
            update = {"package_problem": str(error)}
        kept = [
            each.model_copy(update=update) if each is best else each for each in summary.kept_models
        ]
        return summary.model_copy(update={"kept_models": kept})

    def _registered(self, summary: Summary, kept: KeptModel, store: Store) -> str:
        """The ARN of the package. Raises ModelError, ServiceError or StorageError."""
        servable_candidate(summary, kept)
        image, project = self.settings.inference_image, self.settings.project_tag
        plan = package_plan(summary, kept, store.bucket, image, project)
        found = self.registry.find(
            plan.package["ModelPackageGroupName"], plan.package["ModelPackageDescription"]
        )
        if found is not None:
            return found
        store.put(plan.statistics_key, plan.statistics)
        self.registry.create_group(plan.group)
        return self.registry.create(plan.package)
