"""Statistics of the programme: pure functions, numbers in and numbers out.

They know neither requests nor the database.
"""
