"""Markup read as blanks: what stands in a tag is no word, and all other places stay."""

import re

_NAMES = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|button|center|cite|code|dd|del|details"
    "|div|dl|dt|em|"
    "figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|img|input|ins|kbd|label|li"
    "|main|mark|nav|ol|option|"
    "p|pre|q|s|samp|section|select|small|span|strike|strong|sub|summary|sup|table|tbody|td|textarea"
    "|tfoot|th|thead|title|"
    "tr|tt|u|ul|var"
)
_MARKUP = re.compile(
    rf"</?(?:{_NAMES})(?:\s[^<>\n]{{0,200}})?/?>|&(?:#x?[0-9a-f]{{1,6}}|[a-z]{{2,8}}[0-9]{{0,2}});",
    re.IGNORECASE,
)


def blank_markup(text: str) -> str:
    """Return a text of the same length with blanks for HTML's tags and character references.

    Only tags that HTML knows count, so `<Priya>` stays a word in brackets.
    """
    if "<" not in text and "&" not in text:
        return text
    return _MARKUP.sub(lambda found: " " * len(found[0]), text)
