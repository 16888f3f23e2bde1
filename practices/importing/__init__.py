"""Files of others on their way to MonthlyFigures and the register: recognise, read, check, preview, land, undo.

docs/importing.md tells how the parts fit and how a format is added.
"""
