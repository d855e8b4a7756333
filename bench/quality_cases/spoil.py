"""What is not worth paying for, made from the same sources as the real documents of its side."""
import random

LOREM = ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
         "aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat duis "
         "aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur excepteur sint "
         "occaecat cupidatat non proident sunt in culpa qui officia deserunt mollit anim id est laborum").split()
LOREM_MORE = ("pellentesque habitant morbi tristique senectus netus malesuada fames ac turpis egestas vestibulum tortor quam "
              "feugiat vitae ultricies eget tempor ante donec mauris placerat eleifend leo quisque erat wisi condimentum aenean "
              "fermentum nec eros porttitor lacus enim ac felis praesent dapibus neque cursus faucibus pulvinar nulla facilisi "
              "integer tincidunt phasellus ultrices libero vivamus hendrerit arcu sed accumsan nunc metus bibendum sapien").split()
KEYS = ("asdfghjkl", "qwertyuiop", "zxcvbnm", "qwertzuiop", "1234567890")
OCR = {"m": "rn", "w": "vv", "l": "1", "o": "0", "e": "c", "h": "b", "n": "u", "i": "l", "s": "5", "b": "6", "g": "q", "t": "f",
       "a": "o", "d": "cl", "r": "i", "u": "ii", "о": "0", "и": "н", "а": "о", "н": "п", "т": "г", "е": "с", "в": "8"}
TEMPLATES = ("Buy {0} now and save {1} percent on every order today!", "Is {0} better than {1} for people who want more?",
             "I asked my friend about {0} and he told me to try {1} at once.", "What does {0} have to do with {1} in practice?")
LICENCE = ("Redistribution and use in source and binary forms, with or without modification, are permitted provided that the "
           "following conditions are met and that the above notice is kept in all copies of the work.")


def words_of(document):
    return [word for paragraph in document for word in paragraph.split()]


def ended(text, like):
    """Its end as the other's, so that no line gives itself away by being cut."""
    text = text.rstrip(".,;:!?")
    return text + like[-1] if text and like and not like[-1].isalnum() else text


def refilled(document, words):
    """The document's paragraphs, each as long as it was, filled with these words."""
    out, at = [], 0
    for paragraph in document:
        count = len(paragraph.split())
        out.append(ended(" ".join(words[at:at + count]), paragraph))
        at += count
    return [paragraph for paragraph in out if paragraph]


def shuffled(document, chance, _):
    words = words_of(document)
    chance.shuffle(words)
    return refilled(document, words)


def shuffled_in_paragraphs(document, chance, _):
    return [ended(" ".join(chance.sample(p.split(), len(p.split()))), p) for p in document]


def salad(document, chance, pool):
    vocabulary = sorted(set(words_of(pool)))
    return refilled(document, [chance.choice(vocabulary) for _ in words_of(document)])


def chain(order):
    def made(document, chance, pool):
        words = words_of(pool)
        follows = {}
        for at in range(len(words) - order):
            follows.setdefault(tuple(words[at:at + order]), []).append(words[at + order])
        out = list(chance.choice(sorted(follows)))
        for _ in words_of(document):
            state = tuple(out[-order:])
            if state not in follows:
                out += list(chance.choice(sorted(follows)))
                continue
            out.append(chance.choice(follows[state]))
        return refilled(document, out)
    return made


def lorem(document, chance, _):
    count, out = len(words_of(document)), []
    while len(out) < count:
        sentence = [chance.choice(LOREM + LOREM_MORE) for _ in range(chance.randrange(6, 16))]
        out += [sentence[0].capitalize(), *sentence[1:-1], sentence[-1] + "."]
    return refilled(document, out)


def lorem_classic(document, _, __):
    count = len(words_of(document))
    return refilled(document, (LOREM * (count // len(LOREM) + 1))[:count])


def ocr(share):
    def made(document, chance, _):
        def read(c):
            if chance.random() >= share:
                return c
            other = OCR.get(c.lower())
            if other is None:
                return chance.choice((c, "", " ", ".", "'")) if c.isalpha() else c
            return other
        return ["".join(map(read, paragraph)) for paragraph in document]
    return made


def mojibake(document, _, __):
    """Typographic quotes first, so that English has letters to lose."""
    out = []
    for paragraph in document:
        typeset = paragraph.replace("'", "’").replace(' "', " “").replace('"', "”").replace(" - ", " – ").replace("...", "…")
        out.append("".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in typeset.encode()))
    return out


def mash(document, chance, _):
    def word():
        row = chance.choice(KEYS)
        at = chance.randrange(len(row) - 3)
        return row[at:at + chance.randrange(2, 8)] + chance.choice(("", "", chance.choice(KEYS)[:3]))
    return refilled(document, [word() for _ in words_of(document)])


def random_letters(document, chance, _):
    def word():
        return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(chance.randrange(2, 10)))
    return refilled(document, [word() for _ in words_of(document)])


def encoded(document, chance, _):
    return ["".join(chance.choice("0123456789abcdef") for _ in paragraph) for paragraph in document]


def links(document, chance, pool):
    words = [w.strip(".,;:()") for w in words_of(pool) if w.isalpha()]
    out = []
    for paragraph in document:
        made, size = [], 0
        while size < len(paragraph):
            path = "/".join(chance.choice(words) for _ in range(3))
            made.append(f"{chance.choice(words)} {chance.choice(words)}: https://{chance.choice(words)}-shop.example/{path}?id={chance.randrange(9999)}")
            size += len(made[-1])
        out.append(" ".join(made))
    return out


def templates(document, chance, pool):
    words = sorted({w.strip(".,;:()").lower() for w in words_of(pool) if w.isalpha() and len(w) > 4}) or LOREM
    template = chance.choice(TEMPLATES)
    return [" ".join(template.format(chance.choice(words), chance.choice(words)) for _ in range(max(1, len(p) // 70))) for p in document]


def boilerplate(document, _, __):
    """One own line in six."""
    return [p[:120] if i % 6 == 0 else LICENCE for i, p in enumerate(document)]


def repeated(document, _, __):
    return [document[i % min(4, len(document))] for i in range(max(12, len(document)))]


TEXT = {"words shuffled": shuffled, "words shuffled in each paragraph": shuffled_in_paragraphs, "word salad": salad,
        "chain of one word": chain(1), "chain of two words": chain(2), "lorem ipsum, drawn": lorem,
        "lorem ipsum, over and over": lorem_classic, "read badly, 6 % of the letters": ocr(0.06),
        "read badly, 15 % of the letters": ocr(0.15), "mojibake": mojibake, "keys mashed": mash, "random letters": random_letters,
        "hexadecimal": encoded, "link spam": links, "one template": templates, "boilerplate": boilerplate,
        "four paragraphs over and over": repeated}


def rows_repeated(rows, chance, _):
    few = chance.sample(rows, min(5, len(rows)))
    return [chance.choice(few) for _ in rows]


def rows_random(rows, chance, _):
    def cell(value):
        return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in value)
    return [[cell(value) for value in row] for row in rows]


def rows_hex(rows, chance, _):
    return [["".join(chance.choice("0123456789abcdef") for _ in range(16)) for _ in row] for row in rows]


def rows_constant(rows, _, __):
    return [[f"{i}", *rows[0][1:]] for i, _ in enumerate(rows)]


def rows_symbols(rows, chance, _):
    return [["".join(chance.choice("#*~=+|_^$%&") for _ in range(max(2, len(value)))) for value in row] for row in rows]


TABLE = {"five rows over and over": rows_repeated, "random letters": rows_random, "hexadecimal": rows_hex,
         "one row, numbered": rows_constant, "symbols": rows_symbols}


def visits_same(visits, chance, _):
    few = chance.sample(visits, 2)
    return [chance.choice(few) for _ in visits]


def visits_random(visits, chance, _):
    def word(size):
        return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(size))
    return [[" ".join(word(chance.randrange(3, 9)) for _ in range(5)), f"https://{word(9)}.example/{word(12)}"] for _ in visits]


def visits_template(visits, chance, _):
    return [[f"Best offer number {chance.randrange(9999)}", f"https://shop.example/{chance.randrange(9999)}"] for _ in visits]


def visits_untitled(visits, chance, _):
    return [[f"{chance.randrange(16**12):012x}", f"https://a.example/{chance.randrange(16**12):012x}"] for _ in visits]


HISTORY = {"two pages over and over": visits_same, "random letters": visits_random, "one template": visits_template,
           "hexadecimal": visits_untitled}
BY_PROFILE = {"prose": TEXT, "chat": TEXT, "posts": TEXT, "table": TABLE, "history": HISTORY}


# Of a script without spaces there are no words to shuffle here.
UNSPACED = {"lorem ipsum, drawn", "lorem ipsum, over and over", "mojibake", "random letters", "hexadecimal", "boilerplate",
            "four paragraphs over and over"}


def unspaced(document):
    text = "".join(document)
    return 2 * sum("\u3040" <= c <= "\u9fff" for c in text) > len(text)


def spoiled(profile, documents, seed):
    """(kind, document); each kind of a few of the documents, so that no kind outweighs the others."""
    chance = random.Random(seed)
    pool = [p for document in documents for p in document]
    for kind, spoil in BY_PROFILE[profile].items():
        if profile == "prose" and unspaced(documents[0]) and kind not in UNSPACED:
            continue
        for document in chance.sample(documents, min(3, len(documents))):
            yield kind, spoil(document, chance, pool)
