"""What needs two organisers is refused without the proposal that a second one approved, whoever asks.

Decided proposals, verdicts, opened lots and ended freezes stay as they are. The name of a person may always be taken
out (`ON DELETE SET NULL`), and never be replaced.
"""

from django.db import migrations

from scoring.migrations import _guards

# table, the column whose value says that the row is settled, the people, what may be filled in before that
SETTLED = (
    (
        "scoring_proposal",
        "decided_at",
        "proposed_by_id,decided_by_id",
        "outcome,decided_at,decided_by_id,decision_note",
    ),
    ("scoring_freeze", "lifted_at", "frozen_by_id,lifted_by_id", "lifted_at,lifted_by_id"),
    ("scoring_sealedlot", "opened_at", "sealed_by_id", "opened,opened_at"),
    ("scoring_lotdraw", "drawn_at", "recorded_by_id,seconded_by_id", ""),
)

KEEP_SETTLED = r"""
-- Arguments: the column that is filled in once the row is settled; the columns with people, which may become empty;
-- the columns that may be filled in while the row is not settled.
CREATE FUNCTION scoring_keep_settled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    may_change text[] := '{}';
    person text;
BEGIN
    IF before -> TG_ARGV[0] = 'null' THEN
        may_change := string_to_array(TG_ARGV[2], ',');
    END IF;
    FOREACH person IN ARRAY string_to_array(TG_ARGV[1], ',') LOOP
        IF after -> person = 'null' THEN
            may_change := may_change || person;
        END IF;
    END LOOP;
    IF before - may_change IS DISTINCT FROM after - may_change THEN
        RAISE EXCEPTION 'what is settled in % stays as it is', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
"""

APPROVED = r"""
-- Whether two organisers approved this: an act in an edition, with these details.
CREATE FUNCTION scoring_is_approved(in_edition bigint, what text, with_details jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM scoring_proposal
        WHERE edition_id = in_edition AND act = what AND outcome = 'approved' AND details @> with_details
    )
$$;
"""

REVERSAL = r"""
-- What counts for a closed month is booked back by two.
CREATE FUNCTION scoring_refuse_lone_reversal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM scoring_roundclosing AS closing JOIN competition_round AS round ON round.id = closing.round_id
        WHERE round.edition_id = NEW.edition_id
            AND (round.ends_at AT TIME ZONE 'Europe/Amsterdam')::date > NEW.counts_on
    ) AND NOT scoring_is_approved(NEW.edition_id, 'reversal', jsonb_build_object('entry', NEW.reverses_id)) THEN
        RAISE EXCEPTION 'a reversal in a closed month needs a second person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_ledgerentry_reversal_by_two BEFORE INSERT ON scoring_ledgerentry
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION scoring_refuse_lone_reversal();
ALTER TABLE scoring_ledgerentry ENABLE ALWAYS TRIGGER scoring_ledgerentry_reversal_by_two;
"""
NO_REVERSAL = """
DROP TRIGGER scoring_ledgerentry_reversal_by_two ON scoring_ledgerentry;
DROP FUNCTION scoring_refuse_lone_reversal();
"""

CLOSING = r"""
-- October fixes the finalists: two close it.
CREATE FUNCTION scoring_refuse_lone_closing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed competition_round%ROWTYPE;
BEGIN
    SELECT * INTO closed FROM competition_round WHERE id = NEW.round_id;
    IF closed.month = 10 AND NOT scoring_is_approved(closed.edition_id, 'closing', '{}') THEN
        RAISE EXCEPTION 'the closing of October needs a second person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_roundclosing_october_by_two BEFORE INSERT ON scoring_roundclosing
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_lone_closing();
ALTER TABLE scoring_roundclosing ENABLE ALWAYS TRIGGER scoring_roundclosing_october_by_two;
"""
NO_CLOSING = """
DROP TRIGGER scoring_roundclosing_october_by_two ON scoring_roundclosing;
DROP FUNCTION scoring_refuse_lone_closing();
"""

DRAW = r"""
-- A lot is sealed before October is closed and opened after it, by the text that it was made of.
CREATE FUNCTION scoring_refuse_unsound_lot() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_closed boolean := EXISTS (
        SELECT FROM scoring_roundclosing AS closing JOIN competition_round AS round ON round.id = closing.round_id
        WHERE round.edition_id = NEW.edition_id AND round.month = 10
    );
BEGIN
    IF TG_OP = 'INSERT' AND (is_closed OR NEW.opened_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a lot is sealed before October is closed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.opened_at IS NOT NULL AND OLD.opened_at IS NULL AND NOT (
        is_closed AND encode(sha256(convert_to(NEW.opened, 'UTF8')), 'hex') = NEW.seal
    ) THEN
        RAISE EXCEPTION 'a lot is opened after October is closed, by its own text' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_sealedlot_is_sound BEFORE INSERT OR UPDATE ON scoring_sealedlot
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_unsound_lot();
ALTER TABLE scoring_sealedlot ENABLE ALWAYS TRIGGER scoring_sealedlot_is_sound;

-- Lots are drawn from two or more sealed ones, all of them opened, or in public on the word of two.
CREATE FUNCTION scoring_refuse_lone_draw() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lots integer;
    opened_lots integer;
BEGIN
    SELECT count(*), count(opened_at) INTO lots, opened_lots FROM scoring_sealedlot WHERE edition_id = NEW.edition_id;
    IF (NEW.seed = '' AND NOT scoring_is_approved(NEW.edition_id, 'draw', '{}'))
        OR (NEW.seed <> '' AND (lots < 2 OR opened_lots < lots)) THEN
        RAISE EXCEPTION 'a draw needs two people' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scoring_lotdraw_by_two BEFORE INSERT ON scoring_lotdraw
    FOR EACH ROW EXECUTE FUNCTION scoring_refuse_lone_draw();
ALTER TABLE scoring_lotdraw ENABLE ALWAYS TRIGGER scoring_lotdraw_by_two;
"""
NO_DRAW = """
DROP TRIGGER scoring_lotdraw_by_two ON scoring_lotdraw;
DROP FUNCTION scoring_refuse_lone_draw();
DROP TRIGGER scoring_sealedlot_is_sound ON scoring_sealedlot;
DROP FUNCTION scoring_refuse_unsound_lot();
"""

RULES = r"""
-- Locked rules change by one newly approved proposal, in what it names and in nothing else.
CREATE OR REPLACE FUNCTION competition_refuse_change_of_locked_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changes jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.amendment > coalesce(OLD.amendment, 0) THEN
        SELECT details INTO changes FROM scoring_proposal
            WHERE id = NEW.amendment AND edition_id = OLD.edition_id AND act = 'rules' AND outcome = 'approved';
        IF to_jsonb(NEW) = to_jsonb(OLD) || changes || jsonb_build_object('amendment', NEW.amendment) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the rules of this edition are locked' USING ERRCODE = 'restrict_violation';
END
$$;
"""
NO_RULES = r"""
CREATE OR REPLACE FUNCTION competition_refuse_change_of_locked_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rules of this edition are locked' USING ERRCODE = 'restrict_violation';
END
$$;
"""

WILDCARD = r"""
-- A wildcard is granted by two; what an archive tells of other years is not.
CREATE FUNCTION scoring_refuse_lone_wildcard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT is_archive FROM competition_edition WHERE id = NEW.edition_id)
        AND NOT scoring_is_approved(NEW.edition_id, 'wildcard', jsonb_build_object('slug', NEW.slug)) THEN
        RAISE EXCEPTION 'a wildcard needs a second person' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER competition_participant_wildcard_by_two BEFORE INSERT OR UPDATE OF entry ON competition_participant
    FOR EACH ROW WHEN (NEW.entry = 'wildcard') EXECUTE FUNCTION scoring_refuse_lone_wildcard();
ALTER TABLE competition_participant ENABLE ALWAYS TRIGGER competition_participant_wildcard_by_two;
"""
NO_WILDCARD = """
DROP TRIGGER competition_participant_wildcard_by_two ON competition_participant;
DROP FUNCTION scoring_refuse_lone_wildcard();
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_control"), ("competition", "0004_second_person")]

    operations = [
        migrations.RunSQL(KEEP_SETTLED, "DROP FUNCTION scoring_keep_settled();"),
        *(_guards.settled(*row) for row in SETTLED),
        _guards.append_only("scoring_verification"),
        migrations.RunSQL(APPROVED, "DROP FUNCTION scoring_is_approved(bigint, text, jsonb);"),
        migrations.RunSQL(REVERSAL, NO_REVERSAL),
        migrations.RunSQL(CLOSING, NO_CLOSING),
        migrations.RunSQL(DRAW, NO_DRAW),
        migrations.RunSQL(RULES, NO_RULES),
        migrations.RunSQL(WILDCARD, NO_WILDCARD),
    ]
