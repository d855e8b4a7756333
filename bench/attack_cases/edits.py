"""What a cheat does to a text: every edit is a pure function of paragraphs and a seed."""
import random
import unicodedata

SYNONYMS = {
    "said": "told", "man": "person", "men": "people", "king": "ruler", "house": "home", "land": "country", "city": "town",
    "people": "folk", "son": "child", "sons": "children", "day": "date", "great": "large", "good": "fine", "evil": "wicked",
    "go": "move", "come": "arrive", "saw": "noticed", "see": "notice", "gave": "handed", "give": "hand", "took": "seized",
    "take": "seize", "made": "built", "make": "build", "called": "named", "spoke": "talked", "speak": "talk", "hear": "listen",
    "heard": "learned", "know": "understand", "knew": "understood", "servant": "helper", "servants": "helpers",
    "father": "parent", "wife": "spouse", "brother": "sibling", "brothers": "siblings", "word": "saying", "words": "sayings",
    "way": "path", "ways": "paths", "water": "liquid", "earth": "world", "heart": "mind", "hand": "palm", "eyes": "sight",
    "before": "ahead of", "because": "since", "therefore": "thus", "shall": "will", "went": "walked", "came": "arrived",
    "brought": "carried", "sent": "dispatched", "answered": "replied", "asked": "inquired", "died": "perished",
    "anger": "rage", "wicked": "bad", "righteous": "just", "wisdom": "insight", "mountain": "hill", "night": "evening"}
CYRILLIC = str.maketrans("aeopcxyAEOPCXTHBKM", "аеорсхуАЕОРСХТНВКМ")
GREEK = str.maketrans("ovAEOPTXHBIKMNZ", "ονΑΕΟΡΤΧΗΒΙΚΜΝΖ")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
LOREM = ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
         "aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat").split()


def joined(paragraphs):
    return "\n\n".join(paragraphs)


def sentences(paragraph):
    return [part for part in paragraph.replace("? ", "?|").replace("! ", "!|").replace(". ", ".|").split("|") if part]


def each_word(paragraphs, change):
    return [" ".join(change(word) for word in paragraph.split(" ")) for paragraph in paragraphs]


def typos(paragraphs, every, seed):
    chance = random.Random(seed)

    def change(word):
        if len(word) < 4 or chance.randrange(every):
            return word
        at = chance.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    return each_word(paragraphs, change)


def synonyms(paragraphs):
    return each_word(paragraphs, lambda word: SYNONYMS.get(word, word))


def dropped(paragraphs, every, seed):
    chance = random.Random(seed)
    return [" ".join(word for word in paragraph.split(" ") if chance.randrange(every)) for paragraph in paragraphs]


def inserted(paragraphs, every, seed):
    chance, fill = random.Random(seed), ("indeed", "really", "so", "then", "also", "well", "perhaps", "again")
    return each_word(paragraphs, lambda word: word if chance.randrange(every) else f"{word} {chance.choice(fill)}")


def translated(paragraphs, mapping, share=1.0, seed=0):
    chance = random.Random(seed)
    return ["".join(c.translate(mapping) if chance.random() < share else c for c in paragraph) for paragraph in paragraphs]


def between_letters(paragraphs, what, every):
    return ["".join(c + what if i % every == 0 else c for i, c in enumerate(paragraph)) for paragraph in paragraphs]


def decomposed(paragraphs):
    return [unicodedata.normalize("NFD", paragraph) for paragraph in paragraphs]


def shuffled(items, seed):
    items = list(items)
    random.Random(seed).shuffle(items)
    return items


def clauses(paragraph):
    return [part.strip() for sentence in sentences(paragraph) for part in sentence.replace("; ", ", ").split(", ") if part.strip()]


def shuffled_sentences(paragraphs, seed, together=3, split=sentences):
    parts = shuffled([part for paragraph in paragraphs for part in split(paragraph)], seed)
    return [" ".join(parts[at:at + together]) for at in range(0, len(parts), together)]


def lorem(words, seed):
    chance = random.Random(seed)
    return " ".join(chance.choice(LOREM) for _ in range(words))


SYLLABLES = ("ta", "ri", "mo", "lus", "ven", "do", "si", "qua", "per", "nis", "ca", "tor", "em", "bi", "fra")


def name(number):
    """A made-up name, another one for each number."""
    out = ""
    for _ in range(3):
        number, at = divmod(number, len(SYLLABLES))
        out += SYLLABLES[at]
    return out.capitalize()


def pseudo_latin(words, seed):
    """Sixty made-up words in an order that chance gives."""
    chance = random.Random(seed)
    return " ".join(name(chance.randrange(60) * 37 % 3375).lower() for _ in range(words))


def letters(words, seed):
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randrange(2, 10))) for _ in range(words))


def markov(paragraphs, order, words, seed):
    """Text that a chain of this order, trained on the paragraphs, makes."""
    chance, source = random.Random(seed), " ".join(paragraphs).split()
    following = {}
    for at in range(len(source) - order):
        following.setdefault(tuple(source[at:at + order]), []).append(source[at + order])
    out = list(source[:order])
    while len(out) < words:
        choices = following.get(tuple(out[-order:]))
        if not choices:
            at = chance.randrange(len(source) - order)
            out.extend(source[at:at + order])
        else:
            out.append(chance.choice(choices))
    return [" ".join(out[at:at + 60]) for at in range(0, words, 60)]


def cut(items, pieces):
    return [items[len(items) * i // pieces:len(items) * (i + 1) // pieces] for i in range(pieces)]
