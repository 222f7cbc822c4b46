"""Deploys the app into the local cloud with the unmodified CDK command line."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local.assembly import assembly_folder, is_usable, new_assembly
from local.errors import DeployError, SetupError
from local.host.guard import guarded

_MAX_LOG_LINES = 30


@dataclass(frozen=True)
class Deployment:
    """One deployment of the app in `root` into the cloud that `environment` points to."""

    root: Path
    state_dir: Path
    environment: Mapping[str, str]
    account: str
    region: str
    settings: Mapping[str, str]
    say: Callable[[str], None] = lambda text: None

    def run(self) -> None:
        """Bootstrap and deploy.

        Raises:
            SetupError: the CDK command line is not installed.
            DeployError: the CDK failed; the message includes the end of its log.
        """
        if not self._cdk.exists():
            raise SetupError(
                f"The CDK command line is missing ({self._cdk.relative_to(self.root)}): "
                "run `make setup`"
            )
        self.state_dir.mkdir(parents=True, exist_ok=True)
        app_options = self._app_options()
        assembly = assembly_folder(self.root, app_options)
        if is_usable(assembly):
            self.say("Step 2 of 3: bootstrapping the account ...")
            self._finish("bootstrap", self._bootstrap())
        else:
            self.say("Step 2 of 3: synthesizing the stack, and bootstrapping the account ...")
            self._synthesize(assembly, app_options)
        self.say("Step 3 of 3: deploying the stack ...")
        options = ["--require-approval", "never", "--method", "direct", "--asset-parallelism"]
        deploy = self._start("deploy", ["deploy", "--all", "--app", str(assembly), *options])
        self._finish("deploy", deploy)

    def _synthesize(self, assembly: Path, app_options: list[str]) -> None:
        """Bootstrap meanwhile: the two are independent, and mostly wait for Node."""
        with new_assembly(assembly) as folder:
            bootstrap = self._bootstrap()
            # The archives of the assets stay where they are: their names follow from what is in
            # them.
            output = ["--no-staging", "--output", str(folder)]
            synthesis = self._start("synth", ["synth", "--quiet", *app_options, *output])
            self._finish("bootstrap", bootstrap)
            self._finish("synth", synthesis)

    def _bootstrap(self) -> "subprocess.Popen[bytes]":
        # In the checkout, `cdk bootstrap` would synthesize the app, too.
        account = f"aws://{self.account}/{self.region}"
        return self._start("bootstrap", ["bootstrap", account], self.state_dir)

    @property
    def _cdk(self) -> Path:
        return self.root / "node_modules" / ".bin" / "cdk"

    def _app_options(self) -> list[str]:
        options = ["--app", shlex.join([sys.executable, "app.py"])]
        for name, value in self.settings.items():
            options += ["--context", f"bakeoff.{name}={value}"]
        return options

    def _log(self, step: str) -> Path:
        return self.state_dir / f"{step}.log"

    def _start(
        self, step: str, arguments: list[str], folder: Path | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a command of the CDK, in the checkout unless a folder is given."""
        with self._log(step).open("wb") as log:
            return subprocess.Popen(
                guarded([str(self._cdk), *arguments, "--no-notices", "--no-color"]),
                cwd=folder or self.root,
                env=self._cdk_environment(),
                # The guard ends the command when this pipe closes, as it does if this program dies.
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _finish(self, step: str, process: "subprocess.Popen[bytes]") -> None:
        try:
            status = process.wait()
        finally:
            _close(process.stdin)
        if status != 0:
            log = self._log(step)
            lines = log.read_text(errors="replace").splitlines()[-_MAX_LOG_LINES:]
            raise DeployError(
                f"`cdk {step}` failed with status {status}; the end of {log}:\n" + "\n".join(lines)
            )

    def _cdk_environment(self) -> dict[str, str]:
        programs = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])
        return {
            **self.environment,
            "PATH": programs,
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
            "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
        }


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        pipe.close()
