"""Words that decide something: a text in other words has the same of them as the rule's text."""

from __future__ import annotations

DENIALS = frozenset(
    "no not never nothing nobody none nowhere neither nor cannot without unable refuse refused decline "
    "declined except unless hardly nein nicht kein keine nie niemand".split()
)
"""Each counts as a denial, as does every word with n't."""

GUARDED = (
    "yes", "okay", "approv", "agree", "allow", "permi", "permit", "authoris", "authoriz", "grant", "licen",
    "releas", "clear", "confirm", "accept", "reject", "forbid", "forbad", "prohibit", "ban", "deny", "denie",
    "stop", "halt", "hold", "withdraw", "revok", "cancel", "must", "obey", "comply", "may", "proceed", "sign",
    "send", "sent", "mail", "forward", "share", "sharing", "publish", "post", "upload", "download", "disclos",
    "leak", "report", "notif", "tell", "told", "inform", "contact", "write", "wrote", "delet", "remov", "destroy",
    "wip", "eras", "purg", "lock", "unlock", "disabl", "suspend", "reset", "password", "transfer", "pay", "paid",
    "wire", "call", "ring", "phon", "install", "execut", "run", "copy", "copies", "export", "move", "press",
    "newspap", "journal", "media", "regulat", "agenc", "authorit", "police", "prosecut", "lawyer", "counsel",
    "public", "secret", "confiden", "fraud", "crim", "illegal", "fals", "forg", "fake", "hid", "cover", "fatal",
    "death", "dead", "died", "patient", "always", "all", "every", "any", "only", "both", "deadline", "urgent",
    "instruct", "ignore", "system", "prompt",
)  # fmt: skip
"""Beginnings of words that allow, forbid, order or accuse."""

NUMBERS = frozenset(
    "zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand "
    "million half third quarter dozen once twice second".split()
)

DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december today tomorrow yesterday tonight morning noon afternoon evening "
    "midnight week weeks month months hour hours minute minutes day days lunch".split()
)

STARTS = frozenset(
    "a about after again also although an and another are as ask at back because been before best better but "
    "by can come could dear do does done even fine first for from get give glad go good got great had happy "
    "has have he hello here hi his how if in is it its it's i'm just keep kind know later let let's like long "
    "look looks made make maybe me mine more most much my need next now of oh on one or other our out over "
    "perhaps please put quick quite rather read really regards right same say see she should since so some "
    "somebody someone soon sorry still such sure take thank thanks that that's the their them then there "
    "there's they these they're thing things think this those though to too try until up us very was we well "
    "were what when where which while who why will with work works would you your yours you'll".split()
)
"""Everyday words that may begin a sentence anew."""
