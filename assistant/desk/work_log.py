"""What consultants do with tickets, as lines of the audit log."""

from assistant.desk.audit import Audit
from assistant.desk_records import Person


class WorkLog:
    """Notes views of personal data as `view` and everything else as `change`."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    def note(self, person: Person | None, action: str, subject: str = "", **detail: object) -> None:
        """Add a line."""
        kind = "view" if action.startswith("view") else "change"
        about = f"ticket {subject}" if subject.startswith("OC-") else subject
        self._audit.note(person, kind, about, what=action, **detail)
