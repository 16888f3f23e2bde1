"""Makes the checkout ready to run: the virtual environment, the locked packages, the assets, the static files.

Only the standard library may be used here: nothing else is there yet on a fresh machine.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

BASE_DIR = Path(__file__).resolve().parent.parent
VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "prepared.json"
VENDOR = BASE_DIR / "static" / "vendor"
INSTALLER = BASE_DIR / "requirements-installer.txt"
PORTAL = BASE_DIR / "requirements.txt"
ASSETS = BASE_DIR / "requirements-assets.txt"
TESTS = BASE_DIR / "requirements-dev.txt"
SPACE_NEEDED = 300 * 1024 * 1024


class CannotGoOn(Exception):
    """Something on this machine stands in the way; the text is a sentence for the person at the keyboard."""


class Stopped(Exception):
    """The person, or the machine, asked us to end."""


asked_to_stop: list[str] = []


def listen_for_stop() -> None:
    """Ctrl-C, a plain kill and a closed terminal all end us in the same way.

    The handler only takes note: an exception thrown into the midst of a wait for a child can leave its lock held.
    """

    def note(number: int, _frame: object) -> None:
        asked_to_stop.append(signal.Signals(number).name)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)


def go_on() -> None:
    if asked_to_stop:
        raise Stopped


def say(sentence: str) -> None:
    print(sentence, flush=True)


def state_dir(chosen: str | None = None) -> Path:
    return Path(chosen or os.environ.get("STATE_DIR") or BASE_DIR / ".state").expanduser().absolute()


def check_folder(folder: Path, option: str) -> None:
    """Proves by writing that the folder can hold what we are about to put in."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x" * 4096)
            probe.flush()
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        raise CannotGoOn(f"The folder {folder} cannot be written ({problem.strerror}). {option}") from problem
    if free < SPACE_NEEDED:
        raise CannotGoOn(
            f"The disk of {folder} has {free // 2**20} MB free; {SPACE_NEEDED // 2**20} MB are needed. {option}"
        )


def wait_for(child: subprocess.Popen[bytes]) -> int:
    """The child's exit code; ends the child when we are asked to stop."""
    while True:
        try:
            return child.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            if not asked_to_stop:
                continue
        child.terminate()
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        raise Stopped


def run(*words: str | Path, environment: dict[str, str] | None = None, output: IO[bytes] | None = None) -> None:
    go_on()
    command = [str(word) for word in words]
    code = wait_for(subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=output))
    go_on()
    if code:
        raise CannotGoOn(f"This step failed; what it said stands above: {' '.join(command)}")


def run_quietly(*words: str | Path, environment: dict[str, str] | None = None) -> bool:
    go_on()
    command = [str(word) for word in words]
    quiet = subprocess.DEVNULL
    return wait_for(subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdout=quiet, stderr=quiet)) == 0


def manage(*words: str, state: Path, output: IO[bytes] | None = None) -> None:
    run(
        PYTHON,
        "manage.py",
        *words,
        output=output,
        environment={**os.environ, "STATE_DIR": str(state), "PYTHONUNBUFFERED": "1"},
    )


def fingerprint(paths: Iterable[Path], *, contents: bool = True) -> str:
    """One word that changes when any of the files does; by size and time only where there are many."""
    digest = hashlib.sha256((VENV / "pyvenv.cfg").read_bytes())
    for path in sorted(paths):
        digest.update(str(path.relative_to(BASE_DIR)).encode())
        status = path.stat()
        digest.update(path.read_bytes() if contents else f"{status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()


def stamps(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stamp(path: Path, **new: str) -> None:
    path.write_text(json.dumps(stamps(path) | new, indent=1), encoding="utf-8")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together must not both fill .venv: the second waits for the first."""
    with PORTAL.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    if PYTHON.exists() and run_quietly(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    if not run_quietly(sys.executable, "-c", "import venv, ensurepip"):
        raise CannotGoOn(
            "Python's venv module is missing. On Debian or Ubuntu install it with: sudo apt install python3-venv"
        )
    check_folder(BASE_DIR, "Put the project where you may write.")
    say("Making .venv")
    run(sys.executable, "-m", "venv", "--clear", VENV)


def find_uv() -> Path | None:
    """The fast installer: the machine's own, else a pinned one in .venv, else none."""
    on_path = shutil.which("uv")
    if on_path:
        return Path(on_path)
    ours = VENV / "bin" / "uv"
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    if not ours.exists():
        run_quietly(*pip, "--require-hashes", "--only-binary", ":all:", "-r", INSTALLER)
    return ours if ours.exists() else None


def installer_environment() -> dict[str, str]:
    """uv is told what pip knows already: the machine's certificates and its package index."""
    environment = {**os.environ, "UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", "UV_NO_PROGRESS": "1"}
    asked = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def install(*words: str | Path) -> None:
    """Installs with uv where it can be had, and with pip where that fails or is missing."""
    uv = find_uv()
    environment = installer_environment()
    if uv and run_quietly(
        uv, "pip", "install", "--python", PYTHON, "--compile-bytecode", *words, environment=environment
    ):
        return
    run(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)


def install_packages(*, tests: bool) -> None:
    portal = fingerprint([PORTAL, ASSETS])
    if stamps(STAMPS).get("portal") != portal:
        say("Installing the portal's packages")
        install("--require-hashes", "-r", PORTAL)
        install("--require-hashes", "--no-deps", "-r", ASSETS)
        stamp(STAMPS, portal=portal)
    with_tests = fingerprint([PORTAL, TESTS])
    if tests and stamps(STAMPS).get("tests") != with_tests:
        say("Installing what the tests need")
        install("--require-hashes", "-r", TESTS)
        stamp(STAMPS, tests=with_tests)


def build_assets(state: Path) -> None:
    makers = (path for path in BASE_DIR.glob("core/**/*asset*.py") if "tests" not in path.parts)
    wanted = fingerprint([PORTAL, ASSETS, *makers])
    if stamps(STAMPS).get("assets") != wanted or not VENDOR.is_dir():
        say("Building the assets")
        manage("build_assets", state=state)
        stamp(STAMPS, assets=wanted)


def collect_static(state: Path) -> None:
    """Brings static files with their content's hash in their names into the state folder."""
    folders = (BASE_DIR / "static", *BASE_DIR.glob("[!.]*/static"))
    wanted = fingerprint((path for folder in folders for path in folder.rglob("*") if path.is_file()), contents=False)
    wanted += fingerprint([PORTAL])
    kept = state / "static.json"
    if stamps(kept).get("static") != wanted or not (state / "static" / "staticfiles.json").is_file():
        say("Collecting the static files")
        manage("collectstatic", "--noinput", "--verbosity", "0", state=state)
        stamp(kept, static=wanted)


def prepare(*, state: Path, tests: bool = False) -> None:
    """Everything up to a portal that can run; does nothing where nothing has changed."""
    with one_at_a_time():
        make_venv()
        install_packages(tests=tests)
        build_assets(state)
        collect_static(state)
