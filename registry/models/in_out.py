"""How it got in and how it goes out: import batches, schedules, situation reports and their delivery."""

import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, UniqueConstraint
from sqlmodel import Field

from registry.codes import AUDIENCES
from registry.models.base import Editable, Key, Moment, Row, in_order, key_to, one_of, optional_key_to, ref_field

CATCH_UPS = ("each", "latest", "none")
# Drafted: a person has to approve it. Held: it is empty, so that a person has to. Skipped: missed, and not caught up.
RUN_STATES = ("running", "drafted", "held", "published", "skipped", "failed")


class ImportBatch(Editable, table=True):
    """One file loaded with one mapping, by one person.

    Its journal entries lie from `first_seq` to `last_seq` in the chain of its node: so all that it brought is known.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of("state", ("loaded", "undone")),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("length(mapping_sha256) = 64", name="mapping_sha256"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone"),
    )
    ref: str = ref_field("M")
    file_name: str
    sha256: str = Field(max_length=64)
    mapping: str
    mapping_sha256: str = Field(max_length=64)
    state: str = "loaded"
    rows_new: int = 0
    rows_changed: int = 0
    rows_same: int = 0
    rows_rejected: int = 0
    loaded_by: str
    loaded_at: datetime = Field(sa_type=Moment)
    list_name: str = Field(default="", index=True)  # under which its rows are known again in a newer edition
    node_id: uuid.UUID | None = optional_key_to("node")
    first_seq: int | None = Field(default=None, sa_type=BigInteger)
    last_seq: int | None = Field(default=None, sa_type=BigInteger)
    rows_vanished: int = 0
    undone_by: str | None = None
    undone_at: datetime | None = Field(default=None, sa_type=Moment)


class ImportRow(Row, table=True):
    """What became of one row of a file."""

    __tablename__ = "import_row"
    __table_args__ = (
        one_of("outcome", ("new", "changed", "same", "rejected")),
        UniqueConstraint("batch_id", "sheet", "row_number", "target_table", "target_id", name="uq_import_row_target"),
    )
    batch_id: uuid.UUID = key_to("import_batch")
    sheet: str = ""
    row_number: int
    outside_id: str | None = Field(default=None, index=True)
    outcome: str
    target_table: str | None = None
    target_id: uuid.UUID | None = Field(default=None, sa_type=Key)
    problem: str | None = None
    fingerprint: str | None = Field(default=None, max_length=32)  # of the record that the row became


class Schedule(Editable, table=True):
    """When which situation report is made, for whom, and where it goes. Its name is that of its series."""

    __table_args__ = (
        one_of("audience", AUDIENCES),
        one_of("catch_up", CATCH_UPS),
        CheckConstraint("needs_approval OR standing_approver IS NOT NULL", name="approval"),
    )
    ref: str = ref_field("Q")
    name: str = Field(unique=True)
    cron: str
    timezone: str
    period: str
    areas: str
    audience: str = "public"
    languages: str = "en"
    directory: str | None = None
    mail: str | None = None
    catch_up: str = "latest"
    needs_approval: bool = True
    standing_approver: str | None = None  # who lets its issues out unseen; only where no approval is asked for
    is_paused: bool = False
    last_due_at: datetime | None = Field(default=None, sa_type=Moment)


class ScheduleRun(Editable, table=True):
    """What became of one time at which a schedule was due. Whoever makes the row does the work: nobody else can."""

    __tablename__ = "schedule_run"
    __table_args__ = (UniqueConstraint("schedule_id", "due_at"), one_of("state", RUN_STATES))
    schedule_id: uuid.UUID = key_to("schedule")
    due_at: datetime = Field(sa_type=Moment)
    started_at: datetime = Field(sa_type=Moment)
    state: str = "running"
    told: str = ""


class Sitrep(Editable, table=True):
    """A situation report that we made: numbered, dated, pinned to its snapshot."""

    __table_args__ = (
        one_of("audience", AUDIENCES),
        one_of("state", ("draft", "approved", "published")),
        in_order("period_from_on", "period_to_on", "period"),
        UniqueConstraint("series", "number", "language", "audience"),
        CheckConstraint("approver IS NULL OR approver <> maker", name="second_person"),
        CheckConstraint("state = 'draft' OR approver IS NOT NULL", name="approved"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published"),
    )
    ref: str = ref_field("T")
    series: str
    number: int
    kind: str = "sitrep"
    period_from_on: date
    period_to_on: date
    areas: str
    as_of: datetime = Field(sa_type=Moment)
    audience: str
    language: str
    snapshot_sha256: str = Field(max_length=64)
    pdf_sha256: str = Field(max_length=64)
    state: str = "draft"
    maker: str
    made_at: datetime = Field(sa_type=Moment)
    approver: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    schedule_id: uuid.UUID | None = optional_key_to("schedule")
    supersedes_id: uuid.UUID | None = optional_key_to("sitrep")  # the issue that its corrections are against


class SitrepSnapshot(Row, table=True):
    """The values of an issue as compressed canonical JSON (zlib), so that it can be printed again and compared."""

    __tablename__ = "sitrep_snapshot"
    sitrep_id: uuid.UUID = Field(sa_type=Key, foreign_key="sitrep.id", unique=True)
    content: bytes = Field(sa_type=LargeBinary)


class Delivery(Editable, table=True):
    """One attempt to hand a situation report to somebody."""

    __table_args__ = (
        one_of("channel", ("directory", "mail")),
        one_of("state", ("waiting", "delivered", "failed")),
        CheckConstraint("attempts >= 0", name="attempts"),
    )
    sitrep_id: uuid.UUID = key_to("sitrep")
    schedule_id: uuid.UUID | None = optional_key_to("schedule")
    channel: str
    target: str
    state: str = "waiting"
    attempts: int = 0
    tried_at: datetime | None = Field(default=None, sa_type=Moment)
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)
    problem: str | None = None


class Release(Row, table=True):
    """A numbered release of what the public may see: a draft until a second person approves it, and then frozen.

    Its tables are kept as compressed canonical JSON (zlib): the next release is compared with them.
    """

    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("length(package_sha256) = 64", name="package_sha256"),
        CheckConstraint("approver IS NULL OR approver <> made_by", name="second_person"),
        CheckConstraint("(approver IS NULL) = (approved_at IS NULL)", name="approved"),
    )
    number: int = Field(unique=True)
    as_of: datetime = Field(sa_type=Moment)
    package_sha256: str = Field(max_length=64)  # of its datapackage.json, which has the hashes of all its files
    made_by: str
    made_at: datetime = Field(sa_type=Moment)
    content: bytes = Field(sa_type=LargeBinary)
    approver: str | None = None
    approved_at: datetime | None = Field(default=None, sa_type=Moment)
