"""`python -m bakeoff`: the command line."""

import signal


def main() -> None:
    """Runs the command line; does not return.

    While its modules are imported there is nothing to end, so Ctrl-C ends the program at once and
    without a traceback.
    """
    previous = signal.getsignal(signal.SIGINT)
    if previous is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from bakeoff.cli.app import main as run

    signal.signal(signal.SIGINT, previous)
    run()


if __name__ == "__main__":
    main()
