"""Saying a block of a page again elsewhere on it."""

from django import template
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import Parser, Token
from django.template.loader_tags import BlockNode

register = template.Library()


class AgainNode(Node):
    def __init__(self, block: str, variable: str) -> None:
        self.block, self.variable = block, variable

    def render(self, context: Context) -> str:
        """An empty block of the same name, so that what the page itself put in it is found."""
        context[self.variable] = BlockNode(self.block, NodeList()).render(context)
        return ""


@register.tag
def again(parser: Parser, token: Token) -> AgainNode:
    """{% again title as shared_title %}: what the block "title" of this page holds, under a name.

    Django lets a block stand in one place; a page's title and description are wanted in two.
    """
    match token.split_contents():
        case [_tag, block, "as", variable]:
            return AgainNode(block, variable)
    raise TemplateSyntaxError("Write {% again name-of-block as variable %}.")
