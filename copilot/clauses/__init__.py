"""The citable pieces of the agreement and the policies, and the everyday questions that point to them."""

from copilot.clauses.clause import Clause, Document, Origin
from copilot.clauses.imported import Arrival, DocumentStore, Given
from copilot.clauses.markdown import parse_document
from copilot.clauses.questions import QuestionSet, UncoveredTopic, read_questions, read_uncovered
from copilot.clauses.reader import clause_files, read_clauses, read_documents

__all__ = [
    "Arrival", "Clause", "Document", "DocumentStore", "Given", "Origin", "QuestionSet", "UncoveredTopic",
    "clause_files", "parse_document", "read_clauses", "read_documents", "read_questions", "read_uncovered",
]  # fmt: skip
