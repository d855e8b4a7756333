// Megabytes a second of each step from a file to what is compared, on one core.
//   text_speed [--model FILE] [--ruleset NAME] [--rounds N] [--only STEP] [--json] FILE...
// Each file is read as a contribution under the ruleset [default-1]: text, JSON, archives, exports.
// The time is the thread's own processor time, the best of N rounds [9], so that a busy machine
// disturbs little; in a round every step runs once. One megabyte is 10^6 bytes of the text that
// extraction gives; "of the file" counts the bytes of the file as it lies there, packed.
// "whole" is extraction, canonical text, chunks with their word-pieces and fingerprints in a row,
// as a contribution goes through them; "three" is that without the extraction. What a step uses is
// given back within its time.
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "chunk/words.hpp"
#include "lexical/edited.hpp"
#include "lexical/fingerprint.hpp"
#include "lexical/row_keys.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "quality/quality.hpp"
#include "quality/rules.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

namespace {

using namespace pramana;
using namespace pramana::scoring;

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// What is measured with: the rules of a ruleset and the tokenizer.
struct Rules {
    const RulesetValues& values;
    const Tokenizer& tokenizer;
};

struct Sample {
    std::string name;
    std::vector<std::uint8_t> file;
    std::size_t text_bytes = 0;
    bool refused = false;  ///< by extraction
    Document document;
    std::vector<CanonicalText> canonical;
    std::vector<Chunk> chunks;
    std::size_t pieces = 0;
};

std::string_view view(const CanonicalText& text) { return {text.utf8.data(), text.utf8.size()}; }

Document document_of(const Sample& sample, const Rules& rules) {
    Result<Document> document = extract(sample.file, rules.values.extract);
    return document ? *std::move(document) : Document{};
}

/// What extraction refuses is measured without it: paragraphs are records.
Document paragraphs_of(const std::vector<std::uint8_t>& file) {
    const std::string_view text{reinterpret_cast<const char*>(file.data()), file.size()};
    Document document;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find("\n\n", begin), text.size());
        document.records.push_back(
            {SecretText{}, Role::kProse, 0, SecretText{text.substr(begin, end - begin)}});
        begin = end + 2;
    }
    return document;
}

/// Everything that makes chunks of records, whose canonical text `text_of` gives.
template <class TextOf>
std::vector<Chunk> chunks_of(const Document& document, const Rules& rules, TextOf text_of) {
    Chunker chunker{
        rules.values.chunk,
        [&](std::string_view text, Pieces& out) { rules.tokenizer.encode_into(text, out); },
        rules.values.table.rows_max, words_of(rules.tokenizer)};
    for (std::size_t i = 0; i < document.records.size(); ++i) {
        const auto& text = text_of(i);
        if (document.records[i].role == Role::kRow)
            chunker.add_row(view(text));
        else
            chunker.add(view(text));
    }
    return std::move(chunker).finish();
}

std::vector<Chunk> chunks_of(const Sample& sample, const Rules& rules) {
    return chunks_of(sample.document, rules,
                     [&](std::size_t i) -> const CanonicalText& { return sample.canonical[i]; });
}

/// Canonical text of a record lives until the next one, as in Engine::prepare.
std::vector<Chunk> canonical_chunks_of(const Document& document, const Rules& rules) {
    CanonicalText text;
    return chunks_of(document, rules, [&](std::size_t i) -> const CanonicalText& {
        return text = canonicalize(document.records[i].text.expose());
    });
}

/// As Engine::prepare does it, but for sets of words, which it makes of chunks without meaning.
std::size_t print_all(const std::vector<Chunk>& chunks, const RulesetValues& rules) {
    std::size_t sum = 0;
    for (const Chunk& chunk : chunks) {
        Fingerprints prints;
        if (chunk.table.empty()) {
            prints = fingerprint(chunk.words, rules.lexical);
            sum += content_words(chunk.words).size();
        } else {
            prints = fingerprint_rows(chunk.words, chunk.table, rules.lexical, rules.table);
        }
        if (rules.novelty.version > 1) add_edited(chunk, rules.lexical, rules.novelty, prints);
        sum += prints.kept().size() + exact_hash(chunk.words).bytes[0];
    }
    return sum;
}

Sample read_sample(const std::string& path, const Rules& rules) {
    std::ifstream in{path, std::ios::binary};
    Sample sample;
    sample.name = path.substr(path.find_last_of('/') + 1);
    sample.file.assign(std::istreambuf_iterator<char>{in}, {});
    sample.document = document_of(sample, rules);
    sample.refused = sample.document.records.empty();
    if (sample.refused) sample.document = paragraphs_of(sample.file);
    for (const Record& record : sample.document.records) {
        sample.text_bytes += record.text.size();
        sample.canonical.push_back(canonicalize(record.text.expose()));
        sample.pieces += rules.tokenizer.encode(record.text.expose()).size();
    }
    sample.chunks = chunks_of(sample, rules);
    return sample;
}

struct Step {
    const char* name;
    std::function<std::size_t()> run;
};

/// Quality from version 2 on: lines, languages, words.
std::size_t survey(const Sample& sample) {
    const QualityRules rules{.version = kQualityVersion, .languages = {}};
    QualitySurvey survey{rules};
    for (std::size_t i = 0; i < sample.canonical.size(); ++i)
        survey.add(sample.document.records[i], sample.canonical[i]);
    const SecretVector<Language> languages = languages_of(sample.chunks);
    return survey.finish(sample.document, sample.chunks, languages).quality.value + 1;
}

std::size_t survey_lines(const Sample& sample) {
    LineSurvey lines;
    for (std::size_t i = 0; i < sample.canonical.size(); ++i)
        lines.add(sample.document.records[i], view(sample.canonical[i]));
    return lines.counts().lines + 1;
}

std::size_t tokenize(const Sample& sample, const Rules& rules) {
    Pieces pieces;
    std::size_t sum = 0;
    for (const Record& record : sample.document.records) {
        pieces.clear();
        rules.tokenizer.encode_into(record.text.expose(), pieces);
        sum += pieces.size();
    }
    return sum;
}

std::size_t split(const Sample& sample) {
    KnownWords known;
    Words words;
    std::size_t sum = 0;
    for (const CanonicalText& text : sample.canonical) {
        words.clear();
        append_words(view(text), known, words);
        sum += words.words.size();
    }
    return sum;
}

std::vector<Step> steps_of(const Sample& sample, const Rules& rules) {
    return {
        {"extract", [&, rules] { return document_of(sample, rules).records.size(); }},
        {"canonical",
         [&] {
             std::size_t sum = 0;
             for (const Record& record : sample.document.records)
                 sum += canonicalize(record.text.expose()).utf8.size();
             return sum;
         }},
        {"tokenize", [&, rules] { return tokenize(sample, rules); }},
        {"words", [&] { return split(sample); }},
        {"chunk", [&, rules] { return chunks_of(sample, rules).size(); }},
        {"fingerprint", [&, rules] { return print_all(sample.chunks, rules.values); }},
        {"quality", [&] { return std::size_t{measure(sample.chunks, 0).values[0].value} + 1; }},
        {"quality_2", [&] { return survey(sample); }},
        {"of it lines", [&] { return survey_lines(sample); }},
        {"languages", [&] { return languages_of(sample.chunks).size(); }},
        {"three",
         [&, rules] {
             return print_all(canonical_chunks_of(sample.document, rules), rules.values);
         }},
        {"whole",
         [&, rules] {
             return print_all(canonical_chunks_of(document_of(sample, rules), rules), rules.values);
         }},
    };
}

/// By step; every step once a round, so that what disturbs the machine disturbs all alike.
std::vector<double> best_seconds(const std::vector<Step>& steps, int rounds) {
    std::vector<double> best(steps.size(), 1e9);
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const double begin = thread_seconds();
            const std::size_t made = steps[i].run();
            if (made > 0) best[i] = std::min(best[i], thread_seconds() - begin);
        }
    return best;
}

void report(const Sample& sample, const Rules& rules, int rounds, const std::string& only,
            bool json) {
    const double text = static_cast<double>(sample.text_bytes) * 1e-6;
    const double file = static_cast<double>(sample.file.size()) * 1e-6;
    std::printf(
        json ? R"({"sample":"%s","megabytes":%.3f,"file_megabytes":%.3f,"records":%zu,)"
               R"("pieces":%zu,"chunks":%zu,"megabytes_per_s":{)"
             : "%s: %.3f MB of text in a file of %.3f MB, %zu records, %zu pieces, %zu chunks\n",
        sample.name.c_str(), text, file, sample.document.records.size(), sample.pieces,
        sample.chunks.size());
    std::vector<Step> steps = steps_of(sample, rules);
    if (!only.empty()) std::erase_if(steps, [&](const Step& step) { return only != step.name; });
    if (sample.refused)
        std::erase_if(steps, [](const Step& step) {
            return step.name == std::string_view{"extract"} ||
                   step.name == std::string_view{"whole"};
        });
    const std::vector<double> seconds = best_seconds(steps, rounds);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const char* name = steps[i].name;
        const double rate = text / seconds[i];
        if (json)
            std::printf("%s\"%s\":%.1f", i == 0 ? "" : ",", name, rate);
        else if (const std::string_view step{name}; step == "extract" || step == "whole")
            std::printf("  %-12s %8.1f MB/s (%.1f of the file)\n", name, rate, file / seconds[i]);
        else
            std::printf("  %-12s %8.1f MB/s\n", name, rate);
    }
    std::printf(json ? "}}\n" : "");
}

}  // namespace

int main(int argc, char** argv) {
    std::string path{kModelPath}, only, name{"default-1"};
    std::vector<std::string> files;
    int rounds = 9;
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--json")
            json = true;
        else if (word == "--model" && i + 1 < argc)
            path = argv[++i];
        else if (word == "--ruleset" && i + 1 < argc)
            name = argv[++i];
        else if (word == "--only" && i + 1 < argc)
            only = argv[++i];
        else if (word == "--rounds" && i + 1 < argc)
            rounds = std::max(1, std::atoi(argv[++i]));
        else
            files.push_back(word);
    }
    const auto model = Model::load(path, pinned_model_digest());
    const auto ruleset = Ruleset::named(name);
    if (files.empty() || !model || !ruleset) {
        std::fputs(
            "usage: text_speed [--model FILE] [--ruleset NAME] [--rounds N] [--only STEP] [--json] "
            "FILE...\n",
            stderr);
        return 64;
    }
    const Tokenizer tokenizer{*model};
    const Rules rules{ruleset->values(), tokenizer};
    for (const std::string& file : files)
        report(read_sample(file, rules), rules, rounds, only, json);
    return 0;
}
