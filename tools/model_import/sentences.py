"""Real sentences that are free to use, from Debian packages: for calibration, golden vectors and accuracy.

bible     World English Bible, public domain (sword-text-web, read with diatheke)
licences  licence texts of /usr/share/common-licenses (base-files)
manual    CMake's manual, BSD 3-clause (cmake-data)
Each sentence belongs to one half for good, by the hash of its text: what is calibrated on one half is measured on
the other.
"""
import hashlib
import pathlib
import re
import subprocess

BIBLE = "engWEB2015eb"
# Book by book: diatheke ends a long range early.
BOOKS = """Gen Exod Lev Num Deut Josh Judg Ruth 1Sam 2Sam 1Kgs 2Kgs 1Chr 2Chr Ezra Neh Esth Job Ps Prov Eccl Song Isa
    Jer Lam Ezek Dan Hos Joel Amos Obad Jonah Mic Nah Hab Zeph Hag Zech Mal Tob Jdt Wis Sir Bar 1Macc 2Macc Matt Mark
    Luke John Acts Rom 1Cor 2Cor Gal Eph Phil Col 1Thess 2Thess 1Tim 2Tim Titus Phlm Heb Jas 1Pet 2Pet 1John 2John 3John
    Jude Rev""".split()
SENTENCE_END = re.compile(r"(?<=[.;:?!]) ")
CHARACTERS_MIN = 25


def bible() -> list[str]:
    printed = [subprocess.run(["diatheke", "-b", BIBLE, "-f", "plain", "-k", book], check=True,
                              capture_output=True).stdout.decode("utf-8", "replace") for book in BOOKS]
    verses: list[str] = []
    for line in "".join(printed).splitlines():
        head = re.match(r"^[1-4A-Z][\w ]+ \d+:\d+: ?", line)
        if head:
            verses.append(line[head.end():])
        elif verses and not line.startswith("(" + BIBLE):
            verses[-1] += " " + line
    return verses


def split(text: str) -> list[str]:
    return SENTENCE_END.split(re.sub(r"\s+", " ", text))


def licences() -> list[str]:
    files = sorted(p for p in pathlib.Path("/usr/share/common-licenses").iterdir() if not p.is_symlink())
    return [s for path in files for s in split(path.read_text(errors="replace"))]


def manual() -> list[str]:
    folders = sorted(pathlib.Path("/usr/share").glob("cmake-*/Help"))
    files = [path for folder in folders for path in sorted(folder.rglob("*.rst"))]
    return [s for path in files for paragraph in path.read_text(errors="replace").split("\n\n") for s in split(paragraph)]


def second_half(sentence: str) -> bool:
    return hashlib.sha256(sentence.encode()).digest()[0] >= 128


def collect(half: int) -> dict[str, list[str]]:
    """Sentences by source, shortest kept out, without repeats, in an order fixed by their hashes."""
    found = {}
    for source in (bible, licences, manual):
        unique = {re.sub(r"\s+", " ", s).strip() for s in source()}
        kept = [s for s in unique if len(s) >= CHARACTERS_MIN and second_half(s) == (half == 2)]
        found[source.__name__] = sorted(kept, key=lambda s: hashlib.sha256(b"order" + s.encode()).digest())
    return found


def chunks(sentences: list[str], words: int) -> list[str]:
    """Longer texts, by joining sentences until `words` words are reached."""
    out, current = [], []
    for sentence in sentences:
        current += sentence.split()
        if len(current) >= words:
            out.append(" ".join(current[:words]))
            current = []
    return out
