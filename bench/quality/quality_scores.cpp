// The quality of documents under default-2 and default-1, and every feature: names of files on
// standard input, a line of JSON for each. For bench/run quality. No text leaves it.
//
//   quality_scores [--model FILE]
#include "canonical/canonical.hpp"
#include "chunk/chunker.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring/tokenizer.hpp"
#include "pramana/scoring_document/extract.hpp"
#include "quality/rules.hpp"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace pramana;
using namespace pramana::scoring;

void print(const QualitySurvey::Judged& judged, Q16 quality_1,
           const SecretVector<Language>& languages) {
    std::printf(R"({"quality":%u,"quality_1":%u,"told_profile":%d,"reasons":[)",
                judged.quality.value, quality_1, static_cast<int>(judged.profile));
    bool first = true;
    for (const Reason& reason : judged.quality.reasons) {
        std::printf("%s\"%s\"", first ? "" : ",", std::string{reason.code}.c_str());
        first = false;
    }
    std::printf(R"(],"features":[)");
    first = true;
    for (const Features::Value& feature : judged.features.values) {
        if (feature.applies)
            std::printf("%s%u", first ? "" : ",", feature.value);
        else
            std::printf("%snull", first ? "" : ",");
        first = false;
    }
    std::printf(R"(],"languages":{)");
    std::vector<std::size_t> chunks(256);
    for (const Language language : languages) ++chunks[language];
    first = true;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (chunks[i] == 0) continue;
        const std::string name = i == kNoLanguage ? "none"
                                 : i == kNotTold  ? "not_told"
                                                  : std::string{known_languages()[i]};
        std::printf("%s\"%s\":%zu", first ? "" : ",", name.c_str(), chunks[i]);
        first = false;
    }
    std::printf("}}\n");
}

int score(const std::string& path, const Tokenizer& tokenizer, const RulesetValues& rules) {
    std::ifstream in{path, std::ios::binary};
    const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
    const auto* raw = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const Result<Document> document = extract({raw, bytes.size()}, rules.extract);
    if (!document) {
        std::fprintf(stderr, "%s: not read\n", path.c_str());
        return 1;
    }
    Chunker chunker{rules.chunk,
                    [&](std::string_view text, Pieces& out) { tokenizer.encode_into(text, out); }};
    QualitySurvey survey{rules.quality};
    std::uint64_t ill_formed = 0;
    for (const Record& record : document->records) {
        const CanonicalText text = canonicalize(record.text.expose());
        survey.add(record, text);
        ill_formed += text.ill_formed;
        const std::string_view canonical{text.utf8.data(), text.utf8.size()};
        if (record.role == Role::kRow)
            chunker.add_row(canonical);
        else
            chunker.add(canonical);
    }
    const std::vector<Chunk> chunks = std::move(chunker).finish();
    const SecretVector<Language> languages = languages_of(chunks);
    const Q16 old = judge(measure(chunks, ill_formed), profile_of(*document)).value;
    print(survey.finish(*document, chunks, languages), old, languages);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string path = argc == 3 ? argv[2] : std::string{kModelPath};
    const auto model = Model::load(path, pinned_model_digest());
    const auto ruleset = Ruleset::named("default-2");
    if (!model || !ruleset || (argc != 1 && argc != 3)) {
        std::fputs("usage: quality_scores [--model FILE] < names of files\n", stderr);
        return 64;
    }
    const Tokenizer tokenizer{*model};
    int failed = 0;
    for (std::string file; std::getline(std::cin, file);)
        failed += score(file, tokenizer, ruleset->values());
    return failed == 0 ? 0 : 1;
}
