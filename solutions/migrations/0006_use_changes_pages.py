"""Public pages show whether a solution is still in use: the database notes each change; see `gdsc.page_cache`."""

from django.db import migrations

WATCH = """
CREATE TRIGGER solutions_usequestion_changes_pages AFTER INSERT OR UPDATE OR DELETE ON solutions_usequestion
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    dependencies = [("solutions", "0005_two_sides_and_use"), ("competition", "0005_page_change")]

    operations = [
        migrations.RunSQL(WATCH, "DROP TRIGGER solutions_usequestion_changes_pages ON solutions_usequestion;")
    ]
