"""The service record of article 2.4: drafted from the conversation, complete only when every field is filled."""

from copilot.records.drafting import RecordReader, draft_record, without_contacts
from copilot.records.record import (
    FIELDS,
    NOT_GIVEN,
    PERSONAL_FIELDS,
    QUESTIONS,
    MissingField,
    ServiceRecord,
    case_number,
)
from copilot.records.wording import plain_line

__all__ = [
    "FIELDS", "NOT_GIVEN", "PERSONAL_FIELDS", "QUESTIONS", "MissingField", "RecordReader", "ServiceRecord", "case_number",
    "draft_record", "plain_line", "without_contacts",
]  # fmt: skip
