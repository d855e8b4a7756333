// The folded words of texts and how often each stands in them: "COUNT WORD" a line, by word. Of
// runs of a script without spaces, characters. For tools/language_tables.
//
//   word_counts FILE...
#include "canonical/canonical.hpp"
#include "canonical/unicode.hpp"
#include "chunk/words.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace {

using namespace pramana::scoring;
using Counts = std::map<std::string, std::size_t>;

void count(std::string_view folded, bool unspaced, Counts& counts) {
    if (!unspaced) {
        ++counts[std::string{folded}];
        return;
    }
    std::uint64_t ill_formed = 0;
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t begin = at;
        static_cast<void>(unicode::decode(folded, at, ill_formed));
        ++counts[std::string{folded.substr(begin, at - begin)}];
    }
}

}  // namespace

int main(int argc, char** argv) {
    Counts counts;
    for (int i = 1; i < argc; ++i) {
        std::ifstream in{argv[i], std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        const CanonicalText canonical = canonicalize(text);
        const Words words = split_words({canonical.utf8.data(), canonical.utf8.size()});
        std::string_view rest{words.folded.data(), words.folded.size()};
        for (const Word& word : words.words) {
            const std::size_t end = rest.find(' ');
            count(rest.substr(0, end), word.unspaced, counts);
            rest.remove_prefix(end + 1);
        }
    }
    for (const auto& [word, times] : counts) std::printf("%zu %s\n", times, word.c_str());
    return argc < 2 ? 64 : 0;
}
