"""The Lambda functions, one module per state of the state machine, named as the state.

Each handler parses its payload, makes one call into the domain and stores the outcome. All of
them reach AWS through `lambdas.aws`, and none imports another. Compare reads a run's files through
`lambdas.run_record` and publishes its results through `lambdas.publication`.
"""
