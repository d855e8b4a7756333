// reference_corpus OUT FILE...: makes a file of public texts (docs/scoring.md "Public texts") from
// documents of any known format, one entry each, and prints its line for a ruleset: chunks, digest.
// For public texts only: entries reveal what they were made of.
#include "pramana/core/hex.hpp"
#include "pramana/scoring/encoder.hpp"
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/reference.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

using namespace pramana;

Result<Bytes> entry_of(const scoring::Engine& engine, const scoring::Ruleset& ruleset,
                       const char* file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return Error{Errc::kNotFound, "reference_corpus.read"};
    const Bytes opened{std::istreambuf_iterator<char>{in}, {}};
    const Result<scoring::Document> document = scoring::extract(opened, ruleset.values().extract);
    if (!document) return document.error();
    const Result<scoring::Prepared> prepared = engine.prepare(*document, ruleset);
    if (!prepared) return prepared.error();
    return prepared->corpus_entry();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return std::fputs("usage: reference_corpus OUT FILE...\n", stderr), 64;
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    const auto ruleset = scoring::Ruleset::named("default-1");
    if (!model || !ruleset)
        return std::fputs("reference_corpus: no model file; run tools/setup\n", stderr), 66;
    const scoring::Engine engine{*model};
    std::vector<Bytes> entries;
    for (int i = 2; i < argc; ++i) {
        Result<Bytes> entry = entry_of(engine, *ruleset, argv[i]);
        if (!entry) {
            const std::string why{name_of(entry.error().code)};
            return std::fprintf(stderr, "reference_corpus: %s: %s\n", argv[i], why.c_str()), 65;
        }
        entries.push_back(*std::move(entry));
    }
    const Bytes file = scoring::ReferenceCorpus::join(entries);
    std::ofstream out{argv[1], std::ios::binary};
    out.write(reinterpret_cast<const char*>(file.data()),
              static_cast<std::streamsize>(file.size()));
    if (!out.flush())
        return std::fprintf(stderr, "reference_corpus: cannot write %s\n", argv[1]), 74;
    const auto made = scoring::ReferenceCorpus::parse(file);
    if (!made) return 70;
    std::printf("%s: %zu entries, %llu chunks, sha256 %s\n", argv[1], entries.size(),
                static_cast<unsigned long long>((*made)->chunks()),
                to_hex((*made)->digest().view()).c_str());
    return 0;
}
