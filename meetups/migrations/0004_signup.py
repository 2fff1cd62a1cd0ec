"""Who signs up for a meetup, in numbers; with room for so many and no more, which the database guards.

The pages that show how many seats are left are made anew when a sign-up changes.
"""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROOM = """
CREATE FUNCTION meetups_refuse_more_than_there_is_room_for() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most integer;
    room integer;
BEGIN
    SELECT capacity, most_per_municipality INTO room, most FROM meetups_meetup WHERE id = NEW.meetup_id
        FOR NO KEY UPDATE;
    IF NEW.seats + NEW.offered > most THEN
        RAISE EXCEPTION 'signup_more_than_one_municipality_may_have' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT sum(seats + offered) FROM meetups_signup WHERE meetup_id = NEW.meetup_id) > room THEN
        RAISE EXCEPTION 'signup_more_than_there_is_room_for' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER signups_fit_in AFTER INSERT ON meetups_signup
    FOR EACH ROW WHEN (NEW.seats + NEW.offered > 0)
    EXECUTE FUNCTION meetups_refuse_more_than_there_is_room_for();
CREATE TRIGGER more_seats_fit_in AFTER UPDATE ON meetups_signup
    FOR EACH ROW WHEN (NEW.seats + NEW.offered > OLD.seats + OLD.offered)
    EXECUTE FUNCTION meetups_refuse_more_than_there_is_room_for();
ALTER TABLE meetups_signup ENABLE ALWAYS TRIGGER signups_fit_in;
ALTER TABLE meetups_signup ENABLE ALWAYS TRIGGER more_seats_fit_in;
"""
NO_ROOM = """
DROP TRIGGER more_seats_fit_in ON meetups_signup;
DROP TRIGGER signups_fit_in ON meetups_signup;
DROP FUNCTION meetups_refuse_more_than_there_is_room_for();
"""
WATCH = """
CREATE TRIGGER meetups_signup_changes_pages AFTER INSERT OR UPDATE OR DELETE ON meetups_signup
    FOR EACH STATEMENT EXECUTE FUNCTION competition_note_page_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0005_page_change"),
        ("meetups", "0003_material"),
        ("solutions", "0003_library_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Signup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seats", models.PositiveSmallIntegerField(default=0, verbose_name="plaatsen")),
                (
                    "offered",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Zij worden vrijgehouden tot het aanbod verloopt.",
                        verbose_name="aangeboden plaatsen",
                    ),
                ),
                ("offered_until", models.DateTimeField(null=True, verbose_name="aanbod geldt tot")),
                (
                    "offer_number",
                    models.PositiveSmallIntegerField(default=0, verbose_name="nummer van het laatste aanbod"),
                ),
                (
                    "accepted_offer",
                    models.PositiveSmallIntegerField(default=0, verbose_name="laatste aanbod dat is aangenomen"),
                ),
                ("lapsed_at", models.DateTimeField(null=True, verbose_name="laatste aanbod verlopen op")),
                (
                    "waiting",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateTimeField(),
                        default=list,
                        help_text="Een moment voor elke collega die nog geen plaats heeft.",
                        size=None,
                        verbose_name="wachten sinds",
                    ),
                ),
                (
                    "form_key",
                    models.UUIDField(
                        help_text="Zo herkennen wij een formulier dat twee keer wordt verstuurd.",
                        verbose_name="kenmerk van het formulier",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, verbose_name="versie")),
                ("changed_at", models.DateTimeField(verbose_name="veranderd op")),
            ],
            options={
                "verbose_name": "aanmelding",
                "verbose_name_plural": "aanmeldingen",
            },
        ),
        migrations.AddField(
            model_name="meetup",
            name="capacity",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Hoeveel mensen passen er? Wie zich daarna aanmeldt, komt op de wachtlijst. Leeg: geen grens.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="aantal plaatsen",
            ),
        ),
        migrations.AddField(
            model_name="meetup",
            name="most_per_municipality",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Hoeveel mensen mag één gemeente hoogstens aanmelden? Leeg: geen grens.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="plaatsen per gemeente",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("capacity__isnull", True), ("capacity__gte", 1), _connector="OR"),
                    models.Q(
                        ("most_per_municipality__isnull", True), ("most_per_municipality__gte", 1), _connector="OR"
                    ),
                ),
                name="meetup_has_room_for_somebody",
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="changed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="veranderd door",
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="meetup",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="signups",
                to="meetups.meetup",
                verbose_name="meetup",
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="municipality",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="competition.municipality",
                verbose_name="gemeente",
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(fields=("meetup", "municipality"), name="signup_one_per_municipality"),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("offered", 0), ("offered_until__isnull", True)),
                    models.Q(("offered__gt", 0), ("offered_until__isnull", False)),
                    _connector="OR",
                ),
                name="signup_offer_has_an_end",
            ),
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
        migrations.RunSQL(WATCH, "DROP TRIGGER meetups_signup_changes_pages ON meetups_signup;"),
    ]
