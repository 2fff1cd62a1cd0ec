"""A change to what the public pages show names its table, so that a page can keep what does not depend on it.

The notes of a table can be added up to one (`scoring.changes.add_up`), so that counting them stays cheap.
"""

from django.db import migrations, models

NOTE = """
CREATE OR REPLACE FUNCTION competition_note_page_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO competition_pagechange (table_name, times) VALUES (TG_TABLE_NAME, 1);
    RETURN NULL;
END
$$;
"""
BEFORE = NOTE.replace("(table_name, times) VALUES (TG_TABLE_NAME, 1)", "DEFAULT VALUES")


class Migration(migrations.Migration):
    dependencies = [("competition", "0010_mail_kinds")]

    operations = [
        migrations.AddField(
            "pagechange", "table_name", models.CharField(default="", max_length=63, verbose_name="tabel")
        ),
        migrations.AddField(
            "pagechange", "times", models.PositiveIntegerField(default=1, verbose_name="aantal wijzigingen")
        ),
        migrations.RunSQL(NOTE, BEFORE),
    ]
