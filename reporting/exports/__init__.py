"""A return as files. Each function takes the document (interfaces.md, "Return, JSON") and gives the whole file."""
