"""{{ contribution.problem|markdown }}: what somebody wrote in Markdown, as HTML that can do nothing."""

from django import template

from competition.markup import render

register = template.Library()
register.filter("markdown", render, is_safe=True)
