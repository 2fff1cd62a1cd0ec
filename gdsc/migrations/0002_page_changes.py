"""The database notes every change to a table that the public pages are made of; see `gdsc.page_cache`.

The ledger is left out, as its head tells, and so is what is counted from it.
"""

from django.db import migrations

WATCHED = (
    "competition_edition",
    "competition_rules",
    "competition_round",
    "competition_municipality",
    "competition_dsamembership",
    "competition_participant",
    "competition_participantmunicipality",
    "scoring_roundclosing",
    "scoring_resultversion",
    "scoring_roundresult",
    "scoring_freeze",
    "scoring_proposal",
    "scoring_finalist",
    "scoring_sealedlot",
    "scoring_lotdraw",
    "scoring_editionresult",
    "scoring_verification",
    "solutions_solution",
    "solutions_adoption",
    "solutions_contribution",
    "meetups_meetup",
    "meetups_attendance",
)
WATCH = """
CREATE TRIGGER {table}_changes_pages AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


def watched(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(WATCH.format(table=table), f"DROP TRIGGER {table}_changes_pages ON {table};")


class Migration(migrations.Migration):
    dependencies = [
        ("gdsc", "0001_cache_table"),
        ("competition", "0005_page_change"),
        ("scoring", "0004_two_people"),
        ("solutions", "0001_initial"),
        ("meetups", "0001_initial"),
    ]

    operations = [*map(watched, WATCHED)]
