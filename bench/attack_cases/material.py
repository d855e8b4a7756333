"""What honest people would submit: books of two translations, a chat export, a table, the same words in Spanish.

Everything comes from Debian packages and is the same on every machine with the same packages.
"""
import functools
import gzip
import html
import io
import json
import pathlib
import re
import subprocess
import tarfile
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENGLISH, KING, SPANISH = "engWEB2015eb", "engKJV2006eb", "spaRV1909eb"
BOOKS = {"Genesis": (12, 24), "Exodus": (2, 14), "1 Samuel": (1, 12), "2 Kings": (1, 10), "Job": (3, 22), "Psalms": (1, 30),
         "Proverbs": (1, 18), "Isaiah": (1, 16), "Jeremiah": (1, 12), "Matthew": (3, 14), "Luke": (9, 19), "Acts": (1, 11)}
# Nothing was chosen by these: thresholds that only fit the others would fail here.
OTHER_BOOKS = {"Numbers": (10, 24), "Deuteronomy": (1, 12), "Judges": (1, 14), "1 Kings": (1, 11), "Nehemiah": (1, 13),
               "Ecclesiastes": (1, 12), "Ezekiel": (1, 14), "Daniel": (1, 11), "Mark": (1, 12), "John": (1, 12), "Romans": (1, 16),
               "Revelation of John": (1, 18)}
WORDS_A_PARAGRAPH = 50
VERSE = re.compile(r"^[A-Za-z0-9 ]+ (\d+):(\d+): ?(.*)")
SPANISH_PACKAGE = "sword-text-sparv"


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


@functools.lru_cache(maxsize=None)
def verses(module, book, first, last, sword_path=""):
    """(chapter, verse) -> text, as diatheke prints it."""
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"} | ({"SWORD_PATH": sword_path} if sword_path else {})
    found, current = {}, None
    for line in run("diatheke", "-b", module, "-f", "plain", "-k", f"{book} {first}-{last}", env=environment).splitlines():
        if match := VERSE.match(line):
            current = (int(match[1]), int(match[2]))
            found[current] = match[3]
        elif current and not line.startswith("("):
            found[current] += " " + line
    return {place: " ".join(text.replace("¶", " ").split()) for place, text in found.items() if text.strip()}


def places_of(book):
    return BOOKS.get(book) or OTHER_BOOKS[book]


def paragraphs_of(texts, places):
    """Verses in order, gathered until there are fifty words in the first of the texts."""
    out, group = [], []
    for index, place in enumerate(places):
        group.append(place)
        ends = index + 1 == len(places) or places[index + 1][0] != place[0]
        if ends or sum(len(texts[0][each].split()) for each in group) >= WORDS_A_PARAGRAPH:
            out.append([" ".join(text[each] for each in group) for text in texts])
            group = []
    return out


@functools.lru_cache(maxsize=None)
def passage(book):
    """(modern, King James) of the same verses: lists of paragraphs, one for one."""
    texts = [verses(module, book, *places_of(book)) for module in (ENGLISH, KING)]
    places = sorted(texts[0].keys() & texts[1].keys())
    if len(places) < 100:
        raise SystemExit(f"{book}: {len(places)} verses; are sword-text-web and sword-text-kjv installed (tools/setup)?")
    both = paragraphs_of(texts, places)
    return [pair[0] for pair in both], [pair[1] for pair in both]


@functools.lru_cache(maxsize=None)
def spanish(book):
    """Paragraphs of the same verses in the Reina-Valera of 1909; the package is fetched, not installed."""
    kept = ROOT / ".cache/attacks/spanish"
    if not (kept / "mods.d").is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            run("apt-get", "download", SPANISH_PACKAGE, cwd=folder)
            [package] = pathlib.Path(folder).glob("*.deb")
            run("dpkg-deb", "-x", str(package), folder + "/out")
            run("cp", "-r", folder + "/out/usr/share/sword", str(kept))
    english = verses(ENGLISH, book, *places_of(book))
    other = verses(SPANISH, book, *places_of(book), str(kept))
    places = sorted(english.keys() & other.keys())
    return [pair[1] for pair in paragraphs_of([english, other], places)]


@functools.lru_cache(maxsize=None)
def faq():
    """(question, answer) of the Debian FAQ."""
    path = pathlib.Path("/usr/share/doc/debian/FAQ/debian-faq.en.txt.gz")
    text = gzip.decompress(path.read_bytes()).decode("utf-8").replace("\u00a0", " ")
    found, question, lines = [], None, []
    for line in text[text.index("\nChapter 1. "):].splitlines():
        if match := re.match(r"(?:Chapter )?\d+\.(?:\d+\.)* (.*)", line):
            answer = " ".join(" ".join(lines).split())
            if question and len(answer) > 80:
                found.append((question, answer))
            question, lines = match[1], []
        elif question:
            lines.append(line)
    return found


def conversations(turns, a_conversation=6):
    """The turns as the conversations of a chat export, by shape."""
    out = []
    for begin in range(0, len(turns), a_conversation):
        number, began = begin // a_conversation, 1_700_000_000.0 + begin * 3600
        key = f"00000000-0000-4000-8000-{number:012x}"
        mapping, last = {"root": {"id": "root", "message": None, "parent": None, "children": []}}, "root"
        for index, (question, answer) in enumerate(turns[begin:begin + a_conversation]):
            for role, text in (("user", question), ("assistant", answer)):
                node = f"{number}-{index}-{role}"
                mapping[last]["children"].append(node)
                message = {"id": node, "author": {"role": role}, "create_time": began + index * 60,
                           "content": {"content_type": "text", "parts": [text]}}
                mapping[node] = {"id": node, "message": message, "parent": last, "children": []}
                last = node
        out.append({"title": f"Questions {number}", "create_time": began, "update_time": began, "mapping": mapping,
                    "current_node": last, "conversation_id": key, "id": key})
    return out


def zipped(members):
    """A zip of name -> bytes with fixed times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def chat_export(turns, **form):
    return zipped({"conversations.json": json.dumps(conversations(turns), **form).encode()})


def tarred(members):
    """A tar of name -> bytes with fixed times."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return out.getvalue()


def page(paragraphs):
    """The paragraphs as a page of HTML."""
    body = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in paragraphs)
    return f"<!DOCTYPE html>\n<html><head><title>Notes</title></head><body>\n{body}</body></html>\n".encode()


@functools.lru_cache(maxsize=None)
def table():
    """Rows of a real table: the time zones with places, and what is said of them."""
    rows = [("countries", "coordinates", "zone", "remark")]
    for line in pathlib.Path("/usr/share/zoneinfo/zone1970.tab").read_text().splitlines():
        if not line.startswith("#"):
            rows.append(tuple((line.split("\t") + [""])[:4]))
    return rows


def table_text(rows, separator=","):
    def cell(value):
        return '"' + value.replace('"', '""') + '"' if any(c in value for c in (separator, '"', "\n")) else value
    return "\n".join(separator.join(cell(value) for value in row) for row in rows) + "\n"
