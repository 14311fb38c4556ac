"""Attacks, what they hit and by what means, and the claims behind each finding."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.LargeBinary(16).with_variant(postgresql.UUID(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "attack",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("situation_id", KEY, nullable=True),
        sa.Column("parent_id", KEY, nullable=True),
        sa.Column("canonical_id", KEY, nullable=True),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("place_precision_code", sa.String(60), nullable=False),
        sa.Column("place_words", sa.String(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("occurred_from_on", sa.Date(), nullable=True),
        sa.Column("occurred_to_on", sa.Date(), nullable=True),
        sa.Column("occurred_precision_code", sa.String(60), nullable=False),
        sa.Column("occurred_basis", sa.String(), nullable=False),
        sa.Column("occurred_words", sa.String(), nullable=True),
        sa.Column("time_of_day", sa.Time(), nullable=True),
        sa.Column("time_band", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.Column("facilities_absence", sa.String(), nullable=True),
        sa.Column("means_absence", sa.String(), nullable=True),
        sa.Column("harm_absence", sa.String(), nullable=True),
        sa.Column("attribution_absence", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'withdrawn') = (withdrawn_why IS NOT NULL)", name=op.f("ck_attack_withdrawn_why")),
        sa.CheckConstraint(
            "attribution_absence IN ('not_reported', 'reported_none', 'unknown', 'withheld', 'not_coded')",
            name=op.f("ck_attack_attribution_absence"),
        ),
        sa.CheckConstraint(
            "facilities_absence IN ('not_reported', 'reported_none', 'unknown', 'withheld', 'not_coded')",
            name=op.f("ck_attack_facilities_absence"),
        ),
        sa.CheckConstraint(
            "harm_absence IN ('not_reported', 'reported_none', 'unknown', 'withheld', 'not_coded')",
            name=op.f("ck_attack_harm_absence"),
        ),
        sa.CheckConstraint(
            "means_absence IN ('not_reported', 'reported_none', 'unknown', 'withheld', 'not_coded')",
            name=op.f("ck_attack_means_absence"),
        ),
        sa.CheckConstraint(
            "occurred_basis IN ('printed', 'inferred', 'not_stated')", name=op.f("ck_attack_occurred_basis")
        ),
        sa.CheckConstraint("state IN ('draft', 'in_review', 'published', 'withdrawn')", name=op.f("ck_attack_state")),
        sa.CheckConstraint(
            "time_band IN ('night', 'morning', 'afternoon', 'evening')", name=op.f("ck_attack_time_band")
        ),
        sa.CheckConstraint(
            "(lat IS NULL AND lon IS NULL) OR (lat IS NOT NULL AND lon IS NOT NULL AND lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)",
            name=op.f("ck_attack_on_earth"),
        ),
        sa.CheckConstraint("canonical_id <> id", name=op.f("ck_attack_not_its_own_canonical")),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_attack_country")),
        sa.CheckConstraint("occurred_from_on <= occurred_to_on", name=op.f("ck_attack_occurred")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_attack_not_its_own_parent")),
        sa.ForeignKeyConstraint(["canonical_id"], ["attack.id"], name=op.f("fk_attack_canonical_id_attack")),
        sa.ForeignKeyConstraint(
            ["occurred_precision_code"],
            ["date_precision.code"],
            name=op.f("fk_attack_occurred_precision_code_date_precision"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["attack.id"], name=op.f("fk_attack_parent_id_attack")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_attack_place_id_place")),
        sa.ForeignKeyConstraint(
            ["place_precision_code"],
            ["place_precision.code"],
            name=op.f("fk_attack_place_precision_code_place_precision"),
        ),
        sa.ForeignKeyConstraint(["situation_id"], ["situation.id"], name=op.f("fk_attack_situation_id_situation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack")),
        sa.UniqueConstraint("ref", name=op.f("uq_attack_ref")),
    )
    op.create_index(op.f("ix_attack_canonical_id"), "attack", ["canonical_id"], unique=False)
    op.create_index(
        "ix_attack_country_occurred", "attack", ["country", "occurred_from_on", "occurred_to_on"], unique=False
    )
    op.create_index("ix_attack_occurred", "attack", ["occurred_from_on", "occurred_to_on"], unique=False)
    op.create_index(op.f("ix_attack_parent_id"), "attack", ["parent_id"], unique=False)
    op.create_index(op.f("ix_attack_place_id"), "attack", ["place_id"], unique=False)
    op.create_index(op.f("ix_attack_situation_id"), "attack", ["situation_id"], unique=False)
    op.create_table(
        "attack_facility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("attack_id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("effect_code", sa.String(60), nullable=True),
        sa.Column("damage_code", sa.String(60), nullable=True),
        sa.Column("functionality_code", sa.String(60), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_attack_facility_country")),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_attack_facility_attack_id_attack")),
        sa.ForeignKeyConstraint(["damage_code"], ["damage.code"], name=op.f("fk_attack_facility_damage_code_damage")),
        sa.ForeignKeyConstraint(["effect_code"], ["effect.code"], name=op.f("fk_attack_facility_effect_code_effect")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_attack_facility_facility_id_facility")),
        sa.ForeignKeyConstraint(
            ["functionality_code"],
            ["functionality.code"],
            name=op.f("fk_attack_facility_functionality_code_functionality"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_facility")),
        sa.UniqueConstraint("attack_id", "facility_id", name=op.f("uq_attack_facility_attack_id_facility_id")),
    )
    op.create_index(op.f("ix_attack_facility_attack_id"), "attack_facility", ["attack_id"], unique=False)
    op.create_index(op.f("ix_attack_facility_facility_id"), "attack_facility", ["facility_id"], unique=False)
    op.create_table(
        "attack_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attack_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('follow_up_strike', 'same_series', 'part_of')", name=op.f("ck_attack_link_kind")),
        sa.CheckConstraint("attack_id <> other_id", name=op.f("ck_attack_link_two_attacks")),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_attack_link_attack_id_attack")),
        sa.ForeignKeyConstraint(["other_id"], ["attack.id"], name=op.f("fk_attack_link_other_id_attack")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_link")),
        sa.UniqueConstraint("attack_id", "other_id", "kind", name=op.f("uq_attack_link_attack_id_other_id_kind")),
    )
    op.create_index(op.f("ix_attack_link_attack_id"), "attack_link", ["attack_id"], unique=False)
    op.create_index(op.f("ix_attack_link_other_id"), "attack_link", ["other_id"], unique=False)
    op.create_table(
        "attack_means",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("attack_id", KEY, nullable=False),
        sa.Column("attack_type_code", sa.String(60), nullable=False),
        sa.Column("launch_code", sa.String(60), nullable=True),
        sa.Column("munition_code", sa.String(60), nullable=True),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_attack_means_attack_id_attack")),
        sa.ForeignKeyConstraint(
            ["attack_type_code"], ["attack_type.code"], name=op.f("fk_attack_means_attack_type_code_attack_type")
        ),
        sa.ForeignKeyConstraint(
            ["launch_code"], ["launch_method.code"], name=op.f("fk_attack_means_launch_code_launch_method")
        ),
        sa.ForeignKeyConstraint(
            ["munition_code"], ["munition.code"], name=op.f("fk_attack_means_munition_code_munition")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_means")),
        sa.UniqueConstraint(
            "attack_id", "attack_type_code", "launch_code", "munition_code", name="uq_attack_means_means"
        ),
    )
    op.create_index(op.f("ix_attack_means_attack_id"), "attack_means", ["attack_id"], unique=False)
    op.create_table(
        "attack_report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attack_id", KEY, nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("locator", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_attack_report_attack_id_attack")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_attack_report_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_report")),
        sa.UniqueConstraint("attack_id", "report_id", name=op.f("uq_attack_report_attack_id_report_id")),
    )
    op.create_index(op.f("ix_attack_report_attack_id"), "attack_report", ["attack_id"], unique=False)
    op.create_index(op.f("ix_attack_report_report_id"), "attack_report", ["report_id"], unique=False)
    op.create_table(
        "attribution",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("attack_id", KEY, nullable=True),
        sa.Column("situation_id", KEY, nullable=True),
        sa.Column("stance", sa.String(), nullable=False),
        sa.Column("attack_type_code", sa.String(60), nullable=True),
        sa.Column("hedge", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("locator", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "hedge IN ('reported', 'alleged', 'unconfirmed', 'confirmed_by_speaker')", name=op.f("ck_attribution_hedge")
        ),
        sa.CheckConstraint("stance IN ('accuses', 'claims', 'denies', 'one_of')", name=op.f("ck_attribution_stance")),
        sa.CheckConstraint(
            "CASE WHEN attack_id IS NULL THEN 0 ELSE 1 END + CASE WHEN situation_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_attribution_one_subject"),
        ),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_attribution_attack_id_attack")),
        sa.ForeignKeyConstraint(
            ["attack_type_code"], ["attack_type.code"], name=op.f("fk_attribution_attack_type_code_attack_type")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_attribution_report_id_report")),
        sa.ForeignKeyConstraint(["situation_id"], ["situation.id"], name=op.f("fk_attribution_situation_id_situation")),
        sa.ForeignKeyConstraint(["speaker_id"], ["source.id"], name=op.f("fk_attribution_speaker_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution")),
    )
    op.create_index(op.f("ix_attribution_attack_id"), "attribution", ["attack_id"], unique=False)
    op.create_index(op.f("ix_attribution_report_id"), "attribution", ["report_id"], unique=False)
    op.create_index(op.f("ix_attribution_situation_id"), "attribution", ["situation_id"], unique=False)
    op.create_index(op.f("ix_attribution_speaker_id"), "attribution", ["speaker_id"], unique=False)
    op.create_table(
        "claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(20), nullable=False),
        sa.Column("country", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("report_id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("relay", sa.String(), nullable=False),
        sa.Column("relay_id", KEY, nullable=True),
        sa.Column("origin_id", KEY, nullable=False),
        sa.Column("attack_id", KEY, nullable=True),
        sa.Column("facility_id", KEY, nullable=True),
        sa.Column("situation_id", KEY, nullable=True),
        sa.Column("measure_code", sa.String(60), nullable=True),
        sa.Column("population_code", sa.String(60), nullable=True),
        sa.Column("facility_type_code", sa.String(60), nullable=True),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("absence", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("words_language", sa.String(12), nullable=True),
        sa.Column("translated_by", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("is_rate", sa.Boolean(), nullable=False),
        sa.Column("period_from_on", sa.Date(), nullable=True),
        sa.Column("period_to_on", sa.Date(), nullable=True),
        sa.Column("period_precision_code", sa.String(60), nullable=False),
        sa.Column("period_basis", sa.String(), nullable=False),
        sa.Column("period_words", sa.String(), nullable=True),
        sa.Column("accumulation", sa.String(), nullable=False),
        sa.Column("place_words", sa.String(), nullable=True),
        sa.Column("attack_type_code", sa.String(60), nullable=True),
        sa.Column("launch_code", sa.String(60), nullable=True),
        sa.Column("munition_code", sa.String(60), nullable=True),
        sa.Column("damage_code", sa.String(60), nullable=True),
        sa.Column("functionality_code", sa.String(60), nullable=True),
        sa.Column("facility_use", sa.String(), nullable=True),
        sa.Column("conduct", sa.String(), nullable=True),
        sa.Column("hedge", sa.String(), nullable=True),
        sa.Column("is_imputed", sa.Boolean(), nullable=False),
        sa.Column("definition_note", sa.String(), nullable=True),
        sa.Column("locator", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_as", sa.String(), nullable=True),
        sa.Column("withdrawn_why", sa.String(), nullable=True),
        sa.CheckConstraint("(relay = 'named') = (relay_id IS NOT NULL)", name=op.f("ck_claim_relay_named")),
        sa.CheckConstraint(
            "CASE operator\n WHEN 'exactly' THEN low IS NOT NULL AND high IS NOT NULL AND low = high\n WHEN 'about' THEN low IS NOT NULL AND high IS NOT NULL AND low = high\n WHEN 'at_least' THEN low IS NOT NULL AND high IS NULL\n WHEN 'more_than' THEN low IS NOT NULL AND high IS NULL\n WHEN 'at_most' THEN low IS NULL AND high IS NOT NULL\n WHEN 'fewer_than' THEN low IS NULL AND high IS NOT NULL\n WHEN 'between' THEN low IS NOT NULL AND high IS NOT NULL\n ELSE low IS NULL AND high IS NULL END",
            name=op.f("ck_claim_bounds"),
        ),
        sa.CheckConstraint(
            "absence IN ('not_reported', 'reported_none', 'unknown', 'withheld', 'not_coded')",
            name=op.f("ck_claim_absence"),
        ),
        sa.CheckConstraint(
            "accumulation IN ('since_start', 'increment', 'as_at', 'not_stated')", name=op.f("ck_claim_accumulation")
        ),
        sa.CheckConstraint(
            "conduct IN ('directly_targeted', 'repeated_strike', 'indiscriminate', 'military_use_alleged', 'warning_given', 'other')",
            name=op.f("ck_claim_conduct"),
        ),
        sa.CheckConstraint(
            "facility_use IN ('as_intended', 'shelter', 'military', 'mixed', 'evacuated')",
            name=op.f("ck_claim_facility_use"),
        ),
        sa.CheckConstraint(
            "hedge IN ('reported', 'alleged', 'unconfirmed', 'confirmed_by_speaker')", name=op.f("ck_claim_hedge")
        ),
        sa.CheckConstraint("kind <> 'conduct' OR conduct IS NOT NULL", name=op.f("ck_claim_conduct_said")),
        sa.CheckConstraint(
            "kind <> 'means' OR attack_type_code IS NOT NULL OR launch_code IS NOT NULL OR munition_code IS NOT NULL",
            name=op.f("ck_claim_means_said"),
        ),
        sa.CheckConstraint(
            "kind <> 'quantity' OR (measure_code IS NOT NULL AND (operator IS NULL) <> (absence IS NULL))",
            name=op.f("ck_claim_quantity"),
        ),
        sa.CheckConstraint(
            "kind <> 'status' OR damage_code IS NOT NULL OR functionality_code IS NOT NULL",
            name=op.f("ck_claim_status_said"),
        ),
        sa.CheckConstraint("kind <> 'use' OR facility_use IS NOT NULL", name=op.f("ck_claim_use_said")),
        sa.CheckConstraint(
            "kind IN ('quantity', 'occurrence', 'means', 'status', 'use', 'conduct')", name=op.f("ck_claim_kind")
        ),
        sa.CheckConstraint("operator <> 'some' OR words IS NOT NULL", name=op.f("ck_claim_some_has_words")),
        sa.CheckConstraint(
            "operator IN ('exactly', 'at_least', 'more_than', 'at_most', 'fewer_than', 'about', 'between', 'some', 'unstated')",
            name=op.f("ck_claim_operator"),
        ),
        sa.CheckConstraint("period_basis IN ('printed', 'inferred', 'not_stated')", name=op.f("ck_claim_period_basis")),
        sa.CheckConstraint("relay IN ('named', 'none', 'not_stated')", name=op.f("ck_claim_relay")),
        sa.CheckConstraint("withdrawn_as IN ('by_speaker', 'our_error')", name=op.f("ck_claim_withdrawn_as")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_as IS NULL)", name=op.f("ck_claim_withdrawn")),
        sa.CheckConstraint(
            "CASE WHEN attack_id IS NULL THEN 0 ELSE 1 END + CASE WHEN facility_id IS NULL THEN 0 ELSE 1 END + CASE WHEN situation_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_claim_one_subject"),
        ),
        sa.CheckConstraint("high >= 0", name=op.f("ck_claim_high_not_negative")),
        sa.CheckConstraint("length(country) = 3 AND country = upper(country)", name=op.f("ck_claim_country")),
        sa.CheckConstraint("low <= high", name=op.f("ck_claim_low_high")),
        sa.CheckConstraint("low >= 0", name=op.f("ck_claim_low_not_negative")),
        sa.CheckConstraint("period_from_on <= period_to_on", name=op.f("ck_claim_period")),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_claim_attack_id_attack")),
        sa.ForeignKeyConstraint(
            ["attack_type_code"], ["attack_type.code"], name=op.f("fk_claim_attack_type_code_attack_type")
        ),
        sa.ForeignKeyConstraint(["damage_code"], ["damage.code"], name=op.f("fk_claim_damage_code_damage")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_claim_facility_id_facility")),
        sa.ForeignKeyConstraint(
            ["facility_type_code"], ["facility_type.code"], name=op.f("fk_claim_facility_type_code_facility_type")
        ),
        sa.ForeignKeyConstraint(
            ["functionality_code"], ["functionality.code"], name=op.f("fk_claim_functionality_code_functionality")
        ),
        sa.ForeignKeyConstraint(
            ["launch_code"], ["launch_method.code"], name=op.f("fk_claim_launch_code_launch_method")
        ),
        sa.ForeignKeyConstraint(["measure_code"], ["measure.code"], name=op.f("fk_claim_measure_code_measure")),
        sa.ForeignKeyConstraint(["munition_code"], ["munition.code"], name=op.f("fk_claim_munition_code_munition")),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_claim_origin_id_origin")),
        sa.ForeignKeyConstraint(
            ["period_precision_code"],
            ["date_precision.code"],
            name=op.f("fk_claim_period_precision_code_date_precision"),
        ),
        sa.ForeignKeyConstraint(
            ["population_code"], ["population.code"], name=op.f("fk_claim_population_code_population")
        ),
        sa.ForeignKeyConstraint(["relay_id"], ["source.id"], name=op.f("fk_claim_relay_id_source")),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_claim_report_id_report")),
        sa.ForeignKeyConstraint(["situation_id"], ["situation.id"], name=op.f("fk_claim_situation_id_situation")),
        sa.ForeignKeyConstraint(["speaker_id"], ["source.id"], name=op.f("fk_claim_speaker_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("ref", name=op.f("uq_claim_ref")),
    )
    op.create_index(op.f("ix_claim_attack_id"), "claim", ["attack_id"], unique=False)
    op.create_index(op.f("ix_claim_facility_id"), "claim", ["facility_id"], unique=False)
    op.create_index(op.f("ix_claim_origin_id"), "claim", ["origin_id"], unique=False)
    op.create_index(op.f("ix_claim_relay_id"), "claim", ["relay_id"], unique=False)
    op.create_index(op.f("ix_claim_report_id"), "claim", ["report_id"], unique=False)
    op.create_index(op.f("ix_claim_situation_id"), "claim", ["situation_id"], unique=False)
    op.create_index(op.f("ix_claim_speaker_id"), "claim", ["speaker_id"], unique=False)
    op.create_table(
        "facility_status",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("observed_from_on", sa.Date(), nullable=True),
        sa.Column("observed_to_on", sa.Date(), nullable=True),
        sa.Column("observed_precision_code", sa.String(60), nullable=False),
        sa.Column("observed_words", sa.String(), nullable=True),
        sa.Column("functionality_code", sa.String(60), nullable=True),
        sa.Column("accessibility_code", sa.String(60), nullable=True),
        sa.Column("damage_code", sa.String(60), nullable=True),
        sa.Column("is_reopening", sa.Boolean(), nullable=False),
        sa.Column("attack_id", KEY, nullable=True),
        sa.Column("report_id", KEY, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "functionality_code IS NOT NULL OR damage_code IS NOT NULL OR accessibility_code IS NOT NULL",
            name=op.f("ck_facility_status_says_something"),
        ),
        sa.CheckConstraint("observed_from_on <= observed_to_on", name=op.f("ck_facility_status_observed")),
        sa.ForeignKeyConstraint(
            ["accessibility_code"],
            ["accessibility.code"],
            name=op.f("fk_facility_status_accessibility_code_accessibility"),
        ),
        sa.ForeignKeyConstraint(["attack_id"], ["attack.id"], name=op.f("fk_facility_status_attack_id_attack")),
        sa.ForeignKeyConstraint(["damage_code"], ["damage.code"], name=op.f("fk_facility_status_damage_code_damage")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_facility_status_facility_id_facility")),
        sa.ForeignKeyConstraint(
            ["functionality_code"],
            ["functionality.code"],
            name=op.f("fk_facility_status_functionality_code_functionality"),
        ),
        sa.ForeignKeyConstraint(
            ["observed_precision_code"],
            ["date_precision.code"],
            name=op.f("fk_facility_status_observed_precision_code_date_precision"),
        ),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_facility_status_report_id_report")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_status")),
    )
    op.create_index(op.f("ix_facility_status_attack_id"), "facility_status", ["attack_id"], unique=False)
    op.create_index(op.f("ix_facility_status_facility_id"), "facility_status", ["facility_id"], unique=False)
    op.create_index(op.f("ix_facility_status_report_id"), "facility_status", ["report_id"], unique=False)
    op.create_table(
        "attack_facility_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attack_facility_id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["attack_facility_id"],
            ["attack_facility.id"],
            name=op.f("fk_attack_facility_claim_attack_facility_id_attack_facility"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_attack_facility_claim_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_facility_claim")),
        sa.UniqueConstraint(
            "attack_facility_id", "claim_id", name=op.f("uq_attack_facility_claim_attack_facility_id_claim_id")
        ),
    )
    op.create_index(
        op.f("ix_attack_facility_claim_attack_facility_id"),
        "attack_facility_claim",
        ["attack_facility_id"],
        unique=False,
    )
    op.create_index(op.f("ix_attack_facility_claim_claim_id"), "attack_facility_claim", ["claim_id"], unique=False)
    op.create_table(
        "attack_means_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attack_means_id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["attack_means_id"], ["attack_means.id"], name=op.f("fk_attack_means_claim_attack_means_id_attack_means")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_attack_means_claim_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attack_means_claim")),
        sa.UniqueConstraint("attack_means_id", "claim_id", name=op.f("uq_attack_means_claim_attack_means_id_claim_id")),
    )
    op.create_index(
        op.f("ix_attack_means_claim_attack_means_id"), "attack_means_claim", ["attack_means_id"], unique=False
    )
    op.create_index(op.f("ix_attack_means_claim_claim_id"), "attack_means_claim", ["claim_id"], unique=False)
    op.create_table(
        "attribution_actor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("attribution_id", KEY, nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_attribution_actor_actor_id_actor")),
        sa.ForeignKeyConstraint(
            ["attribution_id"], ["attribution.id"], name=op.f("fk_attribution_actor_attribution_id_attribution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attribution_actor")),
        sa.UniqueConstraint("attribution_id", "actor_id", name=op.f("uq_attribution_actor_attribution_id_actor_id")),
    )
    op.create_index(op.f("ix_attribution_actor_actor_id"), "attribution_actor", ["actor_id"], unique=False)
    op.create_index(op.f("ix_attribution_actor_attribution_id"), "attribution_actor", ["attribution_id"], unique=False)
    op.create_table(
        "claim_facility",
        sa.Column("id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_facility_claim_id_claim")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_claim_facility_facility_id_facility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_facility")),
        sa.UniqueConstraint("claim_id", "facility_id", name=op.f("uq_claim_facility_claim_id_facility_id")),
    )
    op.create_index(op.f("ix_claim_facility_claim_id"), "claim_facility", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_facility_facility_id"), "claim_facility", ["facility_id"], unique=False)
    op.create_table(
        "claim_link",
        sa.Column("id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by_speaker", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('corrects', 'rescopes', 'withdraws', 'part_of', 'of_which', 'repeats')",
            name=op.f("ck_claim_link_kind"),
        ),
        sa.CheckConstraint("claim_id <> other_id", name=op.f("ck_claim_link_two_claims")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_link_claim_id_claim")),
        sa.ForeignKeyConstraint(["other_id"], ["claim.id"], name=op.f("fk_claim_link_other_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_link")),
        sa.UniqueConstraint("claim_id", "other_id", "kind", name=op.f("uq_claim_link_claim_id_other_id_kind")),
    )
    op.create_index(op.f("ix_claim_link_claim_id"), "claim_link", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_link_other_id"), "claim_link", ["other_id"], unique=False)
    op.create_table(
        "claim_place",
        sa.Column("id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.Column("place_id", KEY, nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_place_claim_id_claim")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_claim_place_place_id_place")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_place")),
        sa.UniqueConstraint("claim_id", "place_id", "part", name=op.f("uq_claim_place_claim_id_place_id_part")),
    )
    op.create_index(op.f("ix_claim_place_claim_id"), "claim_place", ["claim_id"], unique=False)
    op.create_index(op.f("ix_claim_place_place_id"), "claim_place", ["place_id"], unique=False)
    op.create_table(
        "facility_status_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_status_id", KEY, nullable=False),
        sa.Column("claim_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_facility_status_claim_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["facility_status_id"],
            ["facility_status.id"],
            name=op.f("fk_facility_status_claim_facility_status_id_facility_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_status_claim")),
        sa.UniqueConstraint(
            "facility_status_id", "claim_id", name=op.f("uq_facility_status_claim_facility_status_id_claim_id")
        ),
    )
    op.create_index(op.f("ix_facility_status_claim_claim_id"), "facility_status_claim", ["claim_id"], unique=False)
    op.create_index(
        op.f("ix_facility_status_claim_facility_status_id"),
        "facility_status_claim",
        ["facility_status_id"],
        unique=False,
    )
    op.create_table(
        "facility_use",
        sa.Column("id", KEY, nullable=False),
        sa.Column("facility_id", KEY, nullable=False),
        sa.Column("use", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("claim_id", KEY, nullable=False),
        sa.CheckConstraint(
            "use IN ('as_intended', 'shelter', 'military', 'mixed', 'evacuated')", name=op.f("ck_facility_use_use")
        ),
        sa.CheckConstraint("from_on <= to_on", name=op.f("ck_facility_use_from_to")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_facility_use_claim_id_claim")),
        sa.ForeignKeyConstraint(["facility_id"], ["facility.id"], name=op.f("fk_facility_use_facility_id_facility")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_use")),
    )
    op.create_index(op.f("ix_facility_use_claim_id"), "facility_use", ["claim_id"], unique=False)
    op.create_index(op.f("ix_facility_use_facility_id"), "facility_use", ["facility_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_facility_use_facility_id"), table_name="facility_use")
    op.drop_index(op.f("ix_facility_use_claim_id"), table_name="facility_use")
    op.drop_table("facility_use")
    op.drop_index(op.f("ix_facility_status_claim_facility_status_id"), table_name="facility_status_claim")
    op.drop_index(op.f("ix_facility_status_claim_claim_id"), table_name="facility_status_claim")
    op.drop_table("facility_status_claim")
    op.drop_index(op.f("ix_claim_place_place_id"), table_name="claim_place")
    op.drop_index(op.f("ix_claim_place_claim_id"), table_name="claim_place")
    op.drop_table("claim_place")
    op.drop_index(op.f("ix_claim_link_other_id"), table_name="claim_link")
    op.drop_index(op.f("ix_claim_link_claim_id"), table_name="claim_link")
    op.drop_table("claim_link")
    op.drop_index(op.f("ix_claim_facility_facility_id"), table_name="claim_facility")
    op.drop_index(op.f("ix_claim_facility_claim_id"), table_name="claim_facility")
    op.drop_table("claim_facility")
    op.drop_index(op.f("ix_attribution_actor_attribution_id"), table_name="attribution_actor")
    op.drop_index(op.f("ix_attribution_actor_actor_id"), table_name="attribution_actor")
    op.drop_table("attribution_actor")
    op.drop_index(op.f("ix_attack_means_claim_claim_id"), table_name="attack_means_claim")
    op.drop_index(op.f("ix_attack_means_claim_attack_means_id"), table_name="attack_means_claim")
    op.drop_table("attack_means_claim")
    op.drop_index(op.f("ix_attack_facility_claim_claim_id"), table_name="attack_facility_claim")
    op.drop_index(op.f("ix_attack_facility_claim_attack_facility_id"), table_name="attack_facility_claim")
    op.drop_table("attack_facility_claim")
    op.drop_index(op.f("ix_facility_status_report_id"), table_name="facility_status")
    op.drop_index(op.f("ix_facility_status_facility_id"), table_name="facility_status")
    op.drop_index(op.f("ix_facility_status_attack_id"), table_name="facility_status")
    op.drop_table("facility_status")
    op.drop_index(op.f("ix_claim_speaker_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_situation_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_report_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_relay_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_origin_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_facility_id"), table_name="claim")
    op.drop_index(op.f("ix_claim_attack_id"), table_name="claim")
    op.drop_table("claim")
    op.drop_index(op.f("ix_attribution_speaker_id"), table_name="attribution")
    op.drop_index(op.f("ix_attribution_situation_id"), table_name="attribution")
    op.drop_index(op.f("ix_attribution_report_id"), table_name="attribution")
    op.drop_index(op.f("ix_attribution_attack_id"), table_name="attribution")
    op.drop_table("attribution")
    op.drop_index(op.f("ix_attack_report_report_id"), table_name="attack_report")
    op.drop_index(op.f("ix_attack_report_attack_id"), table_name="attack_report")
    op.drop_table("attack_report")
    op.drop_index(op.f("ix_attack_means_attack_id"), table_name="attack_means")
    op.drop_table("attack_means")
    op.drop_index(op.f("ix_attack_link_other_id"), table_name="attack_link")
    op.drop_index(op.f("ix_attack_link_attack_id"), table_name="attack_link")
    op.drop_table("attack_link")
    op.drop_index(op.f("ix_attack_facility_facility_id"), table_name="attack_facility")
    op.drop_index(op.f("ix_attack_facility_attack_id"), table_name="attack_facility")
    op.drop_table("attack_facility")
    op.drop_index(op.f("ix_attack_situation_id"), table_name="attack")
    op.drop_index(op.f("ix_attack_place_id"), table_name="attack")
    op.drop_index(op.f("ix_attack_parent_id"), table_name="attack")
    op.drop_index("ix_attack_occurred", table_name="attack")
    op.drop_index("ix_attack_country_occurred", table_name="attack")
    op.drop_index(op.f("ix_attack_canonical_id"), table_name="attack")
    op.drop_table("attack")
