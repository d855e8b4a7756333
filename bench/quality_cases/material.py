"""Real documents by source: Debian packages, fetched with apt-get and not installed.

A source is on one side only: knots and language tables were fitted on the sources of FITTING, and AUC is told of the others.
"""
import gzip
import html
import json
import pathlib
import random
import re
import subprocess
import tempfile

from attack_cases import material as attack_material

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache/quality"
DOCUMENTS_MAX = 12  # of a source


def unpacked(package):
    kept = CACHE / "unpacked" / package
    if not kept.is_dir():
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(["apt-get", "download", package], cwd=folder, check=True, capture_output=True)
            [archive] = pathlib.Path(folder).glob("*.deb")
            kept.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "-x", str(archive), str(kept)], check=True)
    return kept


def text_of(path):
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace").replace("\u00a0", " ")


def web_paragraphs(path):
    text = re.sub(r"(?s)<(info|screen|code|cmd|media|comment|pre|script|style|head|table|nav)\b.*?</\1>", " ", text_of(path))
    parts = re.split(r"</?(?:p|item|section|title|div|li|dd|dt|h[1-6]|br)\b[^>]*>", text)
    return [part for part in (" ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts) if part]


def manual_paragraphs(path):
    out = [""]
    for line in text_of(path).splitlines():
        if match := re.match(r"\.(?:BR?|IR?|RI|RB|BI|IB) (.*)", line):
            out[-1] += " " + match[1].replace('"', "")
        elif line.startswith((".", "'")):
            out.append("")
        else:
            out[-1] += " " + line
    plain = lambda p: re.sub(r"\\\[\w+\]|\\\(..", "", re.sub(r"\\f.|\\&|\\,|\\/|\\\||\\c", "", p)).replace("\\-", "-")
    return [p for p in (" ".join(plain(p).split()) for p in out) if len(p) > 20]


def gathered(paragraphs, size):
    """Documents of about so many characters."""
    out, held = [], []
    for paragraph in paragraphs:
        held.append(paragraph)
        if sum(map(len, held)) >= size:
            out.append(held)
            held = []
    return out


def some(documents, seed):
    documents = list(documents)
    random.Random(seed).shuffle(documents)
    return documents[:DOCUMENTS_MAX]


def web(package, pattern, size=12_000):
    files = sorted(unpacked(package).glob(pattern))
    long = [p for file in files for p in web_paragraphs(file) if len(p) >= 30]
    return some(gathered(long, size), package + pattern)


def manuals(package, size=12_000):
    files = sorted(unpacked(package).glob("usr/share/man/*/man[157]/*.gz"))[:400]
    return some(gathered([p for file in files for p in manual_paragraphs(file)], size), package)


def changelogs(fitting):
    """Changelogs of the packages that every build machine has, by package; a package is a source."""
    names = sorted(p.parent.name for p in pathlib.Path("/usr/share/doc").glob("*/changelog.Debian.gz"))
    side = [n for n in names if (sum(n.encode()) % 2 == 0) == fitting]
    out = []
    for name in side:
        parts = [p.strip() for p in text_of(pathlib.Path("/usr/share/doc") / name / "changelog.Debian.gz").split("\n\n")]
        parts = [p for p in parts if p and not p.startswith(" --")]
        out += gathered(parts, 12_000)[:1]
    return some(out, "changelogs")


def fortunes(package):
    """Short texts as people post them."""
    texts = []
    for path in sorted((unpacked(package) / "usr/share/games/fortunes").rglob("*")):
        if path.is_file() and path.suffix not in (".dat", ".u8") and not path.is_symlink():
            texts += [" ".join(t.split()) for t in re.split(r"\n%+\s*\n", text_of(path))]
    texts = [re.sub("\x1b\\[[0-9;]*m", "", t) for t in texts if 20 <= len(t) <= 600 and "\ufffd" not in t]
    random.Random(package).shuffle(texts)
    return some(gathered(texts, 8_000), package)


def faq(package, folder):
    """(question, answer) of Debian's FAQ."""
    turns = []
    for path in sorted(unpacked(package).glob(folder)):
        for part in re.split(r"(?=<h[23])", text_of(path)):
            lines = web_paragraphs_of(part)
            if len(lines) >= 2:
                turns += [re.sub(r"^[\d.]+ ", "", lines[0]), " ".join(lines[1:])]
    return some(gathered(turns, 8_000), package)


def web_paragraphs_of(text):
    text = re.sub(r"(?s)<(pre|script|style|head|table|nav)\b.*?</\1>", " ", text)
    parts = re.split(r"</?(?:p|div|li|dd|dt|h[1-6]|br)\b[^>]*>", text)
    return [part for part in (" ".join(html.unescape(re.sub(r"<[^>]+>", "", part)).split()) for part in parts) if part]


def perl_faq():
    turns = []
    for path in sorted((unpacked("perl-doc") / "usr/share/perl").glob("*/pod/perlfaq?.pod")):
        for part in re.split(r"\n=head2 ", text_of(path))[1:]:
            question, _, answer = part.partition("\n")
            plain = re.sub(r"[BCEFILSXZ]<+\s*([^<>]*?)\s*>+", r"\1", answer)
            turns += [question, "\n".join(l for l in plain.splitlines() if l and not l.startswith(("=", " ", "\t")))]
    return some(gathered([t for t in turns if t.strip()], 8_000), "perl")


def python_faq():
    turns = []
    for path in sorted(unpacked("python3.11-doc").glob("usr/share/doc/python3.11/html/faq/*.html")):
        for part in re.split(r"(?=<h3)", text_of(path))[1:]:
            lines = web_paragraphs_of(part)
            if len(lines) >= 2:
                turns += [lines[0].rstrip("¶"), " ".join(lines[1:])]
    return some(gathered(turns, 8_000), "python")


def rows_of_ids(package, path):
    rows, vendor = [], ""
    for line in text_of(unpacked(package) / path).splitlines():
        if match := re.match(r"([0-9a-f]{4})  (.*)", line):
            vendor = match[2]
        elif (match := re.match(r"\t([0-9a-f]{4})  (.*)", line)) and vendor:
            rows.append([vendor, match[1], match[2]])
    return rows


def rows_of_packages():
    out = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, text=True, check=True).stdout
    rows = []
    for block in out.split("\n\n")[:6_000]:
        field = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(" "))
        rows.append([field.get(k, "") for k in ("Package", "Version", "Section", "Installed-Size", "Description")])
    return rows


def rows_of_json(name):
    [values] = [v for v in json.loads(text_of(unpacked("iso-codes") / f"usr/share/iso-codes/json/{name}.json")).values()]
    keys = sorted({key for value in values for key in value})
    return [[str(value.get(key, "")) for key in keys] for value in values]


def rows_of_csv(package, path):
    import csv
    with open(unpacked(package) / path, newline="", encoding="utf-8", errors="replace") as file:
        return list(csv.reader(file))[1:]


def rows_of_zones():
    lines = pathlib.Path("/usr/share/zoneinfo/zone.tab").read_text().splitlines()
    return [(line.split("\t") + ["", ""])[:4] for line in lines if not line.startswith("#")]


def tables(rows, size=250):
    return some([rows[at:at + size] for at in range(0, max(1, len(rows) - size // 2), size)], "rows")


def visits(package, pattern, base):
    """What somebody who reads these pages would have in a history: [title, address]; some pages again and again."""
    chance, pages = random.Random(package), []
    for path in sorted(unpacked(package).glob(pattern))[:600]:
        if match := re.search(r"(?s)<title>(.*?)</title>", text_of(path)):
            title = " ".join(html.unescape(re.sub(r"<[^>]+>", "", match[1])).split())
            pages.append([title, f"{base}/{path.name}"])
    out = []
    for _ in range(DOCUMENTS_MAX if pages else 0):
        often = chance.sample(pages, min(len(pages), 12))
        out.append([chance.choice(often if chance.random() < 0.3 else pages) for _ in range(200)])
    return out




def sources(fitting):
    """name -> (profile, documents): lists of paragraphs, turns, posts, rows or visits."""
    if fitting:
        out = {f"gnome {c}": ("prose", web("gnome-user-docs", f"usr/share/help/{c}/**/*.page"))
               for c in ("C", "de", "fr", "es", "it", "pl", "ru", "fi", "hu", "el", "uk", "tr", "sv", "cs", "ja", "zh_CN", "ko", "nl")}
        out |= {f"handbook {c}": ("prose", web("debian-handbook", f"usr/share/doc/debian-handbook/html/{c}/*.html"))
                for c in ("en-US", "de-DE", "fr-FR", "it-IT", "ja-JP", "nb-NO", "id-ID")}
        out |= {f"reference {c}": ("prose", web(f"debian-reference-{c}", f"usr/share/debian-reference/*.{c}.html"))
                for c in ("de", "es", "fr", "it", "pt")}
        out |= {"changelogs, half of the packages": ("prose", changelogs(True)), "perl faq": ("chat", perl_faq()),
                "debian faq en": ("chat", faq("debian-faq", "usr/share/doc/debian/FAQ/*.html")),
                "debian faq de": ("chat", faq("debian-faq-de", "usr/share/doc/debian/FAQ/de/*.html")),
                "fortunes en": ("posts", fortunes("fortunes")), "fortunes de": ("posts", fortunes("fortunes-de")),
                "time zones": ("table", tables(rows_of_zones())), "packages": ("table", tables(rows_of_packages())),
                "pci ids": ("table", tables(rows_of_ids("pci.ids", "usr/share/misc/pci.ids"))),
                "python pages": ("history", visits("python3.11-doc", "usr/share/doc/python3.11/html/library/*.html",
                                                   "https://python.example/library"))}
        return out
    out = {f"installation {c}": ("prose", web("installation-guide-amd64", f"usr/share/doc/installation-guide-amd64/{c}/*.html"))
           for c in ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "cs", "ca", "ru", "el", "vi", "ko", "ja", "zh_CN", "id")}
    out |= {f"aptitude {c}": ("prose", web(f"aptitude-doc-{c}", f"usr/share/doc/aptitude/html/{c}/*.html"))
            for c in ("cs", "es", "fi", "fr", "it", "nl", "ru")}
    out |= {f"office {c}": ("prose", web(f"libreoffice-help-{c}", f"usr/share/libreoffice/help/{c}/text/**/*.html"))
            for c in ("hu", "tr")}
    out |= {f"manual pages {c}": ("prose", manuals(f"manpages-{c}"))
            for c in ("uk", "sv", "hu", "pl", "da", "nb", "sr", "vi", "id", "el")}
    out |= {"anarchism": ("prose", web("anarchism", "usr/share/doc/anarchism/html/sec*.html")),
            "changelogs, the other half": ("prose", changelogs(False)), "python faq": ("chat", python_faq())}
    out |= {f"debian faq {c}": ("chat", faq(f"debian-faq-{c}", f"usr/share/doc/debian/FAQ/{c}/*.html"))
            for c in ("fr", "it", "nl", "ru", "pt")}
    out |= {f"fortunes {c}": ("posts", fortunes(f"fortunes-{c}")) for c in ("es", "it", "pl", "ru", "br", "cs")}
    out |= {f"iso codes {n}": ("table", tables(rows_of_json(n))) for n in ("iso_3166-1", "iso_3166-2", "iso_639-3", "iso_4217")}
    out |= {"usb ids": ("table", tables(rows_of_ids("usb.ids", "var/lib/usbutils/usb.ids"))),
            "network hardware": ("table", tables(rows_of_csv("ieee-data", "usr/share/ieee-data/oui.csv"))),
            "apache pages": ("history", visits("apache2-doc", "usr/share/doc/apache2-doc/manual/en/**/*.html", "https://apache.example/doc")),
            "postgresql pages": ("history", visits("postgresql-doc-15", "usr/share/doc/postgresql-doc-15/html/*.html",
                                                   "https://postgresql.example/docs"))}
    return out


def unknown_languages():
    """Real texts in languages that no table knows: told apart, because what is not known cannot be told from no language."""
    return {f"office {c}": ("prose", web(f"libreoffice-help-{c}", f"usr/share/libreoffice/help/{c}/text/**/*.html"))
            for c in ("et", "eu")} | {f"fortunes {c}": ("posts", fortunes(f"fortunes-{c}")) for c in ("eo", "bg")} | {
                "manual pages ro": ("prose", manuals("manpages-ro"))}


# Verse, sayings, letters and stories, with their chapters: what quality must not take for made text.
BOOKS = {"Genesis": 50, "Exodus": 40, "Leviticus": 27, "Numbers": 36, "Deuteronomy": 34, "Joshua": 24, "Judges": 21, "Ruth": 4,
         "1 Samuel": 31, "2 Samuel": 24, "1 Kings": 22, "2 Kings": 25, "1 Chronicles": 29, "2 Chronicles": 36, "Ezra": 10,
         "Nehemiah": 13, "Esther": 10, "Job": 42, "Psalms": 150, "Proverbs": 31, "Ecclesiastes": 12, "Song of Solomon": 8,
         "Isaiah": 66, "Jeremiah": 52, "Lamentations": 5, "Ezekiel": 48, "Daniel": 12, "Hosea": 14, "Joel": 3, "Amos": 9, "Micah": 7,
         "Habakkuk": 3, "Zechariah": 14, "Matthew": 28, "Mark": 16, "Luke": 24, "John": 21, "Acts": 28, "Romans": 16,
         "1 Corinthians": 16, "2 Corinthians": 13, "Galatians": 6, "Ephesians": 6, "Philippians": 4, "Hebrews": 13, "James": 5,
         "1 Peter": 5, "1 John": 5, "Revelation of John": 22}


def books():
    """{book: (profile, documents)}: of each translation the whole book, its halves, its first and its third quarter."""
    out = {}
    for book, chapters in BOOKS.items():
        half, quarter = chapters // 2, max(1, chapters // 4)
        spans = ((1, chapters), (1, half), (half + 1, chapters), (1, quarter), (half + 1, max(chapters * 3 // 4, half + 1)))
        documents = out.setdefault(book, ("prose", []))[1]
        for module in (attack_material.ENGLISH, attack_material.KING):
            for span in spans:
                texts = attack_material.verses(module, book, *span)
                documents.append([p for [p] in attack_material.paragraphs_of([texts], sorted(texts))])
    return out
