"""What the models cannot say: rules stay as they are once locked, and a place belongs to its participant's edition."""

from django.db import migrations

LOCKED_RULES = """
CREATE FUNCTION competition_refuse_change_of_locked_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rules of this edition are locked' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER rules_locked_stay_as_they_are BEFORE UPDATE OR DELETE ON competition_rules
    FOR EACH ROW WHEN (OLD.locked_at IS NOT NULL) EXECUTE FUNCTION competition_refuse_change_of_locked_rules();
ALTER TABLE competition_rules ENABLE ALWAYS TRIGGER rules_locked_stay_as_they_are;
"""
UNLOCK = """
DROP TRIGGER rules_locked_stay_as_they_are ON competition_rules;
DROP FUNCTION competition_refuse_change_of_locked_rules();
"""
PLACE_IN_ITS_EDITION = """
ALTER TABLE competition_participantmunicipality ADD CONSTRAINT place_is_in_its_participants_edition
    FOREIGN KEY (participant_id, edition_id) REFERENCES competition_participant (id, edition_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
NO_PLACE_CHECK = """
ALTER TABLE competition_participantmunicipality DROP CONSTRAINT place_is_in_its_participants_edition;
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0001_initial")]

    operations = [
        migrations.RunSQL(LOCKED_RULES, UNLOCK),
        migrations.RunSQL(PLACE_IN_ITS_EDITION, NO_PLACE_CHECK),
    ]
