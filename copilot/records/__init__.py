"""The service record of article 2.4: drafted from the conversation, complete only when every field is filled."""

from copilot.records.drafting import RecordReader, draft_record, without_contacts
from copilot.records.record import FIELDS, QUESTIONS, MissingField, ServiceRecord

__all__ = ["FIELDS", "QUESTIONS", "MissingField", "RecordReader", "ServiceRecord", "draft_record", "without_contacts"]
