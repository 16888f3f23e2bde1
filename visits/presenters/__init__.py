"""Visits, actions and caseloads as finished words for templates. No presenter asks the database for anything."""
