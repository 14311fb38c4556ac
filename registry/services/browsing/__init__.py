"""The extract of an audience in a browser: Datasette, on this machine alone, for whoever has the link.

Files: `serving` (what is opened, and how it is shut to others), `pages` (our pages in it), `telling` (titles, words on
tables and columns, saved questions), `mapping` (facilities by their positions); the pages are in `templates`.
"""
