"""SageMaker, which the emulator lacks: jobs run as processes, moto stores experiments."""
