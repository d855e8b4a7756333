#include "texts.hpp"

#include "pramana/core/sha256.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

namespace pramana::bench {
namespace {

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder,
                                            std::string_view extension) {
    std::vector<std::filesystem::path> out;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        if (entry.path().extension() == extension) out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// "Gen 1" of "Gen 1:1".
std::string_view chapter_of(const Pair& pair) {
    return std::string_view{pair.reference}.substr(0, pair.reference.find(':'));
}

void add(Pair& passage, const Pair& verse) {
    const auto join = [](std::string& to, const std::string& more) {
        if (!to.empty()) to += ' ';
        to += more;
    };
    if (passage.reference.empty()) {
        passage.book = verse.book;
        passage.reference = verse.reference;
    }
    join(passage.original, verse.original);
    join(passage.retold, verse.retold);
}

}  // namespace

bool Pair::for_fitting() const noexcept { return sha256(as_bytes_view(book)).bytes[0] < 128; }

Text text_of(std::string body) {
    Text text;
    text.id = sha256(as_bytes_view(body));
    text.body = std::move(body);
    return text;
}

std::vector<Collection> read_collections(const std::filesystem::path& directory) {
    static constexpr std::string_view kBreak = "\n\f\n";
    std::vector<Collection> out;
    for (const std::filesystem::path& path : files_of(directory / "texts", ".txt")) {
        const std::string stem = path.stem().string();
        const std::size_t dot = stem.find('.');
        Collection& collection = out.emplace_back();
        collection.topic = stem.substr(0, dot);
        collection.name = stem.substr(dot + 1);
        const std::string all = read_file(path);
        for (std::size_t begin = 0; begin < all.size();) {
            const std::size_t end = std::min(all.find(kBreak, begin), all.size());
            collection.texts.push_back(text_of(all.substr(begin, end - begin)));
            begin = end + kBreak.size();
        }
    }
    return out;
}

std::vector<Pair> read_verses(const std::filesystem::path& directory) {
    std::vector<Pair> out;
    for (const std::filesystem::path& path : files_of(directory / "pairs", ".tsv")) {
        std::istringstream lines{read_file(path)};
        for (std::string line; std::getline(lines, line);) {
            const std::size_t first = line.find('\t');
            const std::size_t second = line.find('\t', first + 1);
            if (first == std::string::npos || second == std::string::npos) continue;
            out.push_back({path.stem().string(), line.substr(0, first),
                           line.substr(first + 1, second - first - 1), line.substr(second + 1)});
        }
    }
    return out;
}

std::vector<Pair> passages(const std::vector<Pair>& verses, std::size_t words_min) {
    std::vector<Pair> out;
    Pair open;
    for (const Pair& verse : verses) {
        if (!open.reference.empty() && chapter_of(open) != chapter_of(verse)) open = {};
        add(open, verse);
        if (count_words(open.original) < words_min) continue;
        out.push_back(std::move(open));
        open = {};
    }
    return out;
}

std::size_t count_words(std::string_view text) {
    std::size_t words = 0;
    bool inside = false;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\t';
        words += inside || space ? 0U : 1U;
        inside = !space;
    }
    return words;
}

}  // namespace pramana::bench
