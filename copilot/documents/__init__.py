"""Any company's file becomes clauses: formats to lines, lines to a tree of clauses, and a report of what was left out."""

from copilot.documents.document import LeftOut, ReadClause, ReadDocument
from copilot.documents.reading import find_files, read_file

__all__ = ["LeftOut", "ReadClause", "ReadDocument", "find_files", "read_file"]
