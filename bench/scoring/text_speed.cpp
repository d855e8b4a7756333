// Megabytes a second of each step from text to what is compared, on one core.
//   text_speed [--model FILE] [--rounds N] [--only STEP] [--json] FILE...
// Each file is UTF-8 text; paragraphs (split at empty lines) are records. The time is the thread's
// own processor time, the best of N rounds [9], so that a busy machine disturbs little. One
// megabyte is 10^6 bytes of the file. "three" is canonical text, word-pieces and fingerprints
// together, as a contribution goes through them: with chunks.
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "chunk/words.hpp"
#include "lexical/fingerprint.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
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

struct Sample {
    std::string name;
    std::size_t bytes = 0;
    std::vector<std::string> records;
    Document document;
    std::vector<CanonicalText> canonical;
    std::vector<Chunk> chunks;
    std::size_t pieces = 0;
};

std::string_view view(const CanonicalText& text) { return {text.utf8.data(), text.utf8.size()}; }

/// Everything that makes chunks of records.
std::vector<Chunk> chunks_of(const std::vector<CanonicalText>& canonical, const ChunkRules& rules,
                             const Tokenizer& tokenizer) {
    Chunker chunker{rules,
                    [&](std::string_view text, Pieces& out) { tokenizer.encode_into(text, out); }};
    for (const CanonicalText& text : canonical) chunker.add(view(text));
    return std::move(chunker).finish();
}

std::size_t print_all(const std::vector<Chunk>& chunks, const LexicalRules& rules) {
    std::size_t sum = 0;
    for (const Chunk& chunk : chunks) {
        sum += fingerprint(chunk.words, rules).kept().size() + content_words(chunk.words).size();
        sum += exact_hash(chunk.words).bytes[0];
    }
    return sum;
}

Sample read_sample(const std::string& path, const Tokenizer& tokenizer, const ChunkRules& rules) {
    std::ifstream in{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    Sample sample;
    sample.name = path.substr(path.find_last_of('/') + 1);
    sample.bytes = text.size();
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find("\n\n", begin), text.size());
        sample.records.push_back(text.substr(begin, end - begin));
        begin = end + 2;
    }
    for (const std::string& record : sample.records) {
        sample.document.records.push_back({SecretText{}, Role::kProse, 0, SecretText{record}});
        sample.canonical.push_back(canonicalize(record));
        sample.pieces += tokenizer.encode(record).size();
    }
    sample.chunks = chunks_of(sample.canonical, rules, tokenizer);
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

std::vector<Step> steps_of(const Sample& sample, const RulesetValues& rules,
                           const Tokenizer& tokenizer) {
    const auto canonical = [&sample] {
        std::vector<CanonicalText> out;
        out.reserve(sample.records.size());
        for (const std::string& record : sample.records) out.push_back(canonicalize(record));
        return out;
    };
    return {
        {"canonical", [=] { return canonical().size(); }},
        {"tokenize",
         [&] {
             SecretVector<std::uint16_t> pieces;
             std::size_t sum = 0;
             for (const std::string& record : sample.records) {
                 pieces.clear();
                 tokenizer.encode_into(record, pieces);
                 sum += pieces.size();
             }
             return sum;
         }},
        {"words",
         [&] {
             KnownWords known;
             Words words;
             std::size_t sum = 0;
             for (const CanonicalText& text : sample.canonical) {
                 words.clear();
                 append_words(view(text), known, words);
                 sum += words.words.size();
             }
             return sum;
         }},
        {"chunk", [&] { return chunks_of(sample.canonical, rules.chunk, tokenizer).size(); }},
        {"fingerprint", [&] { return print_all(sample.chunks, rules.lexical); }},
        {"quality", [&] { return std::size_t{measure(sample.chunks, 0).values[0].value} + 1; }},
        {"quality_2", [&] { return survey(sample); }},
        {"of it lines", [&] { return survey_lines(sample); }},
        {"languages", [&] { return languages_of(sample.chunks).size(); }},
        {"three",
         [&, canonical] {
             return print_all(chunks_of(canonical(), rules.chunk, tokenizer), rules.lexical);
         }},
    };
}

double best_seconds(const Step& step, int rounds) {
    double best = 1e9;
    std::size_t sink = 0;
    for (int round = 0; round < rounds; ++round) {
        const double begin = thread_seconds();
        sink += step.run();
        best = std::min(best, thread_seconds() - begin);
    }
    return sink == 0 ? 1e9 : best;
}

void report(const Sample& sample, const RulesetValues& rules, const Tokenizer& tokenizer,
            int rounds, const std::string& only, bool json) {
    const auto size = static_cast<double>(sample.bytes) * 1e-6;
    std::printf(json ? R"({"sample":"%s","megabytes":%.3f,"records":%zu,"pieces":%zu,"chunks":%zu,)"
                       R"("megabytes_per_s":{)"
                     : "%s: %.1f MB, %zu records, %zu pieces, %zu chunks\n",
                sample.name.c_str(), size, sample.records.size(), sample.pieces,
                sample.chunks.size());
    bool first = true;
    for (const Step& step : steps_of(sample, rules, tokenizer)) {
        if (!only.empty() && only != step.name) continue;
        const double rate = size / best_seconds(step, rounds);
        if (json)
            std::printf("%s\"%s\":%.1f", first ? "" : ",", step.name, rate);
        else
            std::printf("  %-12s %8.1f MB/s\n", step.name, rate);
        first = false;
    }
    std::printf(json ? "}}\n" : "");
}

}  // namespace

int main(int argc, char** argv) {
    std::string path{kModelPath}, only;
    std::vector<std::string> files;
    int rounds = 9;
    bool json = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--json")
            json = true;
        else if (word == "--model" && i + 1 < argc)
            path = argv[++i];
        else if (word == "--only" && i + 1 < argc)
            only = argv[++i];
        else if (word == "--rounds" && i + 1 < argc)
            rounds = std::max(1, std::atoi(argv[++i]));
        else
            files.push_back(word);
    }
    const auto model = Model::load(path, pinned_model_digest());
    const auto ruleset = Ruleset::named("default-1");
    if (files.empty() || !model || !ruleset) {
        std::fputs("usage: text_speed [--model FILE] [--rounds N] [--only STEP] [--json] FILE...\n",
                   stderr);
        return 64;
    }
    const Tokenizer tokenizer{*model};
    for (const std::string& file : files)
        report(read_sample(file, tokenizer, ruleset->values().chunk), ruleset->values(), tokenizer,
               rounds, only, json);
    return 0;
}
