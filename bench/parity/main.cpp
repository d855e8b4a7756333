// Whether every backend of this machine gives the same bits as the law, in every batch and on every
// number of threads. Exit 0: no difference; 1: a difference; 64: wrong usage; 66: a file is
// missing; 69: this machine has not the required backend.
#include "parity/options.hpp"
#include "parity/report.hpp"
#include "pramana/core/sha256.hpp"
#include "tiny_model.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>

namespace {

using namespace pramana;
using parity::Options;
using scoring::Backend;

std::shared_ptr<const scoring::Model> load(const Options& options) {
    if (options.tiny) return scoring::testing::tiny_model();
    Hash32 found;
    auto model = scoring::Model::load(options.model, scoring::pinned_model_digest(), &found);
    return model ? *model : nullptr;
}

bool append_texts(const Options& options, const parity::Source& source, parity::Documents& out) {
    for (const std::string& path : options.texts) {
        std::ifstream file{path, std::ios::binary};
        const SecretVector<char> text{std::istreambuf_iterator<char>{file}, {}};
        if (!file) {
            std::fprintf(stderr, "parity_report: cannot read %s\n", path.c_str());
            return false;
        }
        parity::append_text(source, {text.data(), text.size()}, out);
    }
    return true;
}

parity::CodePlan plan_of(const Options& options) {
    parity::CodePlan plan{.backends = {Backend::kReference},
                          .reference_documents = options.reference,
                          .reference_row_documents = std::min<std::uint64_t>(64, options.reference),
                          .seed = options.seed};
    for (const Backend backend : scoring::backends())
        if (backend != Backend::kReference && scoring::backend_available(backend))
            plan.backends.push_back(backend);
    return plan;
}

/// Reads a report of another machine and prints which digests differ.
bool as_expected(const parity::Report& report, const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    const Result<std::vector<std::string>> differences = parity::differences(report, text);
    if (!differences) {
        std::fprintf(stderr, "parity_report: %s is not a parity report\n", path.c_str());
        return false;
    }
    for (const std::string& difference : *differences)
        std::printf("DIFFERS from %s: %s\n", path.c_str(), difference.c_str());
    if (differences->empty()) std::printf("the same digests as in %s\n", path.c_str());
    return differences->empty();
}

bool has_required(const Options& options) {
    if (options.require.empty()) return true;
    const auto backend = scoring::backend_named(options.require);
    if (backend && scoring::backend_available(*backend)) return true;
    std::fprintf(stderr, "parity_report: this machine has no %s\n", options.require.c_str());
    return false;
}

int run(const Options& options) {
    if (!has_required(options)) return 69;
    const auto model = load(options);
    if (model == nullptr) {
        std::fprintf(
            stderr,
            "parity_report: %s is missing or is not the pinned model; tools/setup makes it, "
            "or use --tiny\n",
            options.model.c_str());
        return 66;
    }
    const scoring::Tokenizer tokenizer{model};
    const parity::Source source = parity::source_of(*model, tokenizer);
    parity::Documents documents = parity::make_documents(source, options.documents, options.seed);
    if (!append_texts(options, source, documents)) return 66;
    parity::Report report{.model_name = options.tiny ? "tiny" : "pinned",
                          .model_digest = model->digest(),
                          .documents = documents.size(),
                          .tokens = documents.tokens(),
                          .longest = documents.longest(),
                          .pieces_digest = documents.digest(),
                          .seed = options.seed,
                          .codes = parity::compare_codes(model, documents, plan_of(options)),
                          .dots = {},
                          .operations = parity::compare_operations(parity::available_kernels())};
    report.dots = parity::compare_dots(report.codes.codes);
    std::fputs(parity::table_of(report).c_str(), stdout);
    if (!options.json.empty()) {
        std::ofstream file{options.json, std::ios::binary};
        file << parity::json_of(report);
        if (!file.flush()) {
            std::fprintf(stderr, "parity_report: cannot write %s\n", options.json.c_str());
            return 1;
        }
    }
    const bool expected = options.expect.empty() || as_expected(report, options.expect);
    return report.mismatches() == 0 && expected ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::optional<Options> options = parity::read_options(argc, argv);
    if (!options) {
        std::fputs(parity::kUsage, stderr);
        return 64;
    }
    return run(*options);
}
