"""The CDK app: `cdk deploy` runs it to get the stack's template."""

import os
import sys
from pathlib import Path

from aws_cdk import App

from infra.nag import check
from infra.settings import CONTEXT_KEY, SettingsError, load_settings
from infra.stack import BakeoffStack

ROOT = Path(__file__).parent


def main() -> None:
    app = App()
    context = {CONTEXT_KEY: app.node.try_get_context(CONTEXT_KEY) or {}}
    context |= {key: value for key, value in app.node.get_all_context().items()}
    try:
        settings = load_settings(context)
        # The CDK's command line knows the region; without credentials it is only known to AWS.
        settings.check_region(os.environ.get("CDK_DEFAULT_REGION"))
    except SettingsError as error:
        sys.exit(str(error))
    stack = BakeoffStack(
        app, settings.stack_name, settings=settings, root=ROOT, build_folder=ROOT / "build"
    )
    check(app, stack, settings.other_buckets, settings.bedrock_ids)
    app.synth()


if __name__ == "__main__":
    main()
