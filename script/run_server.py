"""script/server: a portal for one machine, from nothing to its address, and every process ended when it ends."""

import argparse
import errno
import fcntl
import http.client
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from children import Children
from preparation import (
    PYTHON,
    CannotGoOn,
    Stopped,
    asked_to_stop,
    check_folder,
    go_on,
    listen_for_stop,
    manage,
    prepare,
    say,
    state_dir,
)

LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"]
ANY_ADDRESS = {"0.0.0.0", "::"}
SECONDS_TO_ANSWER = 60
SECONDS_FOR_WORKER = 30
OTHER_FOLDER = "Name another with --state-dir."


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/server", description="Prepares and starts the portal on this machine; Ctrl-C ends it."
    )
    parser.add_argument("--port", type=int, default=8000, help="default: 8000")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this machine only")
    parser.add_argument("--state-dir", metavar="DIR", help="database, uploads, secret key, logs (default: .state)")
    parser.add_argument("--no-demo", action="store_true", help="begin with an empty portal instead of the illustration")
    options = parser.parse_args()
    if not 1 <= options.port <= 65535:
        parser.error("--port must be between 1 and 65535.")
    options.bind = options.bind.strip("[]")
    return options


def check_port(bind: str, port: int) -> None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except socket.gaierror as problem:
        raise CannotGoOn(f"{bind} is not an address of this machine. Choose another with --bind.") from problem
    except PermissionError as problem:
        raise CannotGoOn(
            f"Port {port} needs more rights than you have. Choose one above 1023 with --port."
        ) from problem
    except OSError as problem:
        if problem.errno == errno.EADDRNOTAVAIL:
            raise CannotGoOn(f"{bind} is not an address of this machine. Choose another with --bind.") from problem
        raise CannotGoOn(
            f"Port {port} is in use. End what listens there, or choose another, such as --port {port + 1}."
        ) from problem


def hold_state(state: Path) -> IO[str]:
    """Two servers over one state folder would run every scheduled job twice."""
    held = (state / "server.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        raise CannotGoOn(f"A portal is running over the state folder {state} already. {OTHER_FOLDER}") from problem
    return held


def in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def address_towards(family: socket.AddressFamily, elsewhere: str) -> set[str]:
    """Our own address on the way to another machine; nothing is sent to it."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as towards:
            towards.connect((elsewhere, 9))
            return {str(towards.getsockname()[0])}
    except OSError:
        return set()


def own_addresses() -> list[str]:
    """The names under which other machines can reach this one."""
    found = address_towards(socket.AF_INET, "192.0.2.1") | address_towards(socket.AF_INET6, "2001:db8::1")
    return [socket.gethostname(), socket.getfqdn(), *sorted(in_address(address) for address in found)]


def environment(state: Path, bind: str, port: int) -> dict[str, str]:
    names = [*LOCAL_NAMES, *(own_addresses() if bind in ANY_ADDRESS else [in_address(bind)])]
    ours = {**os.environ, "STATE_DIR": str(state)}
    ours.pop("GUNICORN_CMD_ARGS", None)
    ours.setdefault("ALLOWED_HOSTS", ",".join(dict.fromkeys(names)))
    ours.setdefault("PORTAL_ADDRESS", f"http://{address_to_show(bind)}:{port}")
    return ours


def address_to_show(bind: str) -> str:
    if bind in ANY_ADDRESS:
        return socket.gethostname()
    return "localhost" if bind in {"127.0.0.1", "::1"} else in_address(bind)


def web_command(bind: str, port: int) -> list[str]:
    command = [str(PYTHON), "-m", "gunicorn", "ettf_portal.wsgi:application", "--bind", f"{in_address(bind)}:{port}"]
    command += ["--workers", "2", "--threads", "4", "--preload", "--timeout", "120", "--graceful-timeout", "10"]
    command += ["--no-control-socket", "--worker-tmp-dir", "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"]
    return command


def worker_command() -> list[str]:
    """One process where the queue is a folder; two where Redis holds it. Beat, the timetable, runs inside."""
    pool = ["--pool", "prefork", "--concurrency", "2"] if os.environ.get("REDIS_URL") else ["--pool", "solo"]
    return [str(PYTHON), "-m", "celery", "-A", "ettf_portal", "worker", *pool, "--beat", "--loglevel", "INFO"]


def port_is_free(bind: str, port: int) -> bool:
    try:
        check_port(bind, port)
    except CannotGoOn:
        return False
    return True


def answer(bind: str, port: int, name: str) -> dict[str, str]:
    """What the portal says of itself; nothing while it is not ready."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": name})
        said = connection.getresponse()
        return dict(json.load(said)) if said.status == 200 else {}
    except (OSError, http.client.HTTPException, ValueError):
        return {}
    finally:
        connection.close()


def name_to_ask_under(allowed_hosts: str) -> str:
    names = [name.strip().removeprefix(".") for name in allowed_hosts.split(",")]
    return "localhost" if not names[0] or "*" in names else names[0]


def wait_until_ready(children: Children, ask: Callable[[], dict[str, str]]) -> None:
    """Until pages are served; a worker that is slower is waited for a while, and told of where it does not come."""
    began = time.monotonic()
    while (said := ask()).get("worker") != "at work":
        go_on()
        children.check()
        waited = time.monotonic() - began
        if said and waited > SECONDS_FOR_WORKER:
            say(f"The worker has given no sign of life yet: imports and reports wait.{children.last_words('worker')}")
            return
        if waited > SECONDS_TO_ANSWER:
            raise CannotGoOn(
                f"The portal did not answer within {SECONDS_TO_ANSWER} seconds.{children.last_words('web')}"
            )
        time.sleep(0.1)


def fill(state: Path, *, demo: bool) -> str:
    """Brings the database up to date; gives the words that tell how to sign in."""
    with tempfile.TemporaryFile() as told:
        manage("setup", "--sign-ins", *(["--demo"] if demo else []), state=state, output=told)
        told.seek(0)
        return told.read().decode().strip()


def serve(options: argparse.Namespace, state: Path, sign_ins: str) -> None:
    ours = environment(state, options.bind, options.port)
    children = Children(logs=state / "logs", environment=ours)
    try:
        children.start(
            "web",
            web_command(options.bind, options.port),
            without_it="No page is served meanwhile; imports and reports go on.",
            essential=True,
            may_start=partial(port_is_free, options.bind, options.port),
        )
        children.start(
            "worker",
            worker_command(),
            without_it="Pages are served meanwhile; imports and reports wait, and none is lost.",
        )
        name = name_to_ask_under(ours["ALLOWED_HOSTS"])
        wait_until_ready(children, partial(answer, options.bind, options.port, name))
        say(f"\n{sign_ins}\n\nLogs and e-mail are kept in {state}. Ctrl-C ends the portal.")
        say(f"The portal is at {ours['PORTAL_ADDRESS']}/")
        while not asked_to_stop:
            children.tend()
            time.sleep(0.2)
    finally:
        children.end()
    say("\nThe portal has ended.")


def main() -> None:
    options = parse()
    listen_for_stop()
    state = state_dir(options.state_dir)
    check_folder(state, OTHER_FOLDER)
    check_port(options.bind, options.port)
    with hold_state(state):
        prepare(state=state)
        sign_ins = fill(state, demo=not options.no_demo)
        serve(options, state, sign_ins)


if __name__ == "__main__":
    try:
        main()
    except CannotGoOn as problem:
        sys.exit(str(problem))
    except Stopped:
        sys.exit(130)
