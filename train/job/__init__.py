"""The parts that all training jobs share: inputs, measurements and reports."""
