"""The attacks A1 to A17 as files: what an honest person would submit, and what a cheat submits instead.

Two sets: one that rules and thresholds may be chosen by, and one of other books, another half of the chat and a few edits of other
kinds that are only reported on.

A case holds when everything that was made earns, over all its files and wallets, no more than the honest files do, and 2 %;
files that are named in `unpaid` must earn exactly nothing.
"""
import dataclasses
import gzip
import io
import json
import zipfile

from . import edits, material
from .edits import joined

CHAT_TURNS = 30  # of questions and answers: below the mass that pays in full, so that nothing hides behind that cap
PROBES = (40, 20, 10, 5)  # every so many words a typo: an attacker edits until it passes


@dataclasses.dataclass
class Case:
    attack: str
    name: str
    honest: list[bytes]
    made: list[tuple[bytes, str]]  # file, wallet
    unpaid: list[int] = dataclasses.field(default_factory=list)
    public: list[bytes] = dataclasses.field(default_factory=list)  # what the ruleset names as public texts
    apart: bool = False  # reported by itself: not defended against


def text(paragraphs):
    return joined(paragraphs).encode()


def after(attack, name, original, changed, unpaid=False, **more):
    """The original by its owner, then what another wallet made of it."""
    return Case(attack, name, [original], [(original, "owner"), (changed, "cheat")], [1] if unpaid else [], **more)


def alone(attack, name, *files):
    """Files that are worth nothing."""
    return Case(attack, name, [], [(file, f"cheat {i}") for i, file in enumerate(files)], list(range(len(files))))


def instead(attack, name, honest, made, **more):
    """Another way to submit what one honest file says."""
    return Case(attack, name, honest, [(file, f"wallet {i}") for i, file in enumerate(made)], **more)


def copies_of_books(books):
    for number, book in enumerate(books):
        new, king = material.passage(book)
        whole = text(new)
        yield after("A1", f"{book}: the same bytes by another wallet", whole, whole, unpaid=True)
        yield after("A2", f"{book}: CR LF and a byte order mark", whole,
                    b"\xef\xbb\xbf" + whole.replace(b"\n", b"\r\n"), unpaid=True)
        yield after("A2", f"{book}: in a zip", whole, material.zipped({"text.txt": whole}), unpaid=True)
        packed = {"in a gzip": gzip.compress(whole, mtime=0), "in a tar": material.tarred({"text.txt": whole}),
                  "as a page of HTML": material.page(new)}
        what = list(packed)[number % 3]
        yield after("A2", f"{book}: {what}", whole, packed[what])
        look_alikes = {
            "Cyrillic letters": edits.translated(new, edits.CYRILLIC),
            "every second Greek letter that looks alike": edits.translated(new, edits.GREEK, 0.5, book),
            "full-width letters": edits.translated(new, edits.FULL_WIDTH),
            "zero-width spaces": edits.between_letters(new, "\u200b", 7),
            "combining marks": edits.between_letters(new, "\u0301", 5),
            "bidirectional marks": edits.between_letters(new, "\u202e\u202c", 11),
            "towers of marks": edits.between_letters(new, "\u0300\u0316\u0335" * 3, 9),
            "letters taken apart": edits.decomposed(new)}
        for index, (what, paragraphs) in enumerate(look_alikes.items()):
            if (index + number) % 2 == 0:
                yield after("A3", f"{book}: {what}", whole, text(paragraphs))
        small = {"a typo in one word of eight": edits.typos(new, 8, book), "synonyms": edits.synonyms(new),
                 "one word of twelve left out": edits.dropped(new, 12, book),
                 "a filler after one word of ten": edits.inserted(new, 10, book)}
        for index, (what, paragraphs) in enumerate(small.items()):
            if (index + number) % 2 == 0:
                yield after("A4", f"{book}: {what}", whole, text(paragraphs))
        yield after("A5", f"{book}: retold word for word anew (King James after World English)", whole, text(king))
        orders = {"paragraphs in another order": edits.shuffled(new, book),
                  "sentences in another order": edits.shuffled_sentences(new, book), "backwards": new[::-1]}
        for index, (what, paragraphs) in enumerate(orders.items()):
            if (index + number) % 3 != 2:
                yield after("A7", f"{book}: {what}", whole, text(paragraphs))


def shapes_of_books(books):
    for number, book in enumerate(books):
        new, _ = material.passage(book)
        other, _ = material.passage(books[(number + 5) % len(books)])
        whole, second = text(new), text(other)
        if number % 2:
            padded = [part for paragraph in new for part in (paragraph, edits.lorem(30, paragraph))]
            yield instead("A8", f"{book}: lorem ipsum between the paragraphs", [whole], [text(padded)])
        else:
            notice = "This text is provided as is, without warranty of any kind, to whom it may concern."
            padded = [f"{paragraph} {notice}" for paragraph in new]
            yield instead("A8", f"{book}: one sentence after each paragraph", [whole], [text(padded)])
        for pieces in (4, 16):
            yield instead("A9", f"{book}: cut into {pieces}", [whole], [text(part) for part in edits.cut(new, pieces)])
        if number % 2:
            halves = [new[:len(new) * 2 // 3], new[len(new) // 3:]]
            yield instead("A9", f"{book}: two files that share a third", [whole], [text(half) for half in halves])
        else:
            yield instead("A9", f"{book}: two known files as one", [whole, second], [whole, second, text(new + other)])
        fifth = new[:len(new) // 5]
        yield instead("A10", f"{book}: a fifth of it in another text", [whole, second], [whole, text(other + fifth)])
        yield instead("A11", f"{book}: with a copy of itself, a typo in one word of ten", [whole],
                      [text(new + edits.typos(new, 10, book))])
        noise = [f"{paragraph} {edits.letters(8, paragraph)}" for paragraph in new]
        yield after("A14", f"{book}: eight random words after each paragraph", whole, text(noise))


def games_of_books(books):
    for number, book in enumerate(books):
        new, king = material.passage(book)
        whole = text(new)
        if number % 2:
            probes = [text(edits.typos(new, every, f"{book} {every}")) for every in PROBES]
            yield instead("A12", f"{book}: edited until it passes", [whole], [whole, *probes])
            yield after("A15", f"{book}: a Markov chain of two words", whole,
                        text(edits.markov(new, 2, 4000, book)))
            yield Case("A17", f"{book}: a public text", [], [(whole, "cheat")], [0], [whole])
        else:
            yield instead("A13", f"{book}: half of it before its owner comes", [whole], [text(new[:len(new) // 2]), whole])
            yield after("A15", f"{book}: a Markov chain of three words", whole,
                        text(edits.markov(new, 3, 4000, book)))
            yield Case("A17", f"{book}: a public text retold", [], [(text(king), "cheat")], [], [whole])
        if number % 2:
            yield after("A6", f"{book}: in Spanish", whole, text(material.spanish(book)), apart=True)


def other_kinds(books):
    """Edits that no rule was written with."""
    for number, book in enumerate(books):
        new, king = material.passage(book)
        whole = text(new)
        if number % 2:
            yield after("A7", f"{book}: sentences in another order, five a paragraph", whole,
                        text(edits.shuffled_sentences(new, f"five {book}", 5)))
            padded = [part for paragraph in new for part in (paragraph, edits.pseudo_latin(40, paragraph))]
            yield instead("A8", f"{book}: made-up Latin between the paragraphs", [whole], [text(padded)])
        else:
            yield after("A7", f"{book}: parts of sentences in another order", whole,
                        text(edits.shuffled_sentences(new, f"parts {book}", 4, edits.clauses)))
            yield after("A5", f"{book}: retold, the paragraphs in another order", whole, text(edits.shuffled(king, book)))
    named = [(f"What is the capital of {edits.name(2 * i)}?", f"The capital of {edits.name(2 * i)} is {edits.name(2 * i + 1)}.")
             for i in range(400)]
    yield alone("A15", "chat export: four hundred times one template, with names", material.chat_export(named))


def honest_months(books, turns, months=12):
    """No attack: people who export again every month. What they earn beside one export at the end, reported apart."""
    def month(items, number):
        return items[:max(1, len(items) * number // months)]

    def again(name, make, items):
        made = [(make(month(items, number)), "owner") for number in range(1, months + 1)]
        return Case("honest", f"{name}, exported twelve times", [make(items)], made, apart=True)

    def newest_first(items):
        return text(list(items)[::-1])
    for number, book in enumerate(books):
        new, _ = material.passage(book)
        yield again(f"{book}: a text that grows", newest_first if number % 2 else text, new)
    yield again("a chat", material.chat_export, turns)
    # Conversations go on: each month has one turn more of all of them.
    going_on = [turns[at::6] for at in range(6)]
    grown = [(material.zipped({"conversations.json": json.dumps(material.conversations(
        [turn for conversation in going_on for turn in conversation[:part]], part)).encode()}), "owner") for part in range(1, 6)]
    yield Case("honest", "conversations that go on, exported five times", [grown[-1][0]], grown, apart=True)


def chats(turns):
    export = material.chat_export(turns)
    yield after("A1", "chat export: the same bytes by another wallet", export, export, unpaid=True)
    yield after("A2", "chat export: JSON spread over lines", export, material.chat_export(turns, indent=2), unpaid=True)
    yield after("A2", "chat export: keys sorted, letters escaped", export,
                material.chat_export(turns, sort_keys=True, ensure_ascii=True), unpaid=True)
    plain = "\n\n".join(part for turn in turns for part in turn).encode()
    yield after("A2", "chat export: as a text", export, plain)
    lines = "\n".join(json.dumps({"question": q, "answer": a}) for q, a in turns).encode()
    yield after("A2", "chat export: as lines of JSON", export, lines)
    yield after("A7", "chat export: turns in another order", export, material.chat_export(edits.shuffled(turns, "turns")))
    yield after("A7", "chat export: other conversations, same turns", export,
                material.zipped({"conversations.json": json.dumps(material.conversations(turns, 9)).encode()}))
    parts = [material.chat_export(part) for part in edits.cut(turns, 4)]
    yield instead("A9", "chat export: cut into four", [export], parts)
    yield instead("A9", "chat export: again a month later, with more in it", [export],
                  [material.chat_export(turns[:len(turns) * 3 // 4]), export])
    months = [material.chat_export(turns[:len(turns) * part // 10]) for part in range(1, 11)]
    yield instead("A9", "chat export: again each tenth of the way", [export], months)
    template = [(f"What is the capital of region {i}?", f"The capital of region {i} is city {i * 7 % 100}.") for i in range(400)]
    yield alone("A15", "chat export: four hundred times one template", material.chat_export(template))


def tables():
    rows = material.table()
    head, body = rows[0], rows[1:]
    whole = material.table_text(rows).encode()
    yield after("A1", "table: the same bytes by another wallet", whole, whole, unpaid=True)
    yield after("A2", "table: semicolons", whole, material.table_text(rows, ";").encode())
    yield after("A2", "table: tabs", whole, material.table_text(rows, "\t").encode())
    as_json = json.dumps([dict(zip(head, row)) for row in body]).encode()
    yield after("A2", "table: as JSON", whole, as_json)
    yield after("A7", "table: rows in another order", whole,
                material.table_text([head, *edits.shuffled(body, "rows")]).encode())
    yield after("A7", "table: columns in another order", whole, material.table_text([row[::-1] for row in rows]).encode())
    yield instead("A9", "table: cut into three", [whole],
                  [material.table_text([head, *part]).encode() for part in edits.cut(body, 3)])
    numbered = [("number", *head), *((str(i * 37 % 1009), *row) for i, row in enumerate(body))]
    yield after("A4", "table: a made-up column", whole, material.table_text(numbered).encode())


def garbage():
    yield alone("A8", "lorem ipsum alone", edits.lorem(6000, 1).encode())
    yield alone("A8", "random letters", edits.letters(6000, 2).encode())
    yield alone("A8", "one word again and again", ("data " * 8000).encode())
    yield alone("A8", "one sentence again and again", ("I like to share my data with you today. " * 900).encode())
    yield alone("A8", "digits", " ".join(str(i * i * 7919 % 1_000_003) for i in range(6000)).encode())
    yield alone("A8", "symbols", ("#$%& @@ !! ~~ ^^ ** (( )) " * 1500).encode())
    yield alone("A16", "a word of a million letters", b"a" * 1_000_000)
    yield alone("A16", "letters one by one", "\n".join("abcdefghij" * 3000).encode())
    yield alone("A16", "a bomb of zeros in a zip", material.zipped({"a.txt": bytes(150_000_000)}))
    yield alone("A16", "a zip in a zip in a zip", nested(b"The quick brown fox jumps over the lazy dog. " * 50, 12))
    yield alone("A16", "JSON of ten thousand levels", b"[" * 10_000 + b"1" + b"]" * 10_000)
    yield alone("A16", "numbers that overflow", json.dumps([float("1e308") * 10, -1, 2**70] * 3000).encode())
    yield alone("A16", "a hundred thousand empty members", empty_members(100_001))
    yield alone("A16", "ill-formed bytes", bytes(range(128, 256)) * 300)
    yield alone("A16", "a gzip of fifty million zeros", gzip.compress(b"\0" * 50_000_000, mtime=0))


def nested(data, levels):
    for _ in range(levels):
        data = material.zipped({"inner.zip": data})
    return data


def empty_members(count):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(zipfile.ZipInfo(f"{number}", (2024, 1, 1, 0, 0, 0)), b"")
    return out.getvalue()


def all_cases():
    books, turns = tuple(material.BOOKS), material.faq()[:CHAT_TURNS]
    for make in (copies_of_books, shapes_of_books, games_of_books):
        yield from make(books)
    yield from honest_months(books, turns)
    yield from chats(turns)
    yield from tables()
    yield from garbage()


def other_cases():
    books, turns = tuple(material.OTHER_BOOKS), material.faq()[CHAT_TURNS:2 * CHAT_TURNS]
    for make in (copies_of_books, shapes_of_books, games_of_books, other_kinds):
        yield from make(books)
    yield from honest_months(books, turns)
    yield from chats(turns)
