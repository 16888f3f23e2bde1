import lzma
import struct
import zipfile
import zlib

# What zipfile raises for archives whose bytes make no sense: an offset before the file is an OSError, a name that is
# none a ValueError.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
