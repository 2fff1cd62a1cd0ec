"""Each change to what the public pages show is noted; `gdsc` says of which tables."""

from django.db import migrations, models

NOTE = """
CREATE FUNCTION competition_note_page_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO competition_pagechange DEFAULT VALUES;
    RETURN NULL;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0004_second_person"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "verbose_name": "wijziging op de site",
                "verbose_name_plural": "wijzigingen op de site",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(NOTE, "DROP FUNCTION competition_note_page_change();"),
    ]
