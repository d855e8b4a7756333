// corpus_entries MODEL DIRECTORY FILE...: writes DIRECTORY/<name>.entry, the corpus entry of each
// file under default-1. tools/calibrate_novelty reads them. For public texts only: entries reveal
// what they were made of.
#include "pramana/scoring/engine.hpp"
#include "pramana/scoring/model.hpp"
#include "pramana/scoring/ruleset.hpp"
#include "pramana/scoring_document/extract.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace {

using namespace pramana;

void over_two_threads(std::size_t count,
                      const std::function<void(std::size_t, std::size_t)>& work) {
    const std::jthread other{[&] { work(0, count / 2); }};
    work(count / 2, count);
}

Result<Bytes> entry_of(const scoring::Engine& engine, const scoring::Ruleset& ruleset,
                       const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    const Bytes opened{std::istreambuf_iterator<char>{in}, {}};
    const Result<scoring::Document> document = scoring::extract(opened, ruleset.values().extract);
    if (!document) return document.error();
    const Result<scoring::Prepared> prepared = engine.prepare(*document, ruleset);
    if (!prepared) return prepared.error();
    return prepared->corpus_entry();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4)
        return std::fprintf(stderr, "usage: corpus_entries MODEL DIRECTORY FILE...\n"), 64;
    const auto model = scoring::Model::load(argv[1], scoring::pinned_model_digest());
    const auto ruleset = scoring::Ruleset::named("default-1");
    if (!model || !ruleset)
        return std::fprintf(stderr, "%s is not the pinned model\n", argv[1]), 66;
    const scoring::Engine engine{*model, over_two_threads};
    for (int i = 3; i < argc; ++i) {
        const std::filesystem::path file{argv[i]};
        const Result<Bytes> entry = entry_of(engine, *ruleset, file);
        if (!entry) {
            std::fprintf(stderr, "%s: %s\n", argv[i],
                         std::string{name_of(entry.error().code)}.c_str());
            continue;
        }
        std::ofstream out{std::filesystem::path{argv[2]} / (file.stem().string() + ".entry"),
                          std::ios::binary};
        out.write(reinterpret_cast<const char*>(entry->data()),
                  static_cast<std::streamsize>(entry->size()));
        std::printf("%s: %zu bytes\n", argv[i], entry->size());
    }
    return 0;
}
