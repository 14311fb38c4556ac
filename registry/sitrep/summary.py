"""An issue in a few plain lines, for a message that stands alone where the PDF cannot be opened."""

from registry.sitrep import highlights
from registry.sitrep.catalogue import marked as _
from registry.sitrep.values import Masthead, Sitrep
from registry.sitrep.wording import Wording, plain


def message(sitrep: Sitrep) -> tuple[str, str]:
    """The subject and the text of a message, in the issue's own language."""
    words, head = Wording(sitrep.masthead.language), sitrep.masthead
    number = _numbered(words, head) if head.number else ""
    subject = ": ".join(part for part in (head.series or head.title, plain(number)) if part)
    lines = [
        head.title,
        plain(words.say(_("%(areas)s; %(period)s"), areas=words.listed(head.areas), period=words.when(head.period))),
        plain(words.say(_("As of %(moment)s"), moment=words.moment(head.as_of))),
        "",
        *(f"* {plain(one.text)}" for one in highlights.sentences(sitrep, words)),
        "",
        plain(words.say(_("Every figure, with who said it, is in the PDF attached. Documented, not estimated."))),
    ]
    if sitrep.contact:
        lines.append(plain(words.say(_("Corrections: %(contact)s"), contact=sitrep.contact)))
    return subject, "\n".join(lines) + "\n"


def _numbered(words: Wording, head: Masthead) -> str:
    return words.say(_("%(kind)s No. %(number)s"), kind=words.code(head.kind, "kind"), number=head.number)
