// Nothing of a text is left in memory that is given back on its way to fingerprints. Every block
// that C++ gives back is looked at. What libarchive allocates for itself is out of its reach.
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "lexical/fingerprint.hpp"
#include "pramana/scoring_document/extract.hpp"

#include "pramana/core/bytes.hpp"
#include "zip_builder.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>

namespace {

/// Stands in every word of the texts; this program holds it in no other heap memory.
constexpr std::string_view kMarker = "zyxquark";
bool watching = false;
std::size_t dirty_blocks = 0, blocks = 0;

void look_at(const void* memory) noexcept {
    if (!watching || memory == nullptr) return;
    const std::string_view held{static_cast<const char*>(memory),
                                malloc_usable_size(const_cast<void*>(memory))};
    ++blocks;
    if (held.find(kMarker) != std::string_view::npos) ++dirty_blocks;
}

void* take(std::size_t size, std::size_t alignment) {
    void* memory = std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
    if (memory == nullptr) throw std::bad_alloc{};
    std::memset(memory, 0, malloc_usable_size(memory));  // what others left there is not ours
    return memory;
}

void give_back(void* memory) noexcept {
    look_at(memory);
    std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return take(size, 16); }
void* operator new(std::size_t size, std::align_val_t alignment) {
    return take(size, static_cast<std::size_t>(alignment));
}
// The library's own would call the first one, a sanitizer's would not.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    try {
        return take(size, 16);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void operator delete(void* memory) noexcept { give_back(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { give_back(memory); }

namespace pramana::scoring {
namespace {

/// A piece for each word, as of a tokenizer that knows no words: a piece a letter.
void encode_letters(std::string_view text, Pieces& out) {
    for (const char c : text)
        if (c != ' ' && c != '\n') out.push_back(static_cast<std::uint16_t>(c));
}
EncodeWords letters() {
    EncodeWords words;
    words.word = [](std::string_view word, std::uint16_t* out) {
        return static_cast<std::size_t>(std::copy(word.begin(), word.end(), out) - out);
    };
    for (std::size_t c = 0; c < words.marks.size(); ++c)
        words.marks[c] = static_cast<std::uint16_t>(c);
    return words;
}

std::size_t print(const Document& document, EncodeWords words) {
    Chunker chunker{{}, encode_letters, 64, std::move(words)};
    for (const Record& record : document.records) {
        const CanonicalText text = canonicalize(record.text.expose());
        const std::string_view canonical{text.utf8.data(), text.utf8.size()};
        if (record.role == Role::kRow)
            chunker.add_row(canonical);
        else
            chunker.add(canonical);
    }
    std::size_t windows = 0;
    for (const Chunk& chunk : std::move(chunker).finish())
        windows += fingerprint(chunk.words, {}).windows.size() + content_words(chunk.words).size();
    return windows;
}

std::string repeated(std::string_view part, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += part;
    return out;
}

std::string zip_with_a_telling_name() {
    testing::ZipBuilder zip;
    zip.add("folder of zyxquark/letter to zyxquark.txt", repeated("What nobody may read.\n\n", 99));
    const Bytes bytes = zip.finish();
    return std::string{as_text(bytes)};
}

std::string mail_with_a_telling_charset() {
    return "From a@example.org Mon Nov  2 10:00:00 2026\r\nFrom: a@example.org\r\nTo: "
           "b@example.org\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n"
           "Message-ID: <1@example.org>\r\nSubject: words\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/mixed; boundary=part\r\n\r\n"
           "--part\r\nContent-Type: text/plain; charset=\"the charset of zyxquark\"\r\n\r\nx\r\n"
           "--part\r\nContent-Type: text/plain; charset=WINDOWS-1252\r\n\r\n" +
           repeated("What nobody may read.\r\n\r\n", 99) + "--part--\r\n";
}

struct Text {
    const char* name;
    std::string text;
};
const Text kTexts[] = {
    {"prose", repeated("The zyxquark of zyxquarks, don't zyxquark's: zyxquark.\n\n", 400)},
    {"long_sentence", repeated("zyxquark and zyxquarking ", 2'000)},
    {"other_scripts", repeated("zyxquark \u4F60\u597D zyxquark\u00E9 \u0438 zyxquark. ", 500)},
    {"table", repeated("zyxquark,1,\"zyxquark, or\"\n", 300)},
    {"json", "[" + repeated("{\"zyxquark\": \"a zyxquark text\"},", 300) + "{}]"},
    {"name_in_an_archive", zip_with_a_telling_name()},
    {"charset_of_a_mail", mail_with_a_telling_charset()},
    {"json_lines", repeated("{\"zyxquark\": \"a zyxquark text\"}\n", 300)},
};
class FreedMemory : public ::testing::TestWithParam<Text> {};
TEST_P(FreedMemory, holds_nothing_of_the_text) {
    for (const std::uint32_t version : {1U, 2U}) {
        ExtractLimits limits;
        limits.formats.version = version;
        dirty_blocks = blocks = 0;
        std::size_t windows = 0;
        watching = true;
        {
            const Result<Document> document = extract(as_bytes_view(GetParam().text), limits);
            if (document) windows = print(*document, {}) + print(*document, letters());
        }
        watching = false;
        EXPECT_GT(windows, 0U);
        EXPECT_GT(blocks, 20U);
        EXPECT_EQ(dirty_blocks, 0U);
    }
}
INSTANTIATE_TEST_SUITE_P(Texts, FreedMemory, ::testing::ValuesIn(kTexts),
                         [](const auto& row) { return std::string{row.param.name}; });

TEST(FreedMemoryTest, sees_a_text_that_is_not_wiped) {
    dirty_blocks = 0;
    watching = true;
    {
        const std::string text = repeated(kMarker, 20);
    }
    watching = false;
    EXPECT_GT(dirty_blocks, 0U);
}

}  // namespace
}  // namespace pramana::scoring
