from core.audit.services import record, snapshot

__all__ = ["record", "snapshot"]
