"""The CDK application: `stack` composes the constructs, one for each capability."""
