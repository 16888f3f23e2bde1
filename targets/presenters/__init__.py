"""Rows into finished words, links and charts: what templates print. No presenter asks the database for anything."""
