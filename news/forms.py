from typing import Any, ClassVar

from django import forms

from competition.form_fields import PlainLineField, PlainTextField
from news.models import NewsItem


class NewsItemForm(forms.ModelForm[NewsItem]):
    class Meta:
        model = NewsItem
        fields = ("title", "slug", "summary", "text", "published_at", "edition")
        field_classes: ClassVar[dict[str, Any]] = {
            "title": PlainLineField,
            "summary": PlainLineField,
            "text": PlainTextField,
        }
        widgets: ClassVar[dict[str, Any]] = {
            "summary": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
            "text": forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField"}),
        }
