"""What the dashboards ask the database: each function one query, its answer plain rows for the presenters."""
