"""Real text to measure on, from Debian packages: the World English Bible, the King James Bible, CMake's manual, licences.

Nothing is random: the same packages give the same files. They lie in .cache/bench-texts.
"""
import functools
import io
import json
import pathlib
import random
import re
import subprocess
import zipfile

from . import venv

KJV = "engKJV2006eb"
FOLDER = venv.ROOT / ".cache/bench-texts"
LONGEST_BOOKS = "Gen Exod Ps Isa Jer Matt Luke John Acts Rom".split()


@functools.cache
def book(module: str, name: str) -> tuple[str, ...]:
    found: list[str] = []
    printed = subprocess.run(["diatheke", "-b", module, "-f", "plain", "-k", name], check=True,
                             capture_output=True).stdout.decode("utf-8", "replace")
    for line in printed.splitlines():
        head = re.match(r"^[1-4A-Z][\w ]+ \d+:\d+: ?", line)
        if head:
            found.append(line[head.end():].strip())
        elif found and not line.startswith("(" + module):
            found[-1] += " " + line.strip()
    return tuple(verse for verse in found if verse)


def verses(module: str, books: list[str]) -> list[str]:
    return [verse for name in books for verse in book(module, name)]


def manual() -> str:
    files = sorted(p for folder in pathlib.Path("/usr/share").glob("cmake-*/Help") for p in folder.rglob("*.rst"))
    return "\n\n".join(path.read_text(errors="replace") for path in files)


def samples() -> dict[str, pathlib.Path]:
    """Texts of about 2 MB for text_speed: prose twice, a manual, and every script mixed with hostile bits."""
    from model_import import fuzz_texts, sentences
    FOLDER.mkdir(parents=True, exist_ok=True)
    paths = {name: FOLDER / f"{name}.txt" for name in ("kjv", "web", "manual", "mixed")}
    if all(path.is_file() for path in paths.values()):
        return paths
    for name, module in (("kjv", KJV), ("web", sentences.BIBLE)):
        found = verses(module, LONGEST_BOOKS)
        paths[name].write_text("\n\n".join("\n".join(found[i:i + 5]) for i in range(0, len(found), 5)))
    paths["manual"].write_text(manual())
    real = [s for of in sentences.collect(1).values() for s in of]
    paths["mixed"].write_bytes("\n\n".join(fuzz_texts.texts(random.Random(3), real, 2_000_000)).encode())
    return paths


def prose() -> list[str]:
    """Paragraphs of five verses of the whole World English Bible, then the manual's."""
    from model_import import sentences
    found = verses(sentences.BIBLE, sentences.BOOKS)
    paragraphs = [" ".join(found[i:i + 5]) for i in range(0, len(found), 5)]
    return paragraphs + [re.sub(r"\s+", " ", p).strip() for p in manual().split("\n\n") if len(p) > 200]


def chunks_of_tokens(tokenizer, tokens: int, count: int) -> list[str]:
    """`count` stretches of prose that are `tokens` tokens each with [CLS] and [SEP]."""
    out: list[str] = []
    paragraphs = prose()
    for paragraph in [" ".join(paragraphs[i:i + 40]) for i in range(0, len(paragraphs), 40)]:
        encoded = tokenizer.encode(paragraph, add_special_tokens=False)
        begin = 0
        while begin + tokens - 2 < len(encoded.ids) and len(out) < count:
            end = begin + tokens - 2  # the piece at `end` must begin a word, or the cut text has other pieces
            text = paragraph[encoded.offsets[begin][0]:encoded.offsets[end - 1][1]]
            if len(tokenizer.encode(text).ids) == tokens:
                out.append(text)
            begin = end
            while begin < len(encoded.ids) and encoded.tokens[begin].startswith("##"):
                begin += 1
        if len(out) == count:
            return out
    raise SystemExit(f"not enough prose for {count} texts of {tokens} tokens")


def whole_texts(count: int) -> list[str]:
    """Texts as people send them: single verses, paragraphs, pages of the manual, in a fixed mixed order; none is beyond
    what the encoder takes (256 tokens), so that no side truncates."""
    from model_import import sentences
    found = verses(sentences.BIBLE, LONGEST_BOOKS)
    texts = found[:count] + [p for p in prose() if len(p.split()) < 150]
    random.Random(5).shuffle(texts)
    return texts[:count]


def chatgpt_export(size: int) -> pathlib.Path:
    """A ChatGPT export whose conversations.json has `size` bytes of real text: one paragraph a turn."""
    path = FOLDER / f"export-{size}.zip"
    if path.is_file():
        return path
    FOLDER.mkdir(parents=True, exist_ok=True)
    king_james = verses(KJV, LONGEST_BOOKS)
    paragraphs = prose() + [" ".join(king_james[i:i + 4]) for i in range(0, len(king_james), 4)]
    paragraphs += [re.sub(r"\s+", " ", p).strip() for path in sorted(pathlib.Path("/usr/share/common-licenses").iterdir())
                   for p in path.read_text(errors="replace").split("\n\n")]
    random.Random(9).shuffle(paragraphs)
    turns, conversations, written, at = 12, [], 2, 0
    while written < size:
        if at + turns > len(paragraphs):  # a second time round: every paragraph backwards by words, so that it is new
            paragraphs += [" ".join(reversed(p.split())) for p in paragraphs]
        conversation = conversation_of(len(conversations), paragraphs[at:at + turns])
        at += turns
        conversations.append(conversation)
        written += len(json.dumps(conversation)) + 2
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("conversations.json"), json.dumps(conversations), zipfile.ZIP_DEFLATED)
    path.write_bytes(out.getvalue())
    return path


def conversation_of(index: int, turns: list[str]) -> dict:
    """The shape of OpenAI's export: a mapping of nodes with parent, children and message."""
    nodes = [f"{index:08x}-0000-4000-8000-{i:012x}" for i in range(len(turns) + 1)]
    mapping = {nodes[0]: {"id": nodes[0], "message": None, "parent": None, "children": nodes[1:2]}}
    for i, text in enumerate(turns):
        mapping[nodes[i + 1]] = {
            "id": nodes[i + 1], "parent": nodes[i], "children": nodes[i + 2:i + 3],
            "message": {"id": nodes[i + 1], "author": {"role": "user" if i % 2 == 0 else "assistant"},
                        "create_time": 1_700_000_000 + 600 * index + i,
                        "content": {"content_type": "text", "parts": [text]}}}
    return {"title": f"Conversation {index}", "create_time": 1_700_000_000 + 600 * index,
            "update_time": 1_700_000_000 + 600 * index + len(turns), "mapping": mapping, "current_node": nodes[-1],
            "id": nodes[0]}
