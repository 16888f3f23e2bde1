"""The work of this app's jobs."""
