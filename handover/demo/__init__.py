"""The demo's region: real councils and postcodes, an invented hub and invented people."""
