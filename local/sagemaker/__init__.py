"""SageMaker as the emulator lacks it: jobs run as processes, experiments are kept by moto."""
