"""Other people's lists in: read (`reading`), put into our terms (`mapper`), loaded, and taken back.

Files: `rows` (what a reader hands over), `cells` (one cell as text); `delimited`, `documents`, `workbooks` with
`archives` and `worker` (readers), `reading` (which reader a file needs); `mapping` (the file that a data officer
writes), `expressions`, `when`, `numbers` with `counts`, `means`, `parts`, `mapper` (from a row to a record), `records`
(what that is); `laying`, `headings`, `likely`, `seen` and `suggesting` (a draft of a mapping for an unknown list).
"""
