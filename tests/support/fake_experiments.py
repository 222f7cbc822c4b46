"""SageMaker Experiments that only remember."""

from bakeoff.errors import ServiceError


class FakeExperiments:
    """Remembers the experiments and trials that it was asked for."""

    def __init__(self, refuse=False):
        self.refuse = refuse
        self.experiments = []
        self.trials = []

    def create_experiment(self, name):
        if self.refuse:
            raise ServiceError("SageMaker refused CreateExperiment: AccessDenied")
        self.experiments.append(name)

    def create_trial(self, name, experiment, display_name):
        assert experiment in self.experiments
        self.trials.append(name)
