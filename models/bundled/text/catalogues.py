"""Reads parallel strings out of gettext catalogues (Django's: BSD-3-Clause).

    python catalogues.py DJANGO     # how many messages and languages an unpacked Django wheel holds
"""

import collections
import pathlib
import re
import sys

FIELD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?) "(.*)"$')
MORE = re.compile(r'"(.*)"$')
ESCAPES = (("\\n", " "), ("\\t", " "), ('\\"', '"'), ("\\\\", "\\"))
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[a-z]|%[sd]|\{[a-z_0-9]*\}|<[^>]+>")


def entries(path):
    """The entries of one .po file as dictionaries of its fields; fuzzy ones are left out."""
    entry, field, fuzzy = {}, None, False
    for line in path.read_text("utf8").split("\n"):
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        match = FIELD.match(line)
        if match:
            field, text = match.groups()
            if field == "msgctxt" or (field == "msgid" and any(name.startswith("msgstr") for name in entry)):
                if not entry.get("fuzzy"):
                    yield entry
                entry = {}
            if not entry:
                entry, fuzzy = {"fuzzy": fuzzy}, False
            entry[field] = text
        elif entry and (more := MORE.match(line)):
            entry[field] += more.group(1)
    if entry and not entry.get("fuzzy"):
        yield entry


def clean(text):
    """The words of a message: escapes undone, placeholders and tags out."""
    for escape, character in ESCAPES:
        text = text.replace(escape, character)
    return re.sub(r"\s+", " ", PLACEHOLDER.sub("", text)).strip(" :.")


def messages(root):
    """{message: {language: text}}, for messages that at least three languages have; English is always one of them."""
    found = collections.defaultdict(dict)
    for path in sorted(pathlib.Path(root).rglob("locale/*/LC_MESSAGES/*.po")):
        language = path.parts[-3]
        for entry in entries(path):
            forms = [("msgid", "msgstr" if "msgstr" in entry else "msgstr[0]"), ("msgid_plural", "msgstr[1]")]
            for source, target in forms:
                english, text = clean(entry.get(source, "")), clean(entry.get(target, ""))
                if not english:
                    continue
                message = found[entry.get("msgctxt", ""), source, entry[source]]
                message.setdefault("en", english)
                if text and language != "en":
                    message.setdefault(language, text)
    return {key: found[key] for key in sorted(found) if len(found[key]) >= 3}


if __name__ == "__main__":
    every = messages(sys.argv[1])
    print(len(every), "messages,", len({language for texts in every.values() for language in texts}), "languages")
