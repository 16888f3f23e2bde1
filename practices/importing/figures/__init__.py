"""The desk for figures: rows of practices and months on their way to MonthlyFigures."""
