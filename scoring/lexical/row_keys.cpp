#include "lexical/row_keys.hpp"

#include <algorithm>

namespace pramana::scoring {
namespace {

constexpr std::uint64_t kRowSeed = 0x726F776B;  // "rowk"

struct Value {
    std::uint64_t hash = 0;
    std::uint32_t characters = 0;
};
using Values = SecretVector<Value>;

/// A row's different values, the longest first; hashes decide between equals, so that no column has
/// a place of its own.
struct Row {
    Values values;
    std::uint16_t begin = 0;  ///< characters of the chunk before it, and up to its end
    std::uint16_t end = 0;
};

std::vector<Row> rows_of(const Words& words, const TableShape& shape) {
    std::vector<Row> rows;
    std::uint32_t value = 0, word = 0, characters = 0;
    for (const std::uint32_t row_end : shape.row_ends) {
        Row& row = rows.emplace_back();
        row.begin = static_cast<std::uint16_t>(characters);
        for (; value < row_end; ++value) {
            Value next{value_hash(words, word, shape.value_ends[value]), 0};
            for (; word < shape.value_ends[value]; ++word)
                next.characters += words.words[word].characters;
            characters += next.characters;
            row.values.push_back(next);
        }
        row.end = static_cast<std::uint16_t>(characters);
        std::sort(row.values.begin(), row.values.end(), [](const Value& a, const Value& b) {
            return a.characters != b.characters ? a.characters > b.characters : a.hash < b.hash;
        });
        const auto same = [](const Value& a, const Value& b) { return a.hash == b.hash; };
        row.values.erase(std::unique(row.values.begin(), row.values.end(), same), row.values.end());
    }
    return rows;
}

/// How many rows of the chunk a value stands in.
using Occurrences = SecretMap<std::uint64_t, std::uint32_t>;

Occurrences occurrences_of(const std::vector<Row>& rows) {
    Occurrences out;
    for (const Row& row : rows)
        for (const Value& value : row.values) ++out[value.hash];
    return out;
}

/// The key of a set of values: no order.
std::uint64_t key_of(const Values& values) {
    SecretVector<std::uint64_t> hashes;
    hashes.reserve(values.size());
    for (const Value& value : values) hashes.push_back(value.hash);
    std::sort(hashes.begin(), hashes.end());
    std::uint64_t key = kRowSeed + hashes.size();
    for (const std::uint64_t hash : hashes) key = chain(key, hash);
    return key;
}

/// Adds a key for each two and three of the first `key_values` values.
void add_sets(const Values& own, const TableRules& rules, SecretVector<std::uint64_t>& keys) {
    const std::size_t count = std::min<std::size_t>(own.size(), rules.key_values);
    for (std::size_t a = 0; a < count; ++a)
        for (std::size_t b = a + 1; b < count; ++b) {
            const std::uint32_t two = own[a].characters + own[b].characters;
            if (two >= rules.two_characters_min) keys.push_back(key_of({own[a], own[b]}));
            for (std::size_t c = b + 1; c < count; ++c)
                if (two + own[c].characters >= rules.three_characters_min)
                    keys.push_back(key_of({own[a], own[b], own[c]}));
        }
}

SecretVector<std::uint64_t> keys_of(const Row& row, const Occurrences& occurrences,
                                    std::size_t rows, const TableRules& rules) {
    Values own;
    for (const Value& value : row.values) {
        const std::uint32_t times = occurrences.at(value.hash);
        const bool repeated =
            times >= rules.repeated_rows_min && std::size_t{times} * rules.repeated_share >= rows;
        if (!repeated) own.push_back(value);
    }
    SecretVector<std::uint64_t> keys;
    if (!row.values.empty()) keys.push_back(key_of(row.values));
    if (own.size() > 1 || (own.size() == 1 && own[0].characters >= rules.alone_characters_min))
        keys.push_back(key_of(own));
    add_sets(own, rules, keys);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

}  // namespace

Fingerprints fingerprint_rows(const Words& words, const TableShape& shape,
                              const LexicalRules& lexical, const TableRules& rules) {
    Fingerprints out = fingerprint_words(words, lexical);
    const std::vector<Row> rows = rows_of(words, shape);
    const Occurrences occurrences = occurrences_of(rows);
    for (const Row& row : rows)
        for (const std::uint64_t key : keys_of(row, occurrences, rows.size(), rules))
            out.windows.push_back({key, row.begin, row.end, true});
    std::sort(out.windows.begin(), out.windows.end(), [](const Window& a, const Window& b) {
        if (a.begin != b.begin) return a.begin < b.begin;
        return a.end != b.end ? a.end < b.end : a.hash < b.hash;
    });
    return out;
}

}  // namespace pramana::scoring
