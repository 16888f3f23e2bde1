"""script/setup: prepares the checkout. What it does is told in preparation.py."""

import argparse
import sys

from preparation import CannotGoOn, Stopped, check_folder, listen_for_stop, prepare, say, state_dir


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/setup", description="Prepares the portal; safe to repeat.")
    parser.add_argument("--state-dir", metavar="DIR", help="where the portal keeps its state (default: .state)")
    parser.add_argument("--tests", action="store_true", help="install what the tests and checks need, too")
    options = parser.parse_args()
    listen_for_stop()
    state = state_dir(options.state_dir)
    check_folder(state, "Name another with --state-dir or STATE_DIR.")
    prepare(state=state, tests=options.tests)
    say("Ready.")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotGoOn as problem:
        sys.exit(str(problem))
    except Stopped:
        sys.exit(130)
