"""Documents that publishers and computers put beside the tables of an archive: named and left out, never read."""

from zipfile import ZipFile, ZipInfo

from practices.importing.archives import DAMAGED

STARTS = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
# Office's documents share their first bytes with its workbooks, so the name has to tell.
NAMES = (".doc", ".docx", ".docm", ".odt", ".ppt", ".pptx", ".odp", ".msg", ".eml", ".url", ".lnk", ".html", ".htm")
# Read as tables where they are some.
MAYBE = (".txt", ".md", ".xml", ".json")


def is_document(archive: ZipFile, entry: ZipInfo) -> bool:
    if entry.filename.lower().endswith(NAMES):
        return True
    try:
        with archive.open(entry) as stream:
            return stream.read(8).startswith(STARTS)
    except DAMAGED:
        return False


def may_be_document(name: str) -> bool:
    return name.lower().endswith(MAYBE)


def left_out(names: list[str]) -> str:
    """A sentence that names what was not read; empty where everything was."""
    if not names:
        return ""
    those = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"Left out, because {'they are documents' if len(names) > 1 else 'it is a document'} and no table: {those}."
