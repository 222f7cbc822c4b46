"""`python -m local`: the local cloud's command line."""

import signal
import sys

if __name__ == "__main__":
    # Nothing is there to be ended yet, so Ctrl-C ends the program at once and without a traceback.
    previous = signal.getsignal(signal.SIGINT)
    if previous is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from local.command_line import main

    signal.signal(signal.SIGINT, previous)
    sys.exit(main())
