from practices.reference.loading import load

__all__ = ["load"]
