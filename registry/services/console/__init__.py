"""Questions in SQL, asked of the registry or of an audience's extract, by a reader that can neither write nor leak.

Files: `sqlite` (the question goes to a process of its own, `child`, that has no access to files), `postgresql` (one
statement in a read-only transaction, of functions that are known), `functions` (those), `scanning` (the tokens of a
statement), `answers` (what comes back), `refusals` (what is said of a question that cannot be answered).
"""
