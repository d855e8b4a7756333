// The golden vectors of the encoder's law (tests/parity/law, docs/scoring.md "Golden vectors").
//   law_vectors --write FOLDER         as the reference computes them; needs the pinned model
//   law_vectors --check FOLDER         operations.txt and encoder.txt with every backend of this
//   machine law_vectors --check-texts FOLDER   texts.txt with every backend; needs the pinned model
//   law_vectors --model FILE           writes the small model of encoder.txt
// From the root of the repository. Exit 0: done, no difference; 1: a difference, or FILE cannot be
// written; 64: wrong usage; 66: a file is missing.
#include "parity/law_texts.hpp"
#include "parity/law_vectors.hpp"
#include "parity/operations.hpp"
#include "tiny_model.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>

namespace {

using namespace pramana;

constexpr int kDiffers = 1;
constexpr int kUsage = 64;
constexpr int kNoInput = 66;

bool write(const std::string& path, std::string_view content) {
    std::ofstream file{path, std::ios::binary};
    file << content;
    return static_cast<bool>(file.flush());
}

std::optional<std::string> read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    if (!file) {
        std::fprintf(stderr, "law_vectors: cannot read %s\n", path.c_str());
        return std::nullopt;
    }
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

std::shared_ptr<const scoring::Model> pinned_model() {
    const auto model = scoring::Model::load(scoring::kModelPath, scoring::pinned_model_digest());
    if (model) return *model;
    std::fputs("law_vectors: no pinned model here; tools/setup makes it\n", stderr);
    return nullptr;
}

std::string encoder_text(const scoring::Kernels& kernels) {
    return parity::encoder_vectors(kernels, *scoring::testing::tiny_model(), parity::kSmallText);
}

/// Says where `found` leaves the golden text; 0 or 1.
int differences(const std::string& backend, const char* file, const std::string& wanted,
                const std::string& found) {
    if (wanted == found) {
        std::printf("%s: %s is the same\n", backend.c_str(), file);
        return 0;
    }
    const auto place =
        std::mismatch(wanted.begin(), wanted.end(), found.begin(), found.end()).first;
    const auto line = std::count(wanted.begin(), place, '\n') + 1;
    std::printf("%s: DIFFERS from %s in line %td\n", backend.c_str(), file, line);
    return 1;
}

int write_all(const std::string& folder) {
    const auto model = pinned_model();
    if (model == nullptr) return kNoInput;
    const scoring::Kernels& law = scoring::reference_kernels();
    const scoring::Encoder encoder{model, scoring::Backend::kReference};
    const bool written =
        write(folder + "/operations.txt", parity::operation_vectors(law)) &&
        write(folder + "/encoder.txt", encoder_text(law)) &&
        write(folder + "/texts.txt", parity::text_vectors(encoder, parity::golden_texts(model)));
    if (!written) std::fprintf(stderr, "law_vectors: cannot write to %s\n", folder.c_str());
    return written ? 0 : kDiffers;
}

int check(const std::string& folder) {
    const auto operations = read(folder + "/operations.txt");
    const auto encoder = read(folder + "/encoder.txt");
    if (!operations || !encoder) return kNoInput;
    int wrong = 0;
    for (const parity::NamedKernels& backend : parity::available_kernels()) {
        wrong += differences(backend.name, "operations.txt", *operations,
                             parity::operation_vectors(*backend.kernels));
        wrong += differences(backend.name, "encoder.txt", *encoder, encoder_text(*backend.kernels));
    }
    return wrong == 0 ? 0 : kDiffers;
}

int check_texts(const std::string& folder) {
    const auto wanted = read(folder + "/texts.txt");
    const auto model = pinned_model();
    if (!wanted || model == nullptr) return kNoInput;
    int wrong = 0;
    for (const scoring::Backend backend : scoring::backends()) {
        if (!scoring::backend_available(backend)) continue;
        const scoring::Encoder encoder{model, backend};
        wrong += differences(std::string{scoring::name_of(backend)}, "texts.txt", *wanted,
                             parity::text_vectors(encoder, parity::golden_texts(model)));
    }
    return wrong == 0 ? 0 : kDiffers;
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view command = argc == 3 ? argv[1] : "";
    if (command == "--write") return write_all(argv[2]);
    if (command == "--check") return check(argv[2]);
    if (command == "--check-texts") return check_texts(argv[2]);
    if (command == "--model")
        return write(argv[2], as_text(scoring::testing::tiny_parts().encode())) ? 0 : kDiffers;
    std::fputs(
        "usage: law_vectors --write FOLDER | --check FOLDER | --check-texts FOLDER |"
        " --model FILE\n",
        stderr);
    return kUsage;
}
