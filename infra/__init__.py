"""The CDK application: `stack` composes, one construct per capability, grants in `permissions`."""
