"""${message}.

A revision imports nothing from `registry`, names every constraint, and moves the rows that are there: its test fills
the old shape first. Views and triggers are not made here; they are dropped before and made again after.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
