import pgtrigger

# Facts are added, never edited: the database refuses, whoever asks.
append_only = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
