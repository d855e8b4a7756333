#!/usr/bin/env python3
"""The cases of attacks must be what their names say: properties of each edit, and of the cases made of texts that are made here."""
import collections
import functools
import gzip
import io
import json
import pathlib
import random
import re
import sys
import tarfile
import tempfile
import unicodedata
import unittest
import zipfile
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
sys.dont_write_bytecode = True

from attack_cases import cases, edits, material, written  # noqa: E402

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def words_of(seed, count):
    chance = random.Random(seed)
    return ["".join(chance.choices(LETTERS, k=chance.randrange(3, 9))) for _ in range(count)]


@functools.lru_cache(maxsize=None)
def made_paragraphs(seed, count=24):
    """Paragraphs of four sentences of twelve words, one of them with a comma."""
    vocabulary, chance = words_of(seed, 400) + ["said", "king", "people"], random.Random(f"{seed} order")
    out = []
    for _ in range(count):
        sentences = []
        for _ in range(4):
            words = [chance.choice(vocabulary) for _ in range(12)]
            sentences.append(" ".join(words[:6]).capitalize() + ", " + " ".join(words[6:]) + ".")
        out.append(" ".join(sentences))
    return out


def bag(text):
    return collections.Counter(re.findall(r"\w+", text.lower()))


def fold(text):
    """Compatibility forms without marks and format characters, look-alikes as Latin: roughly what the scorer compares."""
    back = {other: latin for latin, other in list(edits.CYRILLIC.items()) + list(edits.GREEK.items())}
    kept = [c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Cf")]
    return "".join(kept).translate(back).lower()


class Edits(unittest.TestCase):
    def setUp(self):
        self.text = made_paragraphs("text")

    def test_are_the_same_for_the_same_seed_and_others_for_another(self):
        for edit in (edits.typos, edits.dropped, edits.inserted):
            self.assertEqual(edit(self.text, 8, "a"), edit(self.text, 8, "a"))
            self.assertNotEqual(edit(self.text, 8, "a"), edit(self.text, 8, "b"))
        self.assertEqual(edits.shuffled(self.text, 1), edits.shuffled(self.text, 1))
        self.assertNotEqual(edits.shuffled(self.text, 1), edits.shuffled(self.text, 2))

    def test_typos_swap_two_letters_of_about_as_many_words_as_asked(self):
        before, after = " ".join(self.text).split(), " ".join(edits.typos(self.text, 8, 1)).split()
        self.assertEqual(len(before), len(after))
        changed = [(a, b) for a, b in zip(before, after) if a != b]
        self.assertTrue(all(sorted(a) == sorted(b) for a, b in changed))
        self.assertTrue(len(before) / 20 < len(changed) < len(before) / 6)

    def test_synonyms_replace_whole_words_only(self):
        self.assertEqual(edits.synonyms(["the king said to the kingdom", "unsaid words"]),
                         ["the ruler told to the kingdom", "unsaid sayings"])

    def test_dropping_leaves_a_subsequence_and_inserting_a_supersequence(self):
        def is_subsequence(small, large):
            rest = iter(large)
            return all(word in rest for word in small)
        whole = " ".join(self.text).split()
        less = " ".join(edits.dropped(self.text, 12, 1)).split()
        more = " ".join(edits.inserted(self.text, 10, 1)).split()
        self.assertTrue(is_subsequence(less, whole) and is_subsequence(whole, more))
        self.assertTrue(len(whole) * 0.85 < len(less) < len(whole) < len(more) < len(whole) * 1.2)

    def test_look_alikes_and_marks_fold_back_to_the_text(self):
        for disguised in (edits.translated(self.text, edits.CYRILLIC), edits.translated(self.text, edits.GREEK, 0.5, 1),
                          edits.translated(self.text, edits.FULL_WIDTH), edits.between_letters(self.text, "\u200b", 7),
                          edits.between_letters(self.text, "\u0301", 5), edits.between_letters(self.text, "\u202e\u202c", 11),
                          edits.between_letters(self.text, "\u0300\u0316\u0335" * 3, 9)):
            self.assertNotEqual(disguised, self.text)
            self.assertEqual(fold(" ".join(disguised)), fold(" ".join(self.text)))

    def test_letters_taken_apart_are_canonically_equal(self):
        accents = ["na\u00efve caf\u00e9"]
        self.assertNotEqual(edits.decomposed(accents), accents)
        self.assertEqual([unicodedata.normalize("NFC", part) for part in edits.decomposed(accents)], accents)

    def test_shuffles_keep_everything_and_change_the_order(self):
        self.assertEqual(sorted(edits.shuffled(self.text, 1)), sorted(self.text))
        for split, together in ((edits.sentences, 3), (edits.sentences, 5), (edits.clauses, 4)):
            after = edits.shuffled_sentences(self.text, 1, together, split)
            parts = [part for paragraph in self.text for part in split(paragraph)]
            self.assertEqual(bag(" ".join(after)), bag(" ".join(self.text)))
            self.assertEqual(len(after), -(-len(parts) // together))
            self.assertTrue(all(part in " ".join(after) for part in parts))
            self.assertNotEqual(" ".join(after), " ".join(parts))
        self.assertEqual(" ".join(edits.sentences(self.text[0])), self.text[0])

    def test_fillers_have_few_words_in_no_order(self):
        for fill, vocabulary in ((edits.lorem, set(edits.LOREM)), (edits.pseudo_latin, None)):
            text = fill(2000, 1).split()
            self.assertEqual(len(text), 2000)
            self.assertLessEqual(len(set(text)), 60)
            self.assertTrue(vocabulary is None or set(text) <= vocabulary)
            eights = [tuple(text[at:at + 8]) for at in range(len(text) - 7)]
            self.assertEqual(len(set(eights)), len(eights))
        self.assertGreater(len(set(edits.letters(2000, 1).split())), 1500)

    def test_chains_say_each_few_words_as_the_source_does_and_nothing_longer(self):
        source = " ".join(self.text).split()
        for order in (2, 3):
            text = " ".join(edits.markov(self.text, order, 600, 1)).split()
            self.assertEqual(len(text), 600)
            known = {tuple(source[at:at + order + 1]) for at in range(len(source) - order)}
            followed = sum(tuple(text[at:at + order + 1]) in known for at in range(len(text) - order))
            self.assertGreater(followed, 0.9 * (len(text) - order))

    def test_cutting_loses_nothing(self):
        for pieces in (1, 4, 16):
            self.assertEqual([part for piece in edits.cut(self.text, pieces) for part in piece], self.text)

    def test_names_are_different(self):
        self.assertEqual(len({edits.name(number) for number in range(800)}), 800)


class Packing(unittest.TestCase):
    def test_packed_files_hold_the_same_bytes(self):
        data = "text of a file".encode()
        with zipfile.ZipFile(io.BytesIO(material.zipped({"a": data}))) as archive:
            self.assertEqual(archive.read("a"), data)
        with tarfile.open(fileobj=io.BytesIO(material.tarred({"a": data}))) as archive:
            self.assertEqual(archive.extractfile("a").read(), data)
        self.assertIn(b"<p>1 &lt; 2 &amp; 3</p>", material.page(["1 < 2 & 3"]))

    def test_an_export_has_each_turn_once_whatever_its_spelling(self):
        turns = [(f"Question {i}?", f"Answer \u00e9 {i}.") for i in range(14)]
        for form in ({}, {"indent": 2}, {"sort_keys": True, "ensure_ascii": True}):
            with zipfile.ZipFile(io.BytesIO(material.chat_export(turns, **form))) as archive:
                conversations = json.loads(archive.read("conversations.json"))
            said = [node["message"]["content"]["parts"][0] for each in conversations
                    for node in each["mapping"].values() if node["message"]]
            self.assertEqual(sorted(said), sorted(part for turn in turns for part in turn))

    def test_cells_with_the_separator_are_quoted(self):
        self.assertEqual(material.table_text([("a,b", 'say "c"', "d")]), '"a,b","say ""c""",d\n')


def made_material():
    """In the place of what Debian packages bring."""
    rows = [("countries", "coordinates", "zone", "remark")]
    rows += [(f"c{i}", f"+{i:04}", f"Area/Place{i}", "" if i % 3 else f"remark, number {i}") for i in range(40)]
    turns = [(f"How does {' '.join(words_of(i, 6))}?", " ".join(words_of(i + 1000, 40)) + ".") for i in range(70)]
    return mock.patch.multiple(
        material, passage=lambda book: (made_paragraphs(book), made_paragraphs(f"{book} retold")),
        spanish=lambda book: made_paragraphs(f"{book} es"), faq=lambda: turns, table=lambda: rows)


class Cases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with made_material():
            cls.first, cls.other = list(cases.all_cases()), list(cases.other_cases())

    def named(self, attack, part, among=None):
        found = [each for each in among or self.first if each.attack == attack and part in each.name]
        self.assertTrue(found, f"{attack} {part}")
        return found

    def test_cover_every_attack_with_enough_of_them(self):
        self.assertEqual({each.attack for each in self.first} - {"honest"}, {f"A{number}" for number in range(1, 18)})
        for made in (self.first, self.other):
            self.assertGreaterEqual(len([each for each in made if not each.apart]), 200)
            names = [(each.attack, each.name) for each in made]
            self.assertEqual(len(names), len(set(names)))

    def test_the_other_set_is_of_other_material(self):
        self.assertFalse(set(material.BOOKS) & set(material.OTHER_BOOKS))
        files = {file for each in self.first for file in each.honest}
        self.assertFalse({file for each in self.other for file in each.honest} & files)

    def test_name_what_must_earn_nothing(self):
        for each in self.named("A1", ""):
            self.assertEqual(each.made[0][0], each.made[1][0])
            self.assertNotEqual(each.made[0][1], each.made[1][1])
            self.assertEqual(each.unpaid, [1])
        for each in self.first + self.other:
            self.assertTrue(all(0 <= index < len(each.made) for index in each.unpaid))
            if not each.honest and not each.public:
                self.assertEqual(each.unpaid, list(range(len(each.made))))

    def test_keep_translations_and_the_honest_apart(self):
        self.assertTrue(all(each.apart == (each.attack in ("A6", "honest")) for each in self.first + self.other))

    def test_honest_exports_grow_to_the_whole(self):
        for each in self.named("honest", "") + self.named("honest", "", self.other):
            self.assertEqual(each.made[-1][0], each.honest[0])
            self.assertEqual(len({wallet for _, wallet in each.made}), 1)
            sizes = [len(file) for file, _ in each.made]
            self.assertEqual(sizes, sorted(sizes))

    def test_copies_are_the_text_in_another_form(self):
        for each in self.named("A2", "CR LF"):
            self.assertEqual(each.made[1][0].replace(b"\r\n", b"\n").removeprefix(b"\xef\xbb\xbf"), each.honest[0])
        for each in self.named("A2", "in a gzip"):
            self.assertEqual(gzip.decompress(each.made[1][0]), each.honest[0])
        for each in self.named("A2", "table: as JSON"):
            rows = json.loads(each.made[1][0])
            self.assertEqual(len(rows), 40)
            self.assertEqual(set(rows[0]), {"countries", "coordinates", "zone", "remark"})

    def test_parts_are_the_whole(self):
        for each in self.named("A9", ": cut into"):
            if "table" not in each.name and "chat" not in each.name:
                together = b"\n\n".join(file for file, _ in each.made)
                self.assertEqual(together.split(), each.honest[0].split())
        for each in self.named("A9", "tenth of the way"):
            self.assertEqual(each.made[-1][0], each.honest[0])
            sizes = [len(file) for file, _ in each.made]
            self.assertEqual(sizes, sorted(sizes))
        for each in self.named("A10", ""):
            new, old = each.made[1][0], each.made[0][0]
            self.assertTrue(new.startswith(each.honest[1]))
            self.assertIn(new[len(each.honest[1]):].strip(), old)

    def test_additions_contain_the_text(self):
        for attack, part in (("A8", "lorem"), ("A14", "")):
            for each in self.named(attack, part + " " if attack == "A14" else "between the paragraphs"):
                whole = each.honest[0].decode().split("\n\n")
                self.assertTrue(all(paragraph in each.made[-1][0].decode() for paragraph in whole))
        for each in self.named("A11", ""):
            self.assertTrue(each.made[0][0].startswith(each.honest[0]))

    def test_public_texts_have_no_honest_part(self):
        for each in self.named("A17", ""):
            self.assertEqual(each.honest, [])
            self.assertEqual(len(each.public), 1)
            self.assertEqual(each.unpaid, [] if "retold" in each.name else [0])

    def test_front_runners_come_first(self):
        for each in self.named("A13", ""):
            self.assertTrue(each.made[1][0].startswith(each.made[0][0]))

    def test_bombs_are_small_and_large_inside(self):
        for each in self.named("A16", "bomb of zeros"):
            self.assertLess(len(each.made[0][0]), 1_000_000)
            with zipfile.ZipFile(io.BytesIO(each.made[0][0])) as archive:
                self.assertGreater(archive.infolist()[0].file_size, 128 << 20)
        for each in self.named("A16", "hundred thousand"):
            with zipfile.ZipFile(io.BytesIO(each.made[0][0])) as archive:
                self.assertGreater(len(archive.infolist()), 100_000)

    def test_are_written_with_each_file_once(self):
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder)
            some = self.named("A1", "")[:3] + self.named("A9", "cut into")[:2]
            written.write(place, some)
            listed = json.loads((place / "cases.json").read_text())
            self.assertEqual([each["name"] for each in listed], [each.name for each in some])
            for each, case in zip(listed, some):
                for made, (file, wallet) in zip(each["made"], case.made):
                    self.assertEqual((place / "files" / made["file"]).read_bytes(), file)
                    self.assertEqual(made["wallet"], wallet)
            files = {file for case in some for file in case.honest + [file for file, _ in case.made]}
            self.assertEqual(len(list((place / "files").iterdir())), len(files))


if __name__ == "__main__":
    unittest.main()
