"""The page of a contribution shows pictures and is kept: the database notes each change; see `gdsc.page_cache`."""

from django.db import migrations

WATCH = """
CREATE TRIGGER solutions_contributionimage_changes_pages AFTER INSERT OR UPDATE OR DELETE ON solutions_contributionimage
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    dependencies = [("gdsc", "0002_page_changes"), ("solutions", "0008_contribution_images")]

    operations = [
        migrations.RunSQL(
            WATCH, "DROP TRIGGER solutions_contributionimage_changes_pages ON solutions_contributionimage;"
        )
    ]
