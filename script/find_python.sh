# Sourced by setup, server and test: puts a Python of 3.11 or newer into $python, or says what is missing.
# It reads nothing but the PATH (and PYTHON, where somebody names one), so that it runs on a bare machine.
python=""
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null || echo "none")
    echo "The portal needs Python 3.11 or newer (found: $found). Install it, or name it: PYTHON=/path/to/python3.11 $0" >&2
    exit 1
fi
unset PYTHONHOME PYTHONPATH DJANGO_SETTINGS_MODULE VIRTUAL_ENV
