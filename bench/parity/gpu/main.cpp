// Whether a CUDA device gives the same bits as the law: every step of the encoder on shapes and
// values chosen to hurt, then whole documents.
//   gpu_parity_probe [--tiny] [--documents N] [--json FILE]
//   gpu_parity_emulated ...    the same kernels on the processor, without a device
// --tiny takes a small model made by this program instead of the pinned one (in models/).
// Exit 0: no difference; 1: a difference; 64: wrong usage; 66: no model; 70: CUDA failed; 77: there
// is no device.
#include "parity/gpu/device.hpp"
#include "parity/gpu/steps.hpp"
#include "parity/gpu/texts.hpp"
#include "parity/report.hpp"
#include "pramana/core/json.hpp"
#include "tiny_model.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>

namespace {

using namespace pramana;

constexpr std::uint32_t kBatchTokens = 1000;  // no multiple of any tile
constexpr std::uint64_t kDocumentsMax = 1'000'000;

struct Options {
    bool tiny = false;
    std::uint64_t documents = 12;
    std::string json;
};

std::optional<Options> read_options(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view name{argv[i]};
        if (name == "--tiny") {
            options.tiny = true;
            continue;
        }
        if (++i == argc) return std::nullopt;
        const std::string_view value{argv[i]};
        if (name == "--json") {
            options.json = value;
            continue;
        }
        const char* const end = argv[i] + value.size();
        if (name != "--documents" || std::from_chars(argv[i], end, options.documents).ptr != end ||
            options.documents == 0 || options.documents > kDocumentsMax)
            return std::nullopt;
    }
    return options;
}

std::shared_ptr<const scoring::Model> load(bool tiny) {
    if (tiny) return scoring::testing::tiny_model();
    auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    return model ? *model : nullptr;
}

bool write(const std::string& path, const parity::Device& device,
           const std::vector<parity::OperationRow>& steps, const parity::DeviceTextsReport& texts) {
    JsonObject object;
    object.text("report", "gpu_parity")
        .text("device", device.name)
        .number("compute_capability", static_cast<std::uint64_t>(device.capability))
        .number("driver", static_cast<std::uint64_t>(device.driver))
        .raw("steps", parity::json_of(steps))
        .number("documents", texts.documents)
        .number("tokens", texts.tokens)
        .number("documents_with_mismatches", texts.mismatches);
    std::ofstream file{path, std::ios::binary};
    file << object.str() << '\n';
    return static_cast<bool>(file.flush());
}

int run(const Options& options, const parity::Device& device) {
    const auto model = load(options.tiny);
    if (model == nullptr) {
        std::fprintf(stderr,
                     "gpu_parity: %s is missing or is not the pinned model; tools/setup "
                     "makes it, or use --tiny\n",
                     scoring::kModelPath);
        return 66;
    }
    const std::vector<parity::OperationRow> steps = parity::compare_device_steps();
    std::fputs(parity::table_of(steps).c_str(), stdout);
    std::uint64_t mismatches = 0;
    for (const parity::OperationRow& row : steps) mismatches += row.mismatches;

    const scoring::Tokenizer tokenizer{model};
    const parity::Documents documents =
        parity::make_documents(parity::source_of(*model, tokenizer), options.documents, 1);
    const parity::DeviceTextsReport texts = parity::compare_device_texts(
        model, documents, options.tiny ? scoring::Backend::kReference : scoring::Backend::kBest,
        kBatchTokens);
    std::printf("%zu documents, %llu tokens, %zu batches: %zu documents with other codes",
                texts.documents, static_cast<unsigned long long>(texts.tokens), texts.batches,
                texts.mismatches);
    if (texts.mismatches > 0) std::printf(", the first is %zu", texts.first);
    std::printf("\n%llu mismatches in steps\n", static_cast<unsigned long long>(mismatches));
    if (!options.json.empty() && !write(options.json, device, steps, texts)) {
        std::fprintf(stderr, "gpu_parity: cannot write %s\n", options.json.c_str());
        return 1;
    }
    return mismatches + texts.mismatches == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const std::optional<Options> options = read_options(argc, argv);
    if (!options) {
        std::fputs("usage: gpu_parity_probe [--tiny] [--documents N] [--json FILE]\n", stderr);
        return 64;
    }
    const parity::Device device = parity::find_device();
    if (!device.found) {
        std::printf("gpu_parity_probe: no CUDA device (%s): nothing was compared\n",
                    device.name.c_str());
        return 77;
    }
    std::printf("%s", device.name.c_str());
    if (device.capability > 0)
        std::printf(", compute capability %d.%d, driver for CUDA %d.%d", device.capability / 10,
                    device.capability % 10, device.driver / 1000, device.driver % 1000 / 10);
    std::printf("\n");
    return run(*options, device);
}
